/**
 * References and pins of GUP: mm/gup.c try_grab_folio(), gup_put_folio() and what they ask, v7.1. Left out: a count that
 * overflows, CMA and movable memory, which a long-term pin has to leave.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { Page, PageKind } from '../state/memmap.ts';
import { Vma } from '../state/mm_types.ts';
import type { Sys } from './kernel.ts';
import {
  folio_is_pci_p2pdma,
  folio_test_anon,
  folio_test_large,
  page_folio,
  page_of,
  PageAnonExclusive,
  pfn_to_page,
  pfn_valid,
} from './page_flags.ts';
import { folio_put_refs, folio_ref_add, folio_ref_count } from './page_ref.ts';
import { is_cow_mapping } from './vma.ts';

/** Flags of include/linux/mm_types.h. FOLL_GET: a plain reference; FOLL_PIN: one that fork and copies respect. */
export const FOLL_WRITE = 1;
export const FOLL_GET = 2;
export const FOLL_PIN = 4;
export const FOLL_LONGTERM = 8;
export const FOLL_FORCE = 16;
export const FOLL_PCI_P2PDMA = 32;

/** is_zero_folio(): the zero page. The huge zero folio is none. */
export const is_zero_folio = (s: Sys, folio: number): boolean =>
  Page.kind(page_of(s, folio)) === PageKind.zero && !folio_test_large(s, folio);

/** What gup-fast knows of the VMA of its page: nothing. */
export const NO_VMA = Vma.of({});

/**
 * gup_must_unshare(): a read pin wants an anonymous page that is our own, or it would miss later writes; so it does, on
 * long term, of any page of a private mapping that may be written. Without the VMA nobody can tell.
 */
export const gup_must_unshare = (s: Sys, vma: Vma, page: number, flags: number): boolean => {
  if ((flags & (FOLL_WRITE | FOLL_PIN)) !== FOLL_PIN) return false;
  if (folio_test_anon(s, page_folio(s, page))) return !PageAnonExclusive(s, page);
  return (flags & FOLL_LONGTERM) !== 0 && (vma === NO_VMA || is_cow_mapping(vma));
};

/** What try_grab_folio() refuses with -EREMOTEIO, and gup-fast leaves to it: who asks has not said that it can (FOLL_PCI_P2PDMA). */
export const gup_refuses_p2pdma = (s: Sys, folio: number, flags: number): boolean =>
  (flags & FOLL_PCI_P2PDMA) === 0 && folio_is_pci_p2pdma(s, folio);

/** try_grab_folio(): a reference; for FOLL_PIN a pin with it, or the bias of a small folio, which `pincount` stands for. */
export const try_grab_folio = (s: Sys, folio: number, flags: number): void => {
  if (folio_ref_count(s, folio) === 0) throw new ModelBug('refcount-of-free', `a pin of free folio ${folio}`);
  if ((flags & FOLL_PIN) === 0) {
    folio_ref_add(s, folio, 1);
    return;
  }
  if (is_zero_folio(s, folio)) return;
  if (folio_test_large(s, folio)) folio_ref_add(s, folio, 1);
  const row = pfn_to_page(folio);
  // A count that leaks sticks one beyond what there can be.
  s.pincount.put(row, Math.min(s.pincount.at(row) + 1, s.geometry.pins + 1));
};

/** gup_put_folio(), or folio_put() of a plain reference. */
export const gup_put_folio = (s: Sys, folio: number, flags: number): void => {
  if ((flags & FOLL_PIN) === 0) {
    folio_put_refs(s, folio, 1);
    return;
  }
  if (is_zero_folio(s, folio)) return;
  const row = pfn_to_page(folio);
  if (s.pincount.at(row) === 0) throw new ModelBug('refcount-underflow', `folio ${folio} is unpinned once too often`);
  s.pincount.put(row, s.pincount.at(row) - 1);
  folio_put_refs(s, folio, folio_test_large(s, folio) ? 1 : 0);
};

/** sanity_check_pinned_pages(): an anonymous page that is pinned is, and stays, exclusive; by its leaf, or by its PTE. */
export const sanity_check_pinned_page = (s: Sys, pfn: number): void => {
  const folio = page_folio(s, pfn);
  if (!folio_test_anon(s, folio) || PageAnonExclusive(s, folio)) return;
  if (!folio_test_large(s, folio) || !PageAnonExclusive(s, pfn))
    throw new ModelBug('pin-not-exclusive', `frame ${pfn} is pinned, and not PageAnonExclusive`);
};

/** pfn_to_page() of a leaf that nobody has told from a frame without struct page. */
export const check_pfn = (s: Sys, pfn: number, who: string): void => {
  if (!pfn_valid(s, pfn))
    throw new ModelBug('gup-of-pfn', `${who} takes frame ${pfn} for a page; it has no struct page`);
};

/** The page with its reference or its pin. */
export const grab = (s: Sys, pfn: number, flags: number): number => {
  s.kernel.try_grab_folio(s, page_folio(s, pfn), flags);
  return pfn;
};
