/**
 * Memory breaks, and only the base page is lost that it is. Mirrors "[RFC PATCH v1 0/7] PAGE_SIZE unmapping in memory-failure recovery
 * for hugepages" (Jiaqi Yan, 2023-04-28), on v2 of high-granularity mapping: try_to_split_huge_mapping(),
 * hugetlb_enable_hgm_vma(), is_unmapping_successful(), hugetlb_no_page_hwpoison(). Stubbed: locks. Left out: an allocation of
 * struct raw_hwp_page that fails, signals.
 */
import { leafSizes } from '../state/hugetlb/geometry.ts';
import { Folio, HugePte, HugePteKind, HugetlbPte, Result, Vma } from '../state/hugetlb/hugetlb_types.ts';
import { folio_get, folio_lock, folio_pfn, page_folio } from './folio.ts';
import { hugetlb_full_walk, hugetlb_hgm_walk } from './hgm_walk.ts';
import { huge_ptep_get, hugetlb_pte_size, NO_HPTE } from './hugetlb_pte.ts';
import { hugetlb_split_to_page } from './hugetlb_split.ts';
import type { Sys } from './kernel.ts';
import { me_huge_page } from './memory_failure.ts';
import { cache_row_of, for_each_vma_of, rmap_walk } from './page_vma_mapped.ts';
import { poison_leaf, try_to_unmap_poisoned } from './rmap_unmap.ts';
import { hugetlb_unshare_all_pmds } from './userfaultfd.ts';
import { page_in_hugepage } from './vma.ts';

/** hugetlb_enable_hgm_vma() of a VMA that is shareable. */
export const hugetlb_enable_hgm_vma = (s: Sys, row: number): void => {
  if (Vma.hgm(s.vma.at(row)) === 1) return;
  hugetlb_unshare_all_pmds(s, row);
  s.vma.put(row, Vma.mkHgm(s.vma.at(row), 1));
};

/** try_to_split_huge_mapping(): the page gets a leaf of its own in every VMA; in how many it has. */
const try_to_split_huge_mapping = (s: Sys, pfn: number): number => {
  const folio = page_folio(s, pfn);
  let split = 0;
  s.kernel.is_raw_hwp(s, pfn);
  for_each_vma_of(s, folio, (row, head) => {
    if (Vma.mayShare(s.vma.at(row)) === 0) return;
    s.kernel.hwpoison_enables_hgm(s, row);
    const page = head + pfn - folio_pfn(s, folio);
    const at = s.kernel.hwpoison_walks_to(head, page);
    const h = hugetlb_full_walk(s, row, at);
    if (h !== NO_HPTE && hugetlb_split_to_page(s, row, h, at, page) === Result.ok) split++;
  });
  return split;
};

/** try_to_unmap_one(): of a shareable VMA the broken page alone, of another the hugepage. How many leaves of the page were. */
const try_to_unmap_page = (s: Sys, pfn: number, expected: number): number => {
  const folio = page_folio(s, pfn);
  let unmapped = 0;
  const one = (_s: Sys, row: number, page: number, h: HugetlbPte): boolean => {
    const leaf = huge_ptep_get(s, h);
    if (Vma.mayShare(s.vma.at(row)) === 0) {
      poison_leaf(s, row, page, h, leaf);
      return true;
    }
    if (hugetlb_pte_size(h) > 1 || !s.kernel.is_raw_hwp(s, HugePte.pfn(leaf))) return true;
    if (HugePte.pfn(leaf) !== pfn || unmapped === expected) return true;
    poison_leaf(s, row, page, h, leaf);
    unmapped++;
    return true;
  };
  rmap_walk(s, folio, { kind: HugePteKind.leaf, folio }, one, folio);
  return unmapped;
};

/** memory_failure() of a frame. Returns a code of `Result`. */
export const memory_failure_in_pages = (s: Sys, pfn: number): number => {
  const folio = page_folio(s, pfn);
  const before = s.folio.at(folio);
  if (s.rawHwpoison.at(pfn) === 1) return Result.EHWPOISON;
  s.rawHwpoison.put(pfn, 1);
  s.folio.put(folio, Folio.mkMigratable(Folio.mkHwpoison(before, 1), 0));
  const again = Folio.hwpoison(before) === 1 && s.kernel.hwpoison_unmaps_again(s);
  if (Folio.migratable(before) === 0 && !again) return Result.EBUSY;
  folio_get(s, folio);
  folio_lock(s, folio);
  if (!s.kernel.folio_mapped(s, folio)) return me_huge_page(s, folio) ? Result.ok : Result.EBUSY;
  if (cache_row_of(s, folio) < 0) {
    try_to_unmap_poisoned(s, folio);
    return s.kernel.hwpoison_unmapped(s, folio) && me_huge_page(s, folio) ? Result.ok : Result.EBUSY;
  }
  const expected = try_to_split_huge_mapping(s, pfn);
  if (try_to_unmap_page(s, pfn, expected) !== expected) return Result.EBUSY;
  return expected > 0 || me_huge_page(s, folio) ? Result.ok : Result.EBUSY;
};

/** Whether the entry of the page would map a broken one. */
const has_broken_page = (s: Sys, row: number, page: number, h: HugetlbPte, folio: number): boolean => {
  const size = hugetlb_pte_size(h);
  const first = folio_pfn(s, folio) + page_in_hugepage(s, s.vma.at(row), Math.trunc(page / size) * size);
  for (let pfn = first; pfn < first + size; pfn++) if (s.rawHwpoison.at(pfn) === 1) return true;
  return false;
};

/** hugetlb_no_page_hwpoison(): tables are made until the entry has healthy pages alone. */
export const hugetlb_no_page_beside_poison = (
  s: Sys,
  row: number,
  page: number,
  from: HugetlbPte,
  folio: number,
): HugetlbPte => {
  if (Vma.mayShare(s.vma.at(row)) === 0) return NO_HPTE;
  s.kernel.hwpoison_enables_hgm(s, row);
  let h = from;
  while (has_broken_page(s, row, page, h, folio)) {
    const size = hugetlb_pte_size(h);
    const next = leafSizes(s.geometry).find((one) => one < size);
    if (next === undefined) return NO_HPTE;
    h = hugetlb_hgm_walk(s, row, h, page, next, true);
    if (HugetlbPte.error(h) !== Result.ok) return NO_HPTE;
  }
  return h;
};
