/** `--resume DIR`: results of runs that are over, and checkpoints of those that were cut short, one file a run. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as Effect from 'effect/Effect';
import { isOver, type Keeping, keepTold, keptTold, programDigest } from './kept_run.ts';
import type { Told } from './narrate.ts';
import { digestOf } from './own_file/imported.ts';
import type { Size } from './catalogue.ts';
import type { Plan, PlannedKernel, PlannedRun } from './plan.ts';
import { BadFile, BadValue } from './unusable.ts';
import { prepareDirectory, reason } from './write_trace.ts';

/** Gives each run its file. */
export type Keeper = (run: PlannedRun) => Keeping;

/** All that tells one kernel from another. */
const kernelKey = ({ kernel, arch, exact, settings, own = [] }: PlannedKernel): readonly unknown[] => [
  kernel,
  arch,
  exact,
  settings.map(({ toggle, value }) => `${toggle}=${value}`).toSorted(),
  own.map(({ path }) => digestOf(path)),
];

const kernelFile = ({ kernel, series, own = [] }: PlannedKernel): readonly string[] => [
  kernel,
  ...series,
  ...own.map((one) => one.name),
];

/** What is kept: of one kernel, or of two that are compared. */
export interface KeptOf {
  readonly kernels: readonly PlannedKernel[];
  readonly world: string;
  readonly size: Size;
  /** What else it depends on; limits but the depth only say when it is to stop. */
  readonly asked: readonly unknown[];
}

/** Gives each of them its file. */
export const keepingIn = Effect.fnUntraced(function* (directory: string, module: string) {
  yield* prepareDirectory(directory, '--resume');
  const program = programDigest(module);
  return ({ kernels, world, size, asked }: KeptOf): Keeping => {
    const name = JSON.stringify([...kernels.flatMap((one) => kernelKey(one)), world, size, ...asked]);
    // Of two that are compared the second is what the first is changed to.
    const label = [...kernelFile(kernels.at(-1)!), world, size].join('+').replaceAll('/', '_');
    const digest = createHash('sha256').update(name).digest('hex').slice(0, 12);
    return { path: join(directory, `${label}+${digest}.run`), key: `${program} ${name}` };
  };
});

export const keeperIn = Effect.fnUntraced(function* (directory: string, module: string, plan: Plan) {
  if (plan.limits.first === true)
    return yield* new BadValue({
      flag: '--resume',
      asked: directory,
      takes: 'no --first, which is over at a violation',
    });
  const keeping = yield* keepingIn(directory, module);
  return ({ kernel, world, size }: PlannedRun): Keeping =>
    keeping({ kernels: [kernel], world, size, asked: [plan.properties, plan.limits.depthMax] });
});

/** Said where a command was interrupted. */
export const interruptedNote = (resume: string | undefined): string =>
  `interrupted; what is printed is what was found until then${resume === undefined ? '' : '; the same command goes on from there'}`;

const failing = <T>({ path }: Keeping, attempt: () => T): Effect.Effect<T, BadFile> =>
  Effect.try({
    try: attempt,
    catch: (error) =>
      new BadFile({ path, why: reason(error), hint: 'remove it, or name another directory with --resume' }),
  });

/** What keepAll() has kept; nothing where there is only a checkpoint, or no file. */
export const toldBefore = (keeping: Keeping): Effect.Effect<unknown, BadFile> =>
  failing(keeping, () => keptTold(keeping));

/** Keeps what is over. */
export const keepAll = (keeping: Keeping, told: unknown): Effect.Effect<void, BadFile> =>
  failing(keeping, () => keepTold(keeping, told));

/** Keeps the result of a run that is over; of another one the search itself has kept a checkpoint. */
export const keep = (keeping: Keeping, told: Told): Effect.Effect<void, BadFile> =>
  isOver(told) ? keepAll(keeping, told) : Effect.void;
