/** `mmcheck equiv A B`: whether two kernels do the same, as far as it can be observed, in every world that calls what differs. */
import * as Effect from 'effect/Effect';
import type { Cells } from './cells.ts';
import type { ExitCode, Setting } from './check.ts';
import type { CompareJob } from './compare_worker.ts';
import type { Compared } from './equiv/compare_worlds.ts';
import { OBSERVE, type Observe } from './equiv/observer.ts';
import { verdictOf } from './equiv/verdict.ts';
import { kernelName } from './finished.ts';
import { defaultBytesMax, inWorker } from './in_worker.ts';
import { kernelNamed } from './kernel_named.ts';
import { jobOf } from './kernel_job.ts';
import { brokenOff } from './narrate.ts';
import { type Asked, kernelsOf, limitsOf, type PlannedKernel, sizeOf } from './plan.ts';
import { worldsFor } from './plan_worlds.ts';
import { note, watchProgress } from './progress.ts';
import { type EquivRun, equivJson, equivText } from './report/equiv_text.ts';
import { paintFor } from './report/paint.ts';
import { isModelledOn, type Size } from './catalogue.ts';
import type { Limits } from './search/index.ts';
import { BadValue, someWorlds, UnknownName } from './unusable.ts';

export interface EquivAsked extends Omit<Asked, 'kernel' | 'series' | 'set' | 'patch' | 'property' | 'first'> {
  readonly a: string;
  readonly b: string;
  readonly observe: string;
  readonly json: boolean;
  /** Shows the sequence of every operation that differs, in every world, and not just the first time. */
  readonly verbose: boolean;
}

/** The one kernel that a word of the command line stands for. */
export const oneKernel = Effect.fnUntraced(function* ({ catalogue }: Setting, asked: string, arch?: string) {
  const kernels = yield* kernelsOf(catalogue, { ...kernelNamed(asked), arch });
  const [one] = kernels;
  if (one === undefined || kernels.length > 1)
    return yield* new BadValue({
      flag: 'a kernel',
      asked,
      takes: 'one kernel, as v7.1, huge-pfnmaps@v2.5 or v7.1+mine.ts',
    });
  return one;
});

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

/** Has one world compared by a worker. */
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

export const observeNamed = Effect.fnUntraced(function* (asked: string) {
  const observe = OBSERVE.find((one) => one === asked);
  return observe ?? (yield* new UnknownName({ kind: 'observer', asked, known: OBSERVE }));
});

/** The worlds in which both kernels are modelled, and that what they are made of can change. */
export const worldsOfBoth = Effect.fnUntraced(function* (
  { catalogue, err }: Setting,
  asked: Pick<Asked, 'world'>,
  a: PlannedKernel,
  b: PlannedKernel,
) {
  const series = [...a.series, ...b.series].filter((one) => !(a.series.includes(one) && b.series.includes(one)));
  const own = [...(a.own ?? []), ...(b.own ?? [])];
  const set = [...a.set, ...b.set].filter((one) => !(a.set.includes(one) && b.set.includes(one)));
  // Releases may differ in any world.
  const released = a.kernel !== b.kernel;
  const flags: Asked = {
    kernel: [],
    series: released ? [] : series,
    set: released ? [] : set,
    world: asked.world,
    property: [],
    first: false,
    arch: b.exact,
  };
  const { worlds, leftOut } = yield* worldsFor(catalogue, flags, [{ ...a, own: released ? [] : own }, b]);
  for (const { worlds: names, why } of leftOut) note(err, `left out, not ${why}: ${someWorlds(names)}`);
  return worlds.filter((one) => isModelledOn(one, a.kernel) && isModelledOn(one, b.kernel));
});

const exitCodeOf = (runs: readonly EquivRun[], interrupted: boolean): ExitCode => {
  if (interrupted) return 130;
  const all = runs.map(({ compared }) => compared);
  if (all.some(({ fault }) => fault !== undefined)) return 2;
  if (all.some(({ together }) => together?.verdict === 'differs')) return 1;
  if (all.some(({ together, cutShort = false }) => cutShort || together?.verdict === 'incomplete')) return 3;
  // Nothing that differs was ever called, or it passed every call on: nothing is decided.
  return all.some((one) => verdictOf(one) === 'equivalent') ? 0 : 3;
};

export const equiv = Effect.fnUntraced(function* (setting: Setting, asked: EquivAsked) {
  const { out, cells, version } = setting;
  const a = yield* oneKernel(setting, asked.a, asked.arch);
  const b = yield* oneKernel(setting, asked.b, asked.arch);
  const observe = yield* observeNamed(asked.observe);
  const size = yield* sizeOf(asked.size);
  const limits = yield* limitsOf({ ...asked, first: false });
  const runs: EquivRun[] = [];
  const pair = { a: kernelName(a), b: kernelName(b) };
  for (const { name } of yield* worldsOfBoth(setting, asked, a, b)) {
    if (cells.stopAsked) break;
    const compared = yield* compareIn(setting, { a, b, world: name, size, observe, limits });
    runs.push({ world: name, size, compared });
  }
  const text = asked.json
    ? equivJson(version, pair, observe, runs)
    : equivText(pair, observe, runs, { paint: paintFor(out), verbose: asked.verbose });
  out.write(`${text}\n`);
  return exitCodeOf(runs, cells.stopAsked);
});
