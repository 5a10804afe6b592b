/**
 * Taking page tables down and copying them. Mirrors of mm/memory.c, v7.1: vm_normal_page() and its likes,
 * unmap_page_range() and copy_page_range() with what is below them. Stubbed: the TLB. Left out:
 * markers and other entries that are neither present, of a migration, nor of swap; batches of fork.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { pudPages } from '../state/geometry.ts';
import { PageKind, Rss } from '../state/memmap.ts';
import { isUffdMarker, Mm, Pmd, Prot, Pte, Pud, Vma } from '../state/mm_types.ts';
import { is_huge_zero_pfn } from './huge_memory_zero.ts';
import { split_huge_pmd } from './huge_memory_split.ts';
import type { Sys } from './kernel.ts';
import { tlb_finish_mmu, tlb_gather_mmu, tlb_remove_page } from './mmu_gather.ts';
import { mmu_notify } from './mmu_notifier.ts';
import { munlock_vma_folio } from './mlock_folio.ts';
import { folio_test_anon, mark_used, page_folio, pfn_valid } from './page_flags.ts';
import { folio_get, folio_put, folio_put_refs, free_block, prep_folio } from './page_ref.ts';
import { unmap_tracked } from './pfnmap_track.ts';
import { alloc_succeeds } from '../alloc_succeeds.ts';
import { alloc_fails, mm_dec_nr_ptes, pmd_alloc, pte_alloc } from './pgalloc.ts';
import {
  is_device_private_pte,
  is_hwpoison_pte,
  is_migration_entry,
  is_swap_pte,
  NONE_PMD,
  NONE_PTE,
  pmd_is_huge,
  pmd_none,
  pmd_offset,
  pmd_table,
  pte_offset,
  pte_offset_map,
  pte_present,
  pud_none,
  pud_of,
  pud_offset,
  pud_trans_huge,
  slot_of,
} from './pgtable.ts';
import { take_pte_lock } from './ptl.ts';
import { folio_add_new_anon_rmap, folio_dup_file_rmap_ptes, folio_remove_rmap_ptes } from './rmap.ts';
import { is_cow_mapping, linear_pfn } from './vma.ts';
import { add_mm_counter, mm_counter } from './vmstat.ts';

/** Neither a struct page nor a reference: what vm_normal_page() and its likes give for a special entry. */
export const NO_PAGE = -1;

/** vm_normal_page() of a present PTE: the frame, or NO_PAGE. Every modelled architecture has ARCH_HAS_PTE_SPECIAL. */
export const vm_normal_page = (_s: Sys, _vma: Vma, pte: Pte): number =>
  Pte.special(pte) === 1 ? NO_PAGE : Pte.pfn(pte);

/**
 * __vm_normal_page() where entries of this level have no special bit, and the rule of vm_normal_page_pmd() until v6.17: the VMA
 * decides. In a CoW VM_PFNMAP VMA a frame
 * that is not the linear one has been copied.
 */
export const normal_by_vma = (s: Sys, vma: Vma, pfn: number, page: number): number => {
  if (Vma.mixedmap(vma) === 1) return pfn_valid(s, pfn) ? pfn : NO_PAGE;
  if (Vma.pfnmap(vma) === 1 && (!is_cow_mapping(vma) || pfn === linear_pfn(vma, page))) return NO_PAGE;
  return is_huge_zero_pfn(s, pfn) ? NO_PAGE : pfn;
};

/** vm_normal_page_pmd() of a leaf whose first page is `page`. */
export const vm_normal_page_pmd = (s: Sys, vma: Vma, page: number, e: Pmd): number => {
  if (s.machine.pmdSpecial) return Pmd.special(e) === 1 ? NO_PAGE : Pmd.pfn(e);
  return normal_by_vma(s, vma, Pmd.pfn(e), page);
};

/** vm_normal_page_pud() of a leaf whose first page is `page`; since v6.18. */
export const vm_normal_page_pud = (s: Sys, vma: Vma, page: number, e: Pud): number => {
  if (s.machine.pudSpecial) return Pud.special(e) === 1 ? NO_PAGE : Pud.pfn(e);
  return normal_by_vma(s, vma, Pud.pfn(e), page);
};

/** maybe_mkwrite() */
export const maybe_mkwrite = (pte: Pte, vma: Vma): Pte => Pte.mkWrite(pte, Vma.prot(vma) === Prot.RW ? 1 : 0);

