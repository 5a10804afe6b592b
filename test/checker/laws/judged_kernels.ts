/** Which law holds where: every architecture, release and version of a series judged, as lines to be pinned. */
import type { casesOf } from '../../../checker/laws/cases.ts';
import { doesHarm, judge, type Judgement } from '../../../checker/laws/judge.ts';
import { isSame, type UnderTest, underTest } from '../../../checker/laws/under_test.ts';
import { ARCHITECTURES } from '../../../model/arch/architectures.ts';
import { type Architecture, PGTABLE_RELEASES } from '../../../model/formats/architecture.ts';
import { hexOf } from '../../../model/formats/u64.ts';
import { LAWS } from '../../../spec/laws/all.ts';

/** Kernels with the same functions. */
export interface SameKernels {
  readonly architecture: string;
  readonly under: UnderTest;
  readonly names: readonly string[];
}

const kernelsOf = (architecture: Architecture): readonly SameKernels[] => {
  const all = [
    ...PGTABLE_RELEASES.map((release) => underTest(architecture, release)),
    ...Object.keys(architecture.series).map((one) => underTest(architecture, 'v7.1', [one])),
  ];
  const first = all.filter((one, i) => all.findIndex((other) => isSame(one, other)) === i);
  return first.map((under) => ({
    architecture: architecture.name,
    under,
    names: all.filter((other) => isSame(under, other)).map(({ kernel }) => kernel),
  }));
};

/** Of each architecture v7.1 first. */
export const KERNELS: readonly SameKernels[] = ARCHITECTURES.flatMap(kernelsOf);

export interface JudgedKernels extends SameKernels {
  readonly judgements: readonly Judgement[];
}

export const judgedOver = (of: typeof casesOf, kernels: readonly SameKernels[]): readonly JudgedKernels[] =>
  kernels.map((one) => ({ ...one, judgements: judge(LAWS, one.under, of(one.under.architecture, one.under.t)) }));

const called = ({ law, level }: Judgement): string => `${law.name} ${level}`;

/** What fails, with the words on the way to the smallest counterexample; what holds; and what does not apply. */
export const verdictLines = ({ architecture, names, judgements }: JudgedKernels): readonly string[] => {
  const those = (verdict: string): string =>
    judgements
      .filter(({ result }) => result.verdict === verdict)
      .map(called)
      .join(', ');
  return [
    `${architecture}: ${names.join('; ')}`,
    ...judgements.flatMap((one) =>
      one.result.verdict === 'fails'
        ? [
            `  ${called(one)} fails${doesHarm(one) ? '' : ' without harm'}: ${one.result.first.stages.map(({ word }) => hexOf(word)).join(' ')}`,
          ]
        : [],
    ),
    `  holds: ${those('holds')}`,
    `  does not apply: ${those('does not apply')}`,
  ];
};

/** `PG4 pmd: 743680 of 1115520 fail`. */
export const countLines = ({ architecture, judgements }: JudgedKernels): readonly string[] => {
  const lines = judgements.flatMap((one) => {
    const { result } = one;
    if (result.verdict === 'does not apply') return [];
    return [`  ${called(one)}: ${result.verdict === 'fails' ? result.failures : 0} of ${result.cases} fail`];
  });
  return [architecture, ...lines];
};
