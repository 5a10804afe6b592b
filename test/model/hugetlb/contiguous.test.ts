/** Hugepages of contiguous entries (arm64, 64K of PTEs and 32M of PMDs): which tables are shared, and which are stepped over. */
import { describe, expect, it } from '@effect/vitest';
import { type HugetlbGeometry, SMALL_HUGETLB } from '../../../model/state/hugetlb/geometry.ts';
import { PmdTable } from '../../../model/state/hugetlb/hugetlb_types.ts';
import { entriesOf, type HugetlbMachine, hugetlbMachine } from './play.ts';
import { range, reading, writing } from './versions.ts';

const OF_PTES = { puds: 2, ptrsPerPmd: 2, ptrsPerPte: 4, contPtes: 2, hugepage: 2, fileHugepages: 4 } as const;
const OF_PMDS = { puds: 2, ptrsPerPmd: 4, ptrsPerPte: 2, contPmds: 2, hugepage: 4, fileHugepages: 2 } as const;
const OF_A_PMD = { puds: 2, ptrsPerPmd: 2, ptrsPerPte: 4, hugepage: 4, fileHugepages: 2 } as const;

/** A PUD of a file, mapped twice. */
const mapped = (sizes: Partial<HugetlbGeometry>): HugetlbMachine => {
  const whole = { name: 'a PUD', file: 0, at: 0, pages: 8, pgoff: 0, shared: true } as const;
  const m = hugetlbMachine({
    geometry: { ...SMALL_HUGETLB, smaller: [], folios: 4, pmdTables: 4, pteTables: 4, ...sizes },
    mappings: [whole, { ...whole, name: 'again', at: 8 }],
  });
  m.play('hugetlbfs_file_mmap', { mapping: 'a PUD' });
  m.play('hugetlbfs_file_mmap', { mapping: 'again' });
  return m;
};

describe('huge_pte_alloc()', () => {
  it.each([
    ['contiguous PTEs', 'has a PMD table of its own', OF_PTES, 0],
    ['contiguous PMDs', 'has a PMD table of its own', OF_PMDS, 0],
    ['one PMD', 'shares a PMD table', OF_A_PMD, 1],
  ])('of hugepages of %s %s', (_what, _does, sizes, shares) => {
    const m = mapped(sizes);
    m.play('hugetlb_fault', writing(0));
    m.play('hugetlb_fault', reading(8));
    expect(PmdTable.shares(m.s.pmdTable.at(0))).toBe(shares);
    m.play('hugetlb_munmap', range(0, 8));
    m.play('hugetlb_munmap', range(8, 16));
    expect([entriesOf(m.s, 0), m.s.pmdTable.at(0)]).toEqual([[], 0]);
  });
});

describe('__unmap_hugepage_range()', () => {
  it('steps over what one missing table spans: of PTEs a PMD entry', () => {
    const m = mapped(OF_PTES);
    m.play('hugetlb_fault', writing(6));
    expect(entriesOf(m.s, 0)).toEqual([
      'page 6: leaf pfn 0 RW young dirty contiguous',
      'page 7: leaf pfn 1 RW young dirty contiguous',
    ]);
    m.play('hugetlb_dontneed', range(0, 8));
    expect(entriesOf(m.s, 0)).toEqual([]);
  });
});
