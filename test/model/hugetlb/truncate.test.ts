/** Truncation and holes of hugetlbfs files: what is unmapped, what stays counted, what was promised. */
import { describe, expect, it } from '@effect/vitest';
import { resv_huge_pages } from '../../../model/hugetlb/reserve.ts';
import { hugetlbfs_punch_hole, hugetlbfs_setattr_size } from '../../../model/hugetlb/truncate.ts';
import { SMALL_HUGETLB } from '../../../model/state/hugetlb/geometry.ts';
import { Count, Folio, Result } from '../../../model/state/hugetlb/hugetlb_types.ts';
import { continueEach, inFile, machineOf, protect, type Version, withPagesToMap } from './machine_of.ts';
import { entriesOf, type HugetlbMachine } from './play.ts';
import { range } from './versions.ts';

const truncate = (m: HugetlbMachine, to: number, answers: readonly number[] = []): string =>
  m.play('hugetlb_truncate', { at: { file: 0, to } }, answers);
const punch = (m: HugetlbMachine, from: number, to: number, answers: readonly number[] = []): string =>
  m.play('hugetlbfs_punch_hole', { at: { file: 0, from, to } }, answers);
const touch = (m: HugetlbMachine, ...pages: readonly number[]): void => {
  for (const page of pages) expect(m.play('hugetlb_fault', { page, access: 'write' })).toBe('ok');
};
const freeFolios = ({ s }: HugetlbMachine): number =>
  Array.from({ length: s.folio.rows }, (_, folio) => s.folio.at(folio)).filter((folio) => folio === 0).length;

const protectedSmallPage = (): HugetlbMachine => {
  const m = machineOf('v2');
  withPagesToMap(m, 'v2', ['minor', 'wp']);
  continueEach(m, 0);
  protect(m, 0);
  return m;
};
const protectedHugepage = (): HugetlbMachine => {
  const m = machineOf('v7.1');
  touch(m, 0);
  protect(m, 0);
  return m;
};
/** A private mapping of a page that the file has. */
const mapsFilePage = (): HugetlbMachine => {
  const geometry = { ...SMALL_HUGETLB, folios: 3 };
  const m = machineOf('v7.1', { maps: ['private'], geometry });
  expect(m.play('hugetlbfs_fallocate', inFile(0))).toBe('ok');
  expect(m.play('hugetlb_fault', { page: 0, access: 'read' })).toBe('ok');
  return m;
};
/** One base page is mapped. */
const oneOf = (version: Version, page: number, settings = {}): HugetlbMachine => {
  const m = machineOf(version, { settings });
  withPagesToMap(m, version);
  continueEach(m, page);
  return m;
};

describe('truncation', () => {
  it('ends with EINVAL where the size is not of hugepages', () => {
    const m = machineOf('v7.1');
    expect(m.s.isize.at(0)).toBe(2);
    expect(hugetlbfs_setattr_size(m.s, 0, 3)).toBe(Result.EINVAL);
    expect(m.s.isize.at(0)).toBe(2);
  });

  it('unmaps what is behind the new size, gives pages and promises back, and a fault there gets SIGBUS', () => {
    const m = machineOf('v7.1');
    touch(m, 0, 4);
    expect(truncate(m, 1)).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual(['pages 0..3: leaf pfn 0 RW young dirty']);
    expect(freeFolios(m)).toBe(1);
    expect(m.play('hugetlb_fault', { page: 5, access: 'read' })).toBe('SIGBUS');
  });

  it('gives back what was promised and never used', () => {
    const m = machineOf('v7.1');
    touch(m, 0);
    expect(resv_huge_pages(m.s)).toBe(1);
    expect(truncate(m, 0)).toBe('ok');
    expect(resv_huge_pages(m.s)).toBe(0);
    expect(freeFolios(m)).toBe(2);
  });

  it('lets a file grow again, which has no pages then', () => {
    const m = machineOf('v7.1');
    touch(m, 4);
    expect(truncate(m, 1)).toBe('ok');
    expect(truncate(m, 2)).toBe('ok');
    touch(m, 4);
    expect(entriesOf(m.s, 0)).toHaveLength(1);
  });

  it('takes private copies away as well', () => {
    const m = machineOf('v7.1', { maps: ['private'] });
    touch(m, 0);
    expect(Folio.anon(m.s.folio.at(0))).toBe(1);
    expect(truncate(m, 0)).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual([]);
    expect(freeFolios(m)).toBe(2);
  });

  it('leaves private copies behind the end of the file, where somebody has the lock of the VMA', () => {
    const m = machineOf('v7.1', { maps: ['private'] });
    touch(m, 0);
    expect(truncate(m, 0, [1])).toBe('ok');
    expect(entriesOf(m.s, 0)).toHaveLength(1);
    const before = machineOf('v7.1', { maps: ['private'], settings: { 'hugetlb-private-lock': 'none' } });
    touch(before, 0);
    expect(truncate(before, 0, [1])).toBe('ok');
    expect(entriesOf(before.s, 0)).toEqual([]);
  });

  it('takes the reservation map of a private mapping for a hugetlb_vma_lock, where somebody has it for long', () => {
    expect(truncate(mapsFilePage(), 0, [1, 1])).toBe('bug private-vma-lock');
    expect(truncate(mapsFilePage(), 0, [1, 0])).toBe('ok');
    expect(truncate(mapsFilePage(), 0)).toBe('ok');
  });

  it('waits for a VMA lock that somebody has, and unmaps then', () => {
    const m = machineOf('v7.1');
    touch(m, 0);
    expect(truncate(m, 0, [1])).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual([]);
    expect(freeFolios(m)).toBe(2);
  });
});

