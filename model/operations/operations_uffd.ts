/** Operations of a userfaultfd on memory of shmem: a part of operations.ts. */
import type { Operation } from './operation.ts';

export const UFFD_OPERATIONS = {
  UFFDIO_REGISTER: {
    name: 'UFFDIO_REGISTER',
    file: 'mm/userfaultfd.c',
    says: 'pages of a mapping of shmem are registered: who misses one, or writes to a protected one, waits for user space',
    mirrors: 'mm/userfaultfd.c userfaultfd_register_range()',
    below: 'mm/vma.c vma_modify_flags_uffd(); v7.1',
    stubs: 'user space, which never answers but by UFFDIO_WRITEPROTECT',
    leavesOut: 'anonymous memory, minor faults, both modes at once, UFFDIO_UNREGISTER, UFFDIO_COPY',
  },
  UFFDIO_WRITEPROTECT: {
    name: 'UFFDIO_WRITEPROTECT',
    file: 'mm/userfaultfd.c',
    says: 'a page is protected from writes, whether it is there or not, or is no longer',
    mirrors: 'mm/userfaultfd.c mwriteprotect_range()',
    below: 'mm/mprotect.c change_protection(), change_pte_range(); v7.1',
    stubs: 'the file descriptor',
    leavesOut: 'ranges of several pages, anonymous memory, swap entries',
  },
} as const satisfies Readonly<Record<string, Operation>>;
