/**
 * The folio at an address, without a reference and without a fault: mm/pagewalk.c folio_walk_start(), v7.1, and
 * move_pages() without nodes, which asks by it: mm/migrate.c do_pages_stat_array(). Before v6.12, follow_page() gave the
 * same answers here. Also by it: KSM, split_huge_pages in debugfs, uprobes and, of s390, the protected guests. Left out:
 * who holds the page-table lock until folio_walk_end().
 */
import { pudPages } from '../state/geometry.ts';
import { Page, PageKind } from '../state/memmap.ts';
import { Pmd, Pte, Pud, type Vma } from '../state/mm_types.ts';
import { is_huge_zero_pmd } from './huge_memory_zero.ts';
import type { Sys } from './kernel.ts';
import { NO_PAGE } from './memory.ts';
import { page_of, pfn_valid } from './page_flags.ts';
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

/** do_pages_stat_array() of one page: the frame of which the node is told, or NO_PAGE (ENOENT). EFAULT without a VMA. */
export const do_pages_stat = (s: Sys, mm: number, page: number): number => {
  const row = vma_lookup(s, mm, page);
  return row < 0 ? NO_PAGE : folio_walk_start(s, mm, s.vma.at(row), page, true);
};
