/**
 * A file is opened for writing: fs/open.c do_dentry_open(), v7.1. A file system that knows no large folios cannot write to
 * one: the page cache is emptied, if it has any (mapping->nr_thps), and private copies stay. Since v7.2 there are none.
 * Stubbed: who maps a file shared, and may write to it, opens it then. Left out: every other open.
 */
import { Vma } from '../state/mm_types.ts';
import { AddressSpace } from '../state/page_cache.ts';
import { file_of, has_table } from '../mm/filemap.ts';
import type { Sys } from '../mm/kernel.ts';
import { SHARED_ONLY } from '../mm/memory.ts';
import { END_OF_FILE } from '../mm/truncate.ts';

/** Whether mmap() of this VMA begins with an open that empties the page cache. */
export const open_empties = (s: Sys, vma: Vma): boolean =>
  has_table(s, file_of(vma)) &&
  Vma.shared(vma) === 1 &&
  Vma.mayWrite(vma) === 1 &&
  AddressSpace.nrThps(s.addressSpace.at(0)) > 0;

export const do_dentry_open = (s: Sys, vma: Vma): void => {
  s.kernel.unmap_mapping_range_tree(s, file_of(vma), 0, END_OF_FILE, SHARED_ONLY);
  s.kernel.truncate_inode_pages(s, file_of(vma), 0);
};
