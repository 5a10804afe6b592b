/**
 * Hugepages of the pool: references, reservations, the page cache. Mirrors mm/hugetlb.c alloc_hugetlb_folio(),
 * free_huge_folio(), hugetlb_add_to_page_cache(), fs/hugetlbfs/inode.c
 * hugetlb_delete_from_page_cache(), include/linux/mm.h; v6.1 and later.
 * Left out: surplus pages, subpools, cgroups, nodes, the vmemmap optimisation.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { Count, Folio, Reserved } from '../state/hugetlb/hugetlb_types.ts';
import type { Sys } from './kernel.ts';

/** page_folio(): the hugepage that a frame is in. */
export const page_folio = (s: Sys, pfn: number): number => Math.trunc(pfn / s.geometry.hugepage);
/** The first frame of a hugepage. */
export const folio_pfn = (s: Sys, folio: number): number => folio * s.geometry.hugepage;

export const folio_ref_count = (s: Sys, folio: number): number => Count.valueOf(s.refcount.at(folio));
const add_ref = (s: Sys, folio: number, by: number): void => s.refcount.put(folio, Count.add(s.refcount.at(folio), by));

/** folio_get(): VM_BUG_ON_FOLIO() of a hugepage that nobody has. */
export const folio_get = (s: Sys, folio: number): void => {
  if (folio_ref_count(s, folio) <= 0)
    throw new ModelBug('refcount-of-free', `a reference to folio ${folio}, which has ${folio_ref_count(s, folio)}`);
  add_ref(s, folio, 1);
};
/** folio_put(): the last reference gives the hugepage back. */
export const folio_put = (s: Sys, folio: number): void => {
  if (folio_ref_count(s, folio) <= 0) throw new ModelBug('refcount-underflow', `folio ${folio} is put once too often`);
  add_ref(s, folio, -1);
  if (folio_ref_count(s, folio) === 0) free_huge_folio(s, folio);
};

/** free_huge_folio(): back to the pool, with the reservation that it had used, where that comes back. */
const free_huge_folio = (s: Sys, folio: number): void => {
  if (s.kernel.folio_mapped(s, folio))
    throw new ModelBug('VM_BUG_ON(mapcount)', `free_huge_folio() of folio ${folio}, which is counted as mapped`);
  if (Folio.restoreReserve(s.folio.at(folio)) === 1) s.resv.put(0, Reserved.add(s.resv.at(0), 1));
  s.folio.put(folio, Folio.of({ hwpoison: Folio.hwpoison(s.folio.at(folio)) }));
};

/** Hugepages of the pool that nobody has, and that are not broken. */
export const free_hugepages = (s: Sys): number => {
  let free = 0;
  for (let folio = 0; folio < s.folio.rows; folio++) if (s.folio.at(folio) === 0) free++;
  return free;
};

/** A hugepage out of the pool with one reference, or -1. */
export const dequeue_hugetlb_folio = (s: Sys): number => {
  for (let folio = 0; folio < s.folio.rows; folio++) {
    if (s.folio.at(folio) !== 0) continue;
    s.folio.put(folio, Folio.of({ used: 1 }));
    s.refcount.put(folio, 1);
    return folio;
  }
  return -1;
};

/** The folio that the page cache of a file has at an index, or -1; without a reference. */
export const filemap_get = (s: Sys, file: number, index: number): number =>
  index < s.geometry.fileHugepages ? s.cache.at(file * s.geometry.fileHugepages + index) - 1 : -1;

/** hugetlb_add_to_page_cache(): the cache has a reference of its own. */
export const hugetlb_add_to_page_cache = (s: Sys, file: number, index: number, folio: number): void => {
  s.cache.put(file * s.geometry.fileHugepages + index, folio + 1);
  // clear_hugetlb_... restore_reserve: what is in a file has used its reservation for good.
  s.folio.put(folio, Folio.mkRestoreReserve(s.folio.at(folio), 0));
  folio_get(s, folio);
};

/** folio_lock(): nothing here keeps a lock but a path that has forgotten it. */
export const folio_lock = (s: Sys, folio: number): void => {
  if (Folio.locked(s.folio.at(folio)) === 1)
    throw new ModelBug('hung-task', `folio_lock() waits for folio ${folio}, which nobody will unlock`);
};

/** filemap_lock_folio(): locked, and with a reference. */
export const filemap_lock_folio = (s: Sys, folio: number): void => {
  folio_lock(s, folio);
  folio_get(s, folio);
};

/** hugetlb_delete_from_page_cache(), with VM_BUG_ON_FOLIO() of filemap_unaccount_folio(). */
export const hugetlb_delete_from_page_cache = (s: Sys, file: number, index: number): void => {
  const folio = filemap_get(s, file, index);
  if (s.kernel.folio_mapped(s, folio))
    throw new ModelBug('VM_BUG_ON(folio_mapped)', `folio ${folio} leaves the page cache, and is counted as mapped`);
  s.cache.put(file * s.geometry.fileHugepages + index, 0);
  folio_put(s, folio);
};