/** struct zap_details: whether private copies go too, and whether a PTE table that is emptied as a whole is freed. */
export interface ZapDetails {
  readonly evenCows: boolean;
  readonly reclaimPt: boolean;
}
// Those of all kernels: no patch changes them in their place.
export const EVEN_COWS: ZapDetails = Object.freeze({ evenCows: true, reclaimPt: false });
export const SHARED_ONLY: ZapDetails = Object.freeze({ evenCows: false, reclaimPt: false });

/** zap_page_range_single(): pages start..end-1 of one VMA, with a batch of their own. */
export const zap_page_range_single = (
  s: Sys,
  mm: number,
  vma: Vma,
  start: number,
  end: number,
  details: ZapDetails = EVEN_COWS,
): void => {
  tlb_gather_mmu();
  unmap_page_range(s, mm, vma, start, end, details);
  tlb_finish_mmu(s);
};

/** unmap_page_range() over pages start..end-1: a leaf that is covered in part is split first. */
export const unmap_page_range = (
  s: Sys,
  mm: number,
  vma: Vma,
  start: number,
  end: number,
  details: ZapDetails = EVEN_COWS,
): void => {
  const { geometry: g } = s;
  const span = pudPages(g);
  // unmap_vmas() and zap_page_range_single() do it for their whole range.
  mmu_notify(s, mm, start, end, 'UNMAP');
  unmap_tracked(s, mm, vma);
  for (let page = start, next: number; page < end; page = next) {
    const pud = pud_of(g, page);
    next = Math.min(end, (pud + 1) * span);
    if (pud_trans_huge(s.pud.at(pud_offset(g, mm, pud)))) {
      if (next - page === span) {
        s.kernel.zap_huge_pud(s, mm, vma, pud);
        continue;
      }
      s.kernel.split_huge_pud(s, mm, vma, pud);
    }
    zap_pmd_range(s, mm, vma, page, next, details);
  }
};

const zap_pmd_range = (s: Sys, mm: number, vma: Vma, start: number, end: number, details: ZapDetails): void => {
  const { geometry: g } = s;
  for (let page = start, next: number; page < end; page = next) {
    const slot = slot_of(g, page);
    next = Math.min(end, (slot + 1) * g.ptrsPerPte);
    if (pmd_is_huge(s.pmd.at(pmd_offset(g, mm, slot)))) {
      if (next - page === g.ptrsPerPte) {
        s.kernel.zap_huge_pmd(s, mm, vma, slot);
        continue;
      }
      split_huge_pmd(s, mm, vma, slot);
    }
    s.kernel.zap_pte_range(s, mm, vma, slot, page, next, details);
  }
};

export const zap_pte_range = (
  s: Sys,
  mm: number,
  vma: Vma,
  slot: number,
  start: number,
  end: number,
  details: ZapDetails = EVEN_COWS,
): void => {
  const e = s.pmd.at(pmd_offset(s.geometry, mm, slot));
  if (!pmd_table(e)) return;
  for (let page = start, nr: number; page < end; page += nr) {
    const row = pte_offset(s.geometry, Pmd.pfn(e), page);
    nr = pte_present(s.pte.at(row)) ? zap_present_ptes(s, mm, vma, page, end, details) : 1;
    if (is_migration_entry(s.pte.at(row)) && should_zap_folio(s, details, page_folio(s, Pte.pfn(s.pte.at(row)))))
      zap_migration_pte(s, mm, row);
    else if (is_swap_pte(s.pte.at(row)) && details.evenCows) s.kernel.zap_swap_pte(s, mm, row);
    else if (isUffdMarker(s.pte.at(row))) s.pte.put(row, NONE_PTE);
    else if (is_hwpoison_pte(s.pte.at(row)) && details.evenCows) s.pte.put(row, NONE_PTE);
    else if (is_device_private_pte(s.pte.at(row)) && details.evenCows) s.kernel.zap_device_private_pte(s, mm, row);
  }
  if (details.reclaimPt && end - start === s.geometry.ptrsPerPte && s.kernel.reclaims_empty_tables(s))
    free_emptied_pte(s, mm, slot, Pmd.pfn(e));
};

/** try_get_and_clear_pmd() and free_pte() of mm/pt_reclaim.c: the table that has just been emptied. */
const free_emptied_pte = (s: Sys, mm: number, slot: number, table: number): void => {
  s.pmd.put(pmd_offset(s.geometry, mm, slot), NONE_PMD);
  s.kernel.pte_free(s, table);
  mm_dec_nr_ptes(s, mm);
};

const should_zap_folio = (s: Sys, details: ZapDetails, folio: number): boolean =>
  details.evenCows || !folio_test_anon(s, folio);

