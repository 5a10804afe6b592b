/** MADV_FREE of a leaf: mm/huge_memory.c madvise_free_huge_pmd(), v7.1. Left out: a folio lock that somebody else holds. */
import { Page } from '../state/memmap.ts';
import { Pmd } from '../state/mm_types.ts';
import { split_folio } from './folio_split.ts';
import { is_huge_zero_pmd } from './huge_memory_zero.ts';
import type { Sys } from './kernel.ts';
import { folio_mark_lazyfree } from './lazyfree.ts';
import { set_page_flag } from './page_flags.ts';
import { folio_get, folio_put } from './page_ref.ts';
import { pmd_offset } from './pgtable.ts';
import { pmd_lock, pmd_unlock, set_pmd_at } from './pgtable_generic.ts';

/**
 * madvise_free_huge_pmd() of a present leaf. What others may map stays, and so does the huge zero folio. `whole`: all
 * of the leaf is given up; of a part the folio is split first, and the caller goes on with the PTEs, if there are any.
 */
export const madvise_free_huge_pmd = (s: Sys, mm: number, slot: number, whole: boolean): void => {
  const e = s.pmd.at(pmd_offset(s.geometry, mm, slot));
  const folio = Pmd.pfn(e);
  if (is_huge_zero_pmd(s, e) || s.kernel.folio_maybe_mapped_shared(s, folio)) return;
  if (!whole) {
    folio_get(s, folio);
    split_folio(s, folio);
    folio_put(s, folio);
    return;
  }
  pmd_lock(s);
  set_page_flag(s, folio, Page.mkDirty, 0);
  if (Pmd.young(e) === 1 || Pmd.dirty(e) === 1) set_pmd_at(s, mm, slot, Pmd.mkDirty(Pmd.mkYoung(e, 0), 0));
  folio_mark_lazyfree(s, folio);
  pmd_unlock(s);
};
