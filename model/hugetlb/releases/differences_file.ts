/** What the releases differ in where hugetlbfs files are concerned. */
import { asItIs } from '../series/toggle.ts';
import { type HugetlbDifference, hugetlbHistory } from './releases.ts';

export const FILE_DIFFERENCES: readonly HugetlbDifference[] = [
  {
    name: 'hugetlb-private-lock',
    says: 'whether a private mapping has a VMA lock, so that truncation may find it taken',
    cites: 'v6.1.192, v6.12.117 to v7.3.4 mm/hugetlb.c __vma_private_lock(), hugetlb_vma_trylock_write()',
    at: hugetlbHistory('none', { 'v6.12': 'resv-map' }, { 'v6.1.192': 'resv-map' }),
    values: [
      asItIs('resv-map', 'its reservation map, where it has one'),
      { value: 'none', says: 'none', patch: { private_vma_has_lock: () => () => false } },
    ],
  },
];
