/** `mmcheck replay`: a trace file, step by step, on the kernel it was recorded on or on another one. */
import * as Effect from 'effect/Effect';
import { byRelease, isModelledOn, type KernelChoice, type WorldEntry } from './catalogue.ts';
import type { ExitCode, Setting } from './check.ts';
import type { AnyWorld } from './outcomes.ts';
import { find } from './named.ts';
import { withoutExit } from './own_file/blame.ts';
import { CalledFiles } from './own_file/called_files.ts';
import { readPatch } from './own_file/patch_file.ts';
import { notSetBy, toggleIn } from './own_patches.ts';
import { type AskedKernel, kernelsOf, type PlannedKernel } from './plan.ts';
import { note } from './progress.ts';
import { readTrace, type TraceFile } from './read_trace.ts';
import { movesNamed, type Replayed, replayOn } from './replay_world.ts';
import { beginning, brokenHere } from './stepping/session.ts';
import { linesOf } from './stepping/lines.ts';
import { stepThrough } from './stepping/step_through.ts';
import { paintFor } from './report/paint.ts';
import { headLines, replayText, shrunkText, undecidedText } from './report/replay_text.ts';
import { nothingSaidAbout } from './report/uncalled_text.ts';
import { shrunkOn, writeShrunk } from './replay_shrunk.ts';
import type { Move } from './search/index.ts';
import { BadFile, BadValue, ModelFailed, UnknownName } from './unusable.ts';

/**
 * The kernel of the file, unless another one is asked for: `--kernel` and `--series` name it from scratch, `--set` changes a toggle of
 * the one in the file, and `--patch` is put on it in the place of its patches.
 */
export const askedOr = Effect.fnUntraced(function* (flags: AskedKernel, trace: TraceFile) {
  // The entries are those of the file, whatever the kernel.
  const asked: AskedKernel = { ...flags, arch: trace.arch };
  if (asked.kernel.length > 0) return asked;
  if (asked.series.length > 0) return { ...asked, kernel: [trace.kernel] };
  const { patch: patches = [], set } = asked;
  const own = yield* Effect.forEach(patches, (file) => readPatch(file));
  const changed = new Set(set.map(toggleIn));
  const kept = Object.entries(trace.settings).filter(([toggle]) => !changed.has(toggle));
  const settings = kept.map(([toggle, value]) => `${toggle}=${value}`);
  const ofFile: AskedKernel = {
    ...asked,
    kernel: [trace.kernel],
    series: trace.series,
    patch: patches.length > 0 ? patches : (trace.patches ?? []),
    set: [...notSetBy(own, settings), ...set],
  };
  return ofFile;
});

/** The model may throw anywhere; that is no verdict. */
export const trying = <A>(
  run: () => A,
  { own = [] }: Pick<KernelChoice, 'own'> = {},
): Effect.Effect<A, ModelFailed> => {
  const paths = own.map(({ path }) => path);
  return Effect.try({
    try: () => withoutExit(paths, run),
    catch: (cause) => new ModelFailed({ cause, own: paths }),
  });
};

/** The moves of a trace file, on a world that has them all. */
export const movesIn = Effect.fnUntraced(function* (path: string, world: AnyWorld, trace: TraceFile) {
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
  return moves;
});

const modelledOf = ({ catalogue }: Setting, entry: WorldEntry): readonly string[] =>
  catalogue.kernels.map(({ name }) => name).filter((name) => isModelledOn(entry, name));

/** Those of the kernels that the world is modelled on. */
export const kernelsFor = Effect.fnUntraced(function* (
  setting: Setting,
  entry: WorldEntry,
  kernels: readonly PlannedKernel[],
) {
  const known = modelledOf(setting, entry);
  const others = [...new Set(kernels.map(({ kernel }) => kernel))].filter((name) => !known.includes(name));
  const fitting = kernels.filter(({ kernel }) => known.includes(kernel));
  const asked = others.join(', ');
  if (fitting.length === 0) return yield* new UnknownName({ kind: 'kernel', asked, known, of: `world ${entry.name}` });
  if (others.length > 0) note(setting.err, `left out, ${entry.name} is not modelled on them: ${asked}`);
  return fitting;
});

/** The releases, the oldest first, of which this property is asked in the world. */
const askedOf = (setting: Setting, entry: WorldEntry, { property, size }: TraceFile): readonly string[] =>
  setting.catalogue.kernels
    .filter(({ name }) => isModelledOn(entry, name))
    .filter(({ name, arch }) => {
      const { properties } = entry.build({ kernel: name, arch, series: [], settings: [] }, size);
      return properties.some((one) => one.name === property);
    })
    .map(({ name }) => name)
    .toSorted(byRelease);

/** What `replay` is asked beside the kernel. */
export interface ReplayAsked extends AskedKernel {
  /** Shrinks the trace. */
  readonly shrink: boolean;
  /** The file that the trace is written to. */
  readonly out?: string | undefined;
  /** Goes through it step by step, as lines ask. */
  readonly step?: boolean;
}

