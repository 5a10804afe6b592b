/** Faults: which size they map, what they copy, what they are promised, and what they share. */
import { describe, expect, it } from '@effect/vitest';
import { Count, Folio, HugePte, PmdTable, Reserved } from '../../../model/state/hugetlb/hugetlb_types.ts';
import { SMALL_HUGETLB } from '../../../model/state/hugetlb/geometry.ts';
import { entriesOf, hugetlbMachine, kernelWith, pteAt } from './play.ts';
import { begun, continuing, PRIVATE, range, reading, SHARED, writing } from './versions.ts';

const resv = (m: { readonly s: { readonly resv: { at: (row: number) => number } } }): number =>
  Reserved.valueOf(m.s.resv.at(0));

/** Registered for uffd-wp alone: user space is not told of pages that are there. */
const inParts = () => begun('rfc2', {}, {}, ['wp']);

describe('hugetlb_no_page()', () => {
  it('maps a hugepage where nothing of it is mapped', () => {
    const m = inParts();
    expect(m.play('hugetlb_fault', reading(1))).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual(['pages 0..3: leaf pfn 0 RW young dirty']);
  });
  it('maps by the smallest entry that there is: a page beside a page, a PMD beside that', () => {
    const m = inParts();
    m.play('userfaultfd_continue', continuing(0, 1));
    m.play('hugetlb_fault', reading(1));
    m.play('hugetlb_fault', reading(3));
    expect(entriesOf(m.s, 0)).toEqual([
      'page 0: leaf pfn 0 RW young dirty',
      'page 1: leaf pfn 1 RW young dirty',
      'pages 2..3: leaf pfn 2 RW young dirty',
    ]);
  });
  it('ends with SIGBUS beyond the end of the file', () => {
    const m = hugetlbMachine({ mappings: [SHARED] });
    m.play('hugetlbfs_file_mmap', { mapping: 'shared' });
    m.s.isize.put(0, 1);
    expect(m.play('hugetlb_fault', reading(5))).toBe('SIGBUS');
  });
  it('ends with OOM without memory for a table', () => {
    const geometry = { ...SMALL_HUGETLB, hugepage: 2, smaller: [], fileHugepages: 4, folios: 4 };
    const m = hugetlbMachine({ geometry, mappings: [SHARED] });
    m.play('hugetlbfs_file_mmap', { mapping: 'shared' });
    expect(m.play('hugetlb_fault', reading(0), [1])).toBe('OOM');
  });
});

const machine = (folios: number) => {
  const m = hugetlbMachine({
    geometry: { ...SMALL_HUGETLB, folios, smaller: [] },
    mappings: [{ ...PRIVATE, pages: 4 }, SHARED],
  });
  m.play('hugetlbfs_file_mmap', { mapping: 'private' });
  return m;
};

describe('a private mapping', () => {
  it('is promised a hugepage, and uses the promise up', () => {
    const m = machine(1);
    expect(resv(m)).toBe(1);
    m.play('hugetlb_fault', writing(0));
    expect(resv(m)).toBe(0);
    expect(HugePte.show(pteAt(m.s, 0, 0))).toBe('leaf pfn 0 RW young dirty');
    expect(Folio.exclusive(m.s.folio.at(0))).toBe(1);
    m.play('hugetlb_munmap', range(0, 4));
    expect([resv(m), m.s.folio.at(0)]).toEqual([0, 0]);
  });
  it('gives the promise back unused', () => {
    const m = machine(1);
    m.play('hugetlb_munmap', range(0, 4));
    expect(resv(m)).toBe(0);
  });
  it('copies a page of the file when it is written', () => {
    const n = machine(2);
    n.s.isize.put(0, 1);
    n.play('hugetlbfs_fallocate', { at: { file: 0, index: 0 } });
    n.play('hugetlb_fault', reading(0));
    expect(entriesOf(n.s, 0)).toEqual(['pages 0..3: leaf pfn 0 RO young']);
    n.play('hugetlb_fault', writing(1));
    expect(entriesOf(n.s, 0)).toEqual(['pages 0..3: leaf pfn 4 RW young dirty']);
    expect([0, 1].map((folio) => Count.valueOf(n.s.entireMapcount.at(folio)))).toEqual([0, 1]);
  });
});

describe('huge_pmd_share()', () => {
  const of2M = { ...SMALL_HUGETLB, vmas: 3, hugepage: 2, smaller: [], fileHugepages: 2, folios: 2, pteTables: 0 };
  const whole = { name: 'a PUD', file: 0, at: 0, pages: 4, pgoff: 0, shared: true } as const;
  const mapped = (kernel = kernelWith()) => {
    const m = hugetlbMachine({ kernel, geometry: of2M, mappings: [whole, { ...whole, name: 'again', at: 4 }] });
    m.play('hugetlbfs_file_mmap', { mapping: 'a PUD' });
    m.play('hugetlbfs_file_mmap', { mapping: 'again' });
    m.play('hugetlb_fault', writing(0));
    return m;
  };
  it('takes the table of another mapping, whose leaves it has then', () => {
    const m = mapped();
    m.play('hugetlb_fault', reading(6));
    expect(PmdTable.shares(m.s.pmdTable.at(0))).toBe(1);
    expect(HugePte.show(pteAt(m.s, 0, 4))).toBe('leaf pfn 0 RW young dirty');
    expect(Count.valueOf(m.s.entireMapcount.at(0))).toBe(1);
  });
  it('is undone where one of them ends', () => {
    const m = mapped();
    m.play('hugetlb_fault', reading(6));
    m.play('hugetlb_munmap', range(0, 4));
    expect(PmdTable.shares(m.s.pmdTable.at(0))).toBe(0);
    expect(HugePte.show(pteAt(m.s, 0, 4))).toBe('leaf pfn 0 RW young dirty');
    expect(entriesOf(m.s, 0)).toHaveLength(2);
  });
  it.each([
    ['unshared', 0],
    ['stays', 1],
  ])('where one of them is split in the middle: %s', (value, shares) => {
    const m = mapped(kernelWith({ 'hugetlb-split-unshare': value }));
    m.play('hugetlb_fault', reading(6));
    m.play('userfaultfd_api', { features: [] });
    expect(m.play('userfaultfd_register', { ...range(4, 6), modes: ['missing'] })).toBe('ok');
    expect(PmdTable.shares(m.s.pmdTable.at(0))).toBe(shares);
    expect(entriesOf(m.s, 0)).toHaveLength(2 + 2 * shares);
  });
  it('is not for a mapping without its lock, or that userfaultfd fills', () => {
    const m = hugetlbMachine({ geometry: of2M, mappings: [whole, { ...whole, name: 'again', at: 4 }] });
    m.play('hugetlbfs_file_mmap', { mapping: 'a PUD' });
    m.play('hugetlbfs_file_mmap', { mapping: 'again' }, [1]);
    m.play('hugetlb_fault', writing(0));
    m.play('hugetlb_fault', reading(4));
    expect(PmdTable.shares(m.s.pmdTable.at(0))).toBe(0);
    expect(Count.valueOf(m.s.entireMapcount.at(0))).toBe(2);
    const n = mapped();
    n.play('userfaultfd_api', { features: [] });
    n.play('userfaultfd_register', { ...range(4, 8), modes: ['minor'] });
    n.play('userfaultfd_continue', continuing(4, 6));
    expect(PmdTable.shares(n.s.pmdTable.at(0))).toBe(0);
  });
});
