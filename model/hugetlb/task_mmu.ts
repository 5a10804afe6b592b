/**
 * What smaps says of hugetlb. Mirrors fs/proc/task_mmu.c smaps_hugetlb_range() (v6.1 and later), and of "hugetlb: introduce HugeTLB
 * high-granularity mapping" RFC v2 20/47, v2 25/46: each entry for its size. Left out: the lines for each size (RFC v2 39/47), PSS.
 */
import { HugePte, type HugetlbPte, Vma } from '../state/hugetlb/hugetlb_types.ts';
import { hugetlb_full_walk } from './hgm_walk.ts';
import {
  huge_ptep_get,
  hugetlb_pte_present_leaf,
  hugetlb_pte_size,
  is_hugetlb_entry_hwpoisoned,
  is_hugetlb_entry_migration,
  NO_HPTE,
} from './hugetlb_pte.ts';
import type { Sys } from './kernel.ts';
import { hugetlb_pmd_shared } from './pmd_share.ts';

/** hugetlb_pmd_shared(), where the kernel asks. */
export const counts_as_shared_pmd = (s: Sys, h: HugetlbPte): boolean =>
  s.kernel.shared_pmd_is_shared(s) && hugetlb_pmd_shared(s, h);

/** folio_maybe_mapped_shared(), or page_mapcount() of the leaf's first page. */
const is_shared = (s: Sys, h: HugetlbPte, e: HugePte): boolean => {
  if (!hugetlb_pte_present_leaf(e) && s.kernel.smaps_swap_is_shared(s)) return true;
  return s.kernel.page_mapcount(s, HugePte.pfn(e)) >= 2 || counts_as_shared_pmd(s, h);
};

/** smaps_hugetlb_range(): the entry is counted by its size. */
const smaps_hugetlb_range = (s: Sys, h: HugetlbPte): void => {
  const e = huge_ptep_get(s, h);
  if (!hugetlb_pte_present_leaf(e) && !is_hugetlb_entry_migration(e) && !is_hugetlb_entry_hwpoisoned(e)) return;
  const line = is_shared(s, h, e) ? s.smapsShared : s.smapsPrivate;
  line.put(0, line.at(0) + hugetlb_pte_size(h));
};

/** show_smap() of every VMA of a process, added up. */
export const show_smaps = (s: Sys, mm: number): void => {
  const { hugepage, vmas } = s.geometry;
  for (let row = mm * vmas; row < (mm + 1) * vmas; row++) {
    const vma = s.vma.at(row);
    if (Vma.file(vma) === 0) continue;
    for (let page = Vma.start(vma); page < Vma.end(vma);) {
      const h = hugetlb_full_walk(s, row, page);
      if (h !== NO_HPTE) smaps_hugetlb_range(s, h);
      page += h === NO_HPTE ? hugepage : hugetlb_pte_size(h);
    }
  }
};
