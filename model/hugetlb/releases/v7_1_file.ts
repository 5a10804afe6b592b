/** hugetlbfs and look-ups in its page cache in Linux v7.1, as read in 7.1.5. */
import { filemap_lock_folio } from '../folio.ts';
import type { FileKernel } from '../kernel_file.ts';
import { hugetlb_vma_maps_pfn } from '../truncate.ts';

export const file_v7_1: FileKernel = {
  hugetlb_vma_maps_page: hugetlb_vma_maps_pfn,
  // Since v6.6.
  private_vma_has_lock: () => true,
  // It does not ask how many references there are.
  hugetlb_try_find_lock_folio: (s, folio) => {
    filemap_lock_folio(s, folio);
    return true;
  },
};
