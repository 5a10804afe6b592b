/** Mutants that do what an operation must not do. */
import { page_folio } from '../../../model/hugetlb/folio.ts';
import { hugetlb_hgm_walk } from '../../../model/hugetlb/hgm_walk.ts';
import { NONE_HUGE_PTE } from '../../../model/hugetlb/hugetlb_pte.ts';
import { huge_pte_alloc } from '../../../model/hugetlb/pgalloc.ts';
import { try_to_unmap_poisoned } from '../../../model/hugetlb/rmap_unmap.ts';
import { Count, HugePte, HugePteKind, Result, Vma } from '../../../model/state/hugetlb/hugetlb_types.ts';
import type { HugetlbMutant } from './mutant.ts';
import { continues, HUGEPAGE, ONE, PAGE1, parts, plain, PRIVATE, small } from './places.ts';

export const OF_STEPS: readonly HugetlbMutant[] = [
  {
    ...plain,
    property: 'H11',
    says: 'a fault forgets the marker that was there',
    patch: { no_page_keeps_wp: () => () => false },
    alphabet: {
      mappings: [ONE],
      uffdApis: [[]],
      registers: [HUGEPAGE],
      registerFor: [['wp']],
      writeprotects: [HUGEPAGE],
      reads: [0],
    },
    length: 5,
  },
  {
    ...plain,
    property: 'H11-SET',
    says: 'UFFDIO_WRITEPROTECT passes over what is not mapped',
    patch: { hugetlb_change_protection: () => () => 0 },
    alphabet: {
      mappings: [ONE],
      uffdApis: [[]],
      registers: [HUGEPAGE],
      registerFor: [['wp']],
      writeprotects: [HUGEPAGE],
    },
    length: 4,
  },
  {
    ...parts,
    property: 'H13',
    says: 'MADV_COLLAPSE says that it is done, and does nothing',
    set: { 'hgm-collapse': 'steps-over' },
    alphabet: { ...continues, collapses: [HUGEPAGE] },
    length: 6,
  },
  {
    on: 'hgm',
    property: 'H14',
    says: 'MADV_COLLAPSE that fails has unmapped what was there',
    geometry: { ...small, folios: 2, migrations: 1, usage: 0 },
    with: { 'hugetlb-migration-lock': 'unmap' },
    patch: {
      collapse_folio_error: (base) => (s, folio) => {
        const error = base(s, folio);
        if (error !== Result.ok) s.kernel.unmap_hugepage_range(s, 0, 0, s.geometry.hugepage, { dropMarker: true });
        return error;
      },
    },
    alphabet: { ...continues, continues: [PAGE1], migrations: [1], collapses: [HUGEPAGE] },
    length: 8,
  },
  {
    ...parts,
    property: 'H15',
    says: 'a fault makes the smallest page tables that there can be',
    patch: {
      hugetlb_fault: (base) => (s, row, page, write) => {
        hugetlb_hgm_walk(s, row, huge_pte_alloc(s, row, page), page, 1, true);
        return base(s, row, page, write);
      },
    },
    alphabet: { mappings: [ONE], splits: [HUGEPAGE], reads: [0] },
    length: 2,
  },
  {
    ...parts,
    property: 'H16',
    says: 'UFFDIO_CONTINUE says that it has done more than it has',
    patch: {
      mfill_atomic_hugetlb: (base) => (s, mm, start, end, fill) => {
        const error = base(s, mm, start, end, fill);
        s.done.put(0, end - start);
        return error;
      },
    },
    alphabet: { ...continues, continues: [PAGE1] },
    length: 3,
  },
  {
    ...parts,
    property: 'H16-EXISTS',
    says: 'a marker is in the way of UFFDIO_CONTINUE',
    set: { 'hgm-marker': 'blocks' },
    alphabet: { ...continues, registerFor: [['minor', 'wp']], writeprotects: [HUGEPAGE] },
    length: 6,
  },
  {
    ...plain,
    property: 'H-COPY',
    says: 'UFFDIO_COPY takes an empty pool for a hugepage that is there',
    geometry: { ...plain.geometry, puds: 2, fileHugepages: 2 },
    with: { 'hugetlb-copy-pool': 'ENOMEM' },
    set: { 'hugetlb-copy-pool': 'EEXIST' },
    alphabet: {
      mappings: [{ ...PRIVATE, pages: 8, noreserve: true }],
      uffdApis: [[]],
      registers: [{ from: 0, to: 8 }],
      registerFor: [['missing']],
      copies: [HUGEPAGE, { from: 4, to: 8 }],
    },
    length: 5,
  },
  {
    ...plain,
    property: 'H19',
    says: 'a fault does not ask user space of a minor fault',
    patch: {
      hugetlb_fault: (base) => (s, row, page, write) => {
        const vma = s.vma.at(row);
        s.vma.put(row, Vma.mkMinor(vma, 0));
        const error = base(s, row, page, write);
        s.vma.put(row, vma);
        return error;
      },
    },
    alphabet: { ...continues, splits: [], continues: [], reads: [0] },
    length: 5,
  },
  {
    ...plain,
    property: 'H20-KEPT',
    says: 'mprotect() clears hwpoison entries',
    patch: {
      hugetlb_change_protection:
        (base) =>
        (s, row, start, end, ...rest) => {
          for (let i = 0; i < s.pud.rows; i++)
            if (HugePte.kind(s.pud.at(i)) === HugePteKind.hwpoison) s.pud.put(i, NONE_HUGE_PTE);
          return base(s, row, start, end, ...rest);
        },
    },
    alphabet: { mappings: [ONE], reads: [0], failures: [0], mprotects: [HUGEPAGE], prots: ['R'] },
    length: 4,
  },
  {
    ...parts,
    property: 'H20-REST',
    says: 'memory_failure() unmaps what is left of the hugepage, too',
    with: { 'hgm-hwpoison': 'base' },
    patch: {
      memory_failure_hugetlb: (base) => (s, pfn) => {
        const error = base(s, pfn);
        try_to_unmap_poisoned(s, page_folio(s, pfn));
        return error;
      },
    },
    alphabet: { mappings: [ONE], reads: [0], failures: [1] },
    length: 3,
  },
  {
    ...plain,
    property: 'H21',
    says: 'fork() takes a bit of the frame of a migration entry for uffd-wp',
    geometry: { ...plain.geometry, mms: 2, folios: 2, migrations: 1, usage: 0 },
    set: { 'hugetlb-fork-swap': 'present-bit' },
    alphabet: { mappings: [PRIVATE], writes: [0], migrations: [0], fork: true },
    length: 4,
  },
  {
    ...plain,
    property: 'H21-OWN',
    says: 'fork() copies nothing',
    geometry: { ...plain.geometry, mms: 2 },
    patch: { copy_hugetlb_page_range: () => () => Result.ok },
    alphabet: { mappings: [PRIVATE], writes: [0], fork: true },
    length: 3,
  },
  {
    ...plain,
    property: 'H22',
    says: 'mremap() leaves the entries where they were',
    geometry: { ...plain.geometry, puds: 2, vmas: 2 },
    patch: { move_hugetlb_page_tables: () => (_s, _row, _newRow, _from, _to, pages) => pages },
    alphabet: { mappings: [ONE], reads: [0], mremaps: [{ from: 0, to: 4, pages: 4 }] },
    length: 3,
  },
  {
    ...plain,
    property: 'H22-COUNTS',
    says: 'mremap() counts what it moves once more',
    geometry: { ...plain.geometry, puds: 2, vmas: 2 },
    patch: {
      move_hugetlb_page_tables:
        (base) =>
        (s, ...rest) => {
          s.entireMapcount.put(0, Count.add(s.entireMapcount.at(0), 1));
          return base(s, ...rest);
        },
    },
    alphabet: { mappings: [ONE], reads: [0], mremaps: [{ from: 0, to: 4, pages: 4 }] },
    length: 2,
  },
];
