/** What an operation on hugetlb returned: 0, a negative errno, a signal, or what a fault ended with. */
import { oneOf } from '../../../checker/search/index.ts';

/** `USERFAULT`: whoever faults waits for user space, which has been told. `MCE`: VM_FAULT_HWPOISON_LARGE, a SIGBUS with BUS_MCEERR_AR. */
export const Result = oneOf(
  'ok',
  'EINVAL',
  'ENOMEM',
  'EEXIST',
  'ENOENT',
  'EFAULT',
  'EIO',
  'EAGAIN',
  'EBUSY',
  'EHWPOISON',
  'ENOSPC',
  'EACCES',
  'EPERM',
  'SIGBUS',
  'SIGSEGV',
  'OOM',
  'MCE',
  'USERFAULT',
);
