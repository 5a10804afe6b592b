/** Operations that lock memory, and let it go: a part of the list in operations.ts. */
import type { Operation } from './operation.ts';

export const LOCKING_OPERATIONS = {
  mlock: {
    name: 'mlock',
    file: 'mm/mlock.c',
    says: 'pages are locked: what is not in memory is faulted in, at once or (MLOCK_ONFAULT) when it is touched, and stays',
    mirrors: 'mm/mlock.c do_mlock()',
    below:
      'mlock_fixup(), mm/pagewalk.c walk_page_range(), mlock_pte_range(), mm/gup.c __mm_populate(), populate_vma_page_range(); v7.1',
    stubs: 'the LRU lists and their batches',
    leavesOut: 'mlockall(), MAP_LOCKED, RLIMIT_MEMLOCK, secretmem, hugetlb',
  },
  munlock: {
    name: 'munlock',
    file: 'mm/mlock.c',
    says: 'pages are not locked any more',
    mirrors: 'mm/mlock.c munlock()',
    below: 'mlock_fixup(), mm/pagewalk.c walk_page_range(), mlock_pte_range(), munlock_folio(); v7.1',
    stubs: 'the LRU lists and their batches',
    leavesOut: 'munlockall()',
  },
} as const satisfies Readonly<Record<string, Operation>>;
