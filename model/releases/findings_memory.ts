/** What the releases are known to violate where memory with struct pages is mapped. */
import { ALL, BEFORE_6_12_STABLE, type Finding } from './finding.ts';
import { releases } from './releases.ts';

export const MEMORY_FINDINGS: readonly Finding[] = [
  {
    name: 'uffd-move-before-deposit',
    says: 'UFFDIO_MOVE makes a leaf visible before it moves the deposit, which the hash MMU needs to be there first',
    cites: 'v6.9 .. v7.3 mm/huge_memory.c move_pages_huge_pmd() (set_pmd_at(), then pgtable_trans_huge_deposit())',
    status: 'candidate',
    kernels: ALL,
    worlds: ['anon-hash'],
    properties: ['I-ORDER'],
    repair: [{ toggle: 'uffd-move-deposit', value: 'first' }],
  },
  {
    name: 'unshared-copy-dropped',
    says: 'a copy that GUP unshares for a read pin is clean; once fork shares it, MADV_FREE by one process lets reclaim drop it for both',
    cites:
      'v6.9 .. v7.3 mm/memory.c wp_page_copy() (unshare: no pte_mkdirty()), mm/madvise.c madvise_free_pte_range() (looks at ' +
      'the mapcount only of dirty folios), mm/rmap.c try_to_unmap_one()',
    status: 'reproduced',
    seen: {
      kernels: ['6.12.117', '6.17.13', '6.18.15', '7.1.13', '7.3.4'],
      said: 'a page that was written reads as 0 once memory is short',
    },
    kernels: ALL,
    worlds: ['lazyfree-shared', 'anon-reclaim'],
    properties: ['I-LAZYFREE'],
    repair: [{ toggle: 'unshare-dirty', value: 'yes' }],
  },
  {
    name: 'pmd-modify-loses-dirty',
    says: 'pmd_modify() of x86 drops the dirty bit: mprotect() loses that a leaf was written to, of a file, or since its MADV_FREE',
    cites:
      'broken in v6.6, arch/x86/include/asm/pgtable.h pmd_modify(); f7491d7c81db "x86/mm: Fix user-space data loss with MADV_FREE and THP" (2026-09), which is in 6.12.111 and 7.3.4, and not in 7.1.5 or 7.2.6',
    status: 'known bug',
    seen: {
      kernels: ['6.12.107', '6.17.13', '6.18.15', '7.1.13'],
      said: 'what was written reads as 0 after mprotect() and MADV_PAGEOUT',
    },
    kernels: BEFORE_6_12_STABLE,
    worlds: ['lazyfree-thp', 'shmem'],
    properties: ['I-LAZYFREE', 'I-DIRTY'],
    exactly: ['I-AD'],
    repair: [{ toggle: 'pmd-modify-dirty', value: 'keeps' }],
  },
  {
    name: 'zap-pmd-loses-dirty',
    says: 'zap_huge_pmd() drops the dirty bit of a leaf of a file: that it was written is lost with the last mapping',
    cites:
      'mm/huge_memory.c zap_huge_pmd(); "mm/huge_memory: transfer the pmd dirty bit to the folio on zap" (2026-11), which is in 6.12.115, 7.2.6 and 7.3.4, and not in 7.1.5',
    status: 'known bug',
    seen: {
      kernels: ['6.12.107', '6.17.13', '6.18.15', '7.1.13'],
      said: 'what was written reads as 0 after munmap() and MADV_PAGEOUT',
    },
    kernels: BEFORE_6_12_STABLE,
    worlds: ['shmem', 'collapse-shmem', 'file-reclaim', 'mlock-shmem'],
    properties: ['I-DIRTY'],
    repair: [{ toggle: 'zap-pmd-dirty', value: 'yes' }],
  },
  {
    name: 'collapse-loses-dirty',
    says: 'MADV_COLLAPSE, or khugepaged, drops the dirty bits of PTEs that map a large folio of shmem, and takes the folio for dirty: one that was only read by faults, and written by the CPU, is not',
    cites:
      'v7.1 mm/khugepaged.c try_collapse_pte_mapped_thp() (clear_ptes() without folio_mark_dirty()); the same in v6.12 .. v7.3; ' +
      'compare "mm/huge_memory: transfer the pmd dirty bit to the folio on zap" (2026-11)',
    status: 'reproduced',
    seen: {
      kernels: ['6.12.117', '6.17.13', '6.18.15', '7.1.13', '7.3.4'],
      said: 'what was written reads as 0 after MADV_COLLAPSE and MADV_PAGEOUT',
    },
    kernels: ALL,
    assumed: releases('v6.9', 'v6.11'),
    worlds: ['collapse-shmem'],
    properties: ['I-DIRTY'],
    repair: [{ toggle: 'collapse-pte-dirty', value: 'keeps' }],
  },
  {
    name: 'open-drops-dirty',
    says: 'who opens a file for writing that a collapse has given a huge folio, on a file system that knows none, loses its dirty pages elsewhere in the file',
    cites:
      'v6.9 .. v7.1 fs/open.c do_dentry_open() (filemap_nr_thps(), truncate_inode_pages()); "write-open file THP cache purge ' +
      'can discard dirty page cache", Gregg Leventhal, linux-mm, 2026-06-30; "mm/khugepaged: write all dirty file folios when ' +
      'collapsing", which is in 6.12.117; v7.2 has no such folios any more',
    status: 'known bug',
    kernels: BEFORE_6_12_STABLE,
    worlds: ['collapse-readonly'],
    properties: ['I-FILEDATA'],
    repair: [{ toggle: 'collapse-writes-rest', value: 'yes' }],
  },
  {
    name: 'finish-fault-loop',
    says: 'a fault on a large shmem folio that is mapped in part maps nothing, and comes again without end',
    cites:
      '34b82f33cf3f "mm: fix finish_fault() handling for large folios" (v6.14, 6.12.19); broken by 43e027e41423 (v6.11)',
    status: 'known bug',
    kernels: ['v6.12', 'v6.11'],
    worlds: ['shmem-private', 'collapse-shmem', 'collapse-file', 'collapse-file-hash', 'collapse-file-mthp'],
    properties: ['fault-loop'],
    repair: [{ toggle: 'fault-partly-mapped', value: 'page' }],
  },
  {
    name: 'lazyfree-restored-writable',
    says: 'reclaim that fails restores the PTEs of lazyfree pages all with the write bit of the first',
    cites:
      '29f40594a281 "mm/rmap: fix incorrect pte restoration for lazyfree folios" (v7.0); broken by 354dffd29575 (v6.15)',
    status: 'known bug',
    kernels: releases('v6.15', 'v6.18'),
    worlds: ['mthp-lazyfree', 'anon-reclaim'],
    properties: ['I-EXCL', 'VM_BUG_ON_PAGE(write-shared)'],
    repair: [{ toggle: 'lazyfree-restore', value: 'each' }],
  },
  {
    name: 'uffd-move-zero-no-folio',
    says: 'UFFDIO_MOVE makes the leaf of the huge zero folio anew from a folio that is NULL: it maps a frame of nothing',
    cites: 'fae654083bfa (v7.0); broken by e3981db444a0 (v6.16)',
    status: 'known bug',
    kernels: releases('v6.17', 'v6.18'),
    worlds: ['huge-zero'],
    properties: ['I-SPECIAL', 'I-TRANS', 'I-DEP', 'rmap-sanity', 'refcount-of-free'],
    repair: [{ toggle: 'uffd-move-zero', value: 'special' }],
  },
  {
    name: 'shared-thp-not-split',
    says: 'a THP that several processes map by leaves cannot be split: the walk ends at the first leaf that it splits',
    cites:
      '939080834fef (v7.0), mm/rmap.c try_to_migrate_one(); broken by 60fbb14396d5; v6.18.5 mm/huge_memory.c __folio_split()',
    status: 'known bug',
    kernels: releases('v6.17', 'v6.18'),
    worlds: ['folio-split', 'folio-split-pinned', 'collapse-shared'],
    properties: ['I-SPLIT'],
    repair: [{ toggle: 'migrate-split-walk', value: 'goes-on' }],
  },
  {
    name: 'migration-forgets-deferred',
    says: 'a large folio of which a part is unmapped while it migrates is not queued for a deferred split any more, where it arrives',
    cites:
      'mm/migrate.c migrate_folio_move(), v6.14 .. v7.0; v7.1.3 and 6.12.117 queue the new folio (src_partially_mapped)',
    status: 'known bug',
    kernels: releases('v6.9', 'v6.18').filter((name) => name !== 'v6.12.117'),
    worlds: ['deferred-split', 'anon-migration', 'migration-pinned', 'mlock-migration', 'hwpoison-migration'],
    properties: ['I-DEFER'],
    repair: [{ toggle: 'migration-deferred', value: 'yes' }],
  },
];
