/**
 * The file system under DAX, as far as a fault and a truncation ask it: where the blocks of a file are, and which are
 * free. Stands for the iomap operations of fs/xfs/xfs_iomap.c and for fs/xfs/xfs_reflink.c, v7.1; fs/ext4 has no shared
 * blocks. Left out: the log, delayed allocation, extents that are longer than a PMD leaf.
 */
import { DAX_FILE_STRIDE } from '../state/geometry.ts';
import { Extent, ExtentKind } from '../state/dax.ts';
import type { FolioView } from '../state/memmap.ts';
import { type MmDraft, type MmView, Vma } from '../state/mm_types.ts';
import { linear_pfn } from '../mm/vma.ts';

/** The file of a VMA, and the page of the file that it has at `page`. */
export const file_of = (vma: Vma): number => Math.trunc(Vma.pgoff(vma) / DAX_FILE_STRIDE);
export const index_of = (vma: Vma, page: number): number => linear_pfn(vma, page) - file_of(vma) * DAX_FILE_STRIDE;

export const file_row = (s: FolioView, file: number, index: number): number => file * s.geometry.daxFilePages + index;
export const extent_at = (s: MmView, file: number, index: number): Extent => s.extent.at(file_row(s, file, index));

/** IOMAP_F_SHARED: another page of a file has the same block. */
export const is_shared = (s: MmView, file: number, index: number): boolean => {
  const own = file_row(s, file, index);
  const e = s.extent.at(own);
  if (Extent.kind(e) === ExtentKind.hole) return false;
  for (let row = 0; row < s.extent.rows; row++) if (row !== own && has_block(s, row, Extent.pfn(e))) return true;
  return false;
};
const has_block = (s: MmView, row: number, pfn: number): boolean =>
  Extent.kind(s.extent.at(row)) !== ExtentKind.hole && Extent.pfn(s.extent.at(row)) === pfn;

const is_free = (s: MmView, pfn: number): boolean => {
  for (let row = 0; row < s.extent.rows; row++) if (has_block(s, row, pfn)) return false;
  return true;
};

/** The first of `pages` free blocks that lie as a leaf wants them, or -1: the file system is full. */
export const free_blocks = (s: MmView, pages: number): number => {
  const { blocks, start } = s.memmap;
  for (let block = 0; block < blocks.length; block++) {
    const one = blocks[block]!;
    if (one.use !== 'fsdax' || one.pages % pages !== 0) continue;
    for (let pfn = start[block]!; pfn < start[block]! + one.pages; pfn += pages)
      if (all_free(s, pfn, pages)) return pfn;
  }
  return -1;
};
const all_free = (s: MmView, pfn: number, pages: number): boolean => {
  for (let i = 0; i < pages; i++) if (!is_free(s, pfn + i)) return false;
  return true;
};

/** What a fault learns of `pages` pages of a file: its first block or -1, and whether it is shared, or new. */
export interface Iomap {
  pfn: number;
  shared: boolean;
}
/** Written by one function, read by its caller; one for all, so that the search allocates nothing. */
const iomap: Iomap = { pfn: -1, shared: false };

/**
 * ->iomap_begin(): one extent over all the pages, or undefined where there is none (they are not alike, or no blocks
 * are free). A write gets blocks for a hole, and others for shared ones: a copy.
 */
export const iomap_begin = (
  s: MmDraft,
  file: number,
  index: number,
  pages: number,
  write: boolean,
): Iomap | undefined => {
  const first = extent_at(s, file, index);
  iomap.shared = is_shared(s, file, index);
  for (let i = 1; i < pages; i++) {
    const e = extent_at(s, file, index + i);
    if (Extent.kind(e) !== Extent.kind(first) || is_shared(s, file, index + i) !== iomap.shared) return undefined;
    if (Extent.kind(e) !== ExtentKind.hole && Extent.pfn(e) !== Extent.pfn(first) + i) return undefined;
  }
  const kind = Extent.kind(first);
  iomap.pfn = kind === ExtentKind.written ? Extent.pfn(first) : -1;
  if (pages > 1 && kind !== ExtentKind.hole && Extent.pfn(first) % pages !== 0) return undefined;
  if (!write || (kind === ExtentKind.written && !iomap.shared)) return iomap;
  const pfn = kind === ExtentKind.unwritten && !iomap.shared ? Extent.pfn(first) : free_blocks(s, pages);
  if (pfn < 0) return undefined;
  for (let i = 0; i < pages; i++)
    s.extent.put(file_row(s, file, index + i), Extent.of({ kind: ExtentKind.written, pfn: pfn + i }));
  iomap.pfn = pfn;
  return iomap;
};

/** xfs_itruncate_extents(), xfs_free_file_space(): the blocks of pages from..to-1 go, if nobody else shares them. */
export const free_extents = (s: MmDraft, file: number, from: number, to: number): void => {
  for (let index = from; index < to; index++) s.extent.put(file_row(s, file, index), HOLE);
};
const HOLE = Extent.of({});
