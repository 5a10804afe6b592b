/** Judges the kernels of a command one after the other, with a line of how it gets on. */
import * as Effect from 'effect/Effect';
import type { Law } from '../../spec/laws/law.ts';
import type { Setting } from '../check.ts';
import { watch } from '../progress.ts';
import { casesOf, fewCasesOf } from './cases.ts';
import { bothFail, type Tried } from './changed.ts';
import { doesHarm, judge, type Judgement, keyOf } from './judge.ts';
import type { Judged } from './law_text.ts';
import { isSame, type UnderTest } from './under_test.ts';
import { worseBy } from './worse.ts';

/** What is to be judged: an architecture in a kernel, and where it has a series or a proposal on top, the same without it. */
export interface Run {
  readonly under: UnderTest;
  readonly without?: UnderTest;
}

/** What came of the runs, and what those with something on top change. */
export interface Found {
  readonly all: readonly Judged[];
  readonly trials: readonly Tried[];
}

/** Lets ^C in, and the line of progress out, between two laws. */
const breathe = Effect.promise(() => new Promise<void>((resolve) => void setImmediate(resolve)));

/** Judges each kernel of an architecture over these cases, and those with the same functions once. */
const judging = ({ cells }: Setting, laws: readonly Law[], of: typeof casesOf, say: (text: string) => void) => {
  const before: Judged[] = [];
  return Effect.fnUntraced(function* (under: UnderTest) {
    const same = before.find((one) => isSame(one.under, under));
    if (same !== undefined) return { ...same, under };
    const { architecture, kernel, t } = under;
    const cases = of(architecture, t);
    const judgements: Judgement[] = [];
    for (const law of laws) {
      say(`${architecture.name}, ${kernel}: ${law.name}`);
      yield* breathe;
      if (cells.stopAsked) break;
      judgements.push(...judge([law], under, cases));
    }
    const judged: Judged = { under, judgements, protections: cases.prots.length };
    before.push(judged);
    return judged;
  });
};

const harmful = ({ judgements }: Judged): ReadonlySet<string> => new Set(judgements.filter(doesHarm).map(keyOf));

/** What of the same cases is worse with a change, which is found once for kernels with the same functions. */
const worsening = Effect.fnUntraced(function* (
  { cells }: Setting,
  before: readonly Tried[],
  { after, fewBefore }: Omit<Tried, 'worse'>,
  say: (text: string) => void,
) {
  const [{ under }, { under: without }] = [after, fewBefore];
  const same = before.find((one) => isSame(one.after.under, under) && isSame(one.fewBefore.under, without));
  if (same !== undefined) return same.worse;
  if (isSame(under, without)) return [];
  const cases = fewCasesOf(under.architecture, under.t);
  const worse: Judgement[] = [];
  for (const one of bothFail({ after, fewBefore })) {
    say(`${under.architecture.name}, ${under.kernel} beside ${without.kernel}: ${one.law.name}`);
    yield* breathe;
    if (cells.stopAsked) break;
    worse.push(...worseBy(under, without, one, cases));
  }
  return worse;
});

const judgeEach = Effect.fnUntraced(function* (
  setting: Setting,
  runs: readonly Run[],
  laws: readonly Law[],
  say: (text: string) => void,
) {
  const [all, trials]: [Judged[], Tried[]] = [[], []];
  const sayOf = (text: string): void => say(`${all.length + 1} of ${runs.length}: ${text}`);
  const whole = judging(setting, laws, casesOf, sayOf);
  const few = judging(setting, laws, fewCasesOf, sayOf);
  for (const { under, without } of runs) {
    const after = yield* whole(under);
    // What fails of a part of the cases fails of all, and the other way round: test/checker/laws/table.test.ts.
    const fewBefore = without === undefined ? undefined : yield* few(without);
    const worse = fewBefore === undefined ? [] : yield* worsening(setting, trials, { after, fewBefore }, sayOf);
    if (setting.cells.stopAsked) break;
    const judged = under.proposed ? { ...after, failsWithout: harmful(fewBefore!) } : after;
    all.push(judged);
    if (fewBefore !== undefined) trials.push({ after: judged, fewBefore, worse });
  }
  return { all, trials } satisfies Found;
});

export const judgeRuns = (setting: Setting, runs: readonly Run[], laws: readonly Law[]) =>
  Effect.suspend(() => {
    let now = '';
    const progress = watch(setting.err, (elapsed) => `${now}  ${Math.floor(elapsed)} s`);
    return Effect.ensuring(
      judgeEach(setting, runs, laws, (text) => (now = text)),
      Effect.sync(progress.done),
    );
  });
