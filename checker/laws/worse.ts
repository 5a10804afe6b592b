/** Which laws fail of more with a change than without it: the two kernels side by side, case by case. */
import type { Law } from '../../spec/laws/law.ts';
import type { Cases } from './cases.ts';
import { judge, type Judgement, subjectOf } from './judge.ts';
import type { UnderTest } from './under_test.ts';

/** The law that a case is no worse than without the change: what fails failed, and what does harm did harm. */
const noWorse = (law: Law, without: UnderTest): Law => ({
  ...law,
  judge: (subject) => {
    const before = subjectOf(without, subject.level);
    const [is, was] = [law.judge(subject), law.judge(before)];
    const [comesToNothing, cameToNothing] = [law.harmless?.judge(subject), law.harmless?.judge(before)];
    return (pfn, prot, vmProt, newprot) => {
      if (is(pfn, prot, vmProt, newprot)) return true;
      if (was(pfn, prot, vmProt, newprot)) return false;
      const didNoHarm = cameToNothing?.(pfn, prot, vmProt, newprot) ?? false;
      return !didNoHarm || comesToNothing!(pfn, prot, vmProt, newprot);
    };
  },
});

/** A law that fails with a change and without it, judged of what is worse with it; nothing where no case is. */
export const worseBy = (
  under: UnderTest,
  without: UnderTest,
  { law, level }: Judgement,
  cases: Cases,
): readonly Judgement[] =>
  judge([{ ...noWorse(law, without), levels: [level] }], under, cases).flatMap((one) =>
    one.result.verdict === 'fails' ? [{ ...one, result: { ...one.result, newly: true } }] : [],
  );
