/**
 * What counts as one mapping of a hugepage, of which a process may map parts: the rules that "hugetlb: introduce HugeTLB
 * high-granularity mapping" went through, as replacements of rmap.ts, whose rule is M2: every leaf counts one, whatever its size.
 */
import { Count, COMPOUND_MAPPED, HugePte, HugetlbPte } from '../state/hugetlb/hugetlb_types.ts';
import { folio_get, folio_put, page_folio } from './folio.ts';
import {
  huge_ptep_get,
  hugetlb_pte_present_leaf,
  hugetlb_pte_size,
  is_table,
  level_pages,
  NO_HPTE,
  set_huge_pte_at,
} from './hugetlb_pte.ts';
import type { HugetlbKernel, HugetlbPatch, Sys } from './kernel.ts';
import { entry_below } from './pgalloc.ts';
import { add_entire, entire_mapcount } from './rmap.ts';

/**
 * M1 as RFC v1 has it: the leaf that finds the hstate's entry none counts, and the leaf of the first page uncounts, whichever
 * counted (14/26, 15/26).
 */
export const M1_FIRST_PAGE: HugetlbPatch = {
  hugetlb_add_file_rmap: () => (s, pfn, _size, _slot, slotWasNone) => {
    if (slotWasNone) add_entire(s, page_folio(s, pfn), 1);
  },
  hugetlb_remove_rmap: () => (s, pfn) => {
    if (pfn % s.geometry.hugepage === 0) add_entire(s, page_folio(s, pfn), -1);
  },
};

/** The table in the hstate's entry counts for the folio from now on. */
const count_table = (s: Sys, folio: number, slot: HugetlbPte): void => {
  const e = huge_ptep_get(s, slot);
  if (HugePte.counted(e) > 0) return;
  set_huge_pte_at(s, slot, HugePte.mkCounted(e, folio + 1));
  add_entire(s, folio, 1);
};

/**
 * M1 as it is defined: one where the hstate's entry is present, as a leaf or as a table. The first leaf below counts the table, which
 * remembers that, and is uncounted when it is freed (pgalloc.ts). That an entry can remember it was an idea of the discussion.
 */
export const M1: HugetlbPatch = {
  hugetlb_add_file_rmap: () => (s, pfn, size, slot) => {
    if (size === s.geometry.hugepage) add_entire(s, page_folio(s, pfn), 1);
    else count_table(s, page_folio(s, pfn), slot);
  },
  hugetlb_remove_rmap: () => (s, pfn, size) => {
    if (size === s.geometry.hugepage) add_entire(s, page_folio(s, pfn), -1);
  },
  hugetlb_move_rmap: () => (s, leaf, size, _from, to) => {
    if (size < s.geometry.hugepage) count_table(s, page_folio(s, HugePte.pfn(leaf)), to);
  },
};

/** Pages that leaves below the hstate's entry, or it itself, map of the folio. */
const mapped_pages = (s: Sys, slot: HugetlbPte, folio: number): number => {
  const { hugepage } = s.geometry;
  if (slot === NO_HPTE) return 0;
  let pages = 0;
  for (let i = 0; i < hugepage;) {
    const h = entry_at(s, slot, i);
    const e = huge_ptep_get(s, h);
    if (hugetlb_pte_present_leaf(e) && page_folio(s, HugePte.pfn(e)) === folio) pages += hugetlb_pte_size(h);
    i += hugetlb_pte_size(h);
  }
  return pages;
};
/** The smallest entry at the page that is `nth` of the hugepage. */
const entry_at = (s: Sys, slot: HugetlbPte, nth: number): HugetlbPte => {
  let h = slot;
  while (is_table(huge_ptep_get(s, h))) h = entry_below(s, h, nth, level_pages(s.geometry, HugetlbPte.level(h) - 1));
  return h;
};

/**
 * One mapping for all that is below one entry of the hstate, with one reference, as long as any leaf is there: David Hildenbrand,
 * 2023-01-18, who says "mapped size" of what mapped_pages() counts. No version has it.
 */
