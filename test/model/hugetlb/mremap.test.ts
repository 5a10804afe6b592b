/** mremap(): where entries arrive, and with what, by release and by version of the series. */
import { describe, expect, it } from '@effect/vitest';
import { type HugetlbGeometry, SMALL_HUGETLB } from '../../../model/state/hugetlb/geometry.ts';
import { Reserved, Vma } from '../../../model/state/hugetlb/hugetlb_types.ts';
import type { Mapping } from '../../../model/hugetlb/mmap.ts';
import { entriesOf, type HugetlbMachine, hugetlbMachine, kernelWith } from './play.ts';
import { continuing, range, versionOf, writing } from './versions.ts';

/** Room for a mapping and a place for it. */
const WIDE: HugetlbGeometry = { ...SMALL_HUGETLB, puds: 4, vmas: 3 };
/** 2M hugepages: two in a PMD table. */
const PMDS: HugetlbGeometry = { ...WIDE, hugepage: 2, smaller: [], fileHugepages: 4, folios: 4, pmdTables: 5 };
const at = (page: number, pages: number, shared = true): Mapping => ({
  name: 'it',
  file: 0,
  at: page,
  pages,
  pgoff: 0,
  shared,
});
const move = (from: number, to: number, pages: number) => ({ move: { from, to, pages } });

const mapped = (
  mapping: Mapping,
  settings: Readonly<Record<string, string>> = {},
  geometry = WIDE,
  features?: readonly string[],
): HugetlbMachine => {
  const m = hugetlbMachine({ kernel: kernelWith(settings), geometry, mappings: [mapping] });
  m.play('hugetlbfs_file_mmap', { mapping: 'it' });
  if (features === undefined) return m;
  m.play('userfaultfd_api', { features });
  m.play('userfaultfd_register', { ...range(mapping.at, mapping.at + mapping.pages), modes: ['wp'] });
  return m;
};

const wp = (features: readonly string[], settings = {}) => {
  const m = mapped(at(0, 8), settings, WIDE, features);
  m.play('hugetlb_fault', writing(0));
  m.play('userfaultfd_writeprotect', { ...range(0, 8), wp: 'on' });
  m.play('hugetlb_mremap', move(0, 8, 8));
  return entriesOf(m.s, 0);
};
const shifted = (value: string) => {
  // Pages 0..3 have no table; the fault is at page 4 of 0..7, which goes to page 10 + 4.
  const m = mapped(at(0, 6), { 'hugetlb-move-skip': value, 'hugetlb-move-share': 'shares' }, PMDS);
  m.play('hugetlb_fault', writing(4));
  return [m.play('hugetlb_mremap', move(0, 10, 6)), ...entriesOf(m.s, 0)];
};
const reserved = (m: HugetlbMachine): number => Reserved.valueOf(m.s.resv.at(0));
const inParts = (version: string, settings: Readonly<Record<string, string>> = {}): HugetlbMachine => {
  const m = hugetlbMachine({ kernel: versionOf(version, settings), geometry: WIDE, mappings: [at(0, 4)] });
  m.play('hugetlbfs_file_mmap', { mapping: 'it' });
  m.play('hugetlbfs_fallocate', { at: { file: 0, index: 0 } });
  const isRfc = version.startsWith('rfc');
  m.play('userfaultfd_api', { features: isRfc ? ['MINOR_HUGETLBFS_HGM', 'EXACT_ADDRESS'] : [] });
  if (!isRfc) m.play('hugetlb_madv_split', range(0, 4));
  m.play('userfaultfd_register', { ...range(0, 4), modes: ['minor'] });
  m.play('userfaultfd_continue', continuing(1, 2));
  return m;
};