const zap_migration_pte = (s: Sys, mm: number, row: number): void => {
  const folio = page_folio(s, Pte.pfn(s.pte.at(row)));
  add_mm_counter(s, mm, mm_counter(s, folio), -1);
  s.pte.put(row, NONE_PTE);
};

/** zap_present_ptes(): PTEs from that of `page` on that map one folio go together. Returns how many. */
const zap_present_ptes = (s: Sys, mm: number, vma: Vma, page: number, end: number, details: ZapDetails): number => {
  const row = pte_offset_map(s, mm, page);
  take_pte_lock(s, row);
  const pfn = s.kernel.vm_normal_page(s, vma, s.pte.at(row));
  if (pfn === NO_PAGE) {
    s.pte.put(row, NONE_PTE);
    return 1;
  }
  const folio = page_folio(s, pfn);
  if (!should_zap_folio(s, details, folio)) return 1;
  const nr = folio_pte_batch(s, folio, row, end - page);
  const anon = folio_test_anon(s, folio);
  for (let i = 0; i < nr; i++) {
    const pte = s.pte.at(row + i);
    if (!anon) mark_used(s, folio, Pte.dirty(pte), Pte.young(pte));
    s.pte.put(row + i, NONE_PTE);
  }
  add_mm_counter(s, mm, mm_counter(s, folio), -nr);
  folio_remove_rmap_ptes(s, pfn, nr, mm);
  munlock_vma_folio(s, pfn, mm, page);
  tlb_remove_page(s, pfn);
  folio_put_refs(s, folio, nr);
  return nr;
};

/**
 * folio_pte_batch(): how many PTEs from `row` on map the pages of one folio that follow each other. They may differ in
 * young, dirty, and, unless that is respected (FPB_RESPECT_WRITE), in write.
 */
export const folio_pte_batch = (s: Sys, folio: number, row: number, max: number, respectWrite = false): number => {
  const first = Pte.pfn(s.pte.at(row));
  const write = Pte.write(s.pte.at(row));
  let nr = 1;
  for (; nr < max; nr++) {
    const pte = s.pte.at(row + nr);
    if (!pte_present(pte) || Pte.pfn(pte) !== first + nr || Pte.special(pte) === 1) break;
    if (respectWrite && Pte.write(pte) !== write) break;
    if (!pfn_valid(s, first + nr) || page_folio(s, first + nr) !== folio) break;
  }
  return nr;
};

/** vma_needs_copy(): VM_PFNMAP, VM_MIXEDMAP, or anonymous pages; the rest comes back by faults. */
export const vma_needs_copy = (vma: Vma): boolean =>
  Vma.pfnmap(vma) === 1 || Vma.mixedmap(vma) === 1 || Vma.anonVma(vma) === 1;

/** copy_page_range(): what the VMA maps in `src`, also in `dst`. False: out of memory, half done. */
export const copy_page_range = (s: Sys, src: number, dst: number, vmaRow: number): boolean => {
  const { geometry: g } = s;
  const vma = s.vma.at(vmaRow);
  const end = Vma.end(vma);
  if (is_cow_mapping(vma)) mmu_notify(s, src, Vma.start(vma), end, 'PROTECTION_PAGE');
  for (let page = Vma.start(vma), next: number; page < end; page = next) {
    const pud = pud_of(g, page);
    next = Math.min(end, (pud + 1) * pudPages(g));
    const e = s.pud.at(pud_offset(g, src, pud));
    if (pud_trans_huge(e)) {
      check_whole_leaf(s, next - page, pudPages(g), `PUD leaf ${pud}`);
      s.kernel.copy_huge_pud(s, src, dst, vmaRow, pud);
      continue;
    }
    if (!pud_none(e) && !copy_pmd_range(s, src, dst, vmaRow, page, next)) return false;
  }
  return true;
};

/** copy_pud_range() and copy_pmd_range(): a leaf lies in the VMA that is copied, with all its pages. */
const check_whole_leaf = (s: Sys, pages: number, whole: number, leaf: string): void => {
  if (s.machine.debugVm && pages !== whole)
    throw new ModelBug('VM_BUG_ON_VMA(range)', `${leaf} is copied for a VMA that it does not lie in`);
};

