/**
 * Pages of a hugetlbfs file that go away. Mirrors fs/hugetlbfs/inode.c hugetlbfs_setattr(), hugetlb_vmtruncate(),
 * hugetlbfs_punch_hole(), hugetlb_vmdelete_list(), remove_inode_hugepages(), hugetlb_unmap_file_folio(), hugetlb_vma_maps_pfn(),
 * v6.1 and later (hugetlb_vma_maps_page() there), and hugetlb_vma_maybe_maps_page() of "hugetlb: introduce HugeTLB
 * high-granularity mapping" RFC v2 15/47, hugetlb_vma_maps_page() of v1 16/46 and v2 17/46. Stubbed: locks, but for a VMA lock
 * that somebody else has. Left out: seals, subpools, the zeroing of parts of hugepages, faults that come meanwhile.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { HugePte, Result, Vma } from '../state/hugetlb/hugetlb_types.ts';
import { filemap_get, folio_lock, folio_pfn, hugetlb_delete_from_page_cache, page_folio } from './folio.ts';
import { hugetlb_full_walk } from './hgm_walk.ts';
import { huge_ptep_get, hugetlb_pte_present_leaf, is_table, NO_HPTE } from './hugetlb_pte.ts';
import type { Sys } from './kernel.ts';
import { alloc_succeeds, SUCCEEDS_OR_FAILS } from '../alloc_succeeds.ts';
import { huge_pte_offset } from './pgalloc.ts';
import { hugetlb_unreserve_page } from './reserve.ts';
import { linear_page, NO_VMA, vma_mm } from './vma.ts';

/** hugetlb_vma_maps_pfn(): the entry of the hstate is a leaf of the folio. */
export const hugetlb_vma_maps_pfn = (s: Sys, row: number, page: number, folio: number): boolean => {
  const h = huge_pte_offset(s, vma_mm(s, row), page);
  if (h === NO_HPTE) return false;
  const e = huge_ptep_get(s, h);
  return hugetlb_pte_present_leaf(e) && HugePte.pfn(e) === folio_pfn(s, folio);
};

/** hugetlb_vma_maybe_maps_page() of RFC v2: a table may have a leaf of it. */
export const hugetlb_vma_maybe_maps_page = (s: Sys, row: number, page: number, folio: number): boolean => {
  const h = huge_pte_offset(s, vma_mm(s, row), page);
  return h !== NO_HPTE && (is_table(huge_ptep_get(s, h)) || hugetlb_vma_maps_pfn(s, row, page, folio));
};

/** hugetlb_vma_maps_page() of v1 and v2: the smallest entry at the first page is a leaf of the folio. */
export const hugetlb_vma_maps_page_at = (s: Sys, row: number, page: number, folio: number): boolean => {
  const h = hugetlb_full_walk(s, row, page);
  if (h === NO_HPTE) return false;
  const e = huge_ptep_get(s, h);
  return hugetlb_pte_present_leaf(e) && page_folio(s, HugePte.pfn(e)) === folio;
};

/** Whether a VMA that is not shareable has its reservation map for a lock. */
const has_private_lock = (s: Sys, vma: Vma): boolean =>
  Vma.mayShare(vma) === 0 && Vma.owner(vma) === 1 && s.kernel.private_vma_has_lock(s);

/**
 * hugetlb_vma_trylock_write(): it fails where somebody who faults has the lock, and counts as an
 * allocation that does; the search tries both.
 */
const hugetlb_vma_trylock_write = (s: Sys, row: number): boolean => {
  const vma = s.vma.at(row);
  return (Vma.data(vma) === 0 && !has_private_lock(s, vma)) || alloc_succeeds(s, 'hugetlb_vma_trylock_write');
};

