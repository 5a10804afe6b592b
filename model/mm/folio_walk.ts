/**
 * The folio at an address, without a reference and without a fault: mm/pagewalk.c folio_walk_start(), v7.1, and
 * move_pages() without nodes, which asks by it: mm/migrate.c do_pages_stat_array(); before v6.12 it asked by
 * follow_page(). Also by it: KSM, split_huge_pages in debugfs, uprobes and, of s390, the protected guests. Left out:
 * who holds the page-table lock until folio_walk_end(); nodes.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { pudPages } from '../state/geometry.ts';
import { Page, PageKind } from '../state/memmap.ts';
import { Pmd, Pte, Pud, Result, Vma } from '../state/mm_types.ts';
import { is_devmap } from './gup_fast.ts';
import { is_huge_zero_pmd } from './huge_memory_zero.ts';
import type { Sys } from './kernel.ts';
import { NO_PAGE } from './memory.ts';
import { folio_is_zone_device, page_folio, page_of, pfn_valid } from './page_flags.ts';
import {
  pmd_offset,
  pmd_table,
  pmd_trans_huge,
  pte_none,
  pte_offset,
  pte_present,
  pud_of,
  pud_offset,
  pud_trans_huge,
  slot_of,
} from './pgtable.ts';
import { vma_is_anonymous, vma_lookup } from './vma.ts';

/** folio_walk_start(): the frame, or NO_PAGE; that of a zero page with `zeropage` (FW_ZEROPAGE) only. */
export const folio_walk_start = (s: Sys, mm: number, vma: Vma, page: number, zeropage: boolean): number => {
  const { geometry: g } = s;
  const pud = s.pud.at(pud_offset(g, mm, pud_of(g, page)));
  if (pud_trans_huge(pud)) {
    const pfn = s.kernel.vm_normal_page_pud(s, vma, page - (page % pudPages(g)), pud);
    return pfn === NO_PAGE ? NO_PAGE : Pud.pfn(pud) + (page % pudPages(g));
  }
  const pmd = s.pmd.at(pmd_offset(g, mm, slot_of(g, page)));
  if (pmd_trans_huge(pmd)) {
    const normal = s.kernel.vm_normal_page_pmd(s, vma, page - (page % g.ptrsPerPte), pmd) !== NO_PAGE;
    return normal || (zeropage && is_huge_zero_pmd(s, pmd)) ? Pmd.pfn(pmd) + (page % g.ptrsPerPte) : NO_PAGE;
  }
  if (!pmd_table(pmd)) return NO_PAGE;
  const pte = s.pte.at(pte_offset(g, Pmd.pfn(pmd), page));
  if (!pte_present(pte)) return NO_PAGE;
  const normal = s.kernel.vm_normal_page(s, vma, pte) !== NO_PAGE;
  return normal || (zeropage && is_zero_pfn(s, Pte.pfn(pte))) ? Pte.pfn(pte) : NO_PAGE;
};

const is_zero_pfn = (s: Sys, pfn: number): boolean => pfn_valid(s, pfn) && Page.kind(page_of(s, pfn)) === PageKind.zero;

/** What move_pages() writes for a page: its frame, of which the node is told, or one of these. */
export const ENOENT = -1;
export const EFAULT = -2;

/** Of a page that has been found: zeroes are on no node, and of the memory of devices nothing is told. */
const status_of = (s: Sys, pfn: number): number => {
  if (is_zero_pfn(s, pfn)) return EFAULT;
  return folio_is_zone_device(s, page_folio(s, pfn)) ? ENOENT : pfn;
};

/** do_pages_stat_array() of one page in a VMA. */
export const do_pages_stat_array = (s: Sys, mm: number, vma: Vma, page: number): number => {
  const pfn = s.kernel.folio_walk_start(s, mm, vma, page, true);
  return pfn === NO_PAGE ? ENOENT : status_of(s, pfn);
};

/**
 * The same until v6.11, by follow_page() with FOLL_GET | FOLL_DUMP: EFAULT for all that is special, zeroes or not, and for
 * a hole that no ->fault would fill. Of a leaf nobody asks whether its frames have struct pages.
 */
export const do_pages_stat_by_follow_page = (s: Sys, mm: number, vma: Vma, page: number): number => {
  const { geometry: g } = s;
  // no_page_table()
  const nothing = vma_is_anonymous(vma) || Vma.fault(vma) === 0 ? EFAULT : ENOENT;
  const pud = s.pud.at(pud_offset(g, mm, pud_of(g, page)));
  if (pud_trans_huge(pud)) return status_of_leaf(s, Pud.pfn(pud) + (page % pudPages(g)));
  const pmd = s.pmd.at(pmd_offset(g, mm, slot_of(g, page)));
  if (pmd_trans_huge(pmd)) return status_of_leaf(s, Pmd.pfn(pmd) + (page % g.ptrsPerPte));
  if (!pmd_table(pmd)) return nothing;
  // follow_page_pte()
  const pte = s.pte.at(pte_offset(g, Pmd.pfn(pmd), page));
  if (!pte_present(pte)) return pte_none(pte) ? nothing : ENOENT;
  if (is_devmap(s, pte)) return ENOENT;
  return s.kernel.vm_normal_page(s, vma, pte) === NO_PAGE ? EFAULT : status_of(s, Pte.pfn(pte));
};

const status_of_leaf = (s: Sys, pfn: number): number => {
  if (!pfn_valid(s, pfn))
    throw new ModelBug('no-struct-page', `follow_page() takes frame ${pfn} for a page; it has no struct page`);
  return status_of(s, pfn);
};

/** move_pages() without nodes, of one page. Returns a code of `Result`. */
export const do_pages_stat = (s: Sys, mm: number, page: number): number => {
  const row = vma_lookup(s, mm, page);
  const status = row < 0 ? EFAULT : s.kernel.do_pages_stat_array(s, mm, s.vma.at(row), page);
  if (status < 0) return status === EFAULT ? Result.EFAULT : Result.ENOENT;
  s.reached.put(0, status + 1);
  return Result.ok;
};