/** Steps through it; whether the property is broken where that ended. */
const stepped = Effect.fnUntraced(function* (
  { out, lines = () => linesOf(process.stdin, process.stdout) }: Setting,
  world: AnyWorld,
  trace: TraceFile,
  moves: readonly Move[],
  kernel: PlannedKernel,
) {
  const { own = [] } = kernel;
  out.write(`${headLines(trace, kernel, paintFor(out)).join('\n')}\n`);
  const typed = lines();
  const file = moves.map((move, i) => ({ move, answers: trace.steps[i]!.answers }));
  const ended = yield* Effect.tryPromise({
    try: () => stepThrough(beginning(world, trace.initial, file), typed.read, out),
    catch: (cause) => new ModelFailed({ cause, own: own.map(({ path }) => path) }),
  }).pipe(Effect.ensuring(Effect.sync(typed.close)));
  return brokenHere(ended).includes(trace.property);
});

/** What a trace comes to on a kernel: `not asked` has no such property, `not called` calls nothing of a patch of somebody's own. */
type Came = 'broken' | 'not broken' | 'not called' | 'not asked';

const replayOne = Effect.fnUntraced(function* (
  setting: Setting,
  path: string,
  entry: WorldEntry,
  trace: TraceFile,
  kernel: PlannedKernel,
  asked: ReplayAsked,
) {
  const { catalogue, out } = setting;
  const { says } = yield* find('property', trace.property, catalogue.properties);
  const files = new CalledFiles(catalogue, kernel);
  const choice: KernelChoice = { ...kernel, watch: files.watch, watchEntries: files.watch };
  const world = yield* trying(() => entry.build(choice, trace.size), kernel);
  if (world.properties.every(({ name }) => name !== trace.property)) {
    const releases = modelledOf(setting, entry).toSorted(byRelease);
    const having = yield* trying(() => askedOf(setting, entry, trace));
    out.write(`${undecidedText(path, trace, kernel, { says, asked: having, releases }, paintFor(out))}\n`);
    return 'not asked' satisfies Came;
  }
  const moves = yield* movesIn(path, world, trace);
  if (asked.step === true)
    return ((yield* stepped(setting, world, trace, moves, kernel)) ? 'broken' : 'not broken') satisfies Came;
  const shrunk = asked.shrink ? yield* trying(() => shrunkOn(world, trace, moves), kernel) : undefined;
  if (shrunk !== undefined) {
    out.write(`${shrunkText(trace, kernel, says, shrunk, paintFor(out))}\n`);
    if (asked.out !== undefined) yield* writeShrunk(asked.out, setting.version, trace, kernel, shrunk);
    return 'broken' satisfies Came;
  }
  const done: Replayed = yield* trying(() => replayOn(world, trace, moves), kernel);
  const unsaid = files.uncalled.flatMap((one) => ['', ...nothingSaidAbout(one, 'on the way')]);
  out.write(`${[replayText(trace, kernel, says, done, paintFor(out)), ...unsaid].join('\n')}\n`);
  if (done.brokenAt !== undefined) return 'broken' satisfies Came;
  return (unsaid.length > 0 ? 'not called' : 'not broken') satisfies Came;
});

const exitCodeOf = (came: ReadonlySet<Came>): ExitCode => {
  if (came.has('broken')) return 1;
  if (came.has('not called')) return 3;
  return came.has('not broken') ? 0 : 2;
};

/** A file holds one trace, and a trace that is not shrunk is in a file already. */
const outUsable = Effect.fnUntraced(function* ({ shrink, out }: ReplayAsked, kernels: number) {
  if (out === undefined || (shrink && kernels === 1)) return;
  const takes = shrink ? 'the trace of one kernel, and several were asked' : 'what --shrink makes, and that is missing';
  return yield* new BadValue({ flag: '--out', asked: out, takes });
});

/**
 * Exit code 1 when the property is broken on any of the kernels, 2 when none of them has it, 3 when nothing of a patch is called on the
 * way, else 0.
 */
export const replay = Effect.fnUntraced(function* (setting: Setting, path: string, asked: ReplayAsked) {
  const trace = yield* readTrace(path);
  const entry = yield* find('world', trace.world, setting.catalogue.worlds);
  const kernels = yield* kernelsFor(setting, entry, yield* kernelsOf(setting.catalogue, yield* askedOr(asked, trace)));
  yield* outUsable(asked, kernels.length);
  if (asked.step === true && kernels.length > 1)
    return yield* new BadValue({ flag: '--step', asked: path, takes: 'one kernel' });
  const came = new Set<Came>();
  for (const kernel of kernels) came.add(yield* replayOne(setting, path, entry, trace, kernel, asked));
  return exitCodeOf(came);
});
