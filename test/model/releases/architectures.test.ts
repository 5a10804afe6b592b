/** Which leaves of frames an architecture has, release by release: ARCH_SUPPORTS_PMD_PFNMAP, ARCH_SUPPORTS_PUD_PFNMAP. */
import { describe, expect, it } from '@effect/vitest';
import { kernelWith } from '../../../checker/mm_catalogue.ts';
import { releaseBefore, RELEASES, releases } from '../../../model/releases/releases.ts';
import {
  ARM64,
  LOONGARCH,
  type Machine,
  POWERPC_HASH,
  POWERPC_RADIX,
  RISCV64,
  S390,
  X86_32,
  X86_64,
} from '../../../model/state/machine.ts';

const levels = (release: string, machine: Machine): string => {
  const { pmdSpecial, pudSpecial } = kernelWith(release, []).configured(machine);
  return [pmdSpecial ? 'PMD' : '', pudSpecial ? 'PUD' : ''].filter((level) => level !== '').join(' ') || 'none';
};

describe('special leaves', () => {
  it.each([
    ['x86_64', X86_64, 'none', 'PMD PUD', 'PMD PUD', 'PMD PUD'],
    ['x86 with PAE', X86_32, 'none', 'PMD', 'PMD', 'PMD'],
    ['arm64', ARM64, 'none', 'PMD', 'PMD', 'PMD'],
    ['riscv64', RISCV64, 'none', 'none', 'PMD PUD', 'PMD PUD'],
    ['powerpc radix', POWERPC_RADIX, 'none', 'none', 'none', 'PMD PUD'],
    ['powerpc hash', POWERPC_HASH, 'none', 'none', 'none', 'PMD PUD'],
    ['s390', S390, 'none', 'none', 'none', 'none'],
    ['loongarch', LOONGARCH, 'none', 'none', 'none', 'none'],
  ] as const)('of %s are those that the release selects', (_name, machine, ...expected) => {
    expect(['v6.11', 'v6.12', 'v6.17', 'v7.1'].map((release) => levels(release, machine))).toEqual(expected);
    // Nothing that was selected is given up later.
    const inTime = RELEASES.toReversed().map((release) => levels(release, machine));
    expect(inTime.join(', ')).not.toMatch(/D, none/);
  });
});

describe('the releases', () => {
  it('are in the order of time, v6.12.117 beside v6.12', () => {
    expect(releases('v6.11', 'v6.15')).toEqual(['v6.15', 'v6.12.117', 'v6.12', 'v6.11']);
    expect(releases('v7.1')).toEqual(['v7.3', 'v7.1']);
    expect(releases('v6.9')).toEqual(RELEASES);
    expect(RELEASES.map(releaseBefore)).toEqual([
      'v7.1',
      'v6.18',
      'v6.17',
      'v6.15',
      'v6.12',
      'v6.12',
      'v6.11',
      'v6.10',
      'v6.9',
      undefined,
    ]);
  });
});
