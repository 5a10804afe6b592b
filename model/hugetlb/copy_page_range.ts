/**
 * What a child gets of its parent's entries. Mirrors mm/hugetlb.c copy_hugetlb_page_range(), hugetlb_install_folio(); v6.1 and
 * later, and "hugetlb: introduce HugeTLB high-granularity mapping" RFC v1 19/26, RFC v2 25/47, v1 26/46, v2 22/46 and 35/46: with
 * leaves as small as the parent's. Stubbed: locks, what is copied. Left out: entries that change while a page is copied, and
 * what lockdep says of the child's VMA lock (RFC v2).
 */
import { ModelBug } from '../../checker/search/index.ts';
import { pagesOf } from '../state/hugetlb/geometry.ts';
import { Folio, HugePte, HugePteKind, HugetlbPte, Level, Prot, Result, Vma } from '../state/hugetlb/hugetlb_types.ts';
import { folio_pfn, folio_put, page_folio } from './folio.ts';
import { hugetlb_full_walk, hugetlb_hgm_walk } from './hgm_walk.ts';
import {
  huge_pte_none,
  huge_ptep_get,
  hugetlb_pte_present_leaf,
  hugetlb_pte_size,
  is_hugetlb_entry_hwpoisoned,
  is_hugetlb_entry_migration,
  is_pte_marker,
  NO_HPTE,
  NONE_HUGE_PTE,
  set_huge_pte_at,
} from './hugetlb_pte.ts';
import type { Sys } from './kernel.ts';
import { huge_pte_mkuffd_wp } from './make_huge_pte.ts';
import { huge_pte_alloc, page_behind_table } from './pgalloc.ts';
import { folio_maybe_dma_pinned } from './pin.ts';
import { hugetlb_add_new_anon_rmap } from './rmap.ts';
import { vma_mm } from './vma.ts';

/** copy_hugetlb_page_range(): all entries of a VMA, to the same place of the child's. Returns a code of `Result`. */
export const copy_hugetlb_page_range = (s: Sys, dstRow: number, srcRow: number): number => {
  const error = s.kernel.copy_begins(s, srcRow, dstRow);
  if (error !== Result.ok) return error;
  for (let page = Vma.start(s.vma.at(srcRow)); page < Vma.end(s.vma.at(srcRow));) {
    const src = hugetlb_full_walk(s, srcRow, page);
    if (src === NO_HPTE) {
      page = page_behind_table(s, page);
      continue;
    }
    const slot = huge_pte_alloc(s, dstRow, page);
    if (slot === NO_HPTE) return Result.ENOMEM;
    const slotWasNone = huge_pte_none(huge_ptep_get(s, slot));
    const dst = hugetlb_hgm_walk(s, dstRow, slot, page, hugetlb_pte_size(src), true);
    if (HugetlbPte.error(dst) !== Result.ok) return HugetlbPte.error(dst);
    if (s.kernel.copy_takes_for_shared(s, dst)) {
      // An mm has one PUD table.
      page = HugetlbPte.level(dst) === Level.pud ? pagesOf(s.geometry) : page_behind_table(s, page);
      continue;
    }
    const failed = copy_entry(s, srcRow, dstRow, page, src, dst, slot, slotWasNone);
    if (failed !== Result.ok) return failed;
    page += hugetlb_pte_size(src);
  }
  return Result.ok;
};

/** Private pages are written by parent or child only after a copy. */
const is_cow_mapping = (vma: Vma): boolean => Vma.mayShare(vma) === 0;

const copy_entry = (
  s: Sys,
  srcRow: number,
  dstRow: number,
  page: number,
  src: HugetlbPte,
  dst: HugetlbPte,
  slot: HugetlbPte,
  slotWasNone: boolean,
): number => {
  const e = huge_ptep_get(s, src);
  if (huge_pte_none(e)) return Result.ok;
  if (hugetlb_pte_present_leaf(e)) return copy_leaf(s, srcRow, dstRow, page, src, dst, slot, slotWasNone);
  if (is_pte_marker(e)) copy_marker(s, dst, e, Vma.wp(s.vma.at(dstRow)));
  else if (is_hugetlb_entry_hwpoisoned(e)) set_huge_pte_at(s, dst, for_child(s, dstRow, e));
  else if (is_hugetlb_entry_migration(e)) copy_migration(s, srcRow, dstRow, src, dst);
  else
    throw new ModelBug(
      'endless-loop',
      `copy_hugetlb_page_range() finds ${HugePte.show(e)} at page ${page}, and retries`,
    );
  return Result.ok;
};

