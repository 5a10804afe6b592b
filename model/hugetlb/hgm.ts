/**
 * Where mappings of high granularity are enabled. Mirrors "hugetlb: introduce HugeTLB high-granularity mapping" RFC v2 8/47
 * enable_hugetlb_hgm(), hugetlb_hgm_enabled(); v1 and v2 6/46 to 9/46, MADV_SPLIT. Stubbed: locks.
 */
import { Result, Vma } from '../state/hugetlb/hugetlb_types.ts';
import type { Sys } from './kernel.ts';
import { alloc_succeeds } from '../alloc_succeeds.ts';
import { hugetlb_unshare_all_pmds } from './userfaultfd.ts';

/** enable_hugetlb_hgm(): for good, in a VMA that is shareable. Returns a code of `Result`. */
export const enable_hugetlb_hgm = (s: Sys, row: number): number => {
  const vma = s.vma.at(row);
  if (Vma.mayShare(vma) === 0) return Result.EINVAL;
  if (Vma.hgm(vma) === 1) return Result.ok;
  if (Vma.data(vma) === 0 && !alloc_succeeds(s, 'hugetlb_vma_data_alloc')) return Result.ENOMEM;
  s.vma.put(row, Vma.mkHgm(Vma.mkData(vma, 1), 1));
  hugetlb_unshare_all_pmds(s, row);
  return Result.ok;
};
