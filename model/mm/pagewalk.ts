/**
 * A walk over all that maps a range of a file: mm/pagewalk.c walk_page_mapping() and what is below it, v6.12 (a tree
 * later than v7.1 walks in the same way). Stubbed: the i_mmap tree is every VMA with ->pfn_mkwrite, for they belong to
 * one file. Left out: holes, the split of a leaf that a callback does not leave alone, and callbacks that end a walk or
 * want an entry to be looked at again.
 */
import { pudPages } from '../state/geometry.ts';
import { Pmd, type Pud, Vma, VmaKind } from '../state/mm_types.ts';
import type { Sys } from './kernel.ts';
import { pmd_none, pmd_offset, pte_offset, pud_none, pud_of, pud_offset, slot_of } from './pgtable.ts';

/** struct mm_walk_ops: what is done with each VMA and each entry. */
export interface MmWalkOps {
  /** Whether the VMA is walked at all. */
  readonly test_walk: (vma: Vma) => boolean;
  /** Whether the walk leaves the entry alone (ACTION_CONTINUE): it must, if it is a leaf. */
  readonly pud_entry: (s: Sys, e: Pud, page: number) => boolean;
  readonly pmd_entry: (s: Sys, e: Pmd, page: number) => boolean;
  /** `row` of the PTE, `frame` by vm_pgoff. */
  readonly pte_entry: (s: Sys, row: number, frame: number) => void;
}

/**
 * The row of the VMA behind `after` (-1: the first) in the order of vma_interval_tree_foreach(): by first page of the
 * file. Of those that begin with the same page the tree has the older first; here that is the parent's, and the lower.
 */
const next_in_tree = (s: Sys, after: number): number => {
  const key = after < 0 ? -1 : tree_key(s, after);
  let found = -1;
  for (let row = 0; row < s.vma.rows; row++) {
    const vma = s.vma.at(row);
    if (Vma.kind(vma) !== VmaKind.device || Vma.pfnMkwrite(vma) === 0 || tree_key(s, row) <= key) continue;
    if (found < 0 || tree_key(s, row) < tree_key(s, found)) found = row;
  }
  return found;
};

/** Rows of an mm stand in no order: its addresses tell which is the lower. */
const tree_key = (s: Sys, row: number): number => {
  const vma = s.vma.at(row);
  return (Vma.pgoff(vma) * s.geometry.mms + Math.trunc(row / s.geometry.vmas)) * 16 + Vma.start(vma);
};

/** walk_page_mapping(): pages first..first + nr - 1 of the file, wherever they are mapped. */
export const walk_page_mapping = (s: Sys, first: number, nr: number, ops: MmWalkOps): void => {
  for (let row = next_in_tree(s, -1); row >= 0; row = next_in_tree(s, row)) {
    const vma = s.vma.at(row);
    const pgoff = Vma.pgoff(vma);
    // Clipped to the VMA.
    const from = Math.max(first, pgoff) - pgoff + Vma.start(vma);
    const to = Math.min(first + nr - pgoff + Vma.start(vma), Vma.end(vma));
    if (from >= to) continue;
    if (ops.test_walk(vma)) walk_pud_range(s, Math.trunc(row / s.geometry.vmas), vma, from, to, ops);
    else if (s.kernel.skipped_vma_ends_walk(s)) return;
  }
};

const walk_pud_range = (s: Sys, mm: number, vma: Vma, start: number, end: number, ops: MmWalkOps): void => {
  const { geometry: g } = s;
  const span = pudPages(g);
  for (let page = start, next: number; page < end; page = next) {
    const pud = pud_of(g, page);
    next = Math.min(end, (pud + 1) * span);
    const e = s.pud.at(pud_offset(g, mm, pud));
    if (pud_none(e) || ops.pud_entry(s, e, page)) continue;
    walk_pmd_range(s, mm, vma, page, next, ops);
  }
};

const walk_pmd_range = (s: Sys, mm: number, vma: Vma, start: number, end: number, ops: MmWalkOps): void => {
  const { geometry: g } = s;
  for (let page = start, next: number; page < end; page = next) {
    const slot = slot_of(g, page);
    next = Math.min(end, (slot + 1) * g.ptrsPerPte);
    const e = s.pmd.at(pmd_offset(g, mm, slot));
    if (pmd_none(e) || ops.pmd_entry(s, e, page)) continue;
    walk_pte_range(s, Pmd.pfn(e), vma, page, next, ops);
  }
};

const walk_pte_range = (s: Sys, table: number, vma: Vma, start: number, end: number, ops: MmWalkOps): void => {
  for (let page = start; page < end; page++)
    ops.pte_entry(s, pte_offset(s.geometry, table, page), Vma.pgoff(vma) + page - Vma.start(vma));
};
