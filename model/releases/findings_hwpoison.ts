/** What the releases are known to violate where memory breaks. */
import { ALL, type Finding } from './finding.ts';

export const HWPOISON_FINDINGS: readonly Finding[] = [
  {
    name: 'broken-thp-given-out',
    says: 'a huge page that breaks while it is pinned is not split; once it is freed as a whole, the allocator gives it out again, the broken page with it, unless it checks what it gives out (check_pages=, CONFIG_DEBUG_VM)',
    cites:
      'v6.8 .. v7.3.4 mm/memory-failure.c memory_failure() (MF_MSG_UNSPLIT_THP), mm/page_alloc.c free_pages_prepare() (PageHWPoison() where order is 0 only), ' +
      'check_new_pages(); "Only free healthy pages in high-order HWPoison folio" (2025-11-16), of hugetlb, not in v7.3.4',
    status: 'candidate',
    kernels: ALL,
    worlds: ['hwpoison-pinned'],
    properties: ['I-POISON'],
    repair: [{ toggle: 'free-hwpoison', value: 'kept' }],
  },
];
