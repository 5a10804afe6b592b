/**
 * MADV_COLD and MADV_PAGEOUT: mm/madvise.c madvise_cold_or_pageout_pte_range(), v7.1 (6.12 read beside it), and
 * mm/vmscan.c reclaim_pages(). What others may map stays. Stubbed: the LRU lists; can_do_file_pageout() says yes.
 * Left out: folio_trylock() that fails. A folio of which a part is named is split first.
 */
import { Page } from '../state/memmap.ts';
import { Pmd, Pte, Result, Vma } from '../state/mm_types.ts';
import { get_and_split_folio } from './folio_split.ts';
import { is_huge_zero_pmd } from './huge_memory_zero.ts';
import type { Sys } from './kernel.ts';
import { folio_pte_batch, NO_PAGE } from './memory.ts';
import { folio_putback_lru, folio_test_mlocked } from './mlock_folio.ts';
import { folio_is_zone_device, folio_nr_pages, folio_test_large, page_folio, set_page_flag } from './page_flags.ts';
import { pmd_offset, pmd_table, pmd_trans_huge, pte_offset, pte_present, slot_of } from './pgtable.ts';
import { pmd_lock, pmd_unlock, set_pmd_at } from './pgtable_generic.ts';
import { folio_mapcount } from './rmap.ts';
import { is_locked } from './vma_attributes.ts';
import { is_on_lru } from './vmscan.ts';

/** can_madv_lru_vma(): no VM_LOCKED, VM_PFNMAP or VM_HUGETLB. */
const can_madv_lru_vma = (s: Sys, mm: number, vma: Vma): boolean =>
  Vma.pfnmap(vma) === 0 && !is_locked(s, mm, Vma.start(vma));

export const madvise_cold = (s: Sys, mm: number, vma: Vma, start: number, end: number): number =>
  madvise_range(s, mm, vma, start, end, false);
export const madvise_pageout = (s: Sys, mm: number, vma: Vma, start: number, end: number): number =>
  madvise_range(s, mm, vma, start, end, true);

const madvise_range = (s: Sys, mm: number, vma: Vma, start: number, end: number, pageout: boolean): number => {
  if (!can_madv_lru_vma(s, mm, vma)) return Result.EINVAL;
  const { geometry: g } = s;
  for (let page = start, next: number; page < end; page = next) {
    const slot = slot_of(g, page);
    next = Math.min(end, (slot + 1) * g.ptrsPerPte);
    const row = pmd_offset(g, mm, slot);
    isolated.length = 0;
    if (pmd_trans_huge(s.pmd.at(row))) huge_pmd(s, mm, slot, next - page === g.ptrsPerPte, pageout);
    if (pmd_table(s.pmd.at(row))) pte_range(s, vma, pte_offset(g, Pmd.pfn(s.pmd.at(row)), page), next - page, pageout);
    // reclaim_pages()
    for (const folio of isolated) s.kernel.shrink_folio_list(s, folio, true);
  }
  return Result.ok;
};

/** The folios that one call has isolated; one list for all, so that the search allocates nothing. */
const isolated: number[] = [];

/** folio_clear_referenced(), and the folio is to be reclaimed at once, or before others. */
const deactivate = (s: Sys, folio: number, pageout: boolean): void => {
  set_page_flag(s, folio, Page.mkReferenced, 0);
  if (pageout && folio_test_mlocked(s, folio)) folio_putback_lru(s, folio);
  else if (pageout) isolated.push(folio);
};

/** The leaf of a slot; of a part of it the folio is to be split first. */
const huge_pmd = (s: Sys, mm: number, slot: number, whole: boolean, pageout: boolean): void => {
  const e = s.pmd.at(pmd_offset(s.geometry, mm, slot));
  const folio = Pmd.pfn(e);
  if (is_huge_zero_pmd(s, e) || !is_on_lru(s, folio) || s.kernel.folio_maybe_mapped_shared(s, folio)) return;
  if (!whole) {
    get_and_split_folio(s, folio);
    return;
  }
  if (!pageout && Pmd.young(e) === 1) {
    pmd_lock(s);
    set_pmd_at(s, mm, slot, Pmd.mkYoung(e, 0));
    pmd_unlock(s);
  }
  deactivate(s, folio, pageout);
};

/** `count` PTEs from `row` on: of folios that these map whole, and nothing else does. */
const pte_range = (s: Sys, vma: Vma, row: number, count: number, pageout: boolean): void => {
  for (let i = 0, nr: number; i < count; i += nr) {
    nr = 1;
    const pte = s.pte.at(row + i);
    const pfn = pte_present(pte) ? s.kernel.vm_normal_page(s, vma, pte) : NO_PAGE;
    if (pfn === NO_PAGE) continue;
    const folio = page_folio(s, pfn);
    if (folio_is_zone_device(s, folio)) continue;
    if (folio_test_large(s, folio)) {
      nr = folio_pte_batch(s, folio, row + i, count - i);
      if (nr < folio_nr_pages(s, folio)) {
        if (!s.kernel.folio_maybe_mapped_shared(s, folio) && get_and_split_folio(s, folio)) nr = 0;
        continue;
      }
    }
    if (!is_on_lru(s, folio) || folio_mapcount(s, folio) !== folio_nr_pages(s, folio)) continue;
    if (!pageout) for (let at = row + i; at < row + i + nr; at++) s.pte.put(at, Pte.mkYoung(s.pte.at(at), 0));
    deactivate(s, folio, pageout);
  }
};
