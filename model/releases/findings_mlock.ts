/** What the releases are known to violate where memory is locked. */
import type { Finding } from './finding.ts';
import { releases } from './releases.ts';

export const MLOCK_FINDINGS: readonly Finding[] = [
  {
    name: 'large-folio-not-mlocked',
    says: 'a leaf that a fault, or the end of a migration, maps where it is locked does not mark its folio as mlocked, but for a new anonymous one: Mlocked of /proc/meminfo is too low, until reclaim finds it',
    cites:
      'v6.17 mm/rmap.c __folio_add_anon_rmap(), __folio_add_file_rmap() (!folio_test_large()); ' +
      '"mm/rmap: Improve mlock tracking for large folios" (2025-09-19), in v6.18',
    status: 'known bug',
    kernels: releases('v6.9', 'v6.17'),
    worlds: ['mlock-shmem', 'mlock-file', 'mlock-migration', 'mlock-collapse'],
    properties: ['I-MLOCKED'],
    repair: [{ toggle: 'rmap-mlock', value: 'whole' }],
  },
  {
    name: 'swapin-not-mlocked',
    says: 'a page that comes back from swap where it is locked, by mlock() itself, is not marked as mlocked: Mlocked of /proc/meminfo is too low, and reclaim scans it, until it finds out',
    cites:
      'v7.1.3, v7.3.4, 6.12.117 mm/memory.c do_swap_page() (folio_add_new_anon_rmap() of what the swap cache has read, ' +
      'without folio_add_lru_vma()); v6.8 (folio_add_anon_rmap_pte(), which marks); 9ae2feacedde (v6.11)',
    status: 'candidate',
    kernels: releases('v6.11'),
    worlds: ['mlock-swap'],
    properties: ['I-MLOCKED'],
    repair: [{ toggle: 'swapin-mlock', value: 'marks' }],
  },
];
