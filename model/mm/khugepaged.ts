/**
 * Collapse of small pages of anonymous memory into one large folio: mm/khugepaged.c collapse_scan_pmd(),
 * collapse_huge_page() and what is below them, v7.1 (v6.12 and v6.18 read beside it). What MADV_COLLAPSE asks for is not
 * limited by max_ptes_none, max_ptes_shared and max_ptes_swap, which stand at their defaults for khugepaged.
 * Stubbed: content that cannot be copied (SCAN_COPY_MC) is a failure like that of an allocation. Left out: userfaultfd,
 * memory cgroups, NUMA nodes, LRU isolation,
 * and the smaller folios that khugepaged makes since v7.2 (mthp_collapse()).
 */
import { Page, Rss } from '../state/memmap.ts';
import { Pmd, Pte, Result, Vma } from '../state/mm_types.ts';
import { collapse_scan_file } from './collapse_file.ts';
import { huge_folio_of_slot, try_collapse_pte_mapped_thp } from './collapse_pte_mapped.ts';
import { file_of, has_table, is_mapping_of } from './filemap.ts';
import { maybe_pmd_mkwrite } from './huge_memory.ts';
import type { Sys } from './kernel.ts';
import { folio_add_lru_vma, munlock_vma_folio } from './mlock_folio.ts';
import { folio_test_lazyfree } from './lazyfree.ts';
import { folio_pte_batch, NO_PAGE, vma_alloc_folio } from './memory.ts';
import {
  folio_is_zone_device,
  folio_test_anon,
  folio_test_large,
  folio_test_locked,
  page_folio,
  page_of,
} from './page_flags.ts';
import { folio_put, folio_put_refs, folio_ref_count } from './page_ref.ts';
import { alloc_succeeds } from '../alloc_succeeds.ts';
import { pmd_populate } from './pgalloc.ts';
import {
  is_hwpoison_pte,
  is_swap_pte,
  NONE_PTE,
  pmd_is_huge,
  pmd_none,
  pmd_offset,
  pte_none,
  pte_offset,
  pte_present,
} from './pgtable.ts';
import { pmd_lock, pmd_unlock, pmdp_huge_get_and_clear, set_pmd_at } from './pgtable_generic.ts';
import { folio_add_new_anon_rmap, folio_remove_rmap_ptes } from './rmap.ts';
import {
  SCAN_ALLOC_HUGE_PAGE_FAIL,
  SCAN_EXCEED_NONE_PTE,
  SCAN_FAIL,
  SCAN_PAGE_COUNT,
  SCAN_PAGE_DIRTY_OR_WRITEBACK,
  SCAN_PAGE_LOCK,
  SCAN_PTE_MAPPED_HUGEPAGE,
  SCAN_SUCCEED,
} from './scan_result.ts';
import { WAITS } from './vm_fault.ts';
import { linear_pfn, vma_is_anonymous, vma_lookup } from './vma.ts';
import { add_mm_counter } from './vmstat.ts';

/** Who asks for a collapse. */
export type Collapser = 'MADV_COLLAPSE' | 'khugepaged';

/**
 * madvise_collapse() of one PMD range, or khugepaged's look at it: collapse_single_pmd(). Returns a code of `Result`, or
 * WAITS for a migration to end.
 */
export const collapse_single_pmd = (s: Sys, mm: number, slot: number, by: Collapser): number => {
  const { ptrsPerPte } = s.geometry;
  const vmaRow = vma_lookup(s, mm, slot * ptrsPerPte);
  if (vmaRow < 0 || !thp_vma_allowable_pmd(s, s.vma.at(vmaRow), slot)) return SCAN_FAIL;
  const e = s.pmd.at(pmd_offset(s.geometry, mm, slot));
  // SCAN_PMD_MAPPED; a migration entry will be a leaf again.
  if (pmd_is_huge(e)) return Result.ok;
  if (!vma_is_anonymous(s.vma.at(vmaRow))) return collapse_single_file(s, mm, s.vma.at(vmaRow), slot, by);
  if (pmd_none(e)) return SCAN_FAIL;
  return collapse_scan_pmd(s, mm, vmaRow, slot, by);
};

/** The part of collapse_single_pmd() for files: without a table of the page cache, only a folio that is large already. */
const collapse_single_file = (s: Sys, mm: number, vma: Vma, slot: number, by: Collapser): number => {
  const scanned = has_table(s, file_of(vma)) ? scan_file(s, vma, slot, by) : SCAN_PTE_MAPPED_HUGEPAGE;
  if (scanned !== SCAN_PTE_MAPPED_HUGEPAGE) return scanned;
  const folio = huge_folio_of_slot(s, vma, slot);
  if (folio === NO_PAGE) return WAITS;
  return try_collapse_pte_mapped_thp(s, mm, vma, slot, folio, by === 'MADV_COLLAPSE');
};

