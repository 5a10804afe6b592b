/** Hugepages of which one base page breaks: what is lost, and what the patches for that get wrong. Played step by step. */
import { describe, expect, it } from '@effect/vitest';
import { SMALL_HUGETLB } from '../../../model/state/hugetlb/geometry.ts';
import { Count, Usage } from '../../../model/state/hugetlb/hugetlb_types.ts';
import { entriesOf, type HugetlbMachine, hugetlbMachine, kernelWith } from './play.ts';
import { begun, continuing } from './versions.ts';

const SHARED = { name: 'shared', file: 0, at: 0, pages: 4, pgoff: 0, shared: true };
const PRIVATE = { name: 'private', file: 0, at: 4, pages: 4, pgoff: 0, shared: false };
const geometry = { ...SMALL_HUGETLB, pins: 1, tlb: 1, fileHugepages: 1, folios: 3 } as const;

/** v2 of high granularity with the repair of its mapcounts. */
const V2 = {
  'hgm-enabled-by': 'madvise',
  'hgm-marker': 'splits',
  'hgm-mapcount': 'M3-repaired',
  'hgm-hwpoison': 'base',
} as const;

/** One hugepage of a shared file, mapped as a whole; of a private mapping, where that is asked for. */
const mapped = (
  settings: Readonly<Record<string, string>> = {},
  mappings: readonly (typeof SHARED)[] = [SHARED],
): HugetlbMachine => {
  const kernel = kernelWith({ ...V2, ...settings });
  const m = hugetlbMachine({ kernel, geometry, mappings });
  for (const { name, at } of mappings) {
    m.play('hugetlbfs_file_mmap', { mapping: name });
    expect(m.play('hugetlb_fault', { page: at + 1, access: 'write' })).toBe('ok');
  }
  return m;
};

describe('one page of a hugepage breaks', () => {
  it('is lost alone: the rest stays mapped, by leaves as large as can be', () => {
    const m = mapped();
    expect(m.play('hugetlb_memory_failure', { page: 1 })).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual([
      'page 0: leaf pfn 0 RW young dirty',
      'page 1: hwpoison entry pfn 1',
      'pages 2..3: leaf pfn 2 RW young dirty',
    ]);
    expect(Usage.valueOf(m.s.usage.at(0))).toBe(3);
    // The page cache, two leaves, and what memory_failure() keeps.
    expect(Count.valueOf(m.s.refcount.at(0))).toBe(4);
    expect(m.play('hugetlb_fault', { page: 0, access: 'write' })).toBe('ok');
    expect(m.play('hugetlb_fault', { page: 1, access: 'read' })).toBe('MCE');
    expect(m.play('hugetlb_memory_failure', { page: 3 })).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual([
      'page 0: leaf pfn 0 RW young dirty',
      'page 1: hwpoison entry pfn 1',
      'page 2: leaf pfn 2 RW young dirty',
      'page 3: hwpoison entry pfn 3',
    ]);
  });
  it.each([
    ['restores', 4],
    ['unmaps', 2],
  ])('and the leaf is as it was where there is no table; the split is taken back: %s', (value, usage) => {
    const kernel = kernelWith({ ...V2, 'hgm-hwpoison-undo': value });
    const m = hugetlbMachine({ kernel, geometry, mappings: [SHARED] });
    m.play('hugetlbfs_file_mmap', { mapping: 'shared' });
    m.play('hugetlb_fault', { page: 0, access: 'write' });
    const before = entriesOf(m.s, 0);
    // The PMD table can be had, and pages 0 and 1 have a leaf; the PTE table cannot.
    expect(m.play('hugetlb_memory_failure', { page: 2 }, [0, 1])).toBe('EBUSY');
    expect(entriesOf(m.s, 0)).toEqual(before);
    expect(m.s.kernel.page_mapcount(m.s, 2)).toBe(1);
    expect(Count.valueOf(m.s.refcount.at(0))).toBe(3);
    expect(Usage.valueOf(m.s.usage.at(0))).toBe(usage);
  });
  it.each([
    ['own', 2],
    ['rounded', 0],
  ])('a fault beside it maps a smaller leaf, of a frame that is %s', (value, pfn) => {
    const m = mapped({ 'hgm-hwpoison-fault': value });
    m.play('hugetlb_munmap', { range: { from: 0, to: 4 } });
    m.play('hugetlbfs_file_mmap', { mapping: 'shared' });
    expect(m.play('hugetlb_memory_failure', { page: 1 })).toBe('ok');
    expect(m.play('hugetlb_fault', { page: 3, access: 'write' })).toBe('ok');
    expect(m.play('hugetlb_fault', { page: 1, access: 'read' })).toBe('MCE');
    expect(entriesOf(m.s, 0)).toEqual([`pages 2..3: leaf pfn ${pfn} RW young dirty`]);
  });
});