describe('a hole', () => {
  it('takes pages of the file, and with them what was promised; what was not used stays promised', () => {
    const m = machineOf('v7.1');
    touch(m, 0);
    expect(punch(m, 0, 2)).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual([]);
    expect([0, 1].map((index) => m.s.reserved.at(index))).toEqual([0, 1]);
    expect(resv_huge_pages(m.s)).toBe(1);
    expect(m.s.isize.at(0)).toBe(2);
    touch(m, 0);
  });

  it('has whole hugepages only', () => {
    const m = machineOf('v7.1');
    touch(m, 0, 4);
    expect(hugetlbfs_punch_hole(m.s, 0, 1, 8)).toBe(Result.ok);
    expect(entriesOf(m.s, 0)).toEqual(['pages 0..3: leaf pfn 0 RW young dirty']);
    expect(hugetlbfs_punch_hole(m.s, 0, 1, 3)).toBe(Result.ok);
    expect(entriesOf(m.s, 0)).toHaveLength(1);
  });

  it('leaves markers; truncation does not', () => {
    const [hole, cut] = [protectedSmallPage(), protectedSmallPage()];
    expect(punch(hole, 0, 1)).toBe('ok');
    expect(entriesOf(hole.s, 0)).toEqual(['page 0: uffd-wp marker']);
    expect(truncate(cut, 0)).toBe('ok');
    expect(entriesOf(cut.s, 0)).toEqual([]);
  });
});

describe('a hole that had to wait for a VMA lock', () => {
  it('leaves no markers', () => {
    const [atOnce, later] = [protectedHugepage(), protectedHugepage()];
    expect(punch(atOnce, 0, 1)).toBe('ok');
    expect(entriesOf(atOnce.s, 0)).toEqual(['pages 0..3: uffd-wp marker']);
    expect(punch(later, 0, 1, [1])).toBe('ok');
    expect(entriesOf(later.s, 0)).toEqual([]);
  });
});

describe('truncation with mappings of high granularity', () => {
  for (const version of ['rfc2', 'v1', 'v2'] as const)
    it(`unmaps leaves of any size in ${version}`, () => {
      const m = oneOf(version, 1);
      expect(truncate(m, 0)).toBe('ok');
      expect(entriesOf(m.s, 0)).toEqual([]);
      expect(freeFolios(m)).toBe(2);
    });

  it('leaves the folio counted as mapped under M1: the table that counts stays (Peter Xu, 2023-02-09)', () => {
    for (const page of [0, 1])
      expect(truncate(oneOf('v2', page, { 'hgm-mapcount': 'M1' }), 0)).toBe('bug VM_BUG_ON(folio_mapped)');
    expect(truncate(oneOf('v2', 1, { 'hgm-mapcount': 'Mfolio' }), 0)).toBe('ok');
  });

  it('in RFC v1 does so where its first page was not mapped', () => {
    expect(truncate(oneOf('rfc1', 1), 0)).toBe('bug VM_BUG_ON(folio_mapped)');
    expect(truncate(oneOf('rfc1', 0), 0)).toBe('ok');
  });

  it('in RFC v1 that count stays, whoever unmaps', () => {
    const m = oneOf('rfc1', 1);
    expect(m.play('hugetlb_munmap', range(0, 8))).toBe('ok');
    expect(Count.valueOf(m.s.entireMapcount.at(0))).toBe(1);
  });

  it('that had to wait for a VMA lock: RFC v2 unmaps what a table may map', () => {
    const m = oneOf('rfc2', 1);
    expect(truncate(m, 0, [1])).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual([]);
  });

  it('v1 asks for the first page alone, and takes a folio away that is mapped', () => {
    expect(truncate(oneOf('v1', 1), 0, [1])).toBe('bug VM_BUG_ON(folio_mapped)');
    expect(truncate(oneOf('v1', 0), 0, [1])).toBe('ok');
    expect(truncate(oneOf('v1', 1, { 'hgm-maps-page': 'maybe' }), 0, [1])).toBe('ok');
  });

  it('v2 does not even see that it is mapped: a leaf of a free folio stays', () => {
    const m = oneOf('v2', 1);
    expect(truncate(m, 0, [1])).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual(['page 1: leaf pfn 1 RW young dirty']);
    expect(m.s.cache.at(0)).toBe(0);
    expect(m.play('hugetlbfs_fallocate', inFile(0))).toBe('not possible');
    const counted = oneOf('v2', 1, { 'hgm-mapcount': 'M3-repaired', 'hgm-maps-page': 'maybe' });
    expect(truncate(counted, 0, [1])).toBe('ok');
    expect(entriesOf(counted.s, 0)).toEqual([]);
  });
});