/** vma_interval_tree_foreach(): the VMAs of a file that map some of its base pages start..end-1, and where. */
const for_each_mapping = (
  s: Sys,
  file: number,
  start: number,
  end: number,
  each: (row: number, from: number, to: number) => void,
): void => {
  for (let row = 0; row < s.vma.rows; row++) {
    const vma = s.vma.at(row);
    if (vma === NO_VMA || Vma.file(vma) !== file + 1) continue;
    const from = Math.max(Vma.pgoff(vma), start);
    const to = Math.min(linear_page(vma, Vma.end(vma)), end);
    if (from < to) each(row, Vma.start(vma) + from - Vma.pgoff(vma), Vma.start(vma) + to - Vma.pgoff(vma));
  }
};

/** hugetlb_vmdelete_list(): base pages start..end-1 of the file are unmapped everywhere, private copies of them as well. */
const hugetlb_vmdelete_list = (s: Sys, file: number, start: number, end: number, dropMarker: boolean): void =>
  for_each_mapping(s, file, start, end, (row, from, to) => {
    if (hugetlb_vma_trylock_write(s, row)) s.kernel.unmap_hugepage_range(s, row, from, to, { dropMarker });
  });

/**
 * hugetlb_unmap_file_folio(): now it waits for VMA locks, but asks first whether the VMA maps the folio. It takes what a VMA has
 * in vm_private_data for a hugetlb_vma_lock, which it is of shareable VMAs alone.
 */
const hugetlb_unmap_file_folio = (s: Sys, file: number, index: number, folio: number): void => {
  const { hugepage } = s.geometry;
  for_each_mapping(s, file, index * hugepage, (index + 1) * hugepage, (row, from, to) => {
    if (!s.kernel.hugetlb_vma_maps_page(s, row, from, folio)) return;
    if (has_private_lock(s, s.vma.at(row)) && still_locked(s))
      throw new ModelBug('private-vma-lock', 'hugetlb_unmap_file_folio() takes a resv_map for a hugetlb_vma_lock');
    s.kernel.unmap_hugepage_range(s, row, from, to, { dropMarker: true });
  });
};
/** Whether whoever had the lock has it still: only somebody who had it can. */
const still_locked = (s: Sys): boolean =>
  s.failures.at(0) > 0 && s.choose('hugetlb_vma_trylock_write', SUCCEEDS_OR_FAILS) === 1;

/** remove_inode_hugepages() of hugepages first..end-1. What truncation leaves of reservations behind it goes as well. */
const remove_inode_hugepages = (s: Sys, file: number, first: number, end: number, truncates: boolean): void => {
  for (let index = first; index < end; index++) {
    const folio = filemap_get(s, file, index);
    if (folio >= 0) remove_inode_single_folio(s, file, index, folio);
    if (truncates || folio >= 0) hugetlb_unreserve_page(s, file, index, folio >= 0);
  }
};

const remove_inode_single_folio = (s: Sys, file: number, index: number, folio: number): void => {
  folio_lock(s, folio);
  if (s.kernel.folio_mapped(s, folio)) hugetlb_unmap_file_folio(s, file, index, folio);
  hugetlb_delete_from_page_cache(s, file, index);
};

/** hugetlbfs_setattr() with ATTR_SIZE: the file has `size` base pages from now on. Returns a code of `Result`. */
export const hugetlbfs_setattr_size = (s: Sys, file: number, size: number): number => {
  const { hugepage, fileHugepages } = s.geometry;
  if (size % hugepage !== 0) return Result.EINVAL;
  s.isize.put(file, size / hugepage);
  hugetlb_vmdelete_list(s, file, size, Number.MAX_SAFE_INTEGER, true);
  remove_inode_hugepages(s, file, size / hugepage, fileHugepages, true);
  return Result.ok;
};

/** hugetlbfs_punch_hole() of base pages start..end-1: of the hugepages that lie in them as a whole. Returns a code of `Result`. */
export const hugetlbfs_punch_hole = (s: Sys, file: number, start: number, end: number): number => {
  const { hugepage } = s.geometry;
  const [first, behind] = [Math.ceil(start / hugepage), Math.trunc(end / hugepage)];
  if (first >= behind) return Result.ok;
  hugetlb_vmdelete_list(s, file, first * hugepage, behind * hugepage, false);
  remove_inode_hugepages(s, file, first, behind, false);
  return Result.ok;
};