/** collapse_scan_file(); what is dirty is written, and MADV_COLLAPSE looks again, since v7.0. */
const scan_file = (s: Sys, vma: Vma, slot: number, by: Collapser): number => {
  const { ptrsPerPte } = s.geometry;
  const use = file_of(vma);
  const start = linear_pfn(vma, slot * ptrsPerPte);
  let result = collapse_scan_file(s, use, start, by);
  if (result === SCAN_PAGE_DIRTY_OR_WRITEBACK && by === 'MADV_COLLAPSE' && s.kernel.collapse_writes_dirty(s)) {
    s.kernel.filemap_write_and_wait_range(s, use, start, start + ptrsPerPte - 1);
    result = collapse_scan_file(s, use, start, by);
  }
  if (result !== SCAN_PAGE_DIRTY_OR_WRITEBACK) return result;
  return s.kernel.collapse_writes_dirty(s) ? Result.EAGAIN : SCAN_FAIL;
};

/** __thp_vma_allowable_orders(): the VMA covers the range, and is of a file that may have one, or anonymous and has had pages. */
const thp_vma_allowable_pmd = (s: Sys, vma: Vma, slot: number): boolean => {
  const first = slot * s.geometry.ptrsPerPte;
  const allowed = vma_is_anonymous(vma) ? Vma.anonVma(vma) === 1 : is_collapsible_file(s, vma, first);
  if (!s.machine.pmdLeaves || !allowed) return false;
  return Vma.start(vma) <= first && first + s.geometry.ptrsPerPte <= Vma.end(vma);
};

/** Of shmem, or a regular file with file_thp_enabled(); with a table, aligned in the file as well (thp_vma_suitable_order()). */
const is_collapsible_file = (s: Sys, vma: Vma, first: number): boolean => {
  const use = file_of(vma);
  if (!is_mapping_of(vma, use)) return false;
  if (!has_table(s, use)) return use === 'shmem';
  if (linear_pfn(vma, first) % s.geometry.ptrsPerPte !== 0) return false;
  return use === 'shmem' || s.kernel.file_thp_enabled(s, use);
};

/** collapse_scan_pmd() */
const collapse_scan_pmd = (s: Sys, mm: number, vmaRow: number, slot: number, by: Collapser): number => {
  const vma = s.vma.at(vmaRow);
  const table = Pmd.pfn(s.pmd.at(pmd_offset(s.geometry, mm, slot)));
  const scanned = scan_ptes(s, vma, table, by, false);
  if (scanned !== SCAN_SUCCEED) return scanned;
  const folio = vma_alloc_folio(s, s.geometry.ptrsPerPte);
  if (folio < 0) return SCAN_ALLOC_HUGE_PAGE_FAIL;
  const swapped = s.kernel.__collapse_huge_page_swapin(s, mm, vmaRow, slot, table);
  const result = swapped === SCAN_SUCCEED ? collapse_huge_page(s, mm, vma, slot, folio, by) : swapped;
  if (result !== SCAN_SUCCEED) folio_put(s, folio);
  return result;
};

/** __collapse_huge_page_swapin(): page by page, as if each was read; what has come back stays, whatever the collapse comes to. */
export const __collapse_huge_page_swapin = (
  s: Sys,
  mm: number,
  vmaRow: number,
  slot: number,
  table: number,
): number => {
  const { ptrsPerPte } = s.geometry;
  for (let i = 0; i < ptrsPerPte; i++) {
    const row = pte_offset(s.geometry, table, i);
    if (!is_swap_pte(s.pte.at(row))) continue;
    const result = s.kernel.do_swap_page(s, mm, vmaRow, slot * ptrsPerPte + i, row, false);
    // VM_FAULT_RETRY
    if (result === WAITS) return SCAN_PAGE_LOCK;
    if (result !== Result.ok) return SCAN_FAIL;
  }
  return SCAN_SUCCEED;
};

/** pte_none_or_zero() */
const is_none_or_zero = (s: Sys, vma: Vma, pte: Pte): boolean =>
  pte_none(pte) || (pte_present(pte) && s.kernel.vm_normal_page(s, vma, pte) === NO_PAGE);

/**
 * The questions that collapse_scan_pmd() asks of each PTE, and __collapse_huge_page_isolate() asks again
 * (`isolates`), when nothing is in swap any more. Nothing else is special in anonymous memory: the zero page.
 */
