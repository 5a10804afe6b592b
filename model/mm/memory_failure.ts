/**
 * A machine check on memory that a process reads: mm/memory-failure.c memory_failure() with MF_ACTION_REQUIRED, and what
 * arch/x86/kernel/cpu/mce/core.c kill_me_maybe() makes of its answer; v7.1 (v6.8, v6.14, v6.16, v6.17 and 6.12.117 read beside it).
 * What is mapped is a driver's: frames with or without struct page, in VM_PFNMAP or VM_MIXEDMAP; or anonymous memory, of
 * which a large folio is split, and then the page is unmapped everywhere, and kept. Left out: memory of files, of DAX,
 * copies of what is broken (copy_mc_user_highpage()), processes that die of SIGBUS, or are killed early.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { pagesOf, pudPages } from '../state/geometry.ts';
import type { Machine } from '../state/machine.ts';
import { Hwpoison, Page } from '../state/memmap.ts';
import { Pmd, Pte, Pud, Result } from '../state/mm_types.ts';
import { NO_PAGE } from './memory.ts';
import { folio_test_dirty } from './lazyfree.ts';
import { split_folio, WHOLE } from './folio_split.ts';
import type { set_hwpoison_pte } from './hwpoison.ts';
import { access_page, ROUNDS_MAX } from './memory_fault.ts';
import {
  folio_test_anon,
  folio_test_large,
  folio_test_swapcache,
  page_folio,
  pfn_to_page,
  pfn_valid,
  set_page_flag,
  swapcache_refs,
} from './page_flags.ts';
import { folio_get, folio_put, folio_ref_count } from './page_ref.ts';
import { folio_mapcount } from './rmap.ts';
import { try_to_unmap, TTU_HWPOISON, TTU_IGNORE_MLOCK } from './rmap_unmap.ts';
import { swap_cache_del_folio } from './swapfile.ts';
import { type MmWalkOps, type WalkEntry, walk_page_range } from './pagewalk.ts';
import {
  is_hwpoison_pte,
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
  let broken = NO_PAGE;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const error = access_page(s, mm, page, false);
    if (error !== Result.ok) return error;
    const pfn = reported_pfn(s, mm, page);
    if (broken === NO_PAGE) broken = pfn;
    // Something else has taken its place.
    if (pfn !== broken) return Result.ok;
    if (!memory_failure(s, mm, pfn)) return Result.SIGBUS;
  }
  throw new ModelBug('fault-loop', `the read of page ${page} ends in a machine check without end`);
};

/** memory_failure(): true, and the process goes on as if the memory were replaced; otherwise it has got SIGBUS. */
const memory_failure = (s: Sys, mm: number, pfn: number): boolean => {
  // Without struct page, memory_failure_pfn() or an error: the process is told.
  if (!pfn_valid(s, pfn)) return false;
  if (s.hwpoison.at(pfn_to_page(pfn)) !== Hwpoison.no) return !kill_accessing_process(s, mm, pfn);
  s.hwpoison.put(pfn_to_page(pfn), Hwpoison.broken);
  // get_hwpoison_page() cannot handle what is on no LRU list, as a driver's page or the zero page: MF_IGNORED, kill_me_now().
  return folio_test_anon(s, page_folio(s, pfn)) && s.kernel.memory_failure_anon(s, pfn);
};

/**
 * Anonymous memory: a large folio is split first, and if that fails (a pin), all stays as it is, and who maps it gets SIGBUS
 * (kill_procs_now()). Then hwpoison_user_mappings(), and identify_page_state(). The reference stays for good. False: failed.
 */
export const memory_failure_anon = (s: Sys, pfn: number): boolean => {
  const folio = page_folio(s, pfn);
  folio_get(s, folio);
  if (folio_test_large(s, folio) && split_folio(s, folio, WHOLE, pfn) !== Result.ok) {
    folio_put(s, folio);
    return false;
  }
  s.hwpoison.put(pfn_to_page(pfn), Hwpoison.isolated);
  return unmap_poisoned_folio(s, pfn) && me_recovers(s, pfn);
};

/** unmap_poisoned_folio(): what is in the swap cache is unmapped as for swap, for its slot may have what it had. */
const unmap_poisoned_folio = (s: Sys, pfn: number): boolean => {
  try_to_unmap(s, pfn, folio_test_swapcache(s, pfn) ? TTU_IGNORE_MLOCK : TTU_IGNORE_MLOCK | TTU_HWPOISON);
  return folio_mapcount(s, pfn) === 0;
};

/** me_swapcache_dirty(), me_swapcache_clean(), me_pagecache_clean(): MF_RECOVERED or MF_DELAYED. */
const me_recovers = (s: Sys, pfn: number): boolean => {
  if (!folio_test_swapcache(s, pfn)) return true;
  if (!folio_test_dirty(s, pfn)) swap_cache_del_folio(s, pfn);
  set_page_flag(s, pfn, Page.mkDirty, 0);
  // has_extra_refcount()
  return folio_ref_count(s, pfn) === 1 + swapcache_refs(s, pfn);
};

/** The frame that hwpoison_walk_ops looks for. */
let poisoned = 0;

/** check_hwpoisoned_entry() and its like of a leaf. 1: found, which ends the walk. */
const hwpoison_pte_range: WalkEntry = (s, _walk, row, start, end) => {
  const e = s.pmd.at(row);
  if (pmd_is_huge(e)) return pmd_trans_huge(e) && is_in_leaf(Pmd.pfn(e), s.geometry.ptrsPerPte) ? 1 : 0;
  for (let page = start; page < end; page++) {
    const pte = s.pte.at(pte_offset(s.geometry, Pmd.pfn(e), page));
    if ((pte_present(pte) || is_hwpoison_pte(pte)) && Pte.pfn(pte) === poisoned) return 1;
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

/** kill_accessing_process(), and kill_me_maybe() of its answer: SIGBUS, if the process is found to map the frame. */
const kill_accessing_process = (s: Sys, mm: number, pfn: number): boolean => {
  poisoned = pfn;
  const ops = s.kernel.hwpoison_walks_pfnmap(s) ? hwpoison_walk_ops : hwpoison_skips_ops;
  return walk_page_range(s, mm, 0, pagesOf(s.geometry), ops) === 1 || s.kernel.hwpoison_not_found_kills(s);
};

/** Memory that breaks, as a part of a kernel: see kernel.ts. */
export interface HwpoisonKernel {
  // mm/memory-failure.c, mm/rmap.c
  readonly memory_failure_anon: typeof memory_failure_anon;
  readonly set_hwpoison_pte: typeof set_hwpoison_pte;
  /** Whether a migration leaves the page of a large folio behind that is broken, where a PTE maps it. */
  readonly migration_leaves_poison: (s: Sys) => boolean;

  /** Whether kill_accessing_process() looks at what is mapped by VM_PFNMAP. */
  readonly hwpoison_walks_pfnmap: (s: Sys) => boolean;
  /** What it does at a PUD entry: nothing, and then the walk splits a leaf. */
  readonly hwpoison_pud_entry: WalkEntry;
  /** Whether a process is killed that maps broken memory nowhere: kill_accessing_process() finds nothing, -EFAULT. */
  readonly hwpoison_not_found_kills: (s: Sys) => boolean;

  // mm/page_alloc.c
  /** Whether a block may be given out of which a page is broken, that was freed as one with it. */
  readonly allocates_poison: (s: { readonly machine: Machine }) => boolean;
}
