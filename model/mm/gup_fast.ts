/**
 * gup-fast: pages of the current process without a lock. Mirrors gup_fast() and what is below it in mm/gup.c, v7.1 (6.12
 * and v7.3 read beside it). It gives up at the first page that it is not sure of, and what it has grabbed stays. Left
 * out: secretmem, the look at an entry again once the folio is grabbed (nobody is beside us here), and the
 * references to a pgmap of devmap entries (until v6.16), which come and go within the call.
 */
import { pudPages } from '../state/geometry.ts';
import { Page, PageKind } from '../state/memmap.ts';
import { Pmd, Pte, Pud } from '../state/mm_types.ts';
import { check_pfn, FOLL_LONGTERM, FOLL_PIN, FOLL_WRITE, grab, NO_VMA, sanity_check_pinned_page } from './gup_grab.ts';
import type { Sys } from './kernel.ts';
import { NO_PAGE } from './memory.ts';
import { folio_is_zone_device, folio_test_anon, page_folio, page_of, pfn_valid, set_page_flag } from './page_flags.ts';
import { folio_ref_count } from './page_ref.ts';
import {
  pmd_offset,
  pmd_table,
  pmd_trans_huge,
  pte_offset,
  pte_present,
  pud_of,
  pud_offset,
  pud_trans_huge,
  slot_of,
} from './pgtable.ts';

export type Level = 'PTE' | 'PMD' | 'PUD';

/** p?d_access_permitted(), and no NUMA hint or PROT_NONE. */
export const gup_fast_permits = (_s: Sys, _level: Level, protnone: number, writable: number, flags: number): boolean =>
  protnone === 0 && ((flags & FOLL_WRITE) === 0 || writable === 1);

/** Whether the entry is special, as far as it is asked at this level. */
export const gup_fast_special = (s: Sys, level: Level, special: number): boolean =>
  special === 1 && (level === 'PTE' || s.kernel.gup_fast_checks_special(s));

/** pte_devmap(), until v6.16: of a PTE, which is special then; get_dev_pagemap() finds its page. */
export const is_devmap = (s: Sys, pte: Pte): boolean =>
  s.kernel.gup_takes_devmap(s) && pfn_valid(s, Pte.pfn(pte)) && folio_is_zone_device(s, page_folio(s, Pte.pfn(pte)));

/** folio_is_longterm_pinnable(): no page of FS-DAX. Left out: movable memory, of which there is none. */
const folio_is_longterm_pinnable = (s: Sys, folio: number): boolean => Page.kind(page_of(s, folio)) !== PageKind.fsdax;

/** gup_fast_folio_allowed(): no long-term pin for writing of a file that is written back, for nobody could tell it. */
export const gup_fast_folio_allowed = (s: Sys, folio: number, flags: number): boolean => {
  const asks = FOLL_PIN | FOLL_LONGTERM | FOLL_WRITE;
  if ((flags & asks) !== asks) return true;
  return folio_test_anon(s, folio) || Page.kind(page_of(s, folio)) === PageKind.shmem;
};

/** A frame, which is grabbed then, or NO_PAGE, where the slow path must decide. */
export const gup_fast = (s: Sys, mm: number, page: number, flags: number): number => {
  const { geometry: g } = s;
  const pud = s.pud.at(pud_offset(g, mm, pud_of(g, page)));
  if (pud_trans_huge(pud)) {
    if (!s.kernel.gup_fast_permits(s, 'PUD', Pud.protnone(pud), Pud.write(pud), flags)) return NO_PAGE;
    if (s.kernel.gup_fast_special(s, 'PUD', Pud.special(pud))) return NO_PAGE;
    return gup_fast_page(s, Pud.pfn(pud), page % pudPages(g), Pud.write(pud) === 1, flags);
  }
  const e = s.pmd.at(pmd_offset(g, mm, slot_of(g, page)));
  if (pmd_trans_huge(e)) {
    if (!s.kernel.gup_fast_permits(s, 'PMD', Pmd.protnone(e), Pmd.write(e), flags)) return NO_PAGE;
    if (s.kernel.gup_fast_special(s, 'PMD', Pmd.special(e))) return NO_PAGE;
    return gup_fast_page(s, Pmd.pfn(e), page % g.ptrsPerPte, Pmd.write(e) === 1, flags);
  }
  if (!pmd_table(e)) return NO_PAGE;
  const pte = s.pte.at(pte_offset(g, Pmd.pfn(e), page));
  if (!pte_present(pte) || !s.kernel.gup_fast_permits(s, 'PTE', Pte.protnone(pte), Pte.write(pte), flags))
    return NO_PAGE;
  if (s.kernel.gup_fast_special(s, 'PTE', Pte.special(pte)) && !is_devmap(s, pte)) return NO_PAGE;
  return gup_fast_page(s, Pte.pfn(pte), 0, Pte.write(pte) === 1, flags);
};

/** Page `index` of what is mapped from frame `first` on: try_grab_folio_fast() fails without a reference to build on. */
const gup_fast_page = (s: Sys, first: number, index: number, writable: boolean, flags: number): number => {
  check_pfn(s, first, 'gup-fast');
  const folio = page_folio(s, first);
  if (folio_ref_count(s, folio) === 0 || !s.kernel.gup_fast_folio_allowed(s, folio, flags)) return NO_PAGE;
  if (s.kernel.gup_refuses_p2pdma(s, folio, flags)) return NO_PAGE;
  if ((flags & FOLL_LONGTERM) !== 0 && !folio_is_longterm_pinnable(s, folio)) return NO_PAGE;
  if (!writable && s.kernel.gup_must_unshare(s, NO_VMA, first, flags)) return NO_PAGE;
  set_page_flag(s, folio, Page.mkReferenced, 1);
  const pfn = grab(s, first + index, flags);
  if ((flags & FOLL_PIN) !== 0) sanity_check_pinned_page(s, pfn);
  return pfn;
};