const scan_ptes = (s: Sys, vma: Vma, table: number, by: Collapser, isolates: boolean): number => {
  const { ptrsPerPte } = s.geometry;
  const ofKhugepaged = by === 'khugepaged';
  let [none, shared, referenced, writable, unmapped] = [0, 0, 0, 0, 0];
  for (let i = 0; i < ptrsPerPte; i++) {
    const pte = s.pte.at(pte_offset(s.geometry, table, i));
    if (is_none_or_zero(s, vma, pte)) {
      if (ofKhugepaged && ++none > ptrsPerPte - 1) return SCAN_EXCEED_NONE_PTE;
      continue;
    }
    if (!pte_present(pte)) {
      // SCAN_PTE_NON_PRESENT, SCAN_EXCEED_SWAP_PTE (HPAGE_PMD_NR / 8), and what do_swap_page() will say.
      const exceeds = ofKhugepaged && ++unmapped > Math.trunc(ptrsPerPte / 8);
      if (isolates || exceeds || is_hwpoison_pte(pte)) return SCAN_FAIL;
      // do_swap_page() waits for a migration entry; of a device-private one it does not, which is left out.
      if (!is_swap_pte(pte)) return WAITS;
      continue;
    }
    const folio = page_folio(s, Pte.pfn(pte));
    const scanned = s.kernel.collapse_scan_folio(s, pte, folio, ofKhugepaged);
    if (scanned !== SCAN_SUCCEED) return scanned;
    writable += Pte.write(pte);
    // SCAN_EXCEED_SHARED_PTE
    if (s.kernel.folio_maybe_mapped_shared(s, folio) && ++shared > ptrsPerPte / 2 && ofKhugepaged) return SCAN_FAIL;
    if (Pte.young(pte) === 1 || Page.referenced(page_of(s, folio)) === 1) referenced++;
  }
  // SCAN_PAGE_RO
  if (writable === 0 && s.kernel.collapse_wants_writable(s)) return SCAN_FAIL;
  // SCAN_LACK_REFERENCED_PAGE
  const lacks = referenced === 0 || (unmapped > 0 && referenced < ptrsPerPte / 2);
  return ofKhugepaged && lacks ? SCAN_FAIL : SCAN_SUCCEED;
};

/** Whether one page can go: nobody has its folio locked, or a reference to it that is no mapping. */
export const collapse_scan_folio = (s: Sys, pte: Pte, folio: number, ofKhugepaged: boolean): number => {
  // SCAN_PAGE_NULL, SCAN_PAGE_ANON
  if (folio_is_zone_device(s, folio) || !folio_test_anon(s, folio)) return SCAN_FAIL;
  // SCAN_PAGE_LAZYFREE
  const lazyfree = ofKhugepaged && folio_test_lazyfree(s, folio) && Pte.dirty(pte) === 0;
  if (lazyfree && s.kernel.khugepaged_skips_lazyfree(s)) return SCAN_FAIL;
  if (folio_test_locked(s, folio)) return SCAN_PAGE_LOCK;
  if (s.kernel.folio_expected_ref_count(s, folio) !== folio_ref_count(s, folio)) return SCAN_PAGE_COUNT;
  return SCAN_SUCCEED;
};

/** collapse_huge_page(): the table is taken out of its slot, and becomes the deposit; after a failure it is put back. */
export const collapse_huge_page = (
  s: Sys,
  mm: number,
  vma: Vma,
  slot: number,
  folio: number,
  by: Collapser,
): number => {
  pmd_lock(s);
  const table = Pmd.pfn(pmdp_huge_get_and_clear(s, mm, slot));
  pmd_unlock(s);
  let result = scan_ptes(s, vma, table, by, true);
  // SCAN_COPY_MC
  if (result === SCAN_SUCCEED && !alloc_succeeds(s, 'copy_mc_user_highpage')) result = SCAN_FAIL;
  if (result !== SCAN_SUCCEED) {
    s.kernel.collapse_restores_table(s, mm, slot, table);
    return result;
  }
  for (let i = 0; i < s.geometry.ptrsPerPte;)
    i += s.kernel.collapse_copied_ptes(
      s,
      mm,
      vma,
      pte_offset(s.geometry, table, i),
      s.geometry.ptrsPerPte - i,
      slot * s.geometry.ptrsPerPte,
    );
  pmd_lock(s);
  s.kernel.pgtable_trans_huge_deposit(s, mm, slot, table);
  // map_anon_folio_pmd_nopf()
  folio_add_new_anon_rmap(s, folio, mm);
  folio_add_lru_vma(s, folio, mm, slot * s.geometry.ptrsPerPte);
  set_pmd_at(s, mm, slot, maybe_pmd_mkwrite(Pmd.mkDirty(s.kernel.pfn_pmd(folio, s.kernel.vm_page_prot(vma)), 1), vma));
  pmd_unlock(s);
  return SCAN_SUCCEED;
};

/** __collapse_huge_page_copy_failed() and its likes: pmd_populate() of the old table. */
export const collapse_restores_table = pmd_populate;

/**
 * __collapse_huge_page_copy_succeeded(): PTEs from `row` on that map one folio go together, and with them what they
 * counted. What was none, or zeroes, is counted from now on. Returns how many.
 */
export const collapse_copied_ptes = (s: Sys, mm: number, vma: Vma, row: number, max: number, first: number): number => {
  const pte = s.pte.at(row);
  if (is_none_or_zero(s, vma, pte)) {
    add_mm_counter(s, mm, Rss.MM_ANONPAGES, 1);
    s.pte.put(row, NONE_PTE);
    return 1;
  }
  const folio = page_folio(s, Pte.pfn(pte));
  const nr = folio_test_large(s, folio) ? folio_pte_batch(s, folio, row, max) : 1;
  for (let i = 0; i < nr; i++) s.pte.put(row + i, NONE_PTE);
  folio_remove_rmap_ptes(s, Pte.pfn(pte), nr, mm);
  // It has been isolated.
  munlock_vma_folio(s, folio, mm, first, true);
  s.kernel.free_swap_cache(s, folio);
  folio_put_refs(s, folio, nr);
  return nr;
};
