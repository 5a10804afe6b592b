/**
 * Taking page tables down and copying them. Mirrors of mm/memory.c, v7.1: unmap_page_range() and what is below it,
 * copy_page_range() and what is below it. Stubbed: rss, rmap and the TLB batch.
 */
import { Pmd, Pte, Vma } from '../state/mm_types.ts';
import { split_huge_pmd } from './huge_memory.ts';
import type { Sys } from './kernel.ts';
import { pmd_alloc, pte_alloc } from './pgalloc.ts';
import { pmd_none, pmd_offset, pmd_table, pmd_trans_huge, pte_offset, slot_of } from './pgtable.ts';
import { is_cow_mapping, vma_is_anonymous } from './vma.ts';

const NONE_PTE = 0 as Pte;

/** zap_pmd_range() over pages start..end-1: a leaf that is covered in part is split first. */
export const unmap_page_range = (s: Sys, mm: number, vma: Vma, start: number, end: number): void => {
  const { geometry: g } = s;
  for (let page = start, next: number; page < end; page = next) {
    const slot = slot_of(g, page);
    next = Math.min(end, (slot + 1) * g.ptrsPerPte);
    if (pmd_trans_huge(s.pmd.at(pmd_offset(g, mm, slot)))) {
      if (next - page === g.ptrsPerPte) {
        s.kernel.zap_huge_pmd(s, mm, vma, slot);
        continue;
      }
      split_huge_pmd(s, mm, vma, slot);
    }
    s.kernel.zap_pte_range(s, mm, slot, page, next);
  }
};

export const zap_pte_range = (s: Sys, mm: number, slot: number, start: number, end: number): void => {
  const e = s.pmd.at(pmd_offset(s.geometry, mm, slot));
  if (!pmd_table(e)) return;
  for (let page = start; page < end; page++) s.pte.put(pte_offset(s.geometry, Pmd.pfn(e), page), NONE_PTE);
};

/** vma_needs_copy(): VM_PFNMAP, or anonymous pages; the rest comes back by faults. */
export const vma_needs_copy = (vma: Vma): boolean => Vma.pfnmap(vma) === 1 || vma_is_anonymous(vma);

/** copy_page_range(): what the VMA maps in `src`, also in `dst`. False: out of memory, half done. */
export const copy_page_range = (s: Sys, src: number, dst: number, vmaRow: number): boolean => {
  const { geometry: g } = s;
  const vma = s.vma.at(vmaRow);
  const end = Vma.end(vma);
  for (let page = Vma.start(vma), next: number; page < end; page = next) {
    const slot = slot_of(g, page);
    next = Math.min(end, (slot + 1) * g.ptrsPerPte);
    const e = s.pmd.at(pmd_offset(g, src, slot));
    // The PMD table of the child is made as soon as the parent's PMD table exists.
    if (s.pmdTable.at(src * g.pmdTables + Math.trunc(slot / g.ptrsPerPmd)) === 0) continue;
    if (!pmd_alloc(s, dst, slot)) return false;
    if (pmd_none(e)) continue;
    const copied = pmd_trans_huge(e)
      ? s.kernel.copy_huge_pmd(s, src, dst, vmaRow, slot)
      : s.kernel.copy_pte_range(s, src, dst, vma, page, next);
    if (!copied) return false;
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
    const row = pte_offset(g, from, page);
    let pte = s.pte.at(row);
    if (Pte.present(pte) === 0) continue;
    if (is_cow_mapping(vma) && Pte.write(pte) === 1) {
      pte = Pte.mkWrite(pte, 0);
      s.pte.put(row, pte);
    }
    if (Vma.shared(vma) === 1) pte = Pte.mkDirty(pte, 0);
    s.pte.put(pte_offset(g, to, page), Pte.mkYoung(pte, 0));
  }
  return true;
};
