/**
 * mprotect(): mirrors do_mprotect_pkey(), mprotect_fixup() and change_protection() of mm/mprotect.c, v7.1.
 * Left out: accounting, NUMA protection, userfaultfd, write notification (device mappings do not ask for it).
 */
import { Pgprot, Pmd, Prot, Pte, Result, Vma } from '../state/mm_types.ts';
import { split_huge_pmd } from './huge_memory.ts';
import type { Sys } from './kernel.ts';
import { pmd_offset, pmd_table, pmd_trans_huge, pte_offset, slot_of } from './pgtable.ts';
import { pfn_modify_allowed } from './remap_pfn_range.ts';
import { vma_lookup, vma_merge } from './vma.ts';

const PROT_NONE = Pgprot.of({ protnone: 1 });

/** mprotect() of pages start..end-1, all of them mapped. Returns a code of `Result`; an error may come half-way. */
export const do_mprotect_pkey = (s: Sys, mm: number, start: number, end: number, prot: number): number => {
  for (let page = start; page < end;) {
    const row = vma_lookup(s, mm, page);
    if (row < 0) return Result.ENOMEM;
    const last = Math.min(end, Vma.end(s.vma.at(row)));
    const error = mprotect_fixup(s, mm, row, page, last, prot);
    if (error !== Result.ok) return error;
    page = last;
  }
  vma_merge(s, mm);
  return Result.ok;
};

const mprotect_fixup = (s: Sys, mm: number, row: number, start: number, end: number, prot: number): number => {
  const vma = s.vma.at(row);
  if (prot === Prot.RW && Vma.mayWrite(vma) === 0) return Result.EACCES;
  if (Vma.prot(vma) === prot) return Result.ok;
  if (s.machine.l1tf && Vma.pfnmap(vma) === 1 && prot === Prot.NONE) {
    const error = prot_none_walk(s, mm, vma, start, end);
    if (error !== Result.ok) return error;
  }
  // vma_modify_flags(): the part that changes becomes a VMA of its own.
  if (Vma.start(vma) < start && !s.kernel.split_vma(s, mm, row, start)) return Result.ENOMEM;
  const middle = vma_lookup(s, mm, start);
  if (end < Vma.end(s.vma.at(middle)) && !s.kernel.split_vma(s, mm, middle, end)) return Result.ENOMEM;
  const changed = Vma.mkProt(s.vma.at(middle), prot);
  s.vma.put(middle, changed);
  change_protection(s, mm, changed, start, end);
  return Result.ok;
};

/** prot_none_walk_ops: a walk over PTEs, which splits every leaf in range before anything is changed. */
const prot_none_walk = (s: Sys, mm: number, vma: Vma, start: number, end: number): number => {
  const { geometry: g } = s;
  for (let page = start; page < end; page++) {
    const slot = slot_of(g, page);
    if (pmd_trans_huge(s.pmd.at(pmd_offset(g, mm, slot)))) split_huge_pmd(s, mm, vma, slot);
    const e = s.pmd.at(pmd_offset(g, mm, slot));
    if (!pmd_table(e)) continue;
    const pte = s.pte.at(pte_offset(g, Pmd.pfn(e), page));
    if (Pte.present(pte) === 1 && !pfn_modify_allowed(s, Pte.pfn(pte), PROT_NONE)) return Result.EACCES;
  }
  return Result.ok;
};

/** change_pmd_range(): a leaf that changes in part is split first. */
const change_protection = (s: Sys, mm: number, vma: Vma, start: number, end: number): void => {
  const { geometry: g } = s;
  for (let page = start, next: number; page < end; page = next) {
    const slot = slot_of(g, page);
    next = Math.min(end, (slot + 1) * g.ptrsPerPte);
    if (pmd_trans_huge(s.pmd.at(pmd_offset(g, mm, slot)))) {
      if (next - page === g.ptrsPerPte) {
        s.kernel.change_huge_pmd(s, mm, vma, slot);
        continue;
      }
      split_huge_pmd(s, mm, vma, slot);
    }
    s.kernel.change_pte_range(s, mm, vma, page, next);
  }
};

export const change_pte_range = (s: Sys, mm: number, vma: Vma, start: number, end: number): void => {
  const { geometry: g } = s;
  const e = s.pmd.at(pmd_offset(g, mm, slot_of(g, start)));
  if (!pmd_table(e)) return;
  for (let page = start; page < end; page++) {
    const row = pte_offset(g, Pmd.pfn(e), page);
    const pte = s.pte.at(row);
    if (Pte.present(pte) === 1) s.pte.put(row, s.kernel.pte_modify(pte, s.kernel.vm_page_prot(vma)));
  }
};
