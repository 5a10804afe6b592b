/** What the versions of HugeTLB high-granularity mapping differ in where the page cache is concerned: truncation, references. */
import { Count, Folio } from '../../state/hugetlb/hugetlb_types.ts';
import { filemap_lock_folio, folio_ref_count } from '../folio.ts';
import type { Sys } from '../kernel.ts';
import { hugetlb_vma_maps_page_at, hugetlb_vma_maybe_maps_page } from '../truncate.ts';
import { asItIs, type HugetlbToggle } from './toggle.ts';

/** hugetlb_try_find_lock_folio() of v2: an error leaves the folio locked, with the reference that was one too many. */
const try_find_and_leak = (s: Sys, folio: number): boolean => {
  filemap_lock_folio(s, folio);
  if (Count.valueOf(s.refcount.at(folio)) <= s.geometry.countMax) return true;
  s.folio.put(folio, Folio.mkLocked(s.folio.at(folio), 1));
  return false;
};

/** The test before the reference is taken. */
const try_find = (s: Sys, folio: number): boolean => {
  if (folio_ref_count(s, folio) >= s.geometry.countMax) return false;
  filemap_lock_folio(s, folio);
  return true;
};

export const HGM_FILE_TOGGLES: readonly HugetlbToggle[] = [
  {
    name: 'hgm-maps-page',
    says: 'how truncation finds out whether a VMA maps a folio that is still mapped',
    cites: 'RFC v2 of 2022-10-21, 15/47: hugetlb_vma_maybe_maps_page(); v1 16/46, v2 17/46: hugetlb_vma_maps_page()',
    values: [
      asItIs('hstate', 'by the entry of the hstate, which is a leaf of it'),
      {
        value: 'maybe',
        says: 'the same; a table may map it',
        patch: { hugetlb_vma_maps_page: () => hugetlb_vma_maybe_maps_page },
      },
      {
        value: 'full-walk',
        says: 'by the smallest entry that there is for its first page',
        patch: { hugetlb_vma_maps_page: () => hugetlb_vma_maps_page_at },
      },
    ],
  },
  {
    name: 'hgm-refcount-limit',
    says: 'what happens where a mapping would take one reference more than a refcount holds',
    cites: 'v2 of 2023-02-18, 35/46: hugetlb_try_find_lock_folio()',
    values: [
      asItIs('none', 'it takes it: the count overflows'),
      {
        value: 'leaks',
        says: 'it takes it, and fails: SIGBUS, or EFAULT of UFFDIO_CONTINUE; the folio stays locked and referenced',
        patch: { hugetlb_try_find_lock_folio: () => try_find_and_leak },
      },
      {
        value: 'clean',
        says: 'it fails the same way, and takes nothing; no version has that',
        patch: { hugetlb_try_find_lock_folio: () => try_find },
      },
    ],
  },
];
