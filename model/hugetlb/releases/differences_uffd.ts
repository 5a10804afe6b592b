/** What releases differ in where hugetlb is registered with a userfaultfd. */
import { Result, Vma } from '../../state/hugetlb/hugetlb_types.ts';
import { asItIs } from '../series/toggle.ts';
import { type HugetlbDifference, hugetlbHistory } from './releases.ts';

export const UFFD_DIFFERENCES: readonly HugetlbDifference[] = [
  {
    name: 'hugetlb-register-wp',
    says: 'what UFFDIO_REGISTER does without MODE_WP, where it is registered with it',
    cites:
      'v6.1.192, v6.12.117, v6.18.44, v7.1.5 and v7.3.4 userfaultfd_register(), userfaultfd_register_range(); "[PATCH v10 09/15] userfaultfd: add UFFDIO_REGISTER_MODE_RWP and UFFDIO_RWPROTECT plumbing", linux-mm, 2026-07-08',
    at: hugetlbHistory('forgets', { 'v7.3': 'EBUSY' }),
    values: [
      asItIs('forgets', 'the VMA is not registered for it any more, and what is protected stays so'),
      {
        value: 'EBUSY',
        says: 'it refuses that, with EBUSY',
        patch: {
          register_of_registered:
            () =>
            (_s, vma, { wp }) =>
              Vma.wp(vma) === 1 && !wp ? Result.EBUSY : Result.ok,
        },
      },
    ],
  },
  {
    name: 'hugetlb-register-nothing',
    says: 'with what UFFDIO_REGISTER ends where nothing is mapped in the range, nor behind it',
    cites: 'v6.1.192 and v6.12.117 fs/userfaultfd.c userfaultfd_register()',
    at: hugetlbHistory('ENOMEM', { 'v6.12': 'EINVAL' }),
    values: [
      asItIs('EINVAL', 'with EINVAL, as where something is mapped behind it'),
      { value: 'ENOMEM', says: 'with ENOMEM', patch: { register_without_vma: () => () => Result.ENOMEM } },
    ],
  },
];
