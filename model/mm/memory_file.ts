/**
 * Faults on what has vm_ops: mm/memory.c do_fault() and what is below it, v7.1; mm/filemap.c filemap_map_pages().
 * A driver's ->fault installs the entry itself. Left out: ->page_mkwrite, truncation under the fault, FS-DAX.
 */
import { Page, Rss } from '../state/memmap.ts';
import { isUffdMarker, Pmd, Pte, Result, Vma, VmaKind } from '../state/mm_types.ts';
import { maybe_pmd_mkwrite } from './huge_memory.ts';
import { cached_frame, file_has_page, file_of, frame_of_index, NO_FRAME } from './filemap.ts';
import type { Sys } from './kernel.ts';
import { folio_test_dirty } from './lazyfree.ts';
import { maybe_mkwrite, vma_alloc_folio } from './memory.ts';
import { folio_nr_pages, folio_test_locked, page_folio, set_page_flag } from './page_flags.ts';
import { folio_add_lru_vma, mlock_vma_folio } from './mlock_folio.ts';
import { folio_get, folio_put, folio_ref_add } from './page_ref.ts';
import { mm_inc_nr_ptes, pte_alloc } from './pgalloc.ts';
import { pmd_none, pmd_offset, pmd_trans_huge, pte_none, pte_offset, pte_offset_map, slot_of } from './pgtable.ts';
import { pmd_lock, pmd_unlock, set_pmd_at } from './pgtable_generic.ts';
import { folio_add_file_rmap_pmd, folio_add_file_rmap_ptes, folio_add_new_anon_rmap } from './rmap.ts';
import { FALLBACK, NOPAGE, WAITS } from './vm_fault.ts';
import { pte_mkuffd_wp, userfaultfd_armed, waits_for_missing } from './userfaultfd_wp.ts';
import { anon_vma_prepare, linear_pfn } from './vma.ts';
import { add_mm_counter, mm_counter } from './vmstat.ts';

/** do_fault(): a driver, or the page cache. A VMA without ->fault has nobody to ask. */
export const do_fault = (s: Sys, mm: number, vmaRow: number, page: number, write: boolean): number => {
  const vma = s.vma.at(vmaRow);
  const kind = Vma.kind(vma);
  if (kind !== VmaKind.shmem && kind !== VmaKind.file) {
    return Vma.fault(vma) === 1 ? s.kernel.driver_fault(s, mm, vmaRow, page, write) : Result.SIGBUS;
  }
  const index = linear_pfn(vma, page);
  if (!file_has_page(s, file_of(vma), index)) return Result.SIGBUS;
  if (waits_for_missing(s, mm, vma, page)) return WAITS;
  // __do_fault() takes the lock of the folio.
  const pfn = frame_of_index(s, file_of(vma), index);
  if (pfn !== NO_FRAME && folio_test_locked(s, page_folio(s, pfn))) return WAITS;
  return write && Vma.shared(vma) === 0
    ? do_cow_fault(s, mm, vmaRow, page)
    : do_read_or_shared_fault(s, mm, vma, page, write);
};

/** vma->vm_ops->fault: filemap_fault() or shmem_fault(). The frame, of whose folio the caller has a reference, or NO_FRAME. */
const __do_fault = (s: Sys, vma: Vma, page: number): number =>
  s.kernel.filemap_get_folio(s, file_of(vma), linear_pfn(vma, page));

/** do_read_fault() and do_shared_fault(). */
const do_read_or_shared_fault = (s: Sys, mm: number, vma: Vma, page: number, write: boolean): number => {
  if (!write && s.machine.faultAround) {
    const cached = cached_frame(s, file_of(vma), linear_pfn(vma, page));
    const around = cached === NO_FRAME ? FALLBACK : do_fault_around(s, mm, vma, page, cached);
    if (around !== FALLBACK) return around;
  }
  const pfn = __do_fault(s, vma, page);
  if (pfn === NO_FRAME) return Result.OOM;
  const made = finish_fault(s, mm, vma, page, pfn, write);
  if (made !== Result.ok) folio_put(s, page_folio(s, pfn));
  else if (write) set_page_flag(s, page_folio(s, pfn), Page.mkDirty, 1);
  return made === NOPAGE ? Result.ok : made;
};

