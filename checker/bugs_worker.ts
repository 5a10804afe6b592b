/** The searches of one world, one after another, in a thread of their own; as search_worker.ts. */
import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { BugsTold, WorldSearches } from './bugs.ts';
import type { Catalogue, KernelChoice } from './catalogue.ts';
import { Cells } from './cells.ts';
import { kernelOf } from './kernel_job.ts';
import { brokenOff, type FindsRest, type Told } from './narrate.ts';
import { restFinder } from './rests_on.ts';
import type { Progress } from './search/index.ts';
import { searchWorld } from './search_world.ts';

export interface BugsJob extends WorldSearches {
  /** URL of the module that exports `catalogue`. */
  readonly module: string;
  readonly bytesMax: number;
  /** Whether it is asked what each violation rests on. */
  readonly verbose: boolean;
  readonly cells: SharedArrayBuffer;
}

enableCompileCache();
const job = workerData as BugsJob;
const { catalogue } = (await import(job.module)) as { readonly catalogue: Catalogue };
const entry = catalogue.worlds.find(({ name }) => name === job.world)!;
const cells = new Cells(job.cells);
const onProgress = (progress: Progress): boolean => {
  cells.show(progress);
  return cells.stopAsked;
};
const restOf = (kernel: KernelChoice): { readonly rest?: FindsRest } =>
  job.verbose
    ? {
        rest: restFinder((settings, own) => entry.build({ ...kernel, settings, own }, job.size), catalogue, {
          ...kernel,
          world: job.world,
        }),
      }
    : {};

const all: Told[] = [];
for (const { of, properties, first } of job.searches) {
  try {
    const kernel = await kernelOf(of);
    const { rest } = restOf(kernel);
    const options = { first, bytesMax: job.bytesMax, onProgress };
    const told = searchWorld(entry.build(kernel, job.size), properties, options, rest);
    all.push('nothing' in told ? brokenOff(`${job.world} asks none of ${properties.join(', ')}`) : told);
  } catch (error) {
    all.push(brokenOff(error));
  }
}
parentPort?.postMessage({ all } satisfies BugsTold);
