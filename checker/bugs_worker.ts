/** The searches of some worlds, one after another, in a thread of their own; as search_worker.ts. */
import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { makeSearches, type WorldSearches } from './bug_searches.ts';
import type { Catalogue } from './catalogue.ts';
import { Cells } from './cells.ts';
import type { Told } from './narrate.ts';
import type { Progress } from './search/index.ts';

export interface BugsJob {
  readonly worlds: readonly WorldSearches[];
  /** URL of the module that exports `catalogue`. */
  readonly module: string;
  readonly bytesMax: number;
  readonly verbose: boolean;
  readonly cells: SharedArrayBuffer;
}

export interface BugsTold {
  /** Of each world, in the order of its searches. */
  readonly all: readonly (readonly Told[])[];
}

enableCompileCache();
const job = workerData as BugsJob;
const { bytesMax, verbose } = job;
const { catalogue } = (await import(job.module)) as { readonly catalogue: Catalogue };
const cells = new Cells(job.cells);
const onProgress = (progress: Progress): boolean => {
  cells.show(progress);
  return cells.stopAsked;
};
const all: (readonly Told[])[] = [];
for (const one of job.worlds) all.push(await makeSearches(catalogue, one, { bytesMax, verbose, onProgress }));
parentPort?.postMessage({ all } satisfies BugsTold);
