/**
 * A machine check on memory that a process reads: mm/memory-failure.c memory_failure() with MF_ACTION_REQUIRED, and what
 * arch/x86/kernel/cpu/mce/core.c kill_me_maybe() makes of its answer; v7.1 (v6.16, v6.17 and 6.12.117 read beside it).
 * What is mapped is a driver's: frames with or without struct page, in VM_PFNMAP or VM_MIXEDMAP. Left out: memory that
 * could be isolated (anonymous, of files, of DAX), hwpoison entries, a handler of SIGBUS, processes that are killed early.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { pagesOf, pudPages } from '../state/geometry.ts';
import { Pmd, Pte, Pud, Result } from '../state/mm_types.ts';
import { NO_PAGE } from './memory.ts';
import { access_page, ROUNDS_MAX } from './memory_fault.ts';
import { pfn_to_page, pfn_valid } from './page_flags.ts';
import { type MmWalkOps, type WalkEntry, walk_page_range } from './pagewalk.ts';
import {
  pmd_is_huge,
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
import type { Sys } from './kernel.ts';

/** The frame that a page translates to, as the CPU reports it, or NO_PAGE. */
const reported_pfn = (s: Sys, mm: number, page: number): number => {
  const { geometry: g } = s;
  const pud = s.pud.at(pud_offset(g, mm, pud_of(g, page)));
  if (pud_trans_huge(pud)) return Pud.pfn(pud) + (page % pudPages(g));
  const pmd = s.pmd.at(pmd_offset(g, mm, slot_of(g, page)));
  if (pmd_trans_huge(pmd)) return Pmd.pfn(pmd) + (page % g.ptrsPerPte);
  return pmd_table(pmd) ? Pte.pfn(s.pte.at(pte_offset(g, Pmd.pfn(pmd), page))) : NO_PAGE;
};

/**
 * A process reads a page whose memory is broken: a machine check each time, until memory_failure() says that something
 * was done. Returns SIGBUS, or what the fault returned.
 */
export const consume_poison = (s: Sys, mm: number, page: number): number => {
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const error = access_page(s, mm, page, false);
    if (error !== Result.ok) return error;
    if (!memory_failure(s, mm, reported_pfn(s, mm, page))) return Result.SIGBUS;
  }
  throw new ModelBug('fault-loop', `the read of page ${page} ends in a machine check without end`);
};

/** memory_failure(): true, and the process goes on as if the memory were replaced; otherwise it has got SIGBUS. */
const memory_failure = (s: Sys, mm: number, pfn: number): boolean => {
  // Without struct page, memory_failure_pfn() or an error: the process is told.
  if (!pfn_valid(s, pfn)) return false;
  if (s.hwpoison.at(pfn_to_page(pfn)) === 1) return !kill_accessing_process(s, mm, pfn);
  s.hwpoison.put(pfn_to_page(pfn), 1);
  // get_hwpoison_page() cannot handle a driver's page: MF_IGNORED, and kill_me_now().
  return false;
};

/** The frame that hwpoison_walk_ops looks for. */
let poisoned = 0;

/** check_hwpoisoned_entry() and its like of a leaf. 1: found, which ends the walk. */
const hwpoison_pte_range: WalkEntry = (s, _walk, row, start, end) => {
  const e = s.pmd.at(row);
  if (pmd_is_huge(e)) return pmd_trans_huge(e) && is_in_leaf(Pmd.pfn(e), s.geometry.ptrsPerPte) ? 1 : 0;
  for (let page = start; page < end; page++) {
    const pte = s.pte.at(pte_offset(s.geometry, Pmd.pfn(e), page));
    if (pte_present(pte) && Pte.pfn(pte) === poisoned) return 1;
  }
  return 0;
};

const is_in_leaf = (first: number, pages: number): boolean => first <= poisoned && poisoned < first + pages;

/** What no release does: a PUD leaf is looked at, and stays. */
export const hwpoison_pud_entry: WalkEntry = (s, _walk, row) => {
  const e = s.pud.at(row);
  return pud_trans_huge(e) && is_in_leaf(Pud.pfn(e), pudPages(s.geometry)) ? 1 : 0;
};

/** The walk until v6.16: VM_PFNMAP is skipped. */
const hwpoison_skips_ops: MmWalkOps = { pmd_entry: hwpoison_pte_range };
/** hwpoison_test_walk(), since v6.17: every VMA. PUD leaves are split, and not looked at. */
const hwpoison_walk_ops: MmWalkOps = {
  test_walk: () => 0,
  pud_entry: (s, walk, row, start, end) => s.kernel.hwpoison_pud_entry(s, walk, row, start, end),
  pmd_entry: hwpoison_pte_range,
};

/** kill_accessing_process(): SIGBUS, if the process is found to map the frame. */
const kill_accessing_process = (s: Sys, mm: number, pfn: number): boolean => {
  poisoned = pfn;
  const ops = s.kernel.hwpoison_walks_pfnmap(s) ? hwpoison_walk_ops : hwpoison_skips_ops;
  return walk_page_range(s, mm, 0, pagesOf(s.geometry), ops) === 1;
};
