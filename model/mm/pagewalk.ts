/**
 * Walks over page tables with callbacks for each entry: mm/pagewalk.c walk_page_range(), walk_page_vma(),
 * walk_page_range_vma(), walk_page_mapping() and what is below them, v7.1 (v6.12 and v7.3 read beside it). Stubbed: the
 * i_mmap tree is every VMA with ->pfn_mkwrite, for they belong to one file. Left out: ->install_pte, hugetlb, walks
 * without VMA, the locks. What releases do about a leaf that comes back between its split and the step down (v7.0,
 * 3b89863c3fa4) and about an action that a lower level has left behind (6.12.115) only another CPU can tell: the split
 * of a leaf is final here, and a table that is walked twice is walked as if once.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { pudPages } from '../state/geometry.ts';
import { Pmd, Vma, VmaKind } from '../state/mm_types.ts';
import { split_huge_pmd } from './huge_memory_split.ts';
import type { Sys } from './kernel.ts';
import {
  pmd_is_huge,
  pmd_none,
  pmd_offset,
  pmd_table,
  pte_offset,
  pud_none,
  pud_of,
  pud_offset,
  pud_trans_huge,
  slot_of,
} from './pgtable.ts';
import { find_vma, NO_VMA } from './vma.ts';

/** enum page_walk_action: go down, go on, or look at the entry again. */
export const ACTION_SUBTREE = 0;
export const ACTION_CONTINUE = 1;
export const ACTION_AGAIN = 2;

/** struct mm_walk: where a walk is. What its callbacks keep (`private`) is a matter of their own file. */
export interface MmWalk {
  mm: number;
  vma: Vma;
  action: number;
}

/** The entry in `row`, of pages start..end-1. What is not 0 ends the walk, which returns it. */
export type WalkEntry = (s: Sys, walk: MmWalk, row: number, start: number, end: number) => number;
/** The same of pages without an entry, or of those of a whole VMA. */
export type WalkPages = (s: Sys, walk: MmWalk, start: number, end: number) => number;

/** struct mm_walk_ops. A leaf that a callback does not take (ACTION_CONTINUE) is split if there are callbacks below. */
export interface MmWalkOps {
  /** 0: the VMA is walked; 1: it is not; what is less ends the walk. */
  readonly test_walk?: WalkPages;
  readonly pud_entry?: WalkEntry;
  readonly pmd_entry?: WalkEntry;
  readonly pte_entry?: WalkEntry;
  readonly pte_hole?: WalkPages;
}

/** One for all, filled anew for each walk, so that the search allocates nothing: no callback begins another. */
const walk: MmWalk = { mm: 0, vma: NO_VMA, action: ACTION_SUBTREE };

const hole = (s: Sys, start: number, end: number, ops: MmWalkOps): number => ops.pte_hole?.(s, walk, start, end) ?? 0;

/** walk_page_test(): without a say of the caller, a VM_PFNMAP VMA is a hole. */
const walk_page_test = (s: Sys, start: number, end: number, ops: MmWalkOps): number => {
  if (ops.test_walk !== undefined) return ops.test_walk(s, walk, start, end);
  return Vma.pfnmap(walk.vma) === 1 ? hole(s, start, end, ops) || 1 : 0;
};

/** walk_page_range(): all VMAs of pages start..end-1, and the holes between them. */
export const walk_page_range = (s: Sys, mm: number, start: number, end: number, ops: MmWalkOps): number => {
  walk.mm = mm;
  for (let page = start, next: number; page < end; page = next) {
    const row = find_vma(s, mm, page);
    walk.vma = row < 0 || page < Vma.start(s.vma.at(row)) ? NO_VMA : s.vma.at(row);
    next = row < 0 ? end : Math.min(end, walk.vma === NO_VMA ? Vma.start(s.vma.at(row)) : Vma.end(walk.vma));
    const skipped = walk.vma === NO_VMA ? hole(s, page, next, ops) : walk_page_test(s, page, next, ops);
    if (skipped < 0) return skipped;
    if (skipped > 0 || walk.vma === NO_VMA) continue;
    const error = walk_pud_range(s, page, next, ops);
    if (error !== 0) return error;
  }
  return 0;
};

/** walk_page_range_vma(): pages start..end-1 of the VMA in `row`, whatever it is. */
export const walk_page_range_vma = (s: Sys, row: number, start: number, end: number, ops: MmWalkOps): number => {
  walk.mm = Math.trunc(row / s.geometry.vmas);
  walk.vma = s.vma.at(row);
  return walk_pud_range(s, start, end, ops);
};

