/** What a command found, as a CI has it: one case for each thing that was asked. */
import { isCut, verdictOf } from '../equiv/verdict.ts';
import type { Compared } from '../equiv/compare_worlds.ts';
import { type Finished, kernelName } from '../finished.ts';
import { findingText, fixOutcome, fixText, type FoundBug, lengthOf } from '../found_bug.ts';
import { doesHarm, keyOf } from '../laws/judge.ts';
import type { Judged } from '../laws/law_text.ts';
import type { ToldProperty } from '../narrate.ts';
import type { Uncalled } from '../own_file/called_files.ts';
import { plain } from '../report/paint.ts';
import { operations, violationLines } from '../report/text.ts';
import { nothingSaidAbout, uncalledBeside, uncalledBy } from '../report/uncalled_text.ts';
import type { Validated } from '../validate.ts';
import type { Judgement } from '../validate/status.ts';

export interface CiCase {
  /** What was searched: a world on a kernel, an architecture. */
  readonly suite: string;
  /** The property, law or bug. */
  readonly name: string;
  readonly says: string;
  /** `undecided`: it was never exercised, or the search was cut short; that is no success. */
  readonly outcome: 'passed' | 'failed' | 'undecided';
  /** Of a failure, or why it is undecided. */
  readonly message?: string;
  /** The trace, as it is printed. */
  readonly text?: string;
  /** Where the kernel asks for it: 'mm/huge_memory.c'. */
  readonly file?: string;
  readonly seconds?: number;
}

const after = (n: number): string => `after ${operations(n)}`;

/** The first file of the kernel that a citation names. */
const fileIn = (cites = ''): { readonly file?: string } => {
  const file = /\b((?:mm|fs|include|arch|drivers|kernel|virt|lib)\/[\w./-]+\.[chS])\b/.exec(cites)?.[1];
  return file === undefined ? {} : { file };
};

const ofProperty = (run: Finished, property: ToldProperty): CiCase => {
  const { name, says, cites, verdict, counterexample } = property;
  const base = { suite: `${run.world} on ${kernelName(run.kernel)}`, name, says, ...fileIn(cites) };
  if (counterexample !== undefined)
    return {
      ...base,
      outcome: 'failed',
      message: `${name} is violated ${after(counterexample.length)} in ${base.suite}: ${counterexample.explanation}`,
      text: violationLines(run, property, counterexample, plain).slice(1).join('\n'),
    };
  return verdict === 'holds' ? { ...base, outcome: 'passed' } : { ...base, outcome: 'undecided', message: verdict };
};

const ofFault = ({ world, kernel }: Finished, message: string): CiCase => ({
  suite: `${world} on ${kernelName(kernel)}`,
  name: 'the model',
  says: 'The search comes to its end.',
  outcome: 'failed',
  message,
});

const ofUncalled = (one: Uncalled, where: string): CiCase => ({
  suite: one.file,
  name: 'the patch',
  says: 'A search calls something of it.',
  outcome: 'undecided',
  message: nothingSaidAbout(one, where).join(' '),
});

/** Of `check`: every property of every run, and every patch that no run has called. */
export const casesOfRuns = (runs: readonly Finished[]): readonly CiCase[] => [
  ...runs.flatMap((run) => [
    ...run.told.properties.map((one) => ofProperty(run, one)),
    ...(run.told.fault === undefined ? [] : [ofFault(run, run.told.fault.message)]),
  ]),
  ...uncalledBy(runs).map((one) => ofUncalled(one, 'here')),
];

const ofJudgement = (suite: string, { property, status, world, before, after: is }: Judgement): CiCase => {
  const { says, cites } = (is ?? before)!;
  const base = { suite: `${world}, ${suite}`, name: property, says, ...fileIn(cites) };
  if (status === 'newly violated' || status === 'violated')
    return {
      ...base,
      outcome: 'failed',
      message: `${status === 'violated' ? 'violated, and not all of the base was seen,' : status} ${after(is!.counterexample!.length)}: ${is!.counterexample!.explanation}`,
    };
  return status === 'holds' || status === 'mended'
    ? { ...base, outcome: 'passed' }
    : {
        ...base,
        outcome: 'undecided',
        message: status === 'same' || status === 'other' ? 'violated before and after' : status,
      };
};

