/**
 * pin_user_pages_fast() of one page: mm/gup.c, v7.1 (6.12 read beside it). The fast path reads the tables without a
 * lock and gives up where anything is in its way; the slow path looks at the VMA, and faults until the page is there.
 * Left out: FOLL_LONGTERM, FOLL_FORCE, FOLL_GET, secretmem, the recheck of an entry (nobody is beside us here).
 */
import { ModelBug } from '../../checker/search/index.ts';
import { pudPages } from '../state/geometry.ts';
import { Page, PageKind } from '../state/memmap.ts';
import { Mm, Pin, Pmd, Prot, Pte, Pud, Result, Vma } from '../state/mm_types.ts';
import { is_huge_zero_pmd } from './huge_memory_zero.ts';
import type { Sys } from './kernel.ts';
import { NO_PAGE } from './memory.ts';
import { handle_mm_fault, ROUNDS_MAX } from './memory_fault.ts';
import { WAITS } from './vm_fault.ts';
import {
  folio_is_zone_device,
  folio_test_anon,
  folio_test_large,
  page_folio,
  page_of,
  PageAnonExclusive,
  pfn_to_page,
  pfn_valid,
  set_page_flag,
} from './page_flags.ts';
import { folio_put_refs, folio_ref_add, folio_ref_count } from './page_ref.ts';
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
import { vma_lookup } from './vma.ts';

/** What a look-up gives besides a frame: NO_PAGE, a fault is needed; a fault that unshares; an entry without page. */
const EMLINK = -2;
const EEXIST = -3;

/** is_zero_folio(): the zero page. The huge zero folio is none. */
const is_zero_folio = (s: Sys, folio: number): boolean =>
  Page.kind(page_of(s, folio)) === PageKind.zero && !folio_test_large(s, folio);

/** gup_must_unshare(): a read pin wants an anonymous page that is our own, or it would miss later writes. */
export const gup_must_unshare = (s: Sys, page: number, write: boolean): boolean =>
  !write && folio_test_anon(s, page_folio(s, page)) && !PageAnonExclusive(s, page);

/** try_grab_folio(), FOLL_PIN: a reference and a pin; of a small folio the bias, which `pincount` stands for. */
const try_grab_folio = (s: Sys, folio: number): void => {
  if (folio_ref_count(s, folio) === 0) throw new ModelBug('refcount-of-free', `a pin of free folio ${folio}`);
  if (is_zero_folio(s, folio)) return;
  if (folio_test_large(s, folio)) folio_ref_add(s, folio, 1);
  const row = pfn_to_page(folio);
  // A count that leaks sticks one beyond what there can be.
  s.pincount.put(row, Math.min(s.pincount.at(row) + 1, s.geometry.pins + 1));
};

const gup_put_folio = (s: Sys, folio: number): void => {
  if (is_zero_folio(s, folio)) return;
  const row = pfn_to_page(folio);
  if (s.pincount.at(row) === 0) throw new ModelBug('refcount-underflow', `folio ${folio} is unpinned once too often`);
  s.pincount.put(row, s.pincount.at(row) - 1);
  folio_put_refs(s, folio, folio_test_large(s, folio) ? 1 : 0);
};

/** sanity_check_pinned_pages(): an anonymous page that is pinned is, and stays, exclusive; by its leaf, or by its PTE. */
const sanity_check_pinned_page = (s: Sys, pfn: number): void => {
  const folio = page_folio(s, pfn);
  if (!folio_test_anon(s, folio) || PageAnonExclusive(s, folio)) return;
  if (!folio_test_large(s, folio) || !PageAnonExclusive(s, pfn))
    throw new ModelBug('pin-not-exclusive', `frame ${pfn} is pinned, and not PageAnonExclusive`);
};

/** pfn_to_page() of a leaf that nobody has told from a frame without struct page. */
const check_pfn = (s: Sys, pfn: number, who: string): void => {
  if (!pfn_valid(s, pfn))
    throw new ModelBug('gup-of-pfn', `${who} takes frame ${pfn} for a page; it has no struct page`);
};

const grab = (s: Sys, pfn: number): number => {
  try_grab_folio(s, page_folio(s, pfn));
  sanity_check_pinned_page(s, pfn);
  return pfn;
};

const PINNED = Pin.of({ taken: 1 });
const NO_PIN = Pin.of({});

