/** Mutants that leave a state behind which must not be. */
import { me_huge_page } from '../../../model/hugetlb/memory_failure.ts';
import { folio_get, page_folio } from '../../../model/hugetlb/folio.ts';
import { Folio, HugePte, Result, Vma } from '../../../model/state/hugetlb/hugetlb_types.ts';
import type { HugetlbMutant } from './mutant.ts';
import { BEHIND, BOTH, continues, HUGEPAGE, of2M, ONE, PAGE1, parts, plain, PRIVATE, small, WHOLE } from './places.ts';

export const OF_STATES: readonly HugetlbMutant[] = [
  {
    ...plain,
    property: 'H1',
    says: 'a leaf says that it is contiguous, and is alone',
    patch: { make_huge_pte: (base) => (pfn, vma, writable) => HugePte.mkCont(base(pfn, vma, writable), 1) },
    alphabet: { mappings: [ONE], reads: [0] },
    length: 2,
  },
  {
    on: 'hgm',
    property: 'H2',
    says: 'a VMA that is split off forgets high granularity',
    patch: { hugetlb_vm_op_open: (base) => (s, vma) => Vma.mkHgm(base(s, vma), 0) },
    alphabet: {
      ...continues,
      mappings: [BOTH],
      fallocates: [{ file: 0, index: 1 }],
      registers: [{ from: 0, to: 8 }],
      splits: [{ from: 0, to: 8 }],
      continues: [{ from: 5, to: 6 }],
      mprotects: [{ from: 0, to: 4 }],
      prots: ['R'],
    },
    length: 6,
  },
  {
    on: 'hgm',
    property: 'H3',
    says: 'high granularity does not exclude shared PMD tables',
    geometry: { ...of2M, mms: 1 },
    patch: { hgm_excludes_pmd_share: () => () => false },
    alphabet: { mappings: [WHOLE, BEHIND], splits: [HUGEPAGE, { from: 4, to: 8 }], reads: [0, 4] },
    length: 6,
  },
  {
    ...parts,
    property: 'H4',
    says: 'a leaf of one page maps the first of two',
    patch: { make_huge_pte: (base) => (pfn, vma, writable) => base(pfn - (pfn % 2), vma, writable) },
    alphabet: continues,
    length: 6,
  },
  {
    ...plain,
    property: 'H5',
    says: 'a leaf that goes is not uncounted',
    patch: { hugetlb_remove_rmap: () => () => undefined },
    alphabet: { mappings: [ONE], reads: [0], munmaps: [HUGEPAGE] },
    length: 3,
  },
  {
    ...parts,
    property: 'H5-MAPPED',
    says: 'nr_pages_mapped forgets smaller leaves',
    patch: {
      hugetlb_add_file_rmap: (base) => (s, pfn, size, slot, slotWasNone) => {
        base(s, pfn, size, slot, slotWasNone);
        s.nrPagesMapped.put(page_folio(s, pfn), 0);
      },
    },
    alphabet: continues,
    length: 6,
  },
  {
    ...plain,
    property: 'H6',
    says: 'a leaf takes a reference too many',
    patch: {
      hugetlb_add_file_rmap: (base) => (s, pfn, size, slot, slotWasNone) => {
        base(s, pfn, size, slot, slotWasNone);
        folio_get(s, page_folio(s, pfn));
      },
    },
    alphabet: { mappings: [ONE], reads: [0] },
    length: 2,
  },
  {
    ...plain,
    property: 'H7',
    says: 'a leaf is counted for more than a counter holds',
    geometry: { ...small, countMax: 2 },
    patch: {
      hugetlb_add_file_rmap: (base) => (s, pfn, size, slot, slotWasNone) => {
        for (let i = 0; i < 3; i++) base(s, pfn, size, slot, slotWasNone);
      },
    },
    alphabet: { mappings: [ONE], reads: [0] },
    length: 2,
  },
  {
    ...plain,
    property: 'H7-BELOW',
    says: 'a leaf that goes is uncounted twice',
    patch: {
      hugetlb_remove_rmap: (base) => (s, pfn, size, slot) => {
        base(s, pfn, size, slot);
        base(s, pfn, size, slot);
      },
    },
    alphabet: { mappings: [ONE], reads: [0], munmaps: [HUGEPAGE] },
    length: 3,
  },
  {
    on: 'hgm',
    property: 'H7-REF',
    says: 'a reference too many is not refused',
    geometry: { ...small, countMax: 2 },
    with: { 'hgm-refcount-limit': 'clean' },
    set: { 'hgm-refcount-limit': 'none' },
    alphabet: { ...continues, continues: [PAGE1, { from: 2, to: 4 }] },
    length: 7,
  },
  {
    ...plain,
    property: 'H8',
    says: 'truncation that could not lock the VMA takes it for one that does not map the folio',
    failuresMax: 1,
    patch: { hugetlb_vma_maps_page: () => () => false, folio_mapped: () => () => false },
    alphabet: { mappings: [ONE], reads: [0], truncates: [{ file: 0, to: 0 }] },
    length: 3,
  },
  {
    ...plain,
    property: 'H9',
    says: 'nobody counts what a process uses',
    patch: { hugetlb_count_add: () => () => undefined },
    alphabet: { mappings: [ONE], reads: [0] },
    length: 2,
  },
  {
    ...parts,
    property: 'H10',
    says: 'page tables stay when their mapping goes',
    patch: { free_pgd_range: () => () => undefined },
    alphabet: { ...continues, munmaps: [HUGEPAGE] },
    length: 6,
  },
  {
    ...plain,
    property: 'H12',
    says: 'a leaf is writable whatever its VMA says',
    geometry: { ...plain.geometry, folios: 2 },
    patch: { make_huge_pte: (base) => (pfn, vma) => base(pfn, vma, true) },
    alphabet: { mappings: [PRIVATE], fallocates: [{ file: 0, index: 0 }], reads: [0] },
    length: 3,
  },
  {
    ...plain,
    property: 'H-RESV',
    says: 'a private mapping that goes keeps what it was promised',
    patch: { reset_private_reservations: () => () => undefined },
    alphabet: { mappings: [PRIVATE], munmaps: [HUGEPAGE] },
    length: 2,
  },
  {
    ...plain,
    property: 'H-TLB',
    says: 'nobody flushes',
    geometry: { ...plain.geometry, tlb: 1 },
    patch: { flush_tlb_range: () => () => undefined },
    alphabet: { mappings: [ONE], reads: [0], munmaps: [HUGEPAGE] },
    length: 3,
  },
  {
    ...plain,
    property: 'H-GUEST',
    says: 'no mmu notifier is called',
    geometry: { ...plain.geometry, guestPages: 4 },
    patch: { mmu_notifier_invalidate_range: () => () => undefined },
    alphabet: { mappings: [ONE], guestReads: [0], munmaps: [HUGEPAGE] },
    length: 3,
  },
  {
    ...plain,
    property: 'H20',
    says: 'broken memory stays mapped',
    patch: {
      memory_failure_hugetlb: () => (s, pfn) => {
        const folio = page_folio(s, pfn);
        s.folio.put(folio, Folio.mkHwpoison(s.folio.at(folio), 1));
        return me_huge_page(s, folio) ? Result.ok : Result.EBUSY;
      },
    },
    alphabet: { mappings: [ONE], reads: [0], failures: [0] },
    length: 3,
  },
];