/** walk_page_vma(): the whole VMA in `row`. */
export const walk_page_vma = (s: Sys, row: number, ops: MmWalkOps): number =>
  walk_page_range_vma(s, row, Vma.start(s.vma.at(row)), Vma.end(s.vma.at(row)), ops);

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
export const walk_page_mapping = (s: Sys, first: number, nr: number, ops: MmWalkOps): number => {
  for (let row = next_in_tree(s, -1); row >= 0; row = next_in_tree(s, row)) {
    walk.mm = Math.trunc(row / s.geometry.vmas);
    walk.vma = s.vma.at(row);
    const pgoff = Vma.pgoff(walk.vma);
    // Clipped to the VMA.
    const from = Math.max(first, pgoff) - pgoff + Vma.start(walk.vma);
    const to = Math.min(first + nr - pgoff + Vma.start(walk.vma), Vma.end(walk.vma));
    if (from >= to) continue;
    if (walk_page_test(s, from, to, ops) !== 0) {
      if (s.kernel.skipped_vma_ends_walk(s)) return 0;
      continue;
    }
    const error = walk_pud_range(s, from, to, ops);
    if (error !== 0) return error;
  }
  return 0;
};

/** __walk_page_range(), which is walk_pud_range() here. */
const walk_pud_range = (s: Sys, start: number, end: number, ops: MmWalkOps): number => {
  const span = pudPages(s.geometry);
  for (let page = start, next: number; page < end; page = next) {
    next = Math.min(end, (pud_of(s.geometry, page) + 1) * span);
    let error: number;
    do error = walk_pud_entry(s, page, next, ops);
    while (error === 0 && walk.action === ACTION_AGAIN);
    if (error !== 0) return error;
  }
  return 0;
};

const walk_pud_entry = (s: Sys, start: number, end: number, ops: MmWalkOps): number => {
  const row = pud_offset(s.geometry, walk.mm, pud_of(s.geometry, start));
  walk.action = ACTION_SUBTREE;
  if (pud_none(s.pud.at(row))) return hole(s, start, end, ops);
  const error = ops.pud_entry?.(s, walk, row, start, end) ?? 0;
  if (error !== 0 || walk.action !== ACTION_SUBTREE) return error;
  if (ops.pmd_entry === undefined && ops.pte_entry === undefined) return 0;
  s.kernel.split_huge_pud(s, walk.mm, walk.vma, pud_of(s.geometry, start));
  return walk_pmd_range(s, row, start, end, ops);
};

const walk_pmd_range = (s: Sys, pud: number, start: number, end: number, ops: MmWalkOps): number => {
  const { geometry: g } = s;
  if (pud_trans_huge(s.pud.at(pud)))
    throw new ModelBug('descent-into-leaf', 'walk_pmd_range() takes the frame of a PUD leaf for a page table');
  // There is nothing below a leaf that was split: the PUD entry is looked at again.
  if (pud_none(s.pud.at(pud))) {
    walk.action = ACTION_AGAIN;
    return 0;
  }
  for (let page = start, next: number; page < end; page = next) {
    next = Math.min(end, (slot_of(g, page) + 1) * g.ptrsPerPte);
    let error: number;
    do error = walk_pmd_entry(s, page, next, ops);
    while (error === 0 && walk.action === ACTION_AGAIN);
    if (error !== 0) return error;
  }
  return 0;
};

const walk_pmd_entry = (s: Sys, start: number, end: number, ops: MmWalkOps): number => {
  const slot = slot_of(s.geometry, start);
  const row = pmd_offset(s.geometry, walk.mm, slot);
  walk.action = ACTION_SUBTREE;
  if (pmd_none(s.pmd.at(row))) return hole(s, start, end, ops);
  const error = ops.pmd_entry?.(s, walk, row, start, end) ?? 0;
  if (error !== 0 || walk.action !== ACTION_SUBTREE || ops.pte_entry === undefined) return error;
  if (pmd_is_huge(s.pmd.at(row))) split_huge_pmd(s, walk.mm, walk.vma, slot);
  return walk_pte_range(s, row, start, end, ops.pte_entry);
};

const walk_pte_range = (s: Sys, pmd: number, start: number, end: number, pte_entry: WalkEntry): number => {
  // pte_offset_map_lock() finds no table.
  if (!pmd_table(s.pmd.at(pmd))) {
    walk.action = ACTION_AGAIN;
    return 0;
  }
  for (let page = start; page < end; page++) {
    const error = pte_entry(s, walk, pte_offset(s.geometry, Pmd.pfn(s.pmd.at(pmd)), page), page, page + 1);
    if (error !== 0) return error;
  }
  return 0;
};
