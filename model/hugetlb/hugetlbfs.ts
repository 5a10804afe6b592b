/** Files of hugetlbfs. Mirrors fs/hugetlbfs/inode.c hugetlbfs_fallocate(); v6.1 and later. Stubbed: locks. */
import { Folio, Result } from '../state/hugetlb/hugetlb_types.ts';
import { dequeue_hugetlb_folio, folio_put, free_hugepages } from './folio.ts';
import type { Sys } from './kernel.ts';
import { add_resv, resv_huge_pages } from './reserve.ts';

/** hugetlbfs_fallocate() of one hugepage that the page cache does not have. Returns a code of `Result`. */
export const fallocate_hugepage = (s: Sys, file: number, index: number): number => {
  const row = file * s.geometry.fileHugepages + index;
  const promised = s.reserved.at(row) === 1;
  if (!promised && free_hugepages(s) - resv_huge_pages(s) <= 0) return Result.ENOSPC;
  const folio = dequeue_hugetlb_folio(s);
  if (folio < 0) return Result.ENOSPC;
  if (promised) add_resv(s, -1);
  s.reserved.put(row, 1);
  s.folio.put(folio, Folio.mkMigratable(Folio.mkUptodate(s.folio.at(folio), 1), 1));
  s.kernel.hugetlb_add_to_page_cache(s, file, index, folio);
  folio_put(s, folio);
  return Result.ok;
};