describe('mremap()', () => {
  it('moves a VMA and its entries', () => {
    const m = mapped(at(0, 8));
    m.play('hugetlb_fault', writing(4));
    expect([m.play('hugetlb_mremap', move(0, 8, 8)), m.s.done.at(0)]).toEqual(['ok', 8]);
    expect(entriesOf(m.s, 0)).toEqual(['pages 12..15: leaf pfn 0 RW young dirty']);
  });

  it('refuses an address inside a hugepage, and more than the VMA has', () => {
    const m = mapped(at(0, 8));
    expect(m.play('hugetlb_mremap', move(2, 8, 4))).toBe('EINVAL');
    expect(m.play('hugetlb_mremap', move(4, 8, 8))).toBe('EFAULT');
    expect(mapped(at(0, 8), {}, { ...WIDE, vmas: 2 }).play('hugetlb_mremap', move(0, 8, 4))).toBe('ENOMEM');
  });

  it('E-5: leaves uffd-wp behind where user space is not told of the move', () => {
    const moved = ['pages 8..11: leaf pfn 0 RO young dirty uffd-wp', 'pages 12..15: uffd-wp marker'];
    expect(wp(['EVENT_REMAP'])).toEqual(moved);
    expect(wp([])).toEqual(['pages 8..11: leaf pfn 0 RO young dirty']);
    expect(wp([], { 'hugetlb-move-wp': 'moves' })).toEqual(moved);
  });

  it('N-5: loses the distance where the source has no page table', () => {
    expect(shifted('as-far')).toEqual(['ok', 'pages 14..15: leaf pfn 0 RW young dirty']);
    expect(shifted('rounded-up')).toEqual(['ok', 'pages 12..13: leaf pfn 0 RW young dirty']);
  });

  it('N-5: can leave the new VMA', () => {
    const m = mapped(at(2, 4), { 'hugetlb-move-skip': 'rounded-up' }, PMDS);
    m.play('hugetlb_fault', writing(4));
    // Two pages of the source are skipped, four of the destination: that is where it ends.
    expect(m.play('hugetlb_mremap', move(2, 8, 4))).toBe('bug entry-outside-vma');
  });

  it('waits for a lock that it has where a PMD table could be shared', () => {
    const m = mapped(at(0, 4), {}, PMDS);
    m.play('hugetlb_fault', writing(0));
    expect(m.play('hugetlb_mremap', move(0, 8, 4))).toBe('bug deadlock(i_mmap_rwsem)');
    const other = mapped(at(0, 4), { 'hugetlb-move-share': 'shares' }, PMDS);
    other.play('hugetlb_fault', writing(0));
    expect(other.play('hugetlb_mremap', move(0, 8, 4))).toBe('ok');
    expect(entriesOf(other.s, 0)).toEqual(['pages 8..9: leaf pfn 0 RW young dirty']);
  });

  it('without memory for tables puts back what it has moved', () => {
    const m = mapped(at(0, 6), { 'hugetlb-move-share': 'shares' }, PMDS);
    m.play('hugetlb_fault', writing(2));
    m.play('hugetlb_fault', writing(4));
    const before = entriesOf(m.s, 0);
    // The lock of the new VMA, the first table, the second one.
    expect([m.play('hugetlb_mremap', move(0, 10, 6), [0, 1]), m.s.done.at(0)]).toEqual(['ENOMEM', 2]);
    expect(entriesOf(m.s, 0)).toEqual(before);
  });

  it('keeps the reservations of a private mapping, but those of a mapping that stays', () => {
    const m = mapped(at(0, 8, false));
    expect([m.play('hugetlb_mremap', move(0, 8, 8)), reserved(m)]).toEqual(['ok', 2]);
    m.play('hugetlb_munmap', range(8, 16));
    expect(reserved(m)).toBe(0);
    for (const [value, left] of [
      ['unmapped', 2],
      ['source', 1],
    ] as const) {
      const failing = mapped(at(0, 4, false), { 'hugetlb-mremap-fixup': value }, PMDS);
      failing.play('hugetlb_fault', writing(0));
      expect(failing.play('hugetlb_mremap', move(0, 8, 4), [1])).toBe('ENOMEM');
      expect([reserved(failing), Vma.owner(failing.s.vma.at(0))]).toEqual([left - 1, left - 1]);
    }
  });
});

/** Two pages, of which one can be moved: which are protected then? */
const protectedPages = (settings: Readonly<Record<string, string>>, features: readonly string[] = []) => {
  const m = mapped(at(0, 4, false), settings, PMDS, features);
  for (const page of [0, 2]) m.play('hugetlb_fault', writing(page));
  m.play('userfaultfd_writeprotect', { ...range(0, 4), wp: 'on' });
  // The first table of the two that it needs can be had.
  expect([m.play('hugetlb_mremap', move(0, 6, 4), [0, 1]), m.s.done.at(0)]).toEqual(['ENOMEM', 2]);
  return entriesOf(m.s, 0).map((entry) => entry.includes('uffd-wp'));
};

describe('mremap() that fails when one page has moved', () => {
  it('brings it back without its protection, unless that waits for the end, or user space hears of moves', () => {
    expect(protectedPages({})).toEqual([false, true]);
    expect(protectedPages({ 'hugetlb-move-wp-when': 'all' })).toEqual([true, true]);
    expect(protectedPages({}, ['EVENT_REMAP'])).toEqual([true, true]);
  });
  it('takes the protection in the end, where it does not fail', () => {
    const m = mapped(at(0, 4), { 'hugetlb-move-wp-when': 'all', 'hugetlb-move-share': 'shares' }, PMDS, []);
    m.play('hugetlb_fault', writing(0));
    m.play('userfaultfd_writeprotect', { ...range(0, 4), wp: 'on' });
    expect(m.play('hugetlb_mremap', move(0, 6, 4))).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual(['pages 6..7: leaf pfn 0 RO young dirty']);
  });
});

describe('mremap() with high granularity', () => {
  it('moves leaves as small as they are', () => {
    for (const version of ['rfc1', 'v1', 'v2']) {
      const m = inParts(version);
      expect(m.play('hugetlb_mremap', move(0, 8, 4))).toBe('ok');
      expect(entriesOf(m.s, 0)).toEqual(['page 9: leaf pfn 1 RW young dirty']);
    }
  });

  it('in RFC v2 fails, since the new VMA does not know of it', () => {
    const m = inParts('rfc2');
    expect([m.play('hugetlb_mremap', move(0, 8, 4)), m.s.done.at(0)]).toEqual(['ENOMEM', 1]);
    expect(entriesOf(m.s, 0)).toEqual(['page 1: leaf pfn 1 RW young dirty']);
    expect(inParts('rfc2', { 'hgm-kept-at': 'flag' }).play('hugetlb_mremap', move(0, 8, 4))).toBe('ok');
  });

  it('stops where there is no memory for tables', () => {
    const m = inParts('v1');
    expect([m.play('hugetlb_mremap', move(0, 8, 4), [0, 0, 1]), m.s.done.at(0)]).toEqual(['ENOMEM', 1]);
    expect(entriesOf(m.s, 0)).toEqual(['page 1: leaf pfn 1 RW young dirty']);
  });
});
