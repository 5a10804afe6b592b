/** `--resume DIR`: results of runs that are over, and checkpoints of those that were cut short, one file a run. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as Effect from 'effect/Effect';
import { type Keeping, keepTold, keptTold, programDigest } from './kept_run.ts';
import type { Told } from './narrate.ts';
import type { Plan, PlannedRun } from './plan.ts';
import { BadFile, BadValue } from './unusable.ts';
import { prepareDirectory, reason } from './write_trace.ts';

/** Gives each run its file. */
export type Keeper = (run: PlannedRun) => Keeping;

/** Beside the program, all that tells one run from another; limits but the depth only say when it is to stop. */
const nameOf = ({ kernel, world, size }: PlannedRun, { properties, limits: { depthMax } }: Plan): string =>
  JSON.stringify([
    kernel.kernel,
    kernel.arch,
    kernel.exact,
    kernel.settings.map(({ toggle, value }) => `${toggle}=${value}`).toSorted(),
    (kernel.own ?? []).map(({ path }) => createHash('sha256').update(readFileSync(path)).digest('hex')),
    world,
    size,
    properties,
    depthMax,
  ]);

export const keeperIn = Effect.fnUntraced(function* (directory: string, module: string, plan: Plan) {
  if (plan.limits.first === true)
    return yield* new BadValue({
      flag: '--resume',
      asked: directory,
      takes: 'no --first, which is over at a violation',
    });
  yield* prepareDirectory(directory, '--resume');
  const program = programDigest(module);
  return (run: PlannedRun): Keeping => {
    const name = nameOf(run, plan);
    const label = [
      run.kernel.kernel,
      ...run.kernel.series,
      ...(run.kernel.own ?? []).map((one) => one.name),
      run.world,
      run.size,
    ]
      .join('+')
      .replaceAll('/', '_');
    const digest = createHash('sha256').update(name).digest('hex').slice(0, 12);
    return { path: join(directory, `${label}+${digest}.run`), key: `${program} ${name}` };
  };
});

const failing = <T>({ path }: Keeping, attempt: () => T): Effect.Effect<T, BadFile> =>
  Effect.try({
    try: attempt,
    catch: (error) =>
      new BadFile({ path, why: reason(error), hint: 'remove it, or name another directory with --resume' }),
  });

export const toldBefore = (keeping: Keeping): Effect.Effect<Told | undefined, BadFile> =>
  failing(keeping, () => keptTold(keeping));

const OVER = new Set<Told['cut']>([undefined, 'depth', 'assertion']);

/** Keeps the result of a run that is over; of another one the search itself has kept a checkpoint. */
export const keep = (keeping: Keeping, told: Told): Effect.Effect<void, BadFile> =>
  OVER.has(told.cut) ? failing(keeping, () => keepTold(keeping, told)) : Effect.void;
