/** Small anonymous pages: mm/memory.c do_anonymous_page() and alloc_anon_folio(), v7.1. Left out: userfaultfd, memory cgroups. */
import { frameOf, Rss } from '../state/memmap.ts';
import { Pmd, type Pgprot, Prot, Pte, Result, Vma } from '../state/mm_types.ts';
import type { Sys } from './kernel.ts';
import { vma_alloc_folio } from './memory.ts';
import { folio_add_lru_vma } from './mlock_folio.ts';
import { folio_ref_add } from './page_ref.ts';
import { pte_alloc } from './pgalloc.ts';
import { pmd_offset, pmd_trans_huge, pte_none, pte_offset, slot_of } from './pgtable.ts';
import { folio_add_new_anon_rmap } from './rmap.ts';
import { anon_vma_prepare } from './vma.ts';
import { add_mm_counter } from './vmstat.ts';

/** my_zero_pfn(), or -1 in a world without zero page, where reads allocate (mm_forbids_zeropage()). */
const zero_pfn = (s: Sys): number => frameOf(s.memmap, 'zero page', 0);
/** A special entry of the zero page, read-only. */
export const zero_pte = (s: Sys, prot: Pgprot): Pte =>
  Pte.mkWrite(Pte.mkSpecial(s.kernel.pfn_pte(zero_pfn(s), prot), 1), 0);

export const do_anonymous_page = (s: Sys, mm: number, vmaRow: number, page: number, write: boolean): number => {
  const { geometry: g } = s;
  const slot = slot_of(g, page);
  // The table first: it stays, empty, when the page cannot be had.
  if (!pte_alloc(s, mm, slot)) return Result.OOM;
  const e = s.pmd.at(pmd_offset(g, mm, slot));
  if (pmd_trans_huge(e)) return Result.ok;
  const row = pte_offset(g, Pmd.pfn(e), page);
  if (!write && zero_pfn(s) >= 0) {
    s.pte.put(row, s.kernel.zero_pte(s, s.kernel.vm_page_prot(s.vma.at(vmaRow))));
    return Result.ok;
  }
  anon_vma_prepare(s, vmaRow);
  return alloc_anon_folio(s, mm, s.vma.at(vmaRow), page, row);
};

/**
 * alloc_anon_folio(): the largest folio that fits around the page (mTHP), and its PTEs: writable and dirty wherever the
 * VMA may be written, whatever the access was.
 */
const alloc_anon_folio = (s: Sys, mm: number, vma: Vma, page: number, row: number): number => {
  const pages = anon_order(s, vma, page, row);
  let folio = pages > 1 ? vma_alloc_folio(s, pages) : -1;
  const nr = folio >= 0 ? pages : 1;
  if (folio < 0) folio = vma_alloc_folio(s);
  if (folio < 0) return Result.OOM;
  folio_ref_add(s, folio, nr - 1);
  add_mm_counter(s, mm, Rss.MM_ANONPAGES, nr);
  folio_add_new_anon_rmap(s, folio, mm);
  folio_add_lru_vma(s, folio, mm, page);
  const prot = s.kernel.vm_page_prot(vma);
  const writable = Vma.prot(vma) === Prot.RW ? 1 : 0;
  for (let i = 0; i < nr; i++) {
    const pte = s.kernel.pfn_pte(folio + i, prot);
    s.pte.put(row - (page % nr) + i, Pte.mkDirty(Pte.mkWrite(pte, writable), writable));
  }
  return Result.ok;
};

/** How many pages the world's middle-sized anonymous folios have, if one fits the VMA and finds its PTEs none; else 1. */
const anon_order = (s: Sys, vma: Vma, page: number, row: number): number => {
  const { blocks } = s.memmap;
  const { ptrsPerPte } = s.geometry;
  if (s.machine.thp === 'never') return 1;
  const nr = blocks.find((one) => one.use === 'anon' && one.pages > 1 && one.pages < ptrsPerPte)?.pages ?? 1;
  const first = page - (page % nr);
  if (first < Vma.start(vma) || first + nr > Vma.end(vma)) return 1;
  for (let i = 0; i < nr; i++) if (!pte_none(s.pte.at(row - (page % nr) + i))) return 1;
  return nr;
};
