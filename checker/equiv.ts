/** `mmcheck equiv A B`: whether two kernels do the same, as far as it can be observed, in every world that calls what differs. */
import * as Effect from 'effect/Effect';
import type { ExitCode, Setting } from './check.ts';
import { changesBetween } from './equiv/changes_between.ts';
import { compareIn } from './equiv/compare_in.ts';
import { OBSERVE } from './equiv/observer.ts';
import { verdictOf } from './equiv/verdict.ts';
import { worldsOfBoth } from './equiv/worlds_of_both.ts';
import { kernelName } from './finished.ts';
import { kernelNamed } from './kernel_named.ts';
import { type Asked, kernelsOf, limitsOf, type PlannedKernel, sizeOf } from './plan.ts';
import { note, numbered } from './progress.ts';
import { type EquivFound, type EquivRun, equivJson, equivText } from './report/equiv_text.ts';
import { paintFor } from './report/paint.ts';
import { uncalledBeside } from './report/uncalled_text.ts';
import { interruptedNote, keepingIn } from './resume.ts';
import { BadValue, UnknownName, type Unusable } from './unusable.ts';

export interface EquivAsked extends Omit<Asked, 'kernel' | 'series' | 'set' | 'patch' | 'property' | 'first'> {
  readonly a: string;
  readonly b: string;
  readonly observe: string;
  /** Where comparisons are kept, so that the next command goes on. */
  readonly resume?: string | undefined;
  readonly json: boolean;
  /** Shows the sequence of every operation that differs, in every world, and not just the first time. */
  readonly verbose: boolean;
}

/** The one kernel that a word of the command line stands for. */
const oneKernel = Effect.fnUntraced(function* ({ catalogue }: Setting, asked: string, arch?: string) {
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

const observeNamed = Effect.fnUntraced(function* (asked: string) {
  const observe = OBSERVE.find((one) => one === asked);
  return observe ?? (yield* new UnknownName({ kind: 'observer', asked, known: OBSERVE }));
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

/** Two kernels, and whether they are the same. */
interface Both {
  readonly a: PlannedKernel;
  readonly b: PlannedKernel;
  readonly same: EquivFound['same'];
}

/** Whether both are the same release, and nothing that they do is changed. */
const sameKernel = ({ catalogue }: Setting, a: PlannedKernel, b: PlannedKernel): EquivFound['same'] => {
  const { functions, entries } = changesBetween(catalogue, a, b);
  if (a.kernel !== b.kernel || functions.length > 0 || entries) return false;
  return a.series.join(' ') === b.series.join(' ') ? 'throughout' : 'as modelled';
};

const compareAll = Effect.fnUntraced(function* (setting: Setting, asked: EquivAsked, { a, b, same }: Both) {
  const { cells, err, module } = setting;
  const observe = yield* observeNamed(asked.observe);
  const size = yield* sizeOf(asked.size);
  const limits = yield* limitsOf({ ...asked, first: false });
  const keeps = asked.resume === undefined ? undefined : yield* keepingIn(asked.resume, module);
  const worlds = yield* worldsOfBoth(setting, asked, a, b);
  const runs: EquivRun[] = [];
  for (const [i, { name }] of (same === false ? worlds : []).entries()) {
    if (cells.stopAsked) break;
    const label = numbered(i, worlds.length, name);
    const compared = yield* compareIn(setting, { a, b, world: name, size, observe, limits, label, keeps });
    runs.push({ world: name, size, compared });
  }
  if (cells.stopAsked) note(err, interruptedNote(asked.resume));
  return { observe, size, runs };
});

export const equiv = Effect.fnUntraced(function* (setting: Setting, asked: EquivAsked) {
  const { out, cells, version, catalogue } = setting;
  const a = yield* oneKernel(setting, asked.a, asked.arch);
  const b = yield* oneKernel(setting, asked.b, asked.arch);
  const pair = { a: kernelName(a), b: kernelName(b) };
  const same = sameKernel(setting, a, b);
  const { observe, size, runs } = yield* compareAll(setting, asked, { a, b, same });
  const uncalled = uncalledBeside([a, b], runs);
  const found: EquivFound = { pair, same, uncalled, observe, size, runs };
  const text = asked.json
    ? equivJson(version, found)
    : equivText(found, { paint: paintFor(out), verbose: asked.verbose, catalogue });
  out.write(`${text}\n`);
  if (same !== false) return same === 'throughout' ? 0 : 3;
  const code = exitCodeOf(runs, cells.stopAsked);
  return code === 0 && uncalled.length > 0 ? 3 : code;
}) satisfies (setting: Setting, asked: EquivAsked) => Effect.Effect<ExitCode, Unusable>;
