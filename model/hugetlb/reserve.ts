/**
 * Reservations: which hugepages a mapping is promised. Mirrors mm/hugetlb.c hugetlb_reserve_pages(),
 * hugetlb_unreserve_pages(), vma_needs_reservation(), alloc_hugetlb_folio(), hugetlb_vm_op_close(); v6.1 and later. A file has
 * its map in the inode; a private mapping has one of its own, of what has used its reservation. Left out: subpools, and what
 * region_chg() allocates.
 */
import { Folio, Reserved, Result, Vma } from '../state/hugetlb/hugetlb_types.ts';
import { dequeue_hugetlb_folio, free_hugepages } from './folio.ts';
import type { Sys } from './kernel.ts';
import { hugepages_of, vma_hugecache_offset, vma_mm } from './vma.ts';

export const resv_huge_pages = (s: Sys): number => Reserved.valueOf(s.resv.at(0));
export const add_resv = (s: Sys, by: number): void => s.resv.put(0, Reserved.add(s.resv.at(0), by));

const fileRow = (s: Sys, vma: Vma, page: number): number =>
  (Vma.file(vma) - 1) * s.geometry.fileHugepages + vma_hugecache_offset(s, vma, page);
const mmRow = (s: Sys, row: number, page: number): number =>
  vma_mm(s, row) * hugepages_of(s) + Math.trunc(page / s.geometry.hugepage);

/** hugetlb_acct_memory(): so many more are promised, if the pool has them. */
const hugetlb_acct_memory = (s: Sys, by: number): boolean => {
  if (free_hugepages(s) - resv_huge_pages(s) < by) return false;
  add_resv(s, by);
  return true;
};

/** hugetlb_reserve_pages() of a VMA that is about to be. Returns a code of `Result`. */
export const hugetlb_reserve_pages = (s: Sys, row: number): number => {
  const vma = s.vma.at(row);
  if (Vma.noreserve(vma) === 1) return Result.ok;
  const step = s.geometry.hugepage;
  let change = 0;
  for (let page = Vma.start(vma); page < Vma.end(vma); page += step)
    if (Vma.mayShare(vma) === 0 || s.reserved.at(fileRow(s, vma, page)) === 0) change++;
  if (!hugetlb_acct_memory(s, change)) return Result.ENOMEM;
  for (let page = Vma.start(vma); page < Vma.end(vma); page += step) {
    if (Vma.mayShare(vma) === 1) s.reserved.put(fileRow(s, vma, page), 1);
    else s.consumed.put(mmRow(s, row, page), 0);
  }
  return Result.ok;
};

/** vma_needs_reservation(): whether the page of the VMA has no promise that is still good. */
export const vma_needs_reservation = (s: Sys, row: number, page: number): boolean => {
  const vma = s.vma.at(row);
  if (Vma.mayShare(vma) === 1) return s.reserved.at(fileRow(s, vma, page)) === 0;
  // A private mapping that made no promise, or a child's, has none.
  return Vma.owner(vma) === 0 || s.consumed.at(mmRow(s, row, page)) === 1;
};

/** vma_commit_reservation(): the promise has been used. */
const vma_commit_reservation = (s: Sys, row: number, page: number): void => {
  const vma = s.vma.at(row);
  if (Vma.mayShare(vma) === 1) s.reserved.put(fileRow(s, vma, page), 1);
  else if (Vma.owner(vma) === 1) s.consumed.put(mmRow(s, row, page), 1);
};

/**
 * alloc_hugetlb_folio(): a hugepage for a page of the VMA, out of what it was promised, or else out of what nobody was; -1:
 * ENOSPC. `fromOwner`: of the copy of a private page, which the promise does not cover.
 */
export const alloc_hugetlb_folio = (s: Sys, row: number, page: number, fromOwner: boolean): number => {
  const promised = !fromOwner && !vma_needs_reservation(s, row, page);
  if (!promised && free_hugepages(s) - resv_huge_pages(s) <= 0) return -1;
  const folio = dequeue_hugetlb_folio(s);
  if (folio < 0) return -1;
  if (promised) {
    add_resv(s, -1);
    s.folio.put(folio, Folio.mkRestoreReserve(s.folio.at(folio), 1));
  }
  vma_commit_reservation(s, row, page);
  return folio;
};

/** hugetlb_vm_op_close(): what a private mapping was promised and has not used is given back. */
export const reset_private_reservations = (s: Sys, row: number): void => {
  const vma = s.vma.at(row);
  if (Vma.mayShare(vma) === 1 || Vma.owner(vma) === 0) return;
  for (let page = Vma.start(vma); page < Vma.end(vma); page += s.geometry.hugepage) {
    if (s.consumed.at(mmRow(s, row, page)) === 0) add_resv(s, -1);
    s.consumed.put(mmRow(s, row, page), 0);
  }
};

/** What a private VMA has used is used as well where a copy of it is: both have the same map. */
export const share_resv_map = (s: Sys, row: number, from: number, to: number, pages: number): void => {
  if (Vma.owner(s.vma.at(row)) === 0) return;
  for (let i = 0; i < pages; i += s.geometry.hugepage)
    s.consumed.put(mmRow(s, row, to + i), s.consumed.at(mmRow(s, row, from + i)));
};

/** A VMA has no map any more; who else has it keeps the promises. */
export const forget_resv_map = (s: Sys, row: number): void => {
  const vma = s.vma.at(row);
  if (Vma.owner(vma) === 0) return;
  for (let page = Vma.start(vma); page < Vma.end(vma); page += s.geometry.hugepage)
    s.consumed.put(mmRow(s, row, page), 0);
};

/** hugetlb_unreserve_pages() of one hugepage of a file; `freed`: its folio has left the page cache, and has used the promise. */
export const hugetlb_unreserve_page = (s: Sys, file: number, index: number, freed: boolean): void => {
  const row = file * s.geometry.fileHugepages + index;
  if (s.reserved.at(row) === 0) return;
  s.reserved.put(row, 0);
  if (!freed) add_resv(s, -1);
};

/**
 * Where a private page has been unmapped, the mapping is promised one again: __unmap_hugepage_range(), "restore the
 * reservation" (v6.18; the last mapping of the folio alone, v6.12.110 and v7.3); v6.1 gives none back.
 */
export const restore_reserve_on_zap = (s: Sys, row: number, page: number, folio: number): void => {
  const vma = s.vma.at(row);
  if (Folio.anon(s.folio.at(folio)) === 0 || Vma.owner(vma) === 0) return;
  if (!s.kernel.zap_restores_reserve(s, folio)) return;
  s.folio.put(folio, Folio.mkRestoreReserve(s.folio.at(folio), 1));
  s.consumed.put(mmRow(s, row, page), 0);
};
