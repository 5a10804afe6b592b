/** Has one world compared by a worker. */
import { rmSync } from 'node:fs';
import * as Effect from 'effect/Effect';
import type { Size } from '../catalogue.ts';
import type { Cells } from '../cells.ts';
import type { Setting } from '../check.ts';
import type { CompareJob } from '../compare_worker.ts';
import { defaultBytesMax, inWorker } from '../in_worker.ts';
import { jobOf } from '../kernel_job.ts';
import { brokenOff } from '../narrate.ts';
import type { PlannedKernel } from '../plan.ts';
import { note, watchProgress } from '../progress.ts';
import { keepAll, type KeptOf, toldBefore } from '../resume.ts';
import type { Keeping } from '../kept_run.ts';
import type { Limits } from '../search/index.ts';
import type { Compared } from './compare_worlds.ts';
import { partOf, PARTS } from './kept_parts.ts';
import type { Observe } from './observer.ts';
import { isWhole } from './verdict.ts';
import type { BadFile } from '../unusable.ts';

export interface Comparison {
  readonly a: PlannedKernel;
  readonly b: PlannedKernel;
  readonly world: string;
  readonly size: Size;
  readonly observe: Observe;
  readonly judge?: readonly string[];
  readonly limits: Limits;
  /** How progress names it: '[3/177] pfnmap'. */
  readonly label: string;
  readonly keeps?: ((of: KeptOf) => Keeping) | undefined;
  /** Gets what is known before all is. */
  readonly soFar?: (compared: Compared) => void;
}

const nothingCompared = (cause: unknown, place?: string): Compared => ({
  called: {},
  fault: brokenOff(cause, place).fault!,
});

type Where = Pick<Setting, 'module' | 'err'> & { readonly cells: Cells };

const inThread = (
  { module, cells, err }: Where,
  { a, b, world, size, observe, judge, limits, label, soFar }: Comparison,
  keeping: Keeping | undefined,
): Effect.Effect<Compared, BadFile> =>
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
      ...(keeping === undefined ? {} : { keeping }),
      cells: cells.shared,
    };
    const progress = watchProgress(err, label, () => cells.shown);
    return inWorker<Compared>('compare_worker', job, {
      cells,
      own: [...of.own, ...other.own],
      warn: (text) => note(err, text),
      soFar,
      brokenOff: nothingCompared,
    }).pipe(Effect.ensuring(Effect.sync(progress.done)));
  });

/** What a comparison comes to, or has come to before. */
export const compareIn = Effect.fnUntraced(function* (where: Where, comparison: Comparison) {
  const { a, b, world, size, observe, judge, limits, keeps } = comparison;
  const asked = [observe, judge, limits.depthMax];
  const keeping = keeps?.({ kernels: [a, b], world, size, asked });
  if (keeping === undefined) return yield* inThread(where, comparison, undefined);
  const before = yield* toldBefore(keeping);
  if (before !== undefined) return before as Compared;
  const parts = PARTS.map((part) => partOf(keeping, part));
  // Files of something else are refused before anything is searched.
  for (const part of parts) yield* toldBefore(part);
  const compared = yield* inThread(where, comparison, keeping);
  if (!isWhole(compared)) return compared;
  yield* keepAll(keeping, compared);
  for (const { path } of parts) rmSync(path, { force: true });
  return compared;
});
