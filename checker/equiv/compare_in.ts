/** Has one world compared by a worker. */
import * as Effect from 'effect/Effect';
import type { Size } from '../catalogue.ts';
import type { Cells } from '../cells.ts';
import type { Setting } from '../check.ts';
import type { CompareJob } from '../compare_worker.ts';
import { kernelName } from '../finished.ts';
import { defaultBytesMax, inWorker } from '../in_worker.ts';
import { jobOf } from '../kernel_job.ts';
import { brokenOff } from '../narrate.ts';
import type { PlannedKernel } from '../plan.ts';
import { watchProgress } from '../progress.ts';
import type { Limits } from '../search/index.ts';
import type { Compared } from './compare_worlds.ts';
import type { Observe } from './observer.ts';

export interface Comparison {
  readonly a: PlannedKernel;
  readonly b: PlannedKernel;
  readonly world: string;
  readonly size: Size;
  readonly observe: Observe;
  readonly judge?: readonly string[];
  readonly limits: Limits;
}

const nothingCompared = (cause: unknown, place?: string): Compared => ({
  called: {},
  fault: brokenOff(cause, place).fault!,
});

export const compareIn = (
  { module, cells, err }: Pick<Setting, 'module' | 'err'> & { readonly cells: Cells },
  { a, b, world, size, observe, judge, limits }: Comparison,
): Effect.Effect<Compared> =>
  Effect.suspend(() => {
    const [of, other] = [jobOf(a), jobOf(b)];
    const job: CompareJob = {
      module,
      a: of,
      b: other,
      world,
      size,
      observe,
      ...(judge === undefined ? {} : { judge }),
      limits: { bytesMax: defaultBytesMax(), ...limits },
      cells: cells.shared,
    };
    const progress = watchProgress(err, `${kernelName(a)} and ${kernelName(b)} ${world}`, () => cells.shown);
    return inWorker<Compared>('compare_worker', job, {
      cells,
      own: [...of.own, ...other.own],
      brokenOff: nothingCompared,
    }).pipe(Effect.ensuring(Effect.sync(progress.done)));
  });
