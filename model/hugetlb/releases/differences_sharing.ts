/** What releases differ in where a VMA is split, and in what becomes of PMD tables that mappings share there. */
import { asItIs } from '../series/toggle.ts';
import { type HugetlbDifference, hugetlbHistory } from './releases.ts';

export const SHARING_DIFFERENCES: readonly HugetlbDifference[] = [
  {
    name: 'hugetlb-split-unshare',
    says: 'what becomes of a PMD table that is shared when a VMA is split in the middle of it',
    cites:
      'b30c14cd6102 "hugetlb: unshare some PMDs when splitting VMAs", v6.2 and 6.1.8; v6.1.192 to v7.3.4 mm/hugetlb.c hugetlb_split()',
    at: hugetlbHistory('stays', { 'v6.12': 'unshared' }, { 'v6.1.192': 'unshared' }),
    values: [
      asItIs('unshared', 'the process that has split it gives it up'),
      { value: 'stays', says: 'it stays shared', patch: { split_unshares_pmds: () => () => false } },
    ],
  },
  {
    name: 'hugetlb-munmap-opens',
    says: 'which part of a VMA that munmap() splits is a new one, which has to get a VMA lock of its own',
    cites:
      'v6.1.192 mm/mmap.c do_mas_align_munmap(), v6.12.117 and later mm/vma.c vms_gather_munmap_vmas(): new_below of __split_vma()',
    at: hugetlbHistory('inside', { 'v6.12': 'beside' }),
    values: [
      asItIs('beside', 'what stays, before or behind the range'),
      { value: 'inside', says: 'what is unmapped', patch: { munmap_opens: () => () => 'inside' } },
    ],
  },
];
