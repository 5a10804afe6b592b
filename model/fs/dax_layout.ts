/**
 * Truncation, hole punch and the end of an inode of a DAX file: fs/dax.c dax_layout_busy_page_range(),
 * dax_break_layout(), dax_break_layout_final(), v7.1, between xfs_vn_setattr_size(), xfs_file_fallocate(),
 * xfs_fs_evict_inode() and the blocks. It waits without the locks of the file system that faults need
 * (xfs_wait_dax_page()), but with that of the inode: one truncation of a file at a time. Left out: zeroing of a part of a
 * block, NOWAIT.
 */
import { folio_mapcount } from '../mm/rmap.ts';
import type { Sys } from '../mm/kernel.ts';
import { page_folio } from '../mm/page_flags.ts';
import { folio_ref_count } from '../mm/page_ref.ts';
import { EVEN_COWS } from '../mm/memory.ts';
import { Cut, CutKind, DaxEntry, DaxKind } from '../state/dax.ts';
import { type MmView, Vma, VmaKind } from '../state/mm_types.ts';
import { entry_row, unmap_file } from './dax_entry.ts';
import { file_of, free_extents } from './extents.ts';

const NO_CUT = Cut.of({});
/** What dax_busy_page() and a scan give where nothing is busy. */
const IDLE = -1;

/** dax_busy_page(): somebody else than page tables has the folio. Zero pages, and what is empty, are never busy. */
export const dax_busy_page = (s: Sys, e: DaxEntry): number => {
  if (DaxEntry.kind(e) !== DaxKind.mapped) return IDLE;
  const folio = page_folio(s, DaxEntry.pfn(e));
  return folio_ref_count(s, folio) - folio_mapcount(s, folio) !== 0 ? folio : IDLE;
};

/** dax_page_is_idle(): what a waiter waits for; page_ref_count() of the page. */
export const dax_page_is_idle = (s: Sys, pfn: number): boolean => folio_ref_count(s, page_folio(s, pfn)) === 0;

/** Whether any VMA has this file: mapping_mapped(). */
export const mapping_mapped = (s: MmView, file: number): boolean => {
  for (let row = 0; row < s.vma.rows; row++) {
    const vma = s.vma.at(row);
    if (Vma.kind(vma) === VmaKind.fsdax && file_of(vma) === file) return true;
  }
  return false;
};

/** I_FREEING: nobody finds the inode of this VMA's file any more. */
export const is_freeing = (s: MmView, vma: Vma): boolean => {
  if (s.cut.rows === 0 || Vma.kind(vma) !== VmaKind.fsdax) return false;
  const cut = s.cut.at(0);
  return Cut.waits(cut) === 1 && Cut.kind(cut) === CutKind.evict && Cut.file(cut) === file_of(vma);
};

/** dax_layout_busy_page_range(): unmaps pages from..to-1 of the file; the first page of them that is busy, or IDLE. */
export const dax_layout_busy_page_range = (
  s: Sys,
  file: number,
  from: number,
  to: number,
  unmapped = s.kernel.dax_scans_unmapped(s),
): number => {
  if (!unmapped && !mapping_mapped(s, file)) return IDLE;
  unmap_file(s, file, from, to);
  for (let index = from; index < to; index++) {
    const pfn = s.kernel.dax_busy_page(s, s.daxEntry.at(entry_row(s, file, index)));
    if (pfn !== IDLE) return pfn;
  }
  return IDLE;
};

/**
 * dax_break_layout() for pages from..to-1, which are then cut off: done, or to be gone on with once a page is idle. XFS
 * and ext4 break the layout of the whole file, whatever they cut.
 */
export const dax_break_layout = (s: Sys, kind: number, file: number, from: number, to: number): void => {
  const whole = s.kernel.dax_breaks_whole_file(s);
  const [first, end] = whole || kind === CutKind.evict ? [0, s.geometry.daxFilePages] : [from, to];
  const waits = kind !== CutKind.evict || s.kernel.dax_evict_waits(s);
  // Nobody maps a file that ends: there is nothing but pins to wait for.
  const busy = waits
    ? s.kernel.dax_layout_busy_page_range(s, file, first, end, kind === CutKind.evict || undefined)
    : IDLE;
  if (busy !== IDLE) {
    s.cut.put(0, Cut.of({ waits: 1, kind, file, from, to, pfn: busy }));
    return;
  }
  s.cut.put(0, NO_CUT);
  if (waits && s.kernel.dax_break_deletes(s)) s.kernel.dax_delete_mapping_range(s, file, first, end);
  s.kernel.dax_cuts_off(s, kind, file, from, to);
};

/** What follows: truncate_setsize() or truncate_pagecache_range(), truncate_inode_pages_final(), and the blocks. */
export const dax_cuts_off = (s: Sys, kind: number, file: number, from: number, to: number): void => {
  // A hole that is punched leaves private copies.
  unmap_file(s, file, from, to, kind === CutKind.punch ? undefined : EVEN_COWS);
  s.kernel.dax_delete_mapping_range(s, file, from, to);
  free_extents(s, file, from, to);
};

/** The waiter has been woken, and the page is idle: it looks again. */
export const dax_layout_wakes = (s: Sys): void => {
  const cut = s.cut.at(0);
  s.kernel.dax_break_layout(s, Cut.kind(cut), Cut.file(cut), Cut.from(cut), Cut.to(cut));
};
