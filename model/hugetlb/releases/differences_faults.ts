/** What releases differ in where hugetlb faults, where it is unmapped, and where userfaultfd fills it. */
import { HugePte, Result, Vma } from '../../state/hugetlb/hugetlb_types.ts';
import { pte_marker_uffd_wp } from '../hugetlb_pte.ts';
import { asItIs } from '../series/toggle.ts';
import { type HugetlbDifference, hugetlbHistory } from './releases.ts';

export const FAULT_DIFFERENCES: readonly HugetlbDifference[] = [
  {
    name: 'hugetlb-poison-marker',
    says: 'what a fault does at a marker of UFFDIO_POISON',
    cites: 'v6.12 mm/hugetlb.c hugetlb_fault(); in v6.1 there is no such marker',
    at: hugetlbHistory('ignored', { 'v6.12': 'mce' }),
    values: [
      asItIs('mce', 'it ends with VM_FAULT_HWPOISON_LARGE'),
      {
        value: 'ignored',
        says: 'it maps a page, as if there were nothing; UFFDIO_POISON does not exist',
        patch: { fault_sees_poison_marker: () => () => false, mfill_poisons: () => () => false },
      },
    ],
  },
  {
    name: 'hugetlb-anon-vma',
    says: 'when a private VMA gets its anon_vma, without which fork() copies none of its entries',
    cites:
      'v6.1.192, v6.12.117 and v7.1.5 mm/hugetlb.c hugetlb_no_page(); mm/userfaultfd.c __mcopy_atomic_hugetlb(), find_vma_and_prepare_anon()',
    at: hugetlbHistory('with-page', { 'v6.12': 'first' }),
    values: [
      asItIs(
        'first',
        'before a page is allocated for it; of UFFDIO_COPY and others, before they look at what they were asked',
      ),
      {
        value: 'with-page',
        says: 'once there is a page; of UFFDIO_COPY and others, once the range is known to be in order',
        patch: { anon_vma_comes_first: () => () => false },
      },
    ],
  },
  {
    name: 'hugetlb-marker-fault',
    says: 'when a fault at a uffd-wp marker maps a protected page',
    cites: 'v7.1 and v7.3 mm/hugetlb.c hugetlb_no_page()',
    at: hugetlbHistory('always', { 'v7.3': 'registered' }),
    values: [
      asItIs('always', 'always'),
      {
        value: 'registered',
        says: 'where the VMA is registered for uffd-wp',
        patch: { no_page_keeps_wp: () => (_s, vma, before) => pte_marker_uffd_wp(before) && Vma.wp(vma) === 1 },
      },
    ],
  },
  {
    name: 'hugetlb-leftover-wp',
    says: 'what a write fault does at a page that is protected by a userfaultfd that is not registered any more',
    cites: 'v7.1 and v7.3.4 mm/hugetlb.c hugetlb_wp(), hugetlb_fault()',
    at: hugetlbHistory('nothing', { 'v7.3': 'cleared' }),
    values: [
      asItIs('nothing', 'nothing: the access faults again'),
      { value: 'cleared', says: 'it clears the bit', patch: { wp_stops_at_uffd_bit: () => () => false } },
    ],
  },
  {
    name: 'hugetlb-zap-marker',
    says: 'when a page that is unmapped, and was protected, leaves a uffd-wp marker',
    cites: 'v7.1 and v7.3 mm/hugetlb.c __unmap_hugepage_range()',
    at: hugetlbHistory('protected', { 'v7.3': 'registered' }),
    values: [
      asItIs('protected', 'always, unless markers are dropped'),
      {
        value: 'registered',
        says: 'where the VMA is registered for uffd-wp',
        patch: { zap_marker_asks_vma: () => () => true },
      },
    ],
  },
  {
    name: 'hugetlb-zap-reserve',
    says: 'when a private mapping is promised a page again that has been unmapped',
    cites: 'v6.1, v6.12.117, v6.18.44, v7.1.5 and v7.3.4 mm/hugetlb.c __unmap_hugepage_range(); 6.12.107 was asked',
    at: hugetlbHistory('never', { 'v6.12': 'always', 'v7.3': 'last-mapping' }, { 'v6.12.117': 'last-mapping' }),
    values: [
      asItIs('always', 'whenever it is unmapped'),
      {
        value: 'last-mapping',
        says: 'where nobody else maps it',
        patch: { zap_restores_reserve: () => (s, folio) => !s.kernel.folio_mapped(s, folio) },
      },
      { value: 'never', says: 'never', patch: { zap_restores_reserve: () => () => false } },
    ],
  },
  {
    name: 'hugetlb-ref-private',
    says: 'by which address the page of a child is found that is taken from it for its parent',
    cites: 'v7.1 and v7.3.4 mm/hugetlb.c unmap_ref_private()',
    at: hugetlbHistory('parent', { 'v7.3': 'own' }),
    values: [
      asItIs('parent', "the parent's"),
      {
        value: 'own',
        says: "that of the child's VMA",
        patch: {
          unmap_ref_private_page: () => (_s, child, _at, inFile) => Vma.start(child) + inFile - Vma.pgoff(child),
        },
      },
    ],
  },
  {
    name: 'hugetlb-copy-pool',
    says: 'with what UFFDIO_COPY ends where the pool is empty',
    cites: 'v6.12.117 and v6.18.44 mm/hugetlb.c hugetlb_mfill_atomic_pte()',
    at: hugetlbHistory('ENOMEM', { 'v6.18': 'EEXIST' }),
    values: [
      asItIs('EEXIST', 'with EEXIST, since there is an entry, whatever is in it'),
      { value: 'ENOMEM', says: 'with ENOMEM', patch: { mfill_copy_without_memory: () => () => Result.ENOMEM } },
    ],
  },
  {
    name: 'hugetlb-fill-marker',
    says: 'which markers UFFDIO_COPY and UFFDIO_CONTINUE overwrite',
    cites: 'v6.12.117 to v7.3.4 mm/hugetlb.c hugetlb_mfill_atomic_pte()',
    at: hugetlbHistory('any'),
    values: [
      asItIs('any', 'any, that of UFFDIO_POISON as well'),
      {
        value: 'not-poison',
        says: 'that of uffd-wp',
        patch: { mfill_overwrites: (base) => (s, e) => base(s, e) && HugePte.poisoned(e) === 0 },
      },
    ],
  },
];
