/**
 * Prints which law holds where: `node table_bin.ts few` every architecture, release and version of a series over a part of the
 * cases, `each` the same over all of them, `all` v7.1 over all of them, with how many there are and how many fail. Names of
 * architectures behind it: of these. A process of its own, since a test runner that rewrites imports makes the same loop ten times
 * slower.
 */
import { casesOf, fewCasesOf } from '../../../checker/laws/cases.ts';
import { judge, type Judgement } from '../../../checker/laws/judge.ts';
import { isSame, type UnderTest, underTest } from '../../../checker/laws/under_test.ts';
import { ARCHITECTURES } from '../../../model/arch/architectures.ts';
import type { Architecture } from '../../../model/formats/architecture.ts';
import { PGTABLE_RELEASES } from '../../../model/formats/architecture.ts';
import { hexOf } from '../../../model/formats/u64.ts';
import { LAWS } from '../../../spec/laws/all.ts';

const print = (lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);
const called = ({ law, level }: Judgement): string => `${law.name} ${level}`;

/** Kernels of an architecture; those with the same functions together. */
const kernelsOf = (architecture: Architecture): readonly (readonly UnderTest[])[] => {
  const all = [
    ...PGTABLE_RELEASES.map((release) => underTest(architecture, release)),
    ...Object.keys(architecture.series).map((one) => underTest(architecture, 'v7.1', [one])),
  ];
  const first = all.filter((one, i) => all.findIndex((other) => isSame(one, other)) === i);
  return first.map((one) => all.filter((other) => isSame(one, other)));
};

/** What fails, with the words on the way to the smallest counterexample; what holds; and what does not apply. */
const each = (same: readonly UnderTest[], of: typeof casesOf): readonly string[] => {
  const { architecture, t } = same[0]!;
  const all = judge(LAWS, same[0]!, of(architecture, t));
  const those = (verdict: string): string =>
    all
      .filter(({ result }) => result.verdict === verdict)
      .map(called)
      .join(', ');
  return [
    `${architecture.name}: ${same.map(({ kernel }) => kernel).join('; ')}`,
    ...all.flatMap((one) =>
      one.result.verdict === 'fails'
        ? [`  ${called(one)} fails: ${one.result.first.stages.map(({ word }) => hexOf(word)).join(' ')}`]
        : [],
    ),
    `  holds: ${those('holds')}`,
    `  does not apply: ${those('does not apply')}`,
  ];
};

/** `PG4 pmd: 743680 of 1115520 fail`. */
const all = (architecture: Architecture): readonly string[] => {
  const under = underTest(architecture, PGTABLE_RELEASES[0]);
  const lines = judge(LAWS, under, casesOf(architecture, under.t)).flatMap((one) => {
    const { result } = one;
    if (result.verdict === 'does not apply') return [];
    return [`  ${called(one)}: ${result.verdict === 'fails' ? result.failures : 0} of ${result.cases} fail`];
  });
  return [architecture.name, ...lines];
};

const [what, ...names] = process.argv.slice(2);
for (const architecture of ARCHITECTURES.filter(({ name }) => names.length === 0 || names.includes(name))) {
  if (what === 'all') print(all(architecture));
  else for (const same of kernelsOf(architecture)) print(each(same, what === 'each' ? casesOf : fewCasesOf));
}
