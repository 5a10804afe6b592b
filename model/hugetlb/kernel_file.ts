/** What hugetlbfs and look-ups in its page cache do, where kernels part. Called through `s.kernel`, as all of kernel.ts. */
import type { Sys } from './kernel.ts';

export interface FileKernel {
  /** hugetlb_vma_maps_page(): whether truncation has to unmap the hugepage at `page` of this VMA, to take `folio` away. */
  readonly hugetlb_vma_maps_page: (s: Sys, row: number, page: number, folio: number) => boolean;
  /** __vma_private_lock(): whether the reservation map of a private mapping is its VMA lock, too. */
  readonly private_vma_has_lock: (s: Sys) => boolean;
  /** filemap_lock_folio() of what is to be mapped: whether the reference of the mapping could be had. */
  readonly hugetlb_try_find_lock_folio: (s: Sys, folio: number) => boolean;
}
