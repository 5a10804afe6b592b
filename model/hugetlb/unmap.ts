/**
 * What a range loses when it is unmapped. Mirrors mm/hugetlb.c __unmap_hugepage_range(); v6.1 and later, and "hugetlb:
 * introduce HugeTLB high-granularity mapping" RFC v2 16/47: entry by entry, each of the size that a full walk finds. Stubbed:
 * references are dropped at once, not with the batch of the TLB.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { pudPages } from '../state/hugetlb/geometry.ts';
import { Folio, HugePte, Usage, Vma } from '../state/hugetlb/hugetlb_types.ts';
import { folio_put, page_folio } from './folio.ts';
import { hugetlb_full_walk } from './hgm_walk.ts';
import {
  huge_pte_clear,
  huge_pte_none,
  huge_ptep_get,
  hugetlb_pte_present_leaf,
  hugetlb_pte_size,
  is_hugetlb_entry_migration,
  NO_HPTE,
  is_table,
  set_huge_pte_at,
  UFFD_WP_MARKER,
} from './hugetlb_pte.ts';
import type { Sys } from './kernel.ts';
import { forget_translations } from './mmu.ts';
import { huge_pte_offset, page_behind_table } from './pgalloc.ts';
import { hugetlb_pmd_shared, vma_may_share } from './pmd_share.ts';
import { restore_reserve_on_zap } from './reserve.ts';
import { vma_mm } from './vma.ts';

/** hugetlb_count_add(), hugetlb_count_sub(): the usage of an mm, in base pages. */
export const hugetlb_count_add = (s: Sys, mm: number, by: number): void => {
  if (s.geometry.usage === 1) s.usage.put(mm, Usage.add(s.usage.at(mm), by));
};

export interface Zap {
  /** ZAP_FLAG_DROP_MARKER: uffd-wp is given up with the page. */
  readonly dropMarker: boolean;
  /** Only leaves of this folio (ref_page), and the VMA is marked as one that has lost a page: unmap_ref_private(). */
  readonly folio?: number;
}

/** __unmap_hugepage_range() of pages start..end-1 of a VMA; of whole hugepages, or BUG_ON(). */
export const __unmap_hugepage_range = (s: Sys, row: number, start: number, end: number, zap: Zap): void => {
  const { hugepage } = s.geometry;
  if (s.kernel.unmap_asserts_hugepages(s) && (start % hugepage !== 0 || end % hugepage !== 0))
    throw new ModelBug(
      'BUG_ON(start & ~huge_page_mask)',
      `pages ${start}..${end - 1} are unmapped, not whole hugepages`,
    );
  for (let page = start; page < end;) {
    const h = hugetlb_full_walk(s, row, page);
    page = h === NO_HPTE ? page_behind_table(s, page) : zap_entry(s, row, page, h, zap);
  }
};

/** One entry; the page behind it, or behind the table that was unshared. */
const zap_entry = (s: Sys, row: number, page: number, h: Parameters<typeof huge_ptep_get>[1], zap: Zap): number => {
  if (s.kernel.huge_pmd_unshare(s, vma_mm(s, row), page, h)) {
    const end = page_behind_table(s, page);
    if (s.kernel.zap_of_shared_flushes(s)) s.kernel.flush_tlb_range(s, vma_mm(s, row), end - pudPages(s.geometry), end);
    return end;
  }
  const size = hugetlb_pte_size(h);
  const e = huge_ptep_get(s, h);
  if (is_table(e))
    throw new ModelBug(
      'endless-loop',
      `__unmap_hugepage_range() finds ${HugePte.show(e)} at page ${page}, and tries again`,
    );
  if (!huge_pte_none(e)) {
    if (!hugetlb_pte_present_leaf(e)) zap_not_present(s, row, h, e, zap);
    else if (zap.folio === undefined) zap_leaf(s, row, page, h, e, zap);
    else if (zap.folio === page_folio(s, HugePte.pfn(e))) {
      s.vma.put(row, Vma.mkUnmapped(s.vma.at(row), 1));
      zap_leaf(s, row, page, h, e, zap);
    }
  }
  return page + size;
};

const leaves_marker = (s: Sys, row: number, e: HugePte, { dropMarker }: Zap): boolean =>
  HugePte.wp(e) === 1 && !dropMarker && (!s.kernel.zap_marker_asks_vma(s) || Vma.wp(s.vma.at(row)) === 1);

const zap_not_present = (s: Sys, row: number, h: Parameters<typeof huge_ptep_get>[1], e: HugePte, zap: Zap): void => {
  if (is_hugetlb_entry_migration(e) && s.kernel.zap_counts_migration(s))
    s.kernel.hugetlb_count_add(s, vma_mm(s, row), -hugetlb_pte_size(h));
  if (leaves_marker(s, row, e, zap)) set_huge_pte_at(s, h, UFFD_WP_MARKER);
  else huge_pte_clear(s, h);
};

const zap_leaf = (
  s: Sys,
  row: number,
  page: number,
  h: Parameters<typeof huge_ptep_get>[1],
  e: HugePte,
  zap: Zap,
): void => {
  const folio = page_folio(s, HugePte.pfn(e));
  const size = hugetlb_pte_size(h);
  if (HugePte.dirty(e) === 1) s.folio.put(folio, Folio.mkDirty(s.folio.at(folio), 1));
  if (leaves_marker(s, row, e, zap)) set_huge_pte_at(s, h, UFFD_WP_MARKER);
  else huge_pte_clear(s, h);
  s.kernel.hugetlb_count_add(s, vma_mm(s, row), -size);
  s.kernel.hugetlb_remove_rmap(s, HugePte.pfn(e), size, huge_pte_offset(s, vma_mm(s, row), page));
  restore_reserve_on_zap(s, row, page, folio);
  folio_put(s, folio);
};

/** adjust_range_if_pmd_sharing_possible(): of a VMA that may share, the PUDs that the range touches. */
const widened = (s: Sys, row: number, page: number, up: boolean): number => {
  const span = pudPages(s.geometry);
  if (!vma_may_share(s, row, page)) return page;
  return (up ? Math.ceil(page / span) : Math.trunc(page / span)) * span;
};

/** Whoever remembers translations of pages start..end-1 of a VMA is told, and of what is shared there. */
export const forget_range = (s: Sys, row: number, start: number, end: number): void =>
  forget_translations(s, vma_mm(s, row), widened(s, row, start, false), widened(s, row, end, true));

const begins_in_shared_table = (s: Sys, row: number, start: number): boolean => {
  const h = hugetlb_full_walk(s, row, start);
  return h !== NO_HPTE && hugetlb_pmd_shared(s, h);
};

/**
 * unmap_hugepage_range(): and everybody who remembers translations is told. Where a table is given up instead of its entries being
 * cleared, the batch of the TLB knows of nothing that was.
 */
export const unmap_hugepage_range = (s: Sys, row: number, start: number, end: number, zap: Zap): void => {
  const flushes = s.kernel.zap_of_shared_flushes(s) || !begins_in_shared_table(s, row, start);
  __unmap_hugepage_range(s, row, start, end, zap);
  if (flushes) forget_range(s, row, start, end);
  else {
    const [from, to] = [widened(s, row, start, false), widened(s, row, end, true)];
    s.kernel.mmu_notifier_invalidate_range(s, vma_mm(s, row), from, to);
  }
};