/** The first row that no pin has, or -1. */
export const free_pin = (s: Sys): number => {
  for (let row = 0; row < s.pin.rows; row++) if (Pin.taken(s.pin.at(row)) === 0) return row;
  return -1;
};

/** Pins the page for reading or writing, and remembers it in a free row. Returns a code of `Result`, or WAITS. */
export const pin_user_pages = (s: Sys, mm: number, page: number, write: boolean): number => {
  s.mm.put(mm, Mm.mkHasPinned(s.mm.at(mm), 1));
  const fast = gup_fast(s, mm, page, write);
  if (fast === NO_PAGE) return __get_user_pages(s, mm, page, write);
  remember(s, mm, page, fast, write);
  return Result.ok;
};

const remember = (s: Sys, mm: number, page: number, pfn: number, write: boolean): void => {
  const pin = Pin.mkWrite(Pin.mkPfn(Pin.mkPage(Pin.mkMm(PINNED, mm), page), pfn), write ? 1 : 0);
  s.pin.put(free_pin(s), pin);
};

/** unpin_user_page() */
export const unpin_user_page = (s: Sys, row: number): void => {
  const pfn = Pin.pfn(s.pin.at(row));
  s.pin.put(row, NO_PIN);
  sanity_check_pinned_page(s, pfn);
  gup_put_folio(s, page_folio(s, pfn));
};

// The fast path: a frame, which is pinned then, or NO_PAGE, where the slow path must decide.

/** p?d_access_permitted(), and no NUMA hint. */
const permitted = (protnone: number, writable: number, write: boolean): boolean =>
  protnone === 0 && (!write || writable === 1);

const gup_fast = (s: Sys, mm: number, page: number, write: boolean): number => {
  const { geometry: g } = s;
  const pud = s.pud.at(pud_offset(g, mm, pud_of(g, page)));
  if (pud_trans_huge(pud)) {
    if (!permitted(Pud.protnone(pud), Pud.write(pud), write) || given_up(s, Pud.special(pud))) return NO_PAGE;
    return gup_fast_page(s, Pud.pfn(pud), page % pudPages(g), Pud.write(pud) === 1, write);
  }
  const e = s.pmd.at(pmd_offset(g, mm, slot_of(g, page)));
  if (pmd_trans_huge(e)) {
    if (!permitted(Pmd.protnone(e), Pmd.write(e), write) || given_up(s, Pmd.special(e))) return NO_PAGE;
    return gup_fast_page(s, Pmd.pfn(e), page % g.ptrsPerPte, Pmd.write(e) === 1, write);
  }
  if (!pmd_table(e)) return NO_PAGE;
  const pte = s.pte.at(pte_offset(g, Pmd.pfn(e), page));
  if (
    !pte_present(pte) ||
    !permitted(Pte.protnone(pte), Pte.write(pte), write) ||
    (Pte.special(pte) === 1 && !is_devmap(s, pte))
  )
    return NO_PAGE;
  return gup_fast_page(s, Pte.pfn(pte), 0, Pte.write(pte) === 1, write);
};

/** pte_devmap(), until v6.16: of a PTE, which is special then; get_dev_pagemap() finds its page. */
const is_devmap = (s: Sys, pte: Pte): boolean =>
  s.kernel.gup_takes_devmap(s) && pfn_valid(s, Pte.pfn(pte)) && folio_is_zone_device(s, page_folio(s, Pte.pfn(pte)));

const given_up = (s: Sys, special: number): boolean => special === 1 && s.kernel.gup_fast_checks_special(s);

/** Page `index` of what is mapped from frame `first` on: try_grab_folio_fast() fails without a reference to build on. */
const gup_fast_page = (s: Sys, first: number, index: number, writable: boolean, write: boolean): number => {
  check_pfn(s, first, 'gup-fast');
  const folio = page_folio(s, first);
  if (folio_ref_count(s, folio) === 0) return NO_PAGE;
  if (!writable && s.kernel.gup_must_unshare(s, first, write)) return NO_PAGE;
  set_page_flag(s, folio, Page.mkReferenced, 1);
  return grab(s, first + index);
};

// The slow path, under the mmap lock.

/** check_vma_flags(): neither VM_IO nor VM_PFNMAP, and what is asked is allowed. */
const vma_allows = (vma: Vma, write: boolean): boolean => {
  if (Vma.pfnmap(vma) === 1) return false;
  return write ? Vma.prot(vma) === Prot.RW : Vma.prot(vma) !== Prot.NONE;
};

