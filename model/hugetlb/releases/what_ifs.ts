/** What no release that is modelled does: repairs of what is known to be wrong, and mistakes of kernels older than those. */
import { asItIs, type HugetlbToggle } from '../series/toggle.ts';

export const HUGETLB_WHAT_IFS: readonly HugetlbToggle[] = [
  {
    name: 'hugetlb-migration-usage',
    says: 'whether hugetlb_usage follows a migration entry that is unmapped, or that fork() copies',
    cites:
      'v6.1 .. v7.3.4 mm/hugetlb.c __unmap_hugepage_range(), copy_hugetlb_page_range(), mm/rmap.c try_to_migrate_one()',
    values: [
      asItIs('kept', 'it stays as it is'),
      { value: 'counted', says: 'it does', patch: { usage_counts_migration: () => () => true } },
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
    name: 'hugetlb-split-unshare',
    says: 'whether a VMA that is split gives up the PMD table that is shared across the border',
    cites: 'b30c14cd6102 "hugetlb: unshare some PMDs when splitting VMAs" (v6.2, and stable)',
    values: [
      asItIs('unshared', 'it does'),
      { value: 'kept', says: 'it does not: both halves share it', patch: { split_unshares: () => () => false } },
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
