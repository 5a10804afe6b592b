/** Beyond the cases that are enumerated: any frame, and any pair of protections. What holds of all cases holds of these. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fewCasesOf } from '../../../checker/laws/cases.ts';
import { subjectOf } from '../../../checker/laws/judge.ts';
import { underTest } from '../../../checker/laws/under_test.ts';
import { ARCHITECTURES } from '../../../model/arch/architectures.ts';
import { and, bits, hex, hexOf, ZERO } from '../../../model/formats/u64.ts';
import { LAWS } from '../../../spec/laws/all.ts';

const pinned = readFileSync(new URL('./table.pinned.txt', import.meta.url), 'utf8').split('\n');
const anyWord = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map((value) => hex(`0x${value.toString(16)}`));

describe.each(ARCHITECTURES.map((one) => [one.name, one] as const))('%s', (_name, architecture) => {
  const under = underTest(architecture, 'v7.1');
  const cases = fewCasesOf(architecture, under.t);
  const holding = LAWS.filter(({ over }) => over !== 'swap entries').flatMap((law) =>
    law.levels.flatMap((level) =>
      pinned.includes(`${architecture.name}, v7.1 ${law.name} ${level}: holds`) ? [{ law, level }] : [],
    ),
  );
  it('keeps what holds, of any frame', () => {
    expect(holding.length).toBeGreaterThan(0);
    for (const { law, level } of holding) {
      const holds = law.judge(subjectOf(under, level));
      const frames = bits(architecture.order[level], architecture.topPfnBit);
      fc.assert(
        fc.property(
          anyWord,
          fc.constantFrom(...cases.prots),
          fc.constantFrom(...(law.over === 'pairs' ? cases.newprots : [ZERO])),
          (word, { prot, vmProt }, newprot) => {
            const pfn = and(word, frames);
            expect([law.name, level, hexOf(pfn), hexOf(prot), holds(pfn, prot, vmProt, newprot)]).toEqual([
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
