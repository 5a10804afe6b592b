/**
 * Which pages mincore() calls resident. Mirrors mm/mincore.c mincore_hugetlb() (v6.1 and later), and of "hugetlb: introduce HugeTLB
 * high-granularity mapping" RFC v2 20/47: a table that the walk has not gone through is nothing. Left out: that a file is asked
 * where the process may not know.
 */
import { hugetlb_full_walk } from './hgm_walk.ts';
import { huge_pte_none_mostly, huge_ptep_get, is_table, NO_HPTE } from './hugetlb_pte.ts';
import type { Sys } from './kernel.ts';
import { vma_lookup } from './vma.ts';

/** mincore() of pages start..end-1, all of which are mapped: a bit in `inCore` for each that is resident. */
export const do_mincore = (s: Sys, mm: number, start: number, end: number): void => {
  let inCore = 0;
  for (let page = start; page < end; page++) {
    const h = hugetlb_full_walk(s, vma_lookup(s, mm, page), page);
    if (h === NO_HPTE) continue;
    const e = huge_ptep_get(s, h);
    if (!huge_pte_none_mostly(e) && !is_table(e)) inCore |= 1 << page;
  }
  s.inCore.put(0, inCore);
};