/** do_cow_fault(): a private copy at once. */
const do_cow_fault = (s: Sys, mm: number, vmaRow: number, page: number): number => {
  anon_vma_prepare(s, vmaRow);
  const copy = vma_alloc_folio(s);
  if (copy < 0) return Result.OOM;
  const vma = s.vma.at(vmaRow);
  const pfn = __do_fault(s, vma, page);
  if (pfn === NO_FRAME) {
    folio_put(s, copy);
    return Result.OOM;
  }
  const mapped = finish_cow_fault(s, mm, vma, page, copy);
  if (!mapped) folio_put(s, copy);
  folio_put(s, page_folio(s, pfn));
  return mapped ? Result.ok : Result.OOM;
};

/** finish_fault() of a copy. */
export const finish_cow_fault = (s: Sys, mm: number, vma: Vma, page: number, copy: number): boolean => {
  const slot = slot_of(s.geometry, page);
  if (!pte_alloc(s, mm, slot)) return false;
  const row = pte_offset_map(s, mm, page);
  folio_add_new_anon_rmap(s, copy, mm);
  folio_add_lru_vma(s, copy, mm, page);
  add_mm_counter(s, mm, Rss.MM_ANONPAGES, 1);
  const pte = s.kernel.pfn_pte(copy, s.kernel.vm_page_prot(vma));
  s.pte.put(row, maybe_mkwrite(Pte.mkDirty(pte, 1), vma));
  return true;
};

/**
 * finish_fault() of a page that is not copied: a leaf where one fits, else PTEs. The caller's reference becomes that
 * of the first mapping; when nothing could be mapped, the caller still has it. NOPAGE: nothing was mapped, and the
 * access is made again.
 */
const finish_fault = (s: Sys, mm: number, vma: Vma, page: number, pfn: number, write: boolean): number => {
  const { geometry: g } = s;
  const slot = slot_of(g, page);
  const folio = page_folio(s, pfn);
  if (pmd_none(s.pmd.at(pmd_offset(g, mm, slot)))) {
    const leaf = pfn === folio || s.kernel.set_pmd_from_tail(s);
    const made = leaf ? s.kernel.do_set_pmd(s, mm, vma, slot, folio, write) : FALLBACK;
    if (made !== FALLBACK) return made;
    if (!pte_alloc(s, mm, slot)) return Result.OOM;
  }
  const index = pfn - folio;
  const whole = s.kernel.fault_maps_folio(s, vma) && !userfaultfd_armed(s, mm, vma);
  let nr = whole ? pages_that_fit(s, vma, page, folio, index) : 1;
  if (nr > 1 && !pte_range_none(s, mm, page - index, nr)) {
    // v6.11 and v6.12 as released asked for the whole folio or nothing: "mm: fix finish_fault() handling for large folios".
    if (!s.kernel.finish_fault_falls_back(s)) return NOPAGE;
    nr = 1;
  }
  folio_ref_add(s, folio, nr - 1);
  set_pte_range(s, mm, vma, nr === 1 ? page : page - index, nr === 1 ? pfn : folio, nr, write);
  add_mm_counter(s, mm, mm_counter(s, folio), nr);
  return Result.ok;
};

/** The whole folio, if it lies in the VMA and in this page table; else one page. */
const pages_that_fit = (s: Sys, vma: Vma, page: number, folio: number, index: number): number => {
  const { geometry: g } = s;
  const nr = folio_nr_pages(s, folio);
  const first = page - index;
  if (first < Vma.start(vma) || first + nr > Vma.end(vma)) return 1;
  if (first < 0 || slot_of(g, first) !== slot_of(g, first + nr - 1)) return 1;
  return nr;
};

/** pte_range_none(): of `nr` pages of one page table. */
const pte_range_none = (s: Sys, mm: number, first: number, nr: number): boolean => {
  const row = pte_offset_map(s, mm, first);
  for (let i = 0; i < nr; i++) if (!pte_none(s.pte.at(row + i))) return false;
  return true;
};

