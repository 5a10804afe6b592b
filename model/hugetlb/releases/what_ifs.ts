/** What no release that is modelled does: repairs of what is known to be wrong, and mistakes of kernels older than those. */
import { asItIs, type HugetlbToggle } from '../series/toggle.ts';

export const HUGETLB_WHAT_IFS: readonly HugetlbToggle[] = [
  {
    name: 'hugetlb-zap-migration-usage',
    says: 'whether a migration entry that is unmapped is taken off hugetlb_usage, to which its leaf was added',
    cites:
      'v6.1 .. v7.3.4 mm/hugetlb.c __unmap_hugepage_range(); mm/memory.c zap_nonpresent_ptes() does so of base pages',
    values: [
      asItIs('kept', 'it is not'),
      { value: 'counted', says: 'it is', patch: { zap_counts_migration: () => () => true } },
    ],
  },
  {
    name: 'hugetlb-fork-migration-usage',
    says: 'whether the migration entry that a child gets is added to its hugetlb_usage, from which the leaf will be taken',
    cites:
      'v6.1 .. v7.3.4 mm/hugetlb.c copy_hugetlb_page_range(); mm/memory.c copy_nonpresent_pte() does so of base pages',
    values: [
      asItIs('kept', 'it is not'),
      { value: 'counted', says: 'it is', patch: { copy_counts_migration: () => () => true } },
    ],
  },
  {
    name: 'hugetlb-pmd-sharing',
    says: 'whether mappings of a file share PMD tables',
    cites: 'CONFIG_HUGETLB_PMD_PAGE_TABLE_SHARING: x86_64, arm64 with 4K pages, riscv64',
    avoids: true,
    values: [
      asItIs('on', 'they do, where they can'),
      { value: 'off', says: 'they do not', patch: { shares_pmd_tables: () => () => false } },
    ],
  },
  {
    name: 'hugetlb-mremap-part',
    says: 'what mremap() of a part of a private mapping takes reservations from',
    cites: 'v6.1 .. v7.3.4 mm/mremap.c move_vma(), copy_vma_and_data(), mm/hugetlb.c clear_vma_resv_huge_pages()',
    values: [
      asItIs('all', 'all of the VMA, whose rest is split off later'),
      { value: 'part', says: 'the part, which is split off first', patch: { mremap_splits_first: () => () => true } },
    ],
  },
  {
    name: 'hugetlb-move-wp-when',
    says: 'when mremap() takes uffd-wp back of pages whose new VMA will not be registered',
    cites: 'v6.1.192 .. v7.3.4 mm/hugetlb.c move_huge_pte(), mm/mremap.c copy_vma_and_data()',
    values: [
      asItIs('each', 'of each when it moves, also if it moves back, since others cannot'),
      {
        value: 'all',
        says: 'when all have moved',
        patch: { move_clears_wp: () => () => false, mremap_resolves_wp: () => () => true },
      },
    ],
  },
  {
    name: 'hugetlb-split-lock',
    says: 'what becomes of PMD tables that are shared, of the part of a VMA that a split makes a new one, and that gets no VMA lock',
    cites:
      'v6.1.192 .. v7.3.4 mm/hugetlb.c hugetlb_vm_op_open(), hugetlb_vma_lock_alloc(); want_pmd_share(): "vma lock required for sharing"',
    values: [
      asItIs('shared', 'they stay so'),
      {
        value: 'unshared',
        says: 'the process gives them up',
        patch: { split_without_lock_unshares: () => () => true },
      },
    ],
  },
  {
    name: 'hugetlb-unshare-flush',
    says: 'whether CPUs forget what a PMD table had that is shared, where it is given up instead of unmapped',
    cites: 'a4a118f2eead "hugetlbfs: flush TLBs correctly after huge_pmd_unshare" (v5.16)',
    values: [
      asItIs('flushed', 'they do'),
      {
        value: 'never',
        says: 'they do not: no entry was cleared, and the batch of the TLB is empty',
        patch: { zap_of_shared_flushes: () => () => false },
      },
    ],
  },
  {
    name: 'hugetlb-rmap-unshare',
    says: 'what becomes of a PMD table that is shared, of which a hugepage migrates or breaks',
    cites: '017b1660df89 "mm: migration: fix migration of huge PMD shared pages" (v4.20)',
    values: [
      asItIs('unshared', 'each process gives it up'),
      {
        value: 'kept',
        says: 'the leaf is taken from all who share it, and one of them is told',
        patch: { rmap_unshares: () => () => false },
      },
    ],
  },
];