describe('what the patches get wrong', () => {
  it('enabling high granularity waits for itself', () =>
    expect(mapped({ 'hgm-hwpoison-enable': 'deadlocks' }).play('hugetlb_memory_failure', { page: 1 })).toBe(
      'bug self-deadlock',
    ));
  it('a second page is looked for in the leaf of the first one', () => {
    const m = mapped({ 'hgm-hwpoison-split-at': 'head' });
    expect(m.play('hugetlb_memory_failure', { page: 1 })).toBe('ok');
    expect(m.play('hugetlb_memory_failure', { page: 3 })).toBe('bug BUG_ON(split-elsewhere)');
  });
  it('or is not unmapped at all', () => {
    const m = mapped({ 'hgm-hwpoison-again': 'busy' });
    m.play('hugetlb_memory_failure', { page: 1 });
    expect(m.play('hugetlb_memory_failure', { page: 3 })).toBe('EBUSY');
    expect(m.play('hugetlb_fault', { page: 3, access: 'write' })).toBe('ok');
  });
  it('the first page of the hugepage is not to be looked for', () =>
    expect(mapped({ 'hgm-hwpoison-list': 'not-head' }).play('hugetlb_memory_failure', { page: 0 })).toBe(
      'bug VM_BUG_ON(PageHWPoison)',
    ));
  it('CPUs have the large leaf beside the small ones', () => {
    const m = mapped({ 'hgm-hwpoison-flush': 'never' });
    // The first one enables high granularity, which flushes.
    expect(m.play('hugetlb_memory_failure', { page: 1 })).toBe('ok');
    m.play('hugetlb_fault', { page: 2, access: 'read' });
    expect(m.play('hugetlb_memory_failure', { page: 3 })).toBe('bug two-sizes-in-TLB');
  });
  it.each([
    ['unmapped', 'ok'],
    ['mapped', 'EBUSY'],
  ])('a private hugepage that is unmapped counts as such: where it is %s', (value, result) =>
    expect(mapped({ 'hgm-hwpoison-unmapped': value }, [PRIVATE]).play('hugetlb_memory_failure', { page: 5 })).toBe(
      result,
    ),
  );
});

/** Both hugepages of a file mapped with the version, the first as a whole. */
const whole = (settings: Readonly<Record<string, string>> = {}): HugetlbMachine => {
  const m = begun('hwpoison', settings);
  expect(m.play('userfaultfd_continue', continuing(0, 4))).toBe('ok');
  return m;
};
/** What the page has whose memory breaks as the second of its hugepage. */
const second = (settings: Readonly<Record<string, string>>): readonly string[] => {
  const m = whole(settings);
  m.play('hugetlb_memory_failure', { page: 3 });
  m.play('hugetlb_memory_failure', { page: 2 });
  return entriesOf(m.s, 0).filter((entry) => entry.startsWith('page 2'));
};

describe('the version hwpoison of the series', () => {
  it('unmaps the base page alone, if the first page need not be looked for', () => {
    const m = whole();
    expect(m.play('hugetlb_memory_failure', { page: 3 })).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual([
      'pages 0..1: leaf pfn 0 RW young dirty',
      'page 2: leaf pfn 2 RW young dirty',
      'page 3: hwpoison entry pfn 3',
    ]);
    expect(whole().play('hugetlb_memory_failure', { page: 1 })).toBe('bug VM_BUG_ON(PageHWPoison)');
  });
  it('does not unmap a second one, for nothing of the hugepage counts as mapped', () => {
    const stays = ['page 2: leaf pfn 2 RW young dirty'];
    const right = { 'hgm-hwpoison-split-at': 'page' };
    expect(second(right)).toEqual(stays);
    expect(second({ ...right, 'hgm-hwpoison-again': 'unmapped' })).toEqual(stays);
    expect(second({ ...right, 'hgm-hwpoison-again': 'unmapped', 'hgm-mapcount': 'M3-repaired' })).toEqual([
      'page 2: hwpoison entry pfn 2',
    ]);
  });
  it('is v2 as far as nothing breaks', () => {
    const other = begun('v2');
    other.play('userfaultfd_continue', continuing(0, 4));
    expect(entriesOf(whole().s, 0)).toEqual(entriesOf(other.s, 0));
  });
});
