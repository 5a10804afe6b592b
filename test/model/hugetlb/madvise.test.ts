/** MADV_SPLIT and MADV_DONTNEED of hugetlb, and their errors. */
import { describe, expect, it } from '@effect/vitest';
import { huge_ptep_get, set_huge_pte_at, UFFD_WP_MARKER } from '../../../model/hugetlb/hugetlb_pte.ts';
import { Count, HugePte, PmdTable, Vma } from '../../../model/state/hugetlb/hugetlb_types.ts';
import { SMALL_HUGETLB } from '../../../model/state/hugetlb/geometry.ts';
import { continueEach, machineOf, protect, withPagesToMap } from './machine_of.ts';
import { entriesOf, entryAt, type HugetlbMachine } from './play.ts';
import { range } from './versions.ts';

const split = (m: HugetlbMachine, from: number, to: number): string => m.play('hugetlb_madv_split', range(from, to));
const dontneed = (m: HugetlbMachine, from: number, to: number): string => m.play('hugetlb_dontneed', range(from, to));
/** Hugepages of the size of a PMD entry. */
const OF_2M = { ...SMALL_HUGETLB, hugepage: 2, smaller: [], folios: 4, fileHugepages: 4 };
/** The VMAs of the first process: where each is, and whether it has high granularity. */
const vmasOf = ({ s }: HugetlbMachine): readonly string[] =>
  Array.from({ length: s.geometry.vmas }, (_, row) => s.vma.at(row))
    .filter((vma) => vma !== 0)
    .map((vma) => `${Vma.start(vma)}..${Vma.end(vma) - 1}${Vma.hgm(vma) === 1 ? ' HGM' : ''}`)
    .toSorted();

describe('MADV_SPLIT', () => {
  it('is there in v1 and v2 alone: EINVAL', () => {
    for (const version of ['v7.1', 'rfc1', 'rfc2'] as const) expect(split(machineOf(version), 0, 8)).toBe('EINVAL');
  });

  for (const version of ['v1', 'v2'] as const) {
    it(`enables high granularity in ${version}, of a part of a VMA too, which is split`, () => {
      const m = machineOf(version);
      expect(split(m, 0, 4)).toBe('ok');
      expect(vmasOf(m)).toEqual(['0..3 HGM', '4..7']);
      expect(split(m, 0, 8)).toBe('ok');
      expect(vmasOf(m)).toEqual(['0..3 HGM', '4..7 HGM']);
    });

    it(`ends with EINVAL in ${version}: of private mappings, and where a VMA would be split inside a hugepage`, () => {
      expect(split(machineOf(version, { maps: ['private'] }), 0, 8)).toBe('EINVAL');
      const m = machineOf(version);
      expect(split(m, 2, 8)).toBe('EINVAL');
      expect(split(m, 0, 2)).toBe('EINVAL');
      expect(vmasOf(m)).toEqual(['0..7']);
      // One that has it already is not split.
      expect(split(m, 0, 8)).toBe('ok');
      expect(split(m, 0, 2)).toBe('ok');
    });
  }

  it('ends with EAGAIN where there may be no more VMAs, and ENOMEM over addresses that nothing maps', () => {
    const geometry = { ...SMALL_HUGETLB, vmas: 1 };
    expect(split(machineOf('v2', { geometry }), 0, 4)).toBe('EAGAIN');
    const m = machineOf('v2', { maps: ['high'] });
    expect(split(m, 0, 8)).toBe('ENOMEM');
    expect(vmasOf(m)).toEqual(['4..7 HGM']);
  });

  it('keeps the half that it has split off before it ends with EINVAL', () => {
    const m = machineOf('v2');
    expect(split(m, 4, 6)).toBe('EINVAL');
    expect(vmasOf(m)).toEqual(['0..3', '4..7']);
  });

  it('unshares PMD tables of the whole VMA, even where it ends with EINVAL', () => {
    const geometry = { ...OF_2M, vmas: 3 };
    const m = machineOf('v2', { geometry });
    m.s.vma.put(geometry.vmas, m.s.vma.at(0));
    m.s.mm.put(1, 1);
    for (const mm of [0, 1]) expect(m.play('hugetlb_fault', { mm, page: 0, access: 'read' })).toBe('ok');
    expect(PmdTable.shares(m.s.pmdTable.at(0))).toBe(1);
    expect(split(m, 4, 5)).toBe('EINVAL');
    expect(PmdTable.shares(m.s.pmdTable.at(0))).toBe(0);
    expect(entriesOf(m.s, 0)).toEqual([]);
    expect(entriesOf(m.s, 1)).toHaveLength(1);
  });
});

