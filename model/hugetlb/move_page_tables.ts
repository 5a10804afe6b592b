/**
 * Entries that move with their VMA. Mirrors mm/hugetlb.c move_hugetlb_page_tables(), move_huge_pte(); v6.1 and later, and
 * "hugetlb: introduce HugeTLB high-granularity mapping" RFC v2 26/47, v1 27/46, v2 23/46: entry by entry, with tables at the
 * destination for each. Stubbed: locks.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { pudPages } from '../state/hugetlb/geometry.ts';
import { HugePte, HugetlbPte, Level, Result, Uffd, Vma } from '../state/hugetlb/hugetlb_types.ts';
import { hugetlb_hgm_walk } from './hgm_walk.ts';
import {
  huge_pte_clear,
  huge_pte_none,
  huge_ptep_get,
  hugetlb_pte_present_leaf,
  hugetlb_pte_init,
  hugetlb_pte_size,
  is_pte_marker,
  is_table,
  NO_HPTE,
  pte_marker_uffd_wp,
  set_huge_pte_at,
} from './hugetlb_pte.ts';
import type { Sys } from './kernel.ts';
import { huge_pte_alloc, huge_pte_offset, page_behind_table } from './pgalloc.ts';
import { want_pmd_share } from './pmd_share.ts';
import { forget_range } from './unmap.ts';
import { is_armed } from './userfaultfd.ts';
import { vma_mm } from './vma.ts';

/** move_huge_pte() */
const move_huge_pte = (s: Sys, row: number, src: HugetlbPte, dst: HugetlbPte): void => {
  const e = huge_ptep_get(s, src);
  const heard = !is_armed(s.vma.at(row)) || Uffd.eventRemap(s.uffd.at(vma_mm(s, row))) === 1;
  huge_pte_clear(s, src);
  if (!s.kernel.move_clears_wp(s, heard)) set_huge_pte_at(s, dst, e);
  else if (pte_marker_uffd_wp(e)) huge_pte_clear(s, dst);
  else set_huge_pte_at(s, dst, is_pte_marker(e) ? e : HugePte.mkWp(e, 0));
};

/** Whether huge_pte_alloc() would look for a PMD table to share. */
const would_share = (s: Sys, row: number, page: number): boolean => {
  const { geometry: g } = s;
  if (!want_pmd_share(s, row, page)) return false;
  return !is_table(huge_ptep_get(s, hugetlb_pte_init(g, Level.pud, vma_mm(s, row), page, pudPages(g))));
};

/** The entry at the destination, as large as the one at the source, or NO_HPTE. */
const destination = (s: Sys, row: number, page: number, size: number): HugetlbPte => {
  const vma = s.vma.at(row);
  if (page < Vma.start(vma) || page + size > Vma.end(vma))
    throw new ModelBug('entry-outside-vma', `mremap() moves an entry to page ${page}, where the new VMA is not`);
  if (would_share(s, row, page)) s.kernel.move_meets_sharing(s, page);
  const slot = huge_pte_alloc(s, row, page);
  if (slot === NO_HPTE) return NO_HPTE;
  const h = hugetlb_hgm_walk(s, row, slot, page, size, true);
  return HugetlbPte.error(h) === Result.ok ? h : NO_HPTE;
};

/** move_hugetlb_page_tables() of `pages` pages from `from` of one VMA to `to` of another. Returns how many have been moved. */
export const move_hugetlb_page_tables = (
  s: Sys,
  row: number,
  newRow: number,
  from: number,
  to: number,
  pages: number,
): number => {
  const moved = move_range(s, row, newRow, from, to, pages);
  forget_range(s, row, from, from + pages);
  return moved;
};

const move_range = (s: Sys, row: number, newRow: number, from: number, to: number, pages: number): number => {
  const mm = vma_mm(s, row);
  const end = from + pages;
  let [old, page] = [from, to];
  while (old < end) {
    const slot = huge_pte_offset(s, mm, old);
    const src = slot === NO_HPTE || !s.kernel.move_walks_down(s) ? slot : hugetlb_hgm_walk(s, row, slot, old, 1, false);
    const isNone = src !== NO_HPTE && huge_pte_none(huge_ptep_get(s, src));
    if (src === NO_HPTE || (!isNone && s.kernel.huge_pmd_unshare(s, mm, old, src))) {
      const next = page_behind_table(s, old);
      page = s.kernel.move_skips_to(s, old, next, page);
      old = next;
      continue;
    }
    const size = hugetlb_pte_size(src);
    if (!isNone) {
      const dst = destination(s, newRow, page, size);
      if (dst === NO_HPTE) break;
      const e = huge_ptep_get(s, src);
      move_huge_pte(s, row, src, dst);
      if (hugetlb_pte_present_leaf(e)) s.kernel.hugetlb_move_rmap(s, e, size, slot, huge_pte_offset(s, mm, page));
    }
    old += size;
    page += size;
  }
  return Math.min(pages, old - from);
};
