/** Which law holds where, pinned (`PIN=write` writes it anew): table.pinned.txt every kernel, whole.pinned.txt v7.1 with all cases counted. */
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { casesOf, fewCasesOf } from '../../../checker/laws/cases.ts';
import { LAWS } from '../../../spec/laws/all.ts';
import { countLines, type JudgedKernels, judgedOver, KERNELS, verdictLines } from './judged_kernels.ts';
import { pinnedLines, tablePath } from './table.ts';

const pinned = (name: 'table' | 'whole', lines: readonly string[]): readonly string[] => {
  if (process.env['PIN'] === 'write') writeFileSync(tablePath(name), `${lines.join('\n')}\n`);
  return pinnedLines(name);
};

/** Of every architecture the build with the fewest protections: all of them (PIN=all) take minutes. */
const QUICK =
  'x86_pae arm64_16k ppc64_radix_64k ppc64_hash_4k riscv64 riscv64_thead loongarch64 loongarch64_4k s390'.split(' ');

const isBase = ({ names }: Pick<JudgedKernels, 'names'>): boolean => names.includes('v7.1');
const few = judgedOver(fewCasesOf, KERNELS);
const whole = judgedOver(
  casesOf,
  KERNELS.filter((one) => isBase(one) || process.env['PIN'] === 'all' || QUICK.includes(one.architecture)),
);

const verdicts = ({ architecture, names, judgements }: JudgedKernels) => ({
  kernel: `${architecture} ${names[0]!}`,
  verdicts: judgements.map(({ law, level, result }) => `${law.name} ${level} ${result.verdict}`),
});

describe('the laws', () => {
  it('hold and fail where they did, on every kernel', () => {
    const lines = few.flatMap(verdictLines);
    expect(lines).toEqual(pinned('table', lines));
  });
  it('have as many cases as they had on v7.1, and as many of them fail', () => {
    const lines = whole.filter(isBase).flatMap(countLines);
    expect(lines).toEqual(pinned('whole', lines));
  });
  it('fail of a part of the cases where they fail of all, on v7.1, and of nine builds on every release and version', () => {
    const asked = new Set(whole.map(({ under }) => under));
    expect(few.filter(({ under }) => asked.has(under)).map(verdicts)).toEqual(whole.map(verdicts));
    expect(whole.length).toBeGreaterThan(40);
  });
  it('are each decided somewhere', () => {
    const judged = whole.flatMap(({ judgements }) => judgements);
    const decided = judged.flatMap(({ law, result }) => (result.verdict === 'does not apply' ? [] : [law]));
    expect(LAWS.filter((law) => !decided.includes(law))).toEqual([]);
  });
});
