/**
 * Prints which law holds where, a line each: `node table_bin.ts few` every architecture, release and version of a series over a part of the
 * cases, `node table_bin.ts all` v7.1 over all of them, with how many there are and how many fail. A process of its own, since a test
 * runner that rewrites imports makes the same loop ten times slower.
 */
import { casesOf, fewCasesOf } from '../../../checker/laws/cases.ts';
import { judge, type Judgement } from '../../../checker/laws/judge.ts';
import { isSame, type UnderTest, underTest } from '../../../checker/laws/under_test.ts';
import { ARCHITECTURES } from '../../../model/arch/architectures.ts';
import { PGTABLE_RELEASES } from '../../../model/formats/architecture.ts';
import { hexOf } from '../../../model/formats/u64.ts';
import { LAWS } from '../../../spec/laws/all.ts';

/** `PG4 pmd: fails 0x8000000000000027 0x80000000800000a7 ...`: the words on the way to the smallest counterexample. */
const fewLine = ({ law, level, result }: Judgement): string => {
  if (result.verdict === 'does not apply') return `${law.name} ${level}: - ${result.why}`;
  return `${law.name} ${level}: ${result.verdict}${result.verdict === 'fails' ? ` ${result.first.stages.map(({ word }) => hexOf(word)).join(' ')}` : ''}`;
};

/** `PG4 pmd: 743680 of 1115520 fail`. */
const allLine = ({ law, level, result }: Judgement): string => {
  if (result.verdict === 'does not apply') return `${law.name} ${level}: -`;
  return `${law.name} ${level}: ${result.verdict === 'fails' ? result.failures : 0} of ${result.cases} fail`;
};

const few = (): readonly UnderTest[] =>
  ARCHITECTURES.flatMap((architecture) => [
    ...PGTABLE_RELEASES.map((release) => underTest(architecture, release)),
    ...Object.keys(architecture.series).map((one) => underTest(architecture, 'v7.1', [one])),
  ]);
const all = (): readonly UnderTest[] => ARCHITECTURES.map((architecture) => underTest(architecture, 'v7.1'));

const [kernels, cases, line] = process.argv[2] === 'all' ? [all(), casesOf, allLine] : [few(), fewCasesOf, fewLine];
const judged: { readonly under: UnderTest; readonly found: readonly Judgement[] }[] = [];
for (const under of kernels) {
  const { architecture, kernel, t } = under;
  const same = judged.find((one) => isSame(one.under, under));
  const found = same?.found ?? judge(LAWS, under, cases(architecture, t));
  judged.push({ under, found });
  for (const one of found) process.stdout.write(`${architecture.name}, ${kernel} ${line(one)}\n`);
}