const set_pte_range = (s: Sys, mm: number, vma: Vma, page: number, pfn: number, nr: number, write: boolean): void => {
  const row = pte_offset_map(s, mm, page);
  const prot = s.kernel.vm_page_prot(vma);
  folio_add_file_rmap_ptes(s, pfn, nr, mm);
  mlock_vma_folio(s, pfn, nr, mm, page);
  const dirty = s.kernel.read_fault_dirties(s) && folio_test_dirty(s, page_folio(s, pfn));
  for (let i = 0; i < nr; i++) {
    const pte = s.kernel.pfn_pte(pfn + i, prot);
    const read = dirty && Pte.write(pte) === 1 ? Pte.mkDirty(pte, 1) : pte;
    const made = write ? maybe_mkwrite(Pte.mkDirty(pte, 1), vma) : read;
    // vmf_orig_pte_uffd_wp()
    s.pte.put(row + i, isUffdMarker(s.pte.at(row + i)) ? pte_mkuffd_wp(made) : made);
  }
};

/**
 * do_set_pmd(): the folio by a leaf, if VMA and size allow it; a deposit only where the architecture needs one. The
 * caller's reference becomes the leaf's. Returns a code of `Result`, or FALLBACK.
 */
export const do_set_pmd = (s: Sys, mm: number, vma: Vma, slot: number, folio: number, write: boolean): number => {
  const { ptrsPerPte } = s.geometry;
  const first = slot * ptrsPerPte;
  if (!s.machine.pmdLeaves || folio_nr_pages(s, folio) !== ptrsPerPte) return FALLBACK;
  if (first < Vma.start(vma) || first + ptrsPerPte > Vma.end(vma)) return FALLBACK;
  if (frame_of_index(s, file_of(vma), linear_pfn(vma, first)) !== folio) return FALLBACK;
  const needs = s.kernel.arch_needs_pgtable_deposit(s);
  const pgtable = needs ? s.kernel.pte_alloc_one(s) : -1;
  if (needs && pgtable < 0) return Result.OOM;
  pmd_lock(s);
  const e = s.kernel.pfn_pmd(folio, s.kernel.vm_page_prot(vma));
  add_mm_counter(s, mm, mm_counter(s, folio), ptrsPerPte);
  folio_add_file_rmap_pmd(s, folio, mm);
  mlock_vma_folio(s, folio, ptrsPerPte, mm, first);
  if (needs) {
    s.kernel.pgtable_trans_huge_deposit(s, mm, slot, pgtable);
    mm_inc_nr_ptes(s, mm);
  }
  set_pmd_at(s, mm, slot, write ? maybe_pmd_mkwrite(Pmd.mkDirty(e, 1), vma) : e);
  pmd_unlock(s);
  return Result.ok;
};

/** next_uptodate_folio(): what is cached, and not locked. */
const can_map_around = (s: Sys, frame: number): boolean =>
  frame !== NO_FRAME && !folio_test_locked(s, page_folio(s, frame));

/** do_fault_around() and filemap_map_pages(): a leaf, or PTEs for all that is cached around; FALLBACK without memory. */
const do_fault_around = (s: Sys, mm: number, vma: Vma, page: number, pfn: number): number => {
  const { geometry: g } = s;
  const slot = slot_of(g, page);
  const folio = page_folio(s, pfn);
  if (pmd_none(s.pmd.at(pmd_offset(g, mm, slot)))) {
    // filemap_map_pmd()
    folio_get(s, folio);
    const made = s.kernel.do_set_pmd(s, mm, vma, slot, folio, false);
    if (made === Result.ok) return made;
    folio_put(s, folio);
    if (!pte_alloc(s, mm, slot)) return FALLBACK;
  }
  if (pmd_trans_huge(s.pmd.at(pmd_offset(g, mm, slot)))) return Result.ok;
  const table = Pmd.pfn(s.pmd.at(pmd_offset(g, mm, slot)));
  const last = Math.min(Vma.end(vma), (slot + 1) * g.ptrsPerPte);
  for (let at = Math.max(Vma.start(vma), slot * g.ptrsPerPte); at < last; at++) {
    const frame = cached_frame(s, file_of(vma), linear_pfn(vma, at));
    if (!can_map_around(s, frame) || !pte_none(s.pte.at(pte_offset(g, table, at)))) continue;
    folio_get(s, page_folio(s, frame));
    set_pte_range(s, mm, vma, at, frame, 1, false);
    add_mm_counter(s, mm, mm_counter(s, page_folio(s, frame)), 1);
  }
  return Result.ok;
};
