/**
 * mincore(): which pages of a range are resident. mm/mincore.c do_mincore(), v7.1 and v7.3, for a caller who may know
 * (can_do_mincore()). The vector of answers is a mask of pages. Left out: what is only in the page cache or in the swap
 * cache, hugetlb.
 */
import { Pmd, Result, Vma } from '../state/mm_types.ts';
import type { Sys } from './kernel.ts';
import { ACTION_CONTINUE, type MmWalkOps, type WalkEntry, walk_page_range, walk_page_range_vma } from './pagewalk.ts';
import {
  is_device_private_pte,
  is_hwpoison_pte,
  is_migration_entry,
  pmd_is_huge,
  pte_offset,
  pte_present,
  pud_trans_huge,
} from './pgtable.ts';
import { vma_lookup } from './vma.ts';

const set_in_core = (s: Sys, start: number, end: number): void =>
  s.inCore.put(0, s.inCore.at(0) | ((1 << end) - (1 << start)));

/** mincore_pte_range(): a leaf is resident, and so is what a PTE maps, or stands for; the page cache says what a hole is. */
export const mincore_pte_range: WalkEntry = (s, _walk, row, start, end) => {
  const e = s.pmd.at(row);
  if (pmd_is_huge(e)) {
    set_in_core(s, start, end);
    return 0;
  }
  for (let page = start; page < end; page++) {
    const pte = s.pte.at(pte_offset(s.geometry, Pmd.pfn(e), page));
    const isEntry = is_migration_entry(pte) || is_hwpoison_pte(pte) || is_device_private_pte(pte);
    if (pte_present(pte) || isEntry) set_in_core(s, page, page + 1);
  }
  return 0;
};

/** mincore_pud_entry(), since v7.3 */
const mincore_pud_entry: WalkEntry = (s, walk, row, start, end) => {
  if (!pud_trans_huge(s.pud.at(row))) return 0;
  set_in_core(s, start, end);
  walk.action = ACTION_CONTINUE;
  return 0;
};

const mincore_walk_ops: MmWalkOps = {
  pud_entry: (s, walk, row, start, end) => {
    const ended = s.kernel.reader_pud_entry(s, walk, row, start, end);
    // Whoever left a leaf alone would say that it is there.
    if (walk.action === ACTION_CONTINUE) set_in_core(s, start, end);
    return ended;
  },
  pmd_entry: (s, walk, row, start, end) => s.kernel.mincore_pte_range(s, walk, row, start, end),
};
const mincore_vma_walk_ops: MmWalkOps = { ...mincore_walk_ops, pud_entry: mincore_pud_entry };

/** The walk of do_mincore() until v7.2: what is mapped by VM_PFNMAP is a hole, and other PUD leaves are split. */
export const mincore_by_range = (s: Sys, mm: number, _row: number, start: number, end: number): number =>
  walk_page_range(s, mm, start, end, mincore_walk_ops);

/** The same since v7.3: whatever the VMA is, and leaves are left alone. */
export const mincore_by_vma = (s: Sys, _mm: number, row: number, start: number, end: number): number =>
  walk_page_range_vma(s, row, start, end, mincore_vma_walk_ops);

/** mincore() of pages start..end-1, VMA by VMA. Returns a code of `Result`. */
export const mincore = (s: Sys, mm: number, start: number, end: number): number => {
  for (let page = start; page < end;) {
    const row = vma_lookup(s, mm, page);
    if (row < 0) return Result.ENOMEM;
    const last = Math.min(end, Vma.end(s.vma.at(row)));
    s.kernel.mincore_walk(s, mm, row, page, last);
    page = last;
  }
  return Result.ok;
};
