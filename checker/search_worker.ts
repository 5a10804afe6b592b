/**
 * One run, in a thread of its own: a thread starts with fresh machine code, so that one run does not make
 * the next one slower. A world is made of functions and cannot be sent; it is built here, from names.
 */
import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { Catalogue, Placed, Size } from './catalogue.ts';
import type { Warning } from './in_worker.ts';
import { type KernelJob, kernelOf } from './kernel_job.ts';
import { type Keeping, keptBeside } from './kept_run.ts';
import { resuming } from './kept_search.ts';
import { type NothingAsked, searchWorld } from './search_world.ts';
import type { Limits, Options, Progress } from './search/index.ts';
import { Cells } from './cells.ts';
import { brokenOff, type FindsRest, type Told } from './narrate.ts';
import type { AnyWorld } from './outcomes.ts';
import { withoutExit } from './own_file/blame.ts';
import { CalledFiles } from './own_file/called_files.ts';
import { placeIn } from './own_file/place.ts';
import type { OwnPatch } from './own_file/patch_file.ts';
import { restFinder } from './rests_on.ts';
import { type Walks, walkWorld } from './walk/walk_world.ts';

export interface Job {
  /** URL of the module that exports `catalogue`. */
  readonly module: string;
  readonly of: KernelJob;
  readonly world: string;
  readonly size: Size;
  /** Empty: all properties. */
  readonly properties: readonly string[];
  readonly limits: Limits;
  /** Goes ways at random instead of searching. */
  readonly walks?: Walks | undefined;
  readonly cells: SharedArrayBuffer;
  /** Goes on from what is kept there, and keeps a checkpoint there when it is cut short. */
  readonly keeping?: Keeping;
}

// A thread does not inherit the cache; without it every run strips and compiles the model again.
enableCompileCache();
const job = workerData as Job;
const { catalogue } = (await import(job.module)) as { readonly catalogue: Catalogue };
const kernel = await kernelOf(job.of);
const entry = catalogue.worlds.find(({ name }) => name === job.world)!;
const cells = new Cells(job.cells);
const files = new CalledFiles(catalogue, kernel);
const built = (): AnyWorld | Error => {
  try {
    return entry.build({ ...kernel, watch: files.watch, watchEntries: files.watch }, job.size);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
};
const world = built();
const buildWith = (settings: readonly Placed[], patches: readonly OwnPatch[]): AnyWorld =>
  entry.build({ ...kernel, settings, own: patches }, job.size);
const rest: FindsRest = restFinder(buildWith, catalogue, { ...kernel, world: job.world });
const say = (said: Told | NothingAsked | Warning): void => parentPort?.postMessage(said);

const resumed = (): Pick<Options, 'from' | 'save'> => {
  const { keeping, world: what } = job;
  if (keeping === undefined) return {};
  files.goOnFrom((keptBeside(keeping) ?? []) as readonly number[]);
  return resuming(keeping, { what, warn: (warning) => say({ warning }), beside: () => files.called });
};
const onProgress = (progress: Progress): boolean => {
  cells.show(progress);
  return cells.stopAsked;
};
/** Where in a patch of somebody's own an exception comes from. */
const inOwn = (cause: unknown): string | undefined =>
  job.of.own.map((path) => placeIn(path, cause)).find((one) => one !== undefined);
const told = (): Told | NothingAsked => {
  if (world instanceof Error) return brokenOff(world, inOwn(world));
  const { walks, limits } = job;
  if (walks !== undefined) return walkWorld(world, job.properties, walks, { ...limits, onProgress }, rest, inOwn);
  return searchWorld(world, job.properties, { ...limits, onProgress, ...resumed() }, rest, inOwn);
};
/** With the files that it says nothing about. */
const withCalls = (said: Told | NothingAsked): Told | NothingAsked => {
  const known = !('nothing' in said) && said.fault === undefined;
  return known && files.uncalled.length > 0 ? { ...said, uncalled: files.uncalled } : said;
};
say(withCalls(withoutExit(job.of.own, told)));
