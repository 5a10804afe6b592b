/** Who has high granularity in RFC v1: every shared mapping. */
import { describe, expect, it } from '@effect/vitest';
import { SMALL_HUGETLB } from '../../../model/state/hugetlb/geometry.ts';
import { Count, PmdTable, Vma } from '../../../model/state/hugetlb/hugetlb_types.ts';
import { inFile, machineOf } from './machine_of.ts';
import { entriesOf, type HugetlbMachine } from './play.ts';
import { continuing, range, reading } from './versions.ts';

/** The first hugepage of a file, and a marker where it is to be mapped. */
const protectedHugepage = (mapping: 'all' | 'private'): HugetlbMachine => {
  const m = machineOf('rfc1', { maps: [mapping] });
  m.s.isize.put(0, 2);
  m.play('hugetlbfs_fallocate', inFile(0));
  m.play('userfaultfd_api', { features: [] });
  m.play('userfaultfd_register', { ...range(0, 8), modes: ['wp'] });
  expect(m.play('userfaultfd_writeprotect', { ...range(0, 4), wp: 'on' })).toBe('ok');
  expect(entriesOf(m.s, 0)).toEqual(['pages 0..3: uffd-wp marker']);
  return m;
};

describe('high granularity of RFC v1', () => {
  it('is there without a feature of userfaultfd, and not of private mappings', () => {
    const m = machineOf('rfc1');
    expect(Vma.hgm(m.s.vma.at(0))).toBe(1);
    expect(m.play('userfaultfd_api', { features: [] })).toBe('ok');
    expect(m.play('userfaultfd_register', { ...range(0, 8), modes: ['minor'] })).toBe('ok');
    expect(m.play('hugetlbfs_fallocate', inFile(0))).toBe('ok');
    expect(m.play('userfaultfd_continue', continuing(1, 2))).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual(['page 1: leaf pfn 1 RW young dirty']);
    expect(Vma.hgm(machineOf('rfc1', { maps: ['private'] }).s.vma.at(0))).toBe(0);
  });

  it('takes a marker for a table in every walk, where it is enabled', () => {
    for (const play of ['hugetlb_fault', 'hugetlb_dontneed', 'userfaultfd_writeprotect'] as const) {
      const m = protectedHugepage('all');
      const args = play === 'hugetlb_fault' ? reading(0) : { ...range(0, 4), wp: 'off' };
      expect(m.play(play, args)).toBe('bug swap-entry-as-table');
    }
  });

  it('counts a hugepage that a fault maps over a marker, where it is not', () => {
    const m = protectedHugepage('private');
    expect(m.play('hugetlb_fault', reading(0))).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual(['pages 0..3: leaf pfn 0 RO young uffd-wp']);
    expect(Count.valueOf(m.s.entireMapcount.at(0))).toBe(1);
  });

  it('does not keep two processes from sharing PMD tables', () => {
    const geometry = { ...SMALL_HUGETLB, hugepage: 2, smaller: [], folios: 4, fileHugepages: 4 };
    for (const [value, shares] of [
      ['possible', 1],
      ['excluded', 0],
    ] as const) {
      const m = machineOf('rfc1', { geometry, settings: { 'hgm-pmd-share': value } });
      m.s.vma.put(geometry.vmas, m.s.vma.at(0));
      m.s.mm.put(1, 1);
      for (const mm of [0, 1]) expect(m.play('hugetlb_fault', { mm, ...reading(0) })).toBe('ok');
      expect(PmdTable.shares(m.s.pmdTable.at(0))).toBe(shares);
    }
  });
});
