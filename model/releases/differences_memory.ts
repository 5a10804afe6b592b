/** What the releases differ in where memory with struct pages is mapped: see differences.ts. */
import { split_huge_pmd } from '../mm/huge_memory_split.ts';
import { is_huge_zero_pmd } from '../mm/huge_memory_zero.ts';
import { folio_put } from '../mm/page_ref.ts';
import { is_pmd_migration_entry } from '../mm/pgtable.ts';
import { folio_likely_mapped_shared } from '../mm/rmap.ts';
import { FALLBACK } from '../mm/vm_fault.ts';
import { add_mm_counter, mm_counter } from '../mm/vmstat.ts';
import { Pmd, Vma, VmaKind } from '../state/mm_types.ts';
import { type Difference, history, now } from './releases.ts';

export const MEMORY_DIFFERENCES: readonly Difference[] = [
  {
    name: 'zap-pmd-by',
    says: 'what tells zap_huge_pmd() that a leaf has no folio',
    cites: '"mm: zap_huge_pmd() rework", 2026-03 (v7.1): normal_or_softleaf_folio_pmd(), has_deposited_pgtable()',
    at: history('vma', { 'v7.1': 'entry' }),
    values: [
      now('entry', 'the entry'),
      {
        value: 'vma',
        says: 'the VMA: vma_is_special_huge()',
        patch: {
          zap_counts_pmd: () => (s, vma, _slot, e) =>
            !s.kernel.vma_is_special_huge(vma) && (is_pmd_migration_entry(e) || !is_huge_zero_pmd(s, e)),
        },
      },
    ],
  },
  {
    name: 'split-counter',
    says: "in which order the split of a file's leaf lets its reference and its counter go",
    cites: '8d878059924f "mm/huge_memory: update file PMD counter before folio_put()" (v7.1, 6.12 stable)',
    at: history('last', { 'v7.1': 'first' }, { 'v6.12.117': 'first' }),
    values: [
      now('first', 'the counter, then the reference'),
      {
        value: 'last',
        says: 'the reference first: the folio may be gone when it is asked for its counter',
        patch: {
          split_file_counts: () => (s, mm, pfn, present) => {
            if (present) folio_put(s, pfn);
            add_mm_counter(s, mm, mm_counter(s, pfn), -s.geometry.ptrsPerPte);
          },
        },
      },
    ],
  },
  {
    name: 'huge-zero-special',
    says: 'whether a leaf of the huge zero folio is special',
    cites: 'd82d09e48219 (v6.18)',
    at: history('no', { 'v6.18': 'yes' }),
    values: [
      now('yes', 'it is'),
      { value: 'no', says: 'it is told by its frame', patch: { huge_zero_is_special: () => () => false } },
    ],
  },
  {
    name: 'huge-zero-write',
    says: 'what a write to the huge zero folio gives',
    cites: '"mm: allocate THP on hugezeropage wp-fault" (v6.13)',
    at: history('split', { 'v6.18': 'thp' }),
    values: [
      now('thp', 'a new huge page, if there is one'),
      {
        value: 'split',
        says: 'zero pages, one of which is copied',
        patch: {
          do_huge_zero_wp_pmd: () => (s, mm, vma, slot) => {
            split_huge_pmd(s, mm, vma, slot);
            return FALLBACK;
          },
        },
      },
    ],
  },
  {
    name: 'folio-owners',
    avoids: true,
    says: 'whether large folios remember who maps them (CONFIG_MM_ID), and may do without mapcounts of their pages',
    cites: '"mm: MM owner tracking for large folios", 2025-03 (v6.15)',
    at: history('no', { 'v6.18': 'as-configured' }),
    values: [
      now('as-configured', 'CONFIG_MM_ID, CONFIG_NO_PAGE_MAPCOUNT'),
      {
        value: 'no',
        says: 'neither option exists',
        patch: {
          configured: (base) => (machine) => ({ ...base(machine), mmId: false, pageMapcount: true }),
          folio_maybe_mapped_shared: () => folio_likely_mapped_shared,
        },
      },
    ],
  },
  {
    name: 'fault-maps',
    says: 'of which files a fault maps the whole folio by PTEs',
    cites:
      'finish_fault(): "mm: memory: extend finish_fault() to support large folio" (v6.11), and for any file (v6.15)',
    at: history('shmem', { 'v6.18': 'files' }),
    values: [
      now('files', 'all, as far as VMA and page table reach'),
      {
        value: 'shmem',
        says: 'anonymous shmem; one page of others',
        patch: { fault_maps_folio: () => (_s, vma) => Vma.kind(vma) === VmaKind.shmem },
      },
    ],
  },
  {
    name: 'fault-partly-mapped',
    says: 'what a fault that would map a whole large folio by PTEs maps, where some of these PTEs are in use',
    cites:
      'finish_fault(): 34b82f33cf3f "mm: fix finish_fault() handling for large folios" (v6.14, 6.12.19); broken by 43e027e41423 (v6.11)',
    at: history('nothing', { 'v6.18': 'page' }, { 'v6.12.117': 'page' }),
    values: [
      now('page', 'the page that is accessed'),
      {
        value: 'nothing',
        says: 'nothing: the fault comes again',
        patch: { finish_fault_falls_back: () => () => false },
      },
    ],
  },
  {
    name: 'pmd-modify-dirty',
    says: 'whether pmd_modify() of x86 keeps the dirty bit of a writable leaf',
    cites:
      'arch/x86/include/asm/pgtable.h pmd_modify() (_HPAGE_CHG_MASK without _PAGE_DIRTY in v6.6 .. v7.1.5); f7491d7c81db "x86/mm: Fix user-space data loss with MADV_FREE and THP" (2026-09, 6.12.111)',
    at: history('drops', {}, { 'v6.12.117': 'keeps' }),
    values: [
      now('drops', 'it is lost'),
      {
        value: 'keeps',
        says: 'it stays, as in a PTE',
        patch: { pmd_modify: (base) => (e, prot) => Pmd.mkDirty(base(e, prot), Pmd.dirty(e)) },
      },
    ],
  },
  {
    name: 'zap-pmd-dirty',
    says: "whether zap_huge_pmd() marks a file's folio dirty, where the leaf was",
    cites:
      '"mm/huge_memory: transfer the pmd dirty bit to the folio on zap" (6.12.115, 2026-11); read in 6.12.117; ' +
      'mails on zap_huge_pmd() of 2025 quote it without; later than 7.1.5',
    at: history('no', {}, { 'v6.12.117': 'yes' }),
    values: [
      now('no', 'the dirty bit goes with the leaf'),
      { value: 'yes', says: 'it does', patch: { zap_marks_dirty: () => () => true } },
    ],
  },
  {
    name: 'lazyfree-restore',
    says: 'what try_to_unmap() puts back where pages that MADV_FREE had given up cannot be dropped',
    cites: '29f40594a281 "mm/rmap: fix incorrect pte restoration for lazyfree folios" (v7.0); 354dffd29575 (v6.15)',
    at: history('each', { 'v6.18': 'batch', 'v7.1': 'each' }),
    values: [
      now('each', 'each PTE as it was'),
      {
        value: 'batch',
        says: 'PTEs that are taken together, all with the write bit of the first',
        patch: { unmap_batch_respects_write: () => () => false },
      },
    ],
  },
  {
    name: 'lazyfree-batch',
    says: 'how many PTEs of a large folio try_to_unmap() takes at a time',
    cites:
      '354dffd29575 "mm: support batched unmap for lazyfree large folios during reclamation" (v6.15); 6.12.117, mm/rmap.c try_to_unmap_one()',
    at: history('one', { 'v6.18': 'many' }),
    values: [
      now('many', 'all that follow each other'),
      {
        value: 'one',
        says: 'one: clean PTEs are gone when one that is dirty turns up',
        patch: { folio_unmap_pte_batch: () => () => 1 },
      },
    ],
  },
  {
    name: 'lazyfree-leaf',
    says: 'what try_to_unmap() does to a leaf of memory that MADV_FREE had given up',
    cites:
      '2f9b43d617e2 "mm: avoid splitting pmd for lazyfree pmd-mapped THP in try_to_unmap" (v6.15); ' +
      '"mm/rmap: don\'t discard lazyfree THPs at PMD level" (6.12.117)',
    at: history('discard-or-split', { 'v6.18': 'discard' }, { 'v6.12.117': 'split' }),
    values: [
      now('discard', 'it is discarded, or stays'),
      {
        value: 'discard-or-split',
        says: 'it is discarded, or split: PTEs then stay',
        patch: { unmap_splits_lazyfree_pmd: () => () => true },
      },
      {
        value: 'split',
        says: 'it is split, and PTEs are discarded, or stay',
        patch: { unmap_splits_lazyfree_pmd: () => () => true, unmap_huge_pmd_locked: () => () => false },
      },
    ],
  },
  {
    name: 'lazyfree-referenced',
    says: 'what try_to_unmap() makes of memory that MADV_FREE had given up, and that has unexpected references',
    cites:
      'faeb2831b517 "mm: set folio swapbacked iff folios are dirty in try_to_unmap_one" (v6.15); 6.12.117, mm/rmap.c try_to_unmap_one()',
    at: history('taken-back', { 'v6.18': 'given-up' }),
    values: [
      now('given-up', 'it stays given up, unless it is dirty'),
      {
        value: 'taken-back',
        says: 'it is memory like any other again (swapbacked)',
        patch: { swapbacked_iff_dirty: () => () => false },
      },
    ],
  },
  {
    name: 'truncate-unsplit',
    says: 'whether truncation unmaps a folio across the new end that it cannot split',
    cites: 'mm/truncate.c truncate_inode_partial_folio() (v6.18, and stable series)',
    at: history('no', { 'v6.18': 'yes' }, { 'v6.12.117': 'yes' }),
    values: [
      now('yes', 'it does; PTEs come back by faults'),
      { value: 'no', says: 'its pages stay mapped', patch: { truncate_unmaps_unsplit: () => () => false } },
    ],
  },
  {
    name: 'pt-reclaim',
    says: 'whether MADV_DONTNEED frees PTE tables that it has emptied (CONFIG_PT_RECLAIM)',
    cites: '"mm: pgtable: reclaim empty PTE page in madvise(MADV_DONTNEED)" (v6.14)',
    at: history('no', { 'v6.18': 'yes' }),
    values: [
      now('yes', 'it does'),
      { value: 'no', says: 'they stay, empty', patch: { reclaims_empty_tables: () => () => false } },
    ],
  },
  {
    name: 'vma-merge-anon',
    says: 'which VMAs merge where one of two has had anonymous pages, and the other has not',
    cites:
      '879bca0a2c4f "mm/vma: fix incorrectly disallowed anonymous VMA merges" (v6.16); 6.12.117, mm/vma.c is_mergeable_anon_vma()',
    at: history('neighbour', { 'v6.18': 'either' }),
    values: [
      now('either', 'all, whichever of the two it is'),
      {
        value: 'neighbour',
        says: 'those of which the neighbour has, and the one that changes has not',
        patch: {
          is_mergeable_anon_vma: (base) => (mm, changed, neighbour) =>
            (Vma.anonVma(changed) === 0 || Vma.anonVma(neighbour) === 1) && base(mm, changed, neighbour),
        },
      },
    ],
  },
  {
    name: 'migrate-split-walk',
    says: 'what try_to_migrate() does once it has split the leaf of one process, so that the folio can be split',
    cites: '939080834fef (v7.0), mm/rmap.c try_to_migrate_one(); 60fbb14396d5',
    at: history('goes-on', { 'v6.18': 'ends', 'v7.1': 'goes-on' }),
    values: [
      now('goes-on', 'it goes on: other processes may map the folio'),
      {
        value: 'ends',
        says: 'the walk ends, as if the split had failed',
        patch: { split_pmd_ends_walk: () => () => true },
      },
    ],
  },
  {
    name: 'uffd-move-zero',
    says: 'how a leaf of the huge zero folio arrives after UFFDIO_MOVE',
    cites: 'fae654083bfa (v7.0), mm/huge_memory.c move_pages_huge_pmd(); e3981db444a0, d82d09e48219 (v6.18)',
    at: history('special', { 'v6.18': 'normal', 'v7.1': 'special' }),
    values: [
      now('special', 'as every leaf of that folio'),
      {
        value: 'normal',
        says: 'made anew from the folio, without the special bit',
        patch: { moved_zero_pmd: () => (_s, e) => Pmd.mkSpecial(e, 0) },
      },
    ],
  },
  {
    name: 'deferred-split-queue',
    says: 'which large folios are queued for a deferred split when PTEs of them are unmapped',
    cites:
      '7491f3f34891 "mm/rmap: do not add fully unmapped large folio to deferred split list" (v6.10); v6.9 queued all of them',
    at: history('part'),
    values: [
      now('part', 'those of which a part stays mapped'),
      {
        value: 'any',
        says: 'any, also one of which nothing is mapped any more',
        patch: { queues_unmapped: () => () => true },
      },
    ],
  },
  {
    name: 'migration-deferred',
    says: 'whether a migration queues the new folio for a deferred split where the old one was queued',
    cites:
      'mm/migrate.c migrate_folio_move() (src_partially_mapped, deferred_split_folio()): read in v7.1.3 and 6.12.117; ' +
      'not in v6.14, v6.16, v6.17, v6.18.5, v7.0',
    at: history('no', { 'v7.1': 'yes' }, { 'v6.12.117': 'yes' }),
    values: [
      now('yes', 'it does'),
      {
        value: 'no',
        says: 'it does not: what is not mapped any more stays allocated until all of it is unmapped',
        patch: { migration_requeues: () => () => false },
      },
    ],
  },
  {
    name: 'khugepaged-lazyfree',
    says: 'whether khugepaged leaves memory alone that MADV_FREE has given up',
    cites: 'v7.1 mm/khugepaged.c collapse_scan_pmd() (SCAN_PAGE_LAZYFREE, not in v7.0)',
    at: history('no', { 'v7.1': 'yes' }),
    values: [
      now('yes', 'it does'),
      {
        value: 'no',
        says: 'it takes it like any other, and it is memory that nobody gave up then',
        patch: { khugepaged_skips_lazyfree: () => () => false },
      },
    ],
  },
];
