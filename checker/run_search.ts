/** Starts the worker of one run, watches it, and brings back what it tells. */
import { Worker } from 'node:worker_threads';
import * as Effect from 'effect/Effect';
import type { Cells } from './cells.ts';
import type { Keeping } from './kept_run.ts';
import { watchForLoop } from './own_file/endless_loop.ts';
import { brokenOff, type Told } from './narrate.ts';
import type { PlannedRun } from './plan.ts';
import type { Limits } from './search/index.ts';
import type { NothingAsked } from './search_world.ts';
import type { Job, Warning } from './search_worker.ts';
import type { Walks } from './walk/walk_world.ts';

export interface Searching {
  /** URL of the module that exports `catalogue`. */
  readonly module: string;
  readonly properties: readonly string[];
  readonly limits: Limits;
  readonly walks?: Walks | undefined;
  readonly cells: Cells;
  readonly keeping?: Keeping | undefined;
  readonly warn?: (text: string) => void;
}

/** A patch of somebody's own does not return. */
const stuckAt = (place: string): Told => {
  const stuck = brokenOff('loops without end');
  return { ...stuck, fault: { ...stuck.fault!, place } };
};

/** What a search may hold unless told otherwise, so that it ends with a verdict and not with an abort. */
export const defaultBytesMax = (): number => Math.floor(process.availableMemory() * 0.75);

export const runSearch = (
  { kernel: { own = [], ...kernel }, world, size }: PlannedRun,
  { module, properties, limits, walks, cells, keeping, warn }: Searching,
): Effect.Effect<Told | NothingAsked> =>
  Effect.callback<Told | NothingAsked>((resume) => {
    cells.clear();
    const job: Job = {
      module,
      kernel,
      own: own.map(({ path }) => path),
      world,
      size,
      properties,
      limits: { bytesMax: defaultBytesMax(), ...limits },
      ...(walks === undefined ? {} : { walks }),
      cells: cells.shared,
      ...(keeping === undefined ? {} : { keeping }),
    };
    // `.js` in a build, `.ts` in the repository: follow this file's own extension.
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const worker = new Worker(new URL(`./search_worker.${extension}`, import.meta.url), { workerData: job });
    const tell = (told: Told | NothingAsked): void => {
      loop?.done();
      resume(Effect.succeed(told));
    };
    const stuck = (place: string): void => {
      tell(stuckAt(place));
      void worker.terminate();
    };
    const loop = own.length === 0 ? undefined : watchForLoop(worker, cells, job.own, stuck);
    worker.on('message', (said: Told | NothingAsked | Warning) => {
      if ('warning' in said) warn?.(said.warning);
      else tell(said);
    });
    worker.once('error', (cause) => tell(brokenOff(cause)));
    worker.once('exit', (code) => tell(brokenOff(`the worker ended with code ${code}`)));
    return Effect.promise(() => {
      loop?.done();
      return worker.terminate();
    });
  });