const __get_user_pages = (s: Sys, mm: number, page: number, write: boolean): number => {
  const vmaRow = vma_lookup(s, mm, page);
  if (vmaRow < 0 || !vma_allows(s.vma.at(vmaRow), write)) return Result.EFAULT;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const pfn = follow_page_mask(s, mm, s.vma.at(vmaRow), page, write);
    if (pfn >= 0) {
      remember(s, mm, page, pfn, write);
      return Result.ok;
    }
    if (pfn === EEXIST) return Result.EEXIST;
    // faultin_page()
    const error = handle_mm_fault(s, mm, vmaRow, page, write, pfn === EMLINK);
    if (error === WAITS) return WAITS;
    if (error !== Result.ok) return error === Result.OOM ? Result.ENOMEM : Result.EFAULT;
  }
  throw new ModelBug('fault-loop', `pin_user_pages() of page ${page} faults without end`);
};

/** A frame, which is pinned then, NO_PAGE, EMLINK or EEXIST. Huge leaves are not asked whether they are special. */
const follow_page_mask = (s: Sys, mm: number, vma: Vma, page: number, write: boolean): number => {
  const { geometry: g } = s;
  const pud = s.pud.at(pud_offset(g, mm, pud_of(g, page)));
  if (pud_trans_huge(pud)) {
    if (write && Pud.write(pud) === 0) return NO_PAGE;
    if (Pud.special(pud) === 1 && s.kernel.gup_slow_checks_special(s)) return EEXIST;
    check_pfn(s, Pud.pfn(pud), 'follow_huge_pud()');
    if (Pud.write(pud) === 0 && s.kernel.gup_must_unshare(s, Pud.pfn(pud), write)) return EMLINK;
    return grab(s, Pud.pfn(pud) + (page % pudPages(g)));
  }
  const row = pmd_offset(g, mm, slot_of(g, page));
  const e = s.pmd.at(row);
  if (pmd_table(e)) return follow_page_pte(s, vma, pte_offset(g, Pmd.pfn(e), page), write);
  return pmd_trans_huge(e) ? follow_huge_pmd(s, row, page % g.ptrsPerPte, write) : NO_PAGE;
};

const follow_huge_pmd = (s: Sys, row: number, index: number, write: boolean): number => {
  const e = s.pmd.at(row);
  if (write && Pmd.write(e) === 0) return NO_PAGE;
  if (Pmd.special(e) === 1 && !is_huge_zero_pmd(s, e) && s.kernel.gup_slow_checks_special(s)) return EEXIST;
  check_pfn(s, Pmd.pfn(e), 'follow_huge_pmd()');
  if (Pmd.write(e) === 0 && s.kernel.gup_must_unshare(s, Pmd.pfn(e), write)) return EMLINK;
  // touch_pmd()
  s.pmd.put(row, Pmd.mkDirty(Pmd.mkYoung(e, 1), write ? 1 : Pmd.dirty(e)));
  return grab(s, Pmd.pfn(e) + index);
};

/** follow_page_pte(): the zero page is a page, whatever else is special is none. */
const follow_page_pte = (s: Sys, vma: Vma, row: number, write: boolean): number => {
  const pte = s.pte.at(row);
  if (!pte_present(pte) || (write && Pte.write(pte) === 0)) return NO_PAGE;
  const pfn = Pte.pfn(pte);
  if (
    s.kernel.vm_normal_page(s, vma, pte) === NO_PAGE &&
    !(pfn_valid(s, pfn) && is_zero_folio(s, pfn)) &&
    !is_devmap(s, pte)
  ) {
    // follow_pfn_pte()
    s.pte.put(row, Pte.mkDirty(Pte.mkYoung(pte, 1), write ? 1 : Pte.dirty(pte)));
    return EEXIST;
  }
  if (Pte.write(pte) === 0 && s.kernel.gup_must_unshare(s, pfn, write)) return EMLINK;
  const folio = page_folio(s, pfn);
  if (write && Pte.dirty(pte) === 0) set_page_flag(s, folio, Page.mkDirty, 1);
  set_page_flag(s, folio, Page.mkReferenced, 1);
  return grab(s, pfn);
};