export const M_FOLIO: HugetlbPatch = {
  hugetlb_add_file_rmap: () => (s, pfn, _size, slot) => {
    const folio = page_folio(s, pfn);
    if (mapped_pages(s, slot, folio) === 0) add_entire(s, folio, 1);
    else folio_put(s, folio);
  },
  hugetlb_remove_rmap: () => (s, pfn, size, slot) => {
    const folio = page_folio(s, pfn);
    if (size === s.geometry.hugepage || mapped_pages(s, slot, folio) === 0) add_entire(s, folio, -1);
    else folio_get(s, folio);
  },
  hugetlb_move_rmap: () => (s, leaf, size, from, to) => {
    const folio = page_folio(s, HugePte.pfn(leaf));
    if (mapped_pages(s, to, folio) === size) {
      add_entire(s, folio, 1);
      folio_get(s, folio);
    }
    if (mapped_pages(s, from, folio) > 0) return;
    add_entire(s, folio, -1);
    folio_put(s, folio);
  },
};

/** Pages of the folio that a small leaf maps, each counted for itself. */
const add_pages = (s: Sys, pfn: number, size: number, by: number): void => {
  for (let i = pfn; i < pfn + size; i++) s.mapcount.put(i, Count.add(s.mapcount.at(i), by));
};

type Rmap = Pick<HugetlbKernel, 'hugetlb_add_file_rmap' | 'hugetlb_remove_rmap'>;

/** hugetlb_add_file_rmap() and hugetlb_remove_rmap() of M3: as of THP, but for _nr_pages_mapped. */
const m3: Rmap = {
  hugetlb_add_file_rmap: (s, pfn, size) =>
    size === s.geometry.hugepage ? add_entire(s, page_folio(s, pfn), 1) : add_pages(s, pfn, size, 1),
  hugetlb_remove_rmap: (s, pfn, size) =>
    size === s.geometry.hugepage ? add_entire(s, page_folio(s, pfn), -1) : add_pages(s, pfn, size, -1),
};
const page_mapcount = (s: Sys, pfn: number): number =>
  entire_mapcount(s, page_folio(s, pfn)) + Count.valueOf(s.mapcount.at(pfn));
/** folio_large_is_mapped() */
const folio_mapped = (s: Sys, folio: number): boolean => entire_mapcount(s, folio) > 0 || s.nrPagesMapped.at(folio) > 0;

/** M3, of v2 (5/46): a leaf of the hugepage's size counts for all of it, a smaller one for each of its pages. */
export const M3: HugetlbPatch = {
  hugetlb_add_file_rmap: () => m3.hugetlb_add_file_rmap,
  hugetlb_remove_rmap: () => m3.hugetlb_remove_rmap,
  page_mapcount: () => page_mapcount,
  folio_mapped: () => folio_mapped,
};

/** _nr_pages_mapped, as it follows from the counts: pages with a mapcount of their own, and COMPOUND_MAPPED for the whole. */
const update_nr_pages_mapped = (s: Sys, folio: number): void => {
  const { hugepage } = s.geometry;
  let pages = entire_mapcount(s, folio) > 0 ? COMPOUND_MAPPED : 0;
  for (let i = folio * hugepage; i < (folio + 1) * hugepage; i++) if (Count.valueOf(s.mapcount.at(i)) > 0) pages++;
  s.nrPagesMapped.put(folio, pages);
};

/** M3 repaired, "mm: rmap: merge HugeTLB mapcount logic with THPs" (2023-03-06): _nr_pages_mapped is kept as of THP. */
export const M3_REPAIRED: HugetlbPatch = {
  ...M3,
  hugetlb_add_file_rmap: () => (s, pfn, size, slot, slotWasNone) => {
    m3.hugetlb_add_file_rmap(s, pfn, size, slot, slotWasNone);
    update_nr_pages_mapped(s, page_folio(s, pfn));
  },
  hugetlb_remove_rmap: () => (s, pfn, size, slot) => {
    m3.hugetlb_remove_rmap(s, pfn, size, slot);
    update_nr_pages_mapped(s, page_folio(s, pfn));
  },
};
