/** What the releases differ in where memory with struct pages is mapped: see differences.ts. */
import { split_huge_pmd } from '../mm/huge_memory_split.ts';
import { is_huge_zero_pmd } from '../mm/huge_memory_zero.ts';
import { folio_put } from '../mm/page_ref.ts';
import { is_pmd_migration_entry } from '../mm/pgtable.ts';
import { folio_estimated_shared, folio_likely_mapped_shared } from '../mm/rmap.ts';
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
    at: history('split', { 'v6.15': 'thp' }),
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
    at: history('no', { 'v6.15': 'as-configured' }),
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
    name: 'sharers-by',
    says: 'what tells whether other processes map a large folio, where it does not know its owners',
    cites: 'include/linux/mm.h: folio_estimated_sharers() in v6.9, folio_likely_mapped_shared() in v6.10',
    at: history('first-page', { 'v6.10': 'folio' }),
    values: [
      now('folio', 'its mapcounts; the first page decides where they leave it open'),
      {
        value: 'first-page',
        says: 'the mapcount of its first page alone',
        patch: { folio_maybe_mapped_shared: () => folio_estimated_shared },
      },
    ],
  },
  {
    name: 'fault-maps',
    says: 'of which files a fault maps the whole folio by PTEs',
    cites:
      'finish_fault(): "mm: memory: extend finish_fault() to support large folio" (v6.11: !vma_is_anon_shmem()), ' +
      'tmpfs (v6.17: !vma_is_shmem()), any file (v6.18)',
    at: history('none', { 'v6.11': 'shmem', 'v6.18': 'files' }),
    values: [
      now('files', 'all, as far as VMA and page table reach'),
      {
        value: 'shmem',
        says: 'anonymous shmem; one page of others',
        patch: { fault_maps_folio: () => (_s, vma) => Vma.kind(vma) === VmaKind.shmem },
      },
      { value: 'none', says: 'of none: one page', patch: { fault_maps_folio: () => () => false } },
    ],
  },
  {
    name: 'fault-partly-mapped',
    says: 'what a fault that would map a whole large folio by PTEs maps, where some of these PTEs are in use',
    cites:
      'finish_fault(): 34b82f33cf3f "mm: fix finish_fault() handling for large folios" (v6.14, 6.12.19); broken by 43e027e41423 (v6.11)',
    at: history('page', { 'v6.11': 'nothing', 'v6.15': 'page' }, { 'v6.12.117': 'page' }),
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
      'arch/x86/include/asm/pgtable.h pmd_modify() (_HPAGE_CHG_MASK without _PAGE_DIRTY in v6.6 .. v7.2.6); f7491d7c81db "x86/mm: Fix user-space data loss with MADV_FREE and THP" (2026-09, 6.12.111; read in 7.3.4)',
    at: history('drops', { 'v7.3': 'keeps' }, { 'v6.12.117': 'keeps' }),
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
      '"mm/huge_memory: transfer the pmd dirty bit to the folio on zap" (6.12.115, 2026-11): zap_huge_pmd_folio() of 7.2.6 ' +
      'and 7.3.4, zap_huge_pmd() of 6.12.117; not in 7.1.5',
    at: history('no', { 'v7.3': 'yes' }, { 'v6.12.117': 'yes' }),
    values: [
      now('no', 'the dirty bit goes with the leaf'),
      { value: 'yes', says: 'it does', patch: { zap_marks_dirty: () => () => true } },
    ],
  },
  {
    name: 'lazyfree-restore',
    says: 'what try_to_unmap() puts back where pages that MADV_FREE had given up cannot be dropped',
    cites: '29f40594a281 "mm/rmap: fix incorrect pte restoration for lazyfree folios" (v7.0); 354dffd29575 (v6.15)',
    at: history('each', { 'v6.15': 'batch', 'v7.1': 'each' }),
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
    at: history('one', { 'v6.15': 'many' }),
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
      '"mm/vmscan: avoid split lazyfree THP during shrink_folio_list()" (v6.11); ' +
      '2f9b43d617e2 "mm: avoid splitting pmd for lazyfree pmd-mapped THP in try_to_unmap" (v6.15); ' +
      '"mm/rmap: don\'t discard lazyfree THPs at PMD level" (6.12.117; read in 7.3.4)',
    at: history(
      'split',
      { 'v6.11': 'discard-or-split', 'v6.15': 'discard', 'v7.3': 'split' },
      { 'v6.12.117': 'split' },
    ),
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
    at: history('taken-back', { 'v6.15': 'given-up' }),
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
    cites: 'fa04f5b60fda (v6.18, and stable series): mm/truncate.c truncate_inode_partial_folio()',
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
    at: history('no', { 'v6.15': 'yes' }),
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
    at: history('neighbour', { 'v6.17': 'either' }),
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
    cites: '60fbb14396d5 (v6.16), 939080834fef (v7.0), mm/rmap.c try_to_migrate_one()',
    at: history('goes-on', { 'v6.17': 'ends', 'v7.1': 'goes-on' }),
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
    cites:
      'fae654083bfa (v7.0), mm/huge_memory.c move_pages_huge_pmd(); broken by e3981db444a0 (v6.16: folio_mk_pmd(NULL))',
    at: history('special', { 'v6.17': 'no-folio', 'v7.1': 'special' }),
    values: [
      now('special', 'as every leaf of that folio'),
      {
        value: 'no-folio',
        says: 'made from a folio that is NULL: it is not special, and maps a frame of nothing',
        // page_to_pfn(NULL): no frame of memory, for which 0 stands.
        patch: { moved_zero_pmd: () => (_s, e) => Pmd.mkSpecial(Pmd.mkPfn(e, 0), 0) },
      },
    ],
  },
  {
    name: 'uffd-move-dirty',
    says: 'whether UFFDIO_MOVE leaves a PTE clean that was',
    cites:
      'mm/userfaultfd.c move_present_pte(): "mm: userfaultfd: correct dirty flags set for both present and swap pte" ' +
      '(v6.15: not in v6.14, in 6.16.3 and 6.12.117)',
    at: history('dirties', { 'v6.15': 'keeps' }, { 'v6.12.117': 'keeps' }),
    values: [
      now('keeps', 'it does'),
      { value: 'dirties', says: 'it is dirty afterwards', patch: { moved_pte_keeps_clean: () => () => false } },
    ],
  },
  {
    name: 'file-read-dirty',
    says: 'whether a read fault makes a PTE of a file dirty that may be written to, where the folio is dirty already',
    cites:
      'mm/memory.c set_pte_range(): "mm: set the pte dirty if the folio is already dirty" (v6.16: not in v6.14, in 6.16.3)',
    at: history('no', { 'v6.17': 'yes' }),
    values: [
      now('yes', 'it does: the first write need not'),
      { value: 'no', says: 'it is clean', patch: { read_fault_dirties: () => () => false } },
    ],
  },
  {
    name: 'file-leaf-fault',
    avoids: true,
    says: 'from which page of a large folio of a file a fault maps it by a leaf',
    cites: 'mm/memory.c do_set_pmd() (page != &folio->page in v6.9, not in v6.10)',
    at: history('first', { 'v6.10': 'any' }),
    values: [
      now('any', 'any of them'),
      {
        value: 'first',
        says: 'its first; from another, PTEs',
        patch: { set_pmd_from_tail: () => () => false },
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
