/** Beyond the cases that are enumerated: any frame, with any of their protections. What holds of all cases holds of these. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fewCasesOf } from '../../../checker/laws/cases.ts';
import { spaceOf, subjectOf } from '../../../checker/laws/judge.ts';
import { underTest } from '../../../checker/laws/under_test.ts';
import { ARCHITECTURES } from '../../../model/arch/architectures.ts';
import { and, bits, hex, hexOf, or } from '../../../model/formats/u64.ts';
import { LAWS } from '../../../spec/laws/all.ts';
import { holdingOnBase, pinnedLines } from './table.ts';

const held = holdingOnBase(pinnedLines('table'));
const anyWord = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map((value) => hex(`0x${value.toString(16)}`));

describe.each(ARCHITECTURES.map((one) => [one.name, one] as const))('%s', (name, architecture) => {
  const under = underTest(architecture, 'v7.1');
  const cases = fewCasesOf(architecture, under.t);
  const holding = LAWS.filter(({ over }) => over === 'protections' || over === 'pairs').flatMap((law) =>
    law.levels.flatMap((level) => (held.get(name)!.includes(`${law.name} ${level}`) ? [{ law, level }] : [])),
  );
  it('keeps what holds, of any frame', () => {
    expect(holding.length).toBeGreaterThan(0);
    for (const { law, level } of holding) {
      const holds = law.judge(subjectOf(under, level));
      const { prots, newprots, kept } = spaceOf(law, level, cases);
      const frames = bits(architecture.order[level], architecture.topPfnBit);
      fc.assert(
        fc.property(
          anyWord,
          fc.constantFrom(...prots),
          fc.constantFrom(...newprots),
          (word, { prot, vmProt }, other) => {
            const pfn = and(word, frames);
            const found = holds(pfn, prot, vmProt, or(other, and(vmProt, kept)));
            expect([law.name, level, hexOf(pfn), hexOf(prot), found]).toEqual([
              law.name,
              level,
              hexOf(pfn),
              hexOf(prot),
              true,
            ]);
          },
        ),
      );
    }
  });
});