const copy_pmd_range = (s: Sys, src: number, dst: number, vmaRow: number, start: number, end: number): boolean => {
  const { geometry: g } = s;
  // The PMD table of the child is made as soon as the parent's PMD table exists.
  if (!pmd_alloc(s, dst, slot_of(g, start))) return false;
  for (let page = start, next: number; page < end; page = next) {
    const slot = slot_of(g, page);
    next = Math.min(end, (slot + 1) * g.ptrsPerPte);
    const row = pmd_offset(g, src, slot);
    if (pmd_is_huge(s.pmd.at(row))) {
      check_whole_leaf(s, next - page, g.ptrsPerPte, `the leaf of slot ${slot}`);
      const copied = s.kernel.copy_huge_pmd(s, src, dst, vmaRow, slot);
      if (copied === 'ENOMEM') return false;
      if (copied === 'done') continue;
    }
    if (pmd_none(s.pmd.at(row))) continue;
    if (!s.kernel.copy_pte_range(s, src, dst, s.vma.at(vmaRow), page, next)) return false;
  }
  return true;
};

export const copy_pte_range = (s: Sys, src: number, dst: number, vma: Vma, start: number, end: number): boolean => {
  const { geometry: g } = s;
  const slot = slot_of(g, start);
  if (!pte_alloc(s, dst, slot)) return false;
  const from = Pmd.pfn(s.pmd.at(pmd_offset(g, src, slot)));
  const to = Pmd.pfn(s.pmd.at(pmd_offset(g, dst, slot)));
  for (let page = start; page < end; page++) {
    const [row, dstRow] = [pte_offset(g, from, page), pte_offset(g, to, page)];
    const pte = s.pte.at(row);
    if (is_migration_entry(pte)) copy_nonpresent_pte(s, dst, vma, row, dstRow);
    else if (is_swap_pte(pte)) s.kernel.copy_swap_pte(s, dst, row, dstRow);
    else if (is_hwpoison_pte(pte)) s.pte.put(dstRow, pte);
    else if (is_device_private_pte(pte)) s.kernel.copy_device_private_pte(s, dst, vma, row, dstRow);
    else if (pte_present(pte) && !copy_present_pte(s, src, dst, vma, row, dstRow)) return false;
  }
  return true;
};

/** copy_nonpresent_pte() of a migration entry: of a CoW mapping readable on both sides from now on. */
const copy_nonpresent_pte = (s: Sys, dst: number, vma: Vma, row: number, dstRow: number): void => {
  let pte = s.pte.at(row);
  const folio = page_folio(s, Pte.pfn(pte));
  add_mm_counter(s, dst, mm_counter(s, folio), 1);
  if (is_cow_mapping(vma)) pte = Pte.mkExclusive(Pte.mkWrite(pte, 0), 0);
  s.pte.put(row, pte);
  s.pte.put(dstRow, pte);
};

const copy_present_pte = (s: Sys, src: number, dst: number, vma: Vma, row: number, dstRow: number): boolean => {
  const pfn = s.kernel.vm_normal_page(s, vma, s.pte.at(row));
  if (pfn !== NO_PAGE) {
    const folio = page_folio(s, pfn);
    folio_get(s, folio);
    if (!folio_test_anon(s, folio)) {
      folio_dup_file_rmap_ptes(s, pfn, 1, dst);
    } else if (!s.kernel.folio_try_dup_anon_rmap_ptes(s, pfn, 1, dst, Mm.hasPinned(s.mm.at(src)) === 1)) {
      folio_put(s, folio);
      return copy_present_page(s, dst, vma, dstRow);
    }
    add_mm_counter(s, dst, mm_counter(s, folio), 1);
  }
  let pte = s.pte.at(row);
  if (is_cow_mapping(vma) && Pte.write(pte) === 1) {
    pte = Pte.mkWrite(pte, 0);
    s.pte.put(row, pte);
  }
  if (Vma.shared(vma) === 1) pte = Pte.mkDirty(pte, 0);
  s.pte.put(dstRow, Pte.mkYoung(pte, 0));
  return true;
};

/** copy_present_page(): the child gets a copy of a page that may be pinned. False: out of memory. */
const copy_present_page = (s: Sys, dst: number, vma: Vma, dstRow: number): boolean => {
  const copy = vma_alloc_folio(s);
  if (copy < 0) return false;
  folio_add_new_anon_rmap(s, copy, dst);
  add_mm_counter(s, dst, Rss.MM_ANONPAGES, 1);
  const pte = Pte.mkDirty(s.kernel.pfn_pte(copy, s.kernel.vm_page_prot(vma)), 1);
  s.pte.put(dstRow, maybe_mkwrite(pte, vma));
  return true;
};

/** vma_alloc_folio() of one page, or of `pages`: the first frame of an anonymous folio with one reference, or -1. */
export const vma_alloc_folio = (s: Sys, pages = 1): number => {
  const block = free_block(s, 'anon', pages);
  if (block < 0) return alloc_fails(s);
  return alloc_succeeds(s, 'vma_alloc_folio') ? prep_folio(s, block, PageKind.anon) : -1;
};
