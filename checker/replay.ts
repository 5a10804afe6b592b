/** `mmcheck replay`: a trace file, step by step, on the kernel it was recorded on or on another one. */
import * as Effect from 'effect/Effect';
import { byRelease, isModelledOn, type KernelChoice, type WorldEntry } from './catalogue.ts';
import type { ExitCode, Setting } from './check.ts';
import type { AnyWorld } from './outcomes.ts';
import { type AskedKernel, find, kernelsOf, type PlannedKernel } from './plan.ts';
import { readTrace, type TraceFile } from './read_trace.ts';
import { movesNamed, type Replayed, replayOn } from './replay_world.ts';
import { paintFor } from './report/paint.ts';
import { replayText, undecidedText } from './report/replay_text.ts';
import { BadFile, ModelFailed, UnknownName } from './unusable.ts';

/**
 * The kernel of the file, unless another one is asked for: `--kernel` and `--series` name it from scratch,
 * `--set` alone changes a toggle of the one in the file.
 */
const askedOr = (flags: AskedKernel, trace: TraceFile): AskedKernel => {
  // The entries are those of the file, whatever the kernel.
  const asked = { ...flags, arch: trace.arch };
  if (asked.kernel.length > 0 || asked.series.length > 0)
    return asked.kernel.length > 0 ? asked : { ...asked, kernel: [trace.kernel] };
  const changed = new Set(asked.set.map((one) => one.split('=', 1)[0]));
  const kept = Object.entries(trace.settings).filter(([toggle]) => !changed.has(toggle));
  return {
    ...asked,
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

/** The releases, the oldest first, of which this property is asked in the world. */
const askedOf = ({ catalogue }: Setting, entry: WorldEntry, { property, size }: TraceFile): readonly string[] =>
  catalogue.kernels
    .filter(({ name }) => isModelledOn(entry, name))
    .filter(({ name, arch }) => {
      const { properties } = entry.build({ kernel: name, arch, series: [], settings: [] }, size);
      return properties.some((one) => one.name === property);
    })
    .map(({ name }) => name)
    .toSorted(byRelease);

/** Whether the property is broken; undefined: this kernel has no such property. */
const replayOne = Effect.fnUntraced(function* (
  setting: Setting,
  path: string,
  trace: TraceFile,
  kernel: PlannedKernel,
) {
  const { catalogue, out } = setting;
  const entry = yield* find('world', trace.world, catalogue.worlds);
  const { says } = yield* find('property', trace.property, catalogue.properties);
  const modelled = catalogue.kernels.filter((one) => isModelledOn(entry, one.name)).map((one) => one.name);
  if (!modelled.includes(kernel.kernel))
    return yield* new UnknownName({
      kind: 'kernel',
      asked: kernel.kernel,
      known: modelled,
      of: `world ${entry.name}`,
    });
  const choice: KernelChoice = kernel;
  const world = yield* trying(() => entry.build(choice, trace.size));
  if (world.properties.every(({ name }) => name !== trace.property)) {
    const releases = modelled.toSorted(byRelease);
    const asked = yield* trying(() => askedOf(setting, entry, trace));
    out.write(`${undecidedText(path, trace, kernel, { says, asked, releases }, paintFor(out))}\n`);
    return undefined;
  }
  const done: Replayed = yield* replayed(path, world, trace);
  out.write(`${replayText(trace, kernel, says, done, paintFor(out))}\n`);
  return done.brokenAt !== undefined;
});

/** Exit code 1 when the property is broken on any of the kernels, 2 when none of them has it, else 0. */
export const replay = Effect.fnUntraced(function* (setting: Setting, path: string, asked: AskedKernel) {
  const trace = yield* readTrace(path);
  const kernels = yield* kernelsOf(setting.catalogue, askedOr(asked, trace));
  const broken = new Set<boolean | undefined>();
  for (const kernel of kernels) broken.add(yield* replayOne(setting, path, trace, kernel));
  const decided: ExitCode = broken.has(true) ? 1 : 0;
  const code: ExitCode = broken.has(true) || broken.has(false) ? decided : 2;
  return code;
});
