/** What releases differ in where hugetlb is registered with a userfaultfd. */
import { asItIs } from '../series/toggle.ts';
import { type HugetlbDifference, hugetlbHistory } from './releases.ts';

export const REGISTER_DIFFERENCES: readonly HugetlbDifference[] = [
  {
    name: 'hugetlb-register-again',
    says: 'what UFFDIO_REGISTER without uffd-wp does of what is registered for it',
    cites:
      'v6.1.192 fs/userfaultfd.c userfaultfd_register(), v6.12.117 to v7.2.13 mm/userfaultfd.c userfaultfd_register_range(); v7.3.4 mm/userfaultfd.c userfaultfd_register()',
    at: hugetlbHistory('ends-wp', { 'v7.3': 'refused' }),
    values: [
      asItIs('ends-wp', 'it ends that, and leaves protected what is'),
      { value: 'refused', says: 'it ends with EBUSY', patch: { register_drops_wp: () => () => false } },
    ],
  },
];
