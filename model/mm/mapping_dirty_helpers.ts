/**
 * Which pages of a file have been written to, found in the entries that map them: mm/mapping_dirty_helpers.c, v6.12.
 * It works on PTEs; leaves are left alone, and reported if they could have been written to. Left out: the TLB and its
 * notifiers, the number of entries that have changed.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { Pmd, Pte, Pud, Vma } from '../state/mm_types.ts';
import type { Sys } from './kernel.ts';
import { ACTION_CONTINUE, type MmWalkOps, walk_page_mapping, type WalkEntry, type WalkPages } from './pagewalk.ts';
import { pmd_trans_huge, pte_present, pud_trans_huge } from './pgtable.ts';
import { linear_pfn } from './vma.ts';

/** wp_clean_test_walk(): no CoW mapping, and none that can never be written to. */
const wp_clean_test_walk: WalkPages = (_s, { vma }) => (Vma.shared(vma) === 1 && Vma.mayWrite(vma) === 1 ? 0 : 1);

/** The WARN_ON() of wp_clean_pmd_entry() and wp_clean_pud_entry(). */
const warn_on = (written: boolean, page: number): void => {
  if (written)
    throw new ModelBug('WARN(written-leaf)', `dirty pages are looked for in PTEs; page ${page} is in a leaf`);
};

const wp_clean_pud_entry: WalkEntry = (s, walk, row, page) => {
  const e = s.pud.at(row);
  if (!pud_trans_huge(e)) return 0;
  warn_on(Pud.write(e) === 1 || Pud.dirty(e) === 1, page);
  walk.action = ACTION_CONTINUE;
  return 0;
};

const wp_clean_pmd_entry: WalkEntry = (s, walk, row, page) => {
  const e = s.pmd.at(row);
  if (!pmd_trans_huge(e)) return 0;
  warn_on(Pmd.write(e) === 1 || Pmd.dirty(e) === 1, page);
  walk.action = ACTION_CONTINUE;
  return 0;
};

const wp_pte: WalkEntry = (s, _walk, row) => {
  const pte = s.pte.at(row);
  // It stays dirty, if it was.
  if (pte_present(pte)) s.pte.put(row, Pte.mkWrite(pte, 0));
  return 0;
};

/** Records in the bitmap of the caller, of which there is one. */
const clean_record_pte: WalkEntry = (s, { vma }, row, page) => {
  const pte = s.pte.at(row);
  if (!pte_present(pte) || Pte.dirty(pte) === 0) return 0;
  s.pte.put(row, Pte.mkDirty(pte, 0));
  s.notedDirty.put(linear_pfn(vma, page), 1);
  return 0;
};

const walk_ops = { test_walk: wp_clean_test_walk, pud_entry: wp_clean_pud_entry, pmd_entry: wp_clean_pmd_entry };
const wp_walk_ops: MmWalkOps = { ...walk_ops, pte_entry: wp_pte };
const clean_walk_ops: MmWalkOps = { ...walk_ops, pte_entry: clean_record_pte };

/** wp_shared_mapping_range(): the next write to any of these pages faults. */
export const wp_shared_mapping_range = (s: Sys, first: number, nr: number): void => {
  walk_page_mapping(s, first, nr, wp_walk_ops);
};

/** clean_record_shared_mapping_range(): what is dirty is noted, and clean. */
export const clean_record_shared_mapping_range = (s: Sys, first: number, nr: number): void => {
  walk_page_mapping(s, first, nr, clean_walk_ops);
};
