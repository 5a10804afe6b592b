/** A DAX file system as it is mounted: what blocks each file has, and pages that nobody uses. Mirrors nothing. */
import type { Sys } from '../mm/kernel.ts';
import { pfn_to_page } from '../mm/page_flags.ts';
import { Extent, ExtentKind } from '../state/dax.ts';
import { Page, PageKind } from '../state/memmap.ts';
import { file_row, free_blocks } from './extents.ts';

const PAGE = Page.of({ kind: PageKind.fsdax });

/** memremap_pages() of MEMORY_DEVICE_FS_DAX, then the files, in order. */
export const boot_fsdax = (s: Sys): void => {
  for (const [block, { use, pages }] of s.memmap.blocks.entries()) {
    if (use !== 'fsdax') continue;
    for (let i = 0; i < pages; i++) {
      const row = pfn_to_page(s.memmap.start[block]! + i);
      s.page.put(row, PAGE);
      s.refcount.put(row, s.kernel.dax_idle_refs());
    }
  }
  for (const [file, content] of s.geometry.daxFiles.entries()) {
    if (content === 'hole') continue;
    for (let index = 0; index < s.geometry.daxFilePages; index++)
      s.extent.put(file_row(s, file, index), extent_for(s, content, index));
  }
};

const extent_for = (s: Sys, content: 'written' | 'unwritten' | 'clone', index: number): Extent =>
  content === 'clone'
    ? s.extent.at(file_row(s, 0, index))
    : Extent.of({ kind: ExtentKind[content], pfn: free_blocks(s, 1) });