/** copy_pte_marker(): uffd-wp only for a child that has it. */
const copy_marker = (s: Sys, dst: HugetlbPte, e: HugePte, wp: number): void => {
  const marker = HugePte.mkWp(e, HugePte.wp(e) === 1 && wp === 1 ? 1 : 0);
  const isEmpty = HugePte.wp(marker) === 0 && HugePte.poisoned(marker) === 0;
  set_huge_pte_at(s, dst, isEmpty ? NONE_HUGE_PTE : marker);
};

const for_child = (s: Sys, dstRow: number, e: HugePte): HugePte =>
  Vma.wp(s.vma.at(dstRow)) === 1 ? e : s.kernel.copy_swap_without_wp(s, e);

/** Of a private page, both become readable; made anew, the parent's keeps uffd-wp only where it is registered. */
const copy_migration = (s: Sys, srcRow: number, dstRow: number, src: HugetlbPte, dst: HugetlbPte): void => {
  let e = huge_ptep_get(s, src);
  const isReadable = HugePte.write(e) === 0 && HugePte.exclusive(e) === 0;
  if (is_cow_mapping(s.vma.at(srcRow)) && !isReadable) {
    const keepsWp = HugePte.wp(e) === 1 && Vma.wp(s.vma.at(srcRow)) === 1;
    e = HugePte.of({ kind: HugePteKind.migration, pfn: HugePte.pfn(e), wp: keepsWp ? 1 : 0 });
    set_huge_pte_at(s, src, e);
  }
  set_huge_pte_at(s, dst, for_child(s, dstRow, e));
  if (s.kernel.copy_counts_migration(s)) s.kernel.hugetlb_count_add(s, vma_mm(s, dstRow), hugetlb_pte_size(dst));
};

const copy_leaf = (
  s: Sys,
  srcRow: number,
  dstRow: number,
  page: number,
  src: HugetlbPte,
  dst: HugetlbPte,
  slot: HugetlbPte,
  slotWasNone: boolean,
): number => {
  const e = huge_ptep_get(s, src);
  const folio = page_folio(s, HugePte.pfn(e));
  const error = s.kernel.copy_takes_ref(s, folio);
  if (error !== Result.ok) {
    s.kernel.copy_fails_locked(s);
    return error;
  }
  const state = s.folio.at(folio);
  if (Folio.anon(state) === 1 && Folio.exclusive(state) === 1) {
    if (folio_maybe_dma_pinned(s, folio)) return copy_pinned(s, dstRow, page, dst, e);
    s.folio.put(folio, Folio.mkExclusive(state, 0));
  }
  const size = hugetlb_pte_size(dst);
  s.kernel.hugetlb_add_file_rmap(s, HugePte.pfn(e), size, slot, s.kernel.copy_counts_first(s, page, slotWasNone));
  const both = is_cow_mapping(s.vma.at(srcRow)) ? HugePte.mkWrite(e, 0) : e;
  set_huge_pte_at(s, src, both);
  const clears = Vma.wp(s.vma.at(dstRow)) === 0 && s.kernel.copy_clears_wp(s);
  set_huge_pte_at(s, dst, clears ? HugePte.mkWp(both, 0) : both);
  s.kernel.hugetlb_count_add(s, vma_mm(s, dstRow), size);
  return Result.ok;
};

/** A page that is pinned stays the parent's alone: the child gets a copy at once, out of what nobody was promised. */
const copy_pinned = (s: Sys, dstRow: number, page: number, dst: HugetlbPte, old: HugePte): number => {
  const copy = s.kernel.alloc_hugetlb_folio(s, dstRow, page, false);
  folio_put(s, page_folio(s, HugePte.pfn(old)));
  if (copy < 0) return Result.ENOSPC;
  s.folio.put(copy, Folio.mkMigratable(Folio.mkUptodate(s.folio.at(copy), 1), 1));
  hugetlb_add_new_anon_rmap(s, copy);
  const vma = s.vma.at(dstRow);
  const leaf = s.kernel.make_huge_pte(folio_pfn(s, copy), vma, Vma.prot(vma) === Prot.RW);
  const keepsWp = Vma.wp(vma) === 1 && HugePte.wp(old) === 1 && s.kernel.copy_of_pinned_keeps_wp(s);
  set_huge_pte_at(s, dst, keepsWp ? huge_pte_mkuffd_wp(leaf) : leaf);
  s.kernel.hugetlb_count_add(s, vma_mm(s, dstRow), hugetlb_pte_size(dst));
  return Result.ok;
};
