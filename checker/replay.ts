/** `mmcheck replay`: a trace file, step by step, on the kernel it was recorded on or on another one. */
import * as Effect from 'effect/Effect';
import type { KernelChoice } from './catalogue.ts';
import type { ExitCode, Setting } from './check.ts';
import type { AnyWorld } from './outcomes.ts';
import { type AskedKernel, find, kernelsOf, type PlannedKernel } from './plan.ts';
import { readTrace, type TraceFile } from './read_trace.ts';
import { movesNamed, type Replayed, replayOn } from './replay_world.ts';
import { paintFor } from './report/paint.ts';
import { replayText } from './report/replay_text.ts';
import { BadFile, ModelFailed, UnknownName } from './unusable.ts';

/**
 * The kernel of the file, unless another one is asked for: `--kernel` and `--series` name it from scratch,
 * `--set` alone changes a toggle of the one in the file.
 */
const askedOr = (asked: AskedKernel, trace: TraceFile): AskedKernel => {
  if (asked.kernel.length > 0 || asked.series.length > 0)
    return asked.kernel.length > 0 ? asked : { ...asked, kernel: [trace.kernel] };
  const changed = new Set(asked.set.map((one) => one.split('=', 1)[0]));
  const kept = Object.entries(trace.settings).filter(([toggle]) => !changed.has(toggle));
  return {
    kernel: [trace.kernel],
    series: trace.series,
    set: [...kept.map(([toggle, value]) => `${toggle}=${value}`), ...asked.set],
  };
};

/** The model may throw anywhere; that is no verdict. */
const trying = <A>(run: () => A): Effect.Effect<A, ModelFailed> =>
  Effect.try({ try: run, catch: (cause) => new ModelFailed({ cause }) });

const replayed = Effect.fnUntraced(function* (path: string, world: AnyWorld, trace: TraceFile) {
  if (trace.initial < 0 || trace.initial >= world.initial.length)
    return yield* new BadFile({
      path,
      why: `begins in initial state ${trace.initial}; there are ${world.initial.length}`,
    });
  const moves = yield* trying(() => movesNamed(world, trace.steps));
  if ('kind' in moves) {
    const { kind, asked, known, step } = moves;
    return yield* new UnknownName({ kind, asked, known, of: `world ${trace.world}; ${path} names it in step ${step}` });
  }
  return yield* trying(() => replayOn(world, trace, moves));
});

const replayOne = Effect.fnUntraced(function* (
  setting: Setting,
  path: string,
  trace: TraceFile,
  kernel: PlannedKernel,
) {
  const entry = yield* find('world', trace.world, setting.catalogue.worlds);
  const choice: KernelChoice = kernel;
  const world = yield* trying(() => entry.build(choice, trace.size));
  const property = yield* find('property', trace.property, world.properties);
  const done: Replayed = yield* replayed(path, world, trace);
  setting.out.write(`${replayText(trace, kernel, property.says, done, paintFor(setting.out))}\n`);
  return done.brokenAt !== undefined;
});

/** Exit code 1 when the property is broken on any of the kernels, else 0. */
export const replay = Effect.fnUntraced(function* (setting: Setting, path: string, asked: AskedKernel) {
  const trace = yield* readTrace(path);
  const kernels = yield* kernelsOf(setting.catalogue, askedOr(asked, trace));
  let broken = false;
  for (const kernel of kernels) broken = (yield* replayOne(setting, path, trace, kernel)) || broken;
  const code: ExitCode = broken ? 1 : 0;
  return code;
});
