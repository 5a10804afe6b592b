/**
 * Writing 4 to /proc/PID/clear_refs: fs/proc/task_mmu.c clear_refs_write() and clear_refs_pte_range(), v7.1, with
 * CONFIG_MEM_SOFT_DIRTY. Left out: the soft-dirty bit of an entry. An entry counts as clean as long as its VMA is,
 * so that mprotect() never gives the right to write back there, which the kernel does once a write has been seen.
 */
import { pudPages } from '../state/geometry.ts';
import { Mm, Pmd, Pte, Vma, VmaKind } from '../state/mm_types.ts';
import type { Sys } from './kernel.ts';
import { NO_PAGE } from './memory.ts';
import { page_folio } from './page_flags.ts';
import { folio_maybe_dma_pinned } from './page_ref.ts';
import { pmd_offset, pmd_table, pmd_trans_huge, pte_offset, pte_present, pud_of, slot_of } from './pgtable.ts';
import { pmd_lock, pmd_unlock, set_pmd_at } from './pgtable_generic.ts';
import { is_cow_mapping } from './vma.ts';

/** The flags of all VMAs first, and with them vm_page_prot; then the entries. */
export const clear_refs_write = (s: Sys, mm: number): void => {
  const { vmas } = s.geometry;
  for (let row = mm * vmas; row < (mm + 1) * vmas; row++)
    if (Vma.kind(s.vma.at(row)) !== VmaKind.none) s.vma.put(row, Vma.mkSoftClean(s.vma.at(row), 1));
  for (let row = mm * vmas; row < (mm + 1) * vmas; row++) clear_refs_range(s, mm, s.vma.at(row));
};

/** walk_page_range() over one VMA. A walk that asks for PMD entries splits PUD leaves on its way. */
const clear_refs_range = (s: Sys, mm: number, vma: Vma): void => {
  // clear_refs_test_walk()
  if (Vma.kind(vma) === VmaKind.none || Vma.pfnmap(vma) === 1) return;
  const { geometry: g } = s;
  const end = Vma.end(vma);
  for (let page = Vma.start(vma), next: number; page < end; page = next) {
    next = Math.min(end, page - (page % g.ptrsPerPte) + g.ptrsPerPte);
    if (page === Vma.start(vma) || page % pudPages(g) === 0) s.kernel.split_huge_pud(s, mm, vma, pud_of(g, page));
    clear_refs_pte_range(s, mm, vma, page, next);
  }
};

const clear_refs_pte_range = (s: Sys, mm: number, vma: Vma, start: number, end: number): void => {
  const { geometry: g } = s;
  const slot = slot_of(g, start);
  const e = s.pmd.at(pmd_offset(g, mm, slot));
  if (pmd_trans_huge(e)) {
    // clear_soft_dirty_pmd()
    pmd_lock(s);
    set_pmd_at(s, mm, slot, Pmd.mkWrite(e, 0));
    pmd_unlock(s);
  }
  if (!pmd_table(e)) return;
  for (let page = start; page < end; page++) {
    const row = pte_offset(g, Pmd.pfn(e), page);
    const pte = s.pte.at(row);
    if (pte_present(pte) && !pte_is_pinned(s, mm, vma, pte)) s.pte.put(row, Pte.mkWrite(pte, 0));
  }
};

/** pte_is_pinned(): a private page that may be pinned keeps its right to write. */
const pte_is_pinned = (s: Sys, mm: number, vma: Vma, pte: Pte): boolean => {
  if (!is_cow_mapping(vma) || Mm.hasPinned(s.mm.at(mm)) === 0) return false;
  const pfn = s.kernel.vm_normal_page(s, vma, pte);
  return pfn !== NO_PAGE && folio_maybe_dma_pinned(s, page_folio(s, pfn));
};