describe('MADV_DONTNEED', () => {
  it('unmaps hugepages, not what is left of the last one, and leaves the file alone', () => {
    const m = machineOf('v7.1');
    for (const page of [0, 4]) expect(m.play('hugetlb_fault', { page, access: 'write' })).toBe('ok');
    expect(dontneed(m, 0, 7)).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual(['pages 4..7: leaf pfn 4 RW young dirty']);
    expect(Count.valueOf(m.s.refcount.at(0))).toBe(1);
    expect(dontneed(m, 4, 6)).toBe('ok');
    expect(entriesOf(m.s, 0)).toHaveLength(1);
    expect(dontneed(m, 4, 8)).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual([]);
  });

  it('begins at a hugepage, or EINVAL; ENOMEM over addresses that nothing maps', () => {
    const m = machineOf('v7.1', { maps: ['high'] });
    expect(m.play('hugetlb_fault', { page: 4, access: 'write' })).toBe('ok');
    expect(dontneed(m, 6, 8)).toBe('EINVAL');
    expect(dontneed(m, 0, 4)).toBe('ENOMEM');
    expect(entriesOf(m.s, 0)).toHaveLength(1);
    expect(dontneed(m, 2, 8)).toBe('ENOMEM');
    expect(entriesOf(m.s, 0)).toEqual([]);
  });

  it('keeps uffd-wp as markers, of entries of any size', () => {
    const m = machineOf('v2');
    withPagesToMap(m, 'v2', ['minor', 'wp']);
    continueEach(m, 0, 1);
    protect(m, 0);
    set_huge_pte_at(m.s, entryAt(m.s, 0, 4), UFFD_WP_MARKER);
    expect(dontneed(m, 0, 8)).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual(['page 0: uffd-wp marker', 'pages 4..7: uffd-wp marker']);
    expect(HugePte.wp(huge_ptep_get(m.s, entryAt(m.s, 0, 1)))).toBe(0);
  });

  it('makes RFC v2 forget high granularity, which stands beside the VMA lock: a fault then meets a table', () => {
    const m = machineOf('rfc2');
    withPagesToMap(m, 'rfc2');
    continueEach(m, 0);
    expect(dontneed(m, 0, 4)).toBe('ok');
    expect(m.play('hugetlb_fault', { page: 0, access: 'read' })).toBe('bug BUG_ON(!pte_huge)');
    const kept = machineOf('rfc2', { settings: { 'hgm-dontneed-vma': 'nothing' } });
    withPagesToMap(kept, 'rfc2');
    continueEach(kept, 0);
    expect(dontneed(kept, 0, 4)).toBe('ok');
    expect(kept.play('hugetlb_fault', { page: 0, access: 'read' })).toBe('USERFAULT');
  });

  it('made a shared VMA private, before there was a VMA lock: RFC v1', () => {
    const m = machineOf('rfc1');
    expect(dontneed(m, 0, 4)).toBe('ok');
    expect(Vma.mayShare(m.s.vma.at(0))).toBe(0);
    // What was promised to the file is not promised to it.
    expect(m.play('hugetlb_fault', { page: 0, access: 'read' })).toBe('SIGBUS');
    const more = machineOf('rfc1', { geometry: { ...SMALL_HUGETLB, folios: 3 } });
    expect(dontneed(more, 0, 4)).toBe('ok');
    expect(more.play('hugetlb_fault', { page: 0, access: 'read' })).toBe('ok');
    expect(more.s.cache.at(0)).toBe(0);
  });
});