const SEARCH = { name: 'the search', says: 'The search comes to its end.' };

/** That a world could not be searched, or not all of it. */
const ofSearch = (suite: string, compared: Compared): readonly CiCase[] => {
  const { fault } = compared;
  if (fault !== undefined)
    return [{ ...SEARCH, suite, outcome: 'failed', message: `${fault.place ?? 'the model'}: ${fault.message}` }];
  return isCut(compared) ? [{ ...SEARCH, suite, outcome: 'undecided', message: 'incomplete' }] : [];
};

/** That a change decides nothing, wherever it was compared: what holds does so without it. */
const ofIdle = (suite: string, worlds: Validated['worlds']): readonly CiCase[] =>
  worlds.every(({ compared }) => ['passed on', 'not called'].includes(verdictOf(compared)))
    ? [
        {
          suite,
          name: 'the change',
          says: 'It decides something.',
          outcome: 'undecided',
          message: 'it decides nothing in these worlds',
        },
      ]
    : [];

/** Of `validate`: what is newly violated fails, and what is violated before and after is no success. */
export const casesOfChanges = (all: readonly Validated[]): readonly CiCase[] =>
  all.flatMap(({ change, judgements, worlds, left }) => [
    ...judgements.map((one) => ofJudgement(change.title, one)),
    ...worlds.flatMap(({ world, compared }) => ofSearch(`${world}, ${change.title}`, compared)),
    ...ofIdle(change.title, worlds),
    ...uncalledBeside([change.base, change.patched], worlds).map((one) => ofUncalled(one, 'in these worlds')),
    ...(left === 0
      ? []
      : [{ ...SEARCH, suite: change.title, outcome: 'undecided' as const, message: `${left} worlds were not begun` }]),
  ]);

const outcomeOf = (one: FoundBug): CiCase['outcome'] => {
  const { told, fix } = one;
  const isFault = told.fault !== undefined || fix.fault !== undefined;
  if (isFault || fixOutcome(one) === 'fails') return 'failed';
  if (lengthOf(one) === undefined) return told.cut === undefined ? 'failed' : 'undecided';
  return fixOutcome(one) === 'holds' ? 'passed' : 'undecided';
};

/** Of `bugs`: each is to be found, and its fix to hold; one that has no occasion to fail is no success. */
export const casesOfBugs = (found: readonly FoundBug[]): readonly CiCase[] =>
  found.map((one): CiCase => {
    const [outcome, fault] = [outcomeOf(one), one.told.fault ?? one.fix.fault];
    const base = { suite: 'bugs', name: one.name, says: one.title, seconds: one.told.seconds, outcome };
    if (outcome === 'passed') return base;
    const message = fault === undefined ? `${findingText(one)}; ${fixText(one)}` : `the model failed: ${fault.message}`;
    return { ...base, message };
  });

/** Of `laws`: each at each level; a failure that does no harm is no success, either. */
export const casesOfLaws = (all: readonly Judged[]): readonly CiCase[] =>
  all.flatMap(({ under, judgements }) =>
    judgements.map((one): CiCase => {
      const { law, result } = one;
      const base = { suite: `${under.architecture.name}, ${under.kernel}`, name: keyOf(one), says: law.says };
      if (doesHarm(one) && result.verdict === 'fails')
        return { ...base, outcome: 'failed', message: `fails in ${result.failures} of ${result.cases} cases` };
      if (result.verdict === 'holds') return { ...base, outcome: 'passed' };
      return {
        ...base,
        outcome: 'undecided',
        message: result.verdict === 'fails' ? 'fails, and does no harm' : result.why,
      };
    }),
  );
