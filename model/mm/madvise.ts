/**
 * madvise(): mirrors madvise_vma_behavior() of mm/madvise.c and what is below it, v7.1 (6.12 read beside it).
 * Left out: all other advice (MADV_DONTNEED_LOCKED too), gaps in the range, folio_trylock() that fails.
 */
import { Page } from '../state/memmap.ts';
import { Pmd, Pte, Result, Vma } from '../state/mm_types.ts';
import { get_and_split_folio } from './folio_split.ts';
import type { Sys } from './kernel.ts';
import { madvise_free_huge_pmd } from './huge_memory_advice.ts';
import { folio_mark_lazyfree, folio_test_dirty } from './lazyfree.ts';
import { folio_pte_batch, NO_PAGE, zap_page_range_single, type ZapDetails } from './memory.ts';
import {
  folio_is_zone_device,
  folio_nr_pages,
  folio_test_large,
  folio_test_swapcache,
  page_folio,
  set_page_flag,
} from './page_flags.ts';
import {
  is_hwpoison_pte,
  is_swap_pte,
  NONE_PTE,
  pmd_offset,
  pmd_table,
  pmd_trans_huge,
  pte_offset,
  pte_present,
  slot_of,
} from './pgtable.ts';
import { folio_mapcount } from './rmap.ts';
import { vma_is_anonymous, vma_lookup, vma_modify } from './vma.ts';
import { is_locked } from './vma_attributes.ts';

export type Advice = 'DONTNEED' | 'FREE' | 'DONTFORK' | 'DOFORK' | 'COLD' | 'PAGEOUT';

/** madvise() of pages start..end-1, all of them mapped: VMA by VMA, until one refuses. Returns a code of `Result`. */
export const do_madvise = (s: Sys, mm: number, start: number, end: number, advice: Advice): number => {
  for (let page = start, next: number; page < end; page = next) {
    const row = vma_lookup(s, mm, page);
    if (row < 0) return Result.ENOMEM;
    next = Math.min(end, Vma.end(s.vma.at(row)));
    const error = madvise_vma_behavior(s, mm, row, page, next, advice);
    if (error !== Result.ok) return error;
  }
  return Result.ok;
};

const madvise_vma_behavior = (s: Sys, mm: number, row: number, start: number, end: number, advice: Advice): number => {
  const vma = s.vma.at(row);
  const locked = is_locked(s, mm, start);
  switch (advice) {
    case 'DONTNEED':
      return locked ? Result.EINVAL : madvise_dontneed(s, mm, vma, start, end);
    case 'FREE':
      return locked ? Result.EINVAL : madvise_free(s, mm, vma, start, end);
    case 'COLD':
      return s.kernel.madvise_cold(s, mm, vma, start, end);
    case 'PAGEOUT':
      return s.kernel.madvise_pageout(s, mm, vma, start, end);
    case 'DONTFORK':
      return madvise_update_vma(s, mm, row, start, end, 1);
    case 'DOFORK':
      return s.kernel.dofork_refused(s, vma) ? Result.EINVAL : madvise_update_vma(s, mm, row, start, end, 0);
  }
};

/** madvise_update_vma(): the pages get a VMA with VM_DONTCOPY, or without, and it may merge. -ENOMEM is -EAGAIN here. */
const madvise_update_vma = (s: Sys, mm: number, row: number, start: number, end: number, dontcopy: 0 | 1): number => {
  const vma = s.vma.at(row);
  if (Vma.dontcopy(vma) === dontcopy) return Result.ok;
  const error = vma_modify(s, mm, row, start, end, Vma.mkDontcopy(vma, dontcopy));
  return error === Result.ENOMEM ? Result.EAGAIN : error;
};

const DONTNEED: ZapDetails = Object.freeze({ evenCows: true, reclaimPt: true });

/** madvise_dontneed_single_vma(); madvise_dontneed_free_valid_vma() refuses VM_PFNMAP, and VM_LOCKED. */
const madvise_dontneed = (s: Sys, mm: number, vma: Vma, start: number, end: number): number => {
  if (Vma.pfnmap(vma) === 1) return Result.EINVAL;
  zap_page_range_single(s, mm, vma, start, end, DONTNEED);
  return Result.ok;
};

/** madvise_free_single_vma(): anonymous memory only. */
const madvise_free = (s: Sys, mm: number, vma: Vma, start: number, end: number): number => {
  if (Vma.pfnmap(vma) === 1 || !vma_is_anonymous(vma)) return Result.EINVAL;
  const { geometry: g } = s;
  for (let page = start, next: number; page < end; page = next) {
    const slot = slot_of(g, page);
    next = Math.min(end, (slot + 1) * g.ptrsPerPte);
    const row = pmd_offset(g, mm, slot);
    if (pmd_trans_huge(s.pmd.at(row))) madvise_free_huge_pmd(s, mm, slot, next - page === g.ptrsPerPte);
    const e = s.pmd.at(row);
    if (pmd_table(e)) madvise_free_pte_range(s, mm, vma, pte_offset(g, Pmd.pfn(e), page), next - page);
  }
  return Result.ok;
};

/** madvise_free_pte_range(): `count` PTEs from `row` on. */
const madvise_free_pte_range = (s: Sys, mm: number, vma: Vma, row: number, count: number): void => {
  for (let i = 0, nr: number; i < count; i += nr) {
    nr = 1;
    const pte = s.pte.at(row + i);
    if (is_swap_pte(pte)) s.kernel.zap_swap_pte(s, mm, row + i);
    else if (is_hwpoison_pte(pte)) s.pte.put(row + i, NONE_PTE);
    const pfn = pte_present(pte) ? s.kernel.vm_normal_page(s, vma, pte) : NO_PAGE;
    if (pfn === NO_PAGE) continue;
    const folio = page_folio(s, pfn);
    if (folio_is_zone_device(s, folio)) continue;
    if (folio_test_large(s, folio) && s.kernel.madvise_free_splits(s)) {
      if (s.kernel.folio_maybe_mapped_shared(s, folio) || !get_and_split_folio(s, folio)) return;
      nr = 0;
      continue;
    }
    nr = folio_pte_batch(s, folio, row + i, count - i);
    if (nr === folio_nr_pages(s, folio)) free_ptes(s, folio, row + i, nr);
    // A part of a large folio, which nobody else may map: split, and the same PTE again.
    else if (!s.kernel.folio_maybe_mapped_shared(s, folio) && get_and_split_folio(s, folio)) nr = 0;
  }
};

/** PTEs that map all of a folio: they become old and clean, the folio is given up. A dirty one only if it is ours alone. */
const free_ptes = (s: Sys, folio: number, row: number, nr: number): void => {
  if (folio_test_swapcache(s, folio) || folio_test_dirty(s, folio)) {
    if (folio_mapcount(s, folio) !== nr) return;
    if (folio_test_swapcache(s, folio) && !s.kernel.folio_free_swap(s, folio)) return;
    set_page_flag(s, folio, Page.mkDirty, 0);
  }
  for (let i = 0; i < nr; i++) s.pte.put(row + i, Pte.mkDirty(Pte.mkYoung(s.pte.at(row + i), 0), 0));
  folio_mark_lazyfree(s, folio);
};
