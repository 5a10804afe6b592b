/** Has one run searched by a worker. */
import type * as Effect from 'effect/Effect';
import type { Cells } from './cells.ts';
import { defaultBytesMax, inWorker } from './in_worker.ts';
import { jobOf } from './kernel_job.ts';
import type { Keeping } from './kept_run.ts';
import { brokenOff, type Told } from './narrate.ts';
import type { PlannedRun } from './plan.ts';
import type { Limits } from './search/index.ts';
import type { NothingAsked } from './search_world.ts';
import type { Job } from './search_worker.ts';
import type { Walks } from './walk/walk_world.ts';
import type { BadFile } from './unusable.ts';

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

export const runSearch = (
  { kernel, world, size }: PlannedRun,
  { module, properties, limits, walks, cells, keeping, warn }: Searching,
): Effect.Effect<Told | NothingAsked, BadFile> => {
  const of = jobOf(kernel);
  const job: Job = {
    module,
    of,
    world,
    size,
    properties,
    limits: { bytesMax: defaultBytesMax(), ...limits },
    ...(walks === undefined ? {} : { walks }),
    cells: cells.shared,
    ...(keeping === undefined ? {} : { keeping }),
  };
  return inWorker<Told | NothingAsked>('search_worker', job, { cells, own: of.own, warn, brokenOff });
};
