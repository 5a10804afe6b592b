/**
 * Faults on hugetlb. Mirrors mm/hugetlb.c hugetlb_fault(), hugetlb_no_page(); v6.1 and later, and "hugetlb:
 * introduce HugeTLB high-granularity mapping" RFC v2 27/47, 29/47, 30/47: a fault maps at the size of the smallest entry that
 * there is, and makes no table below the hstate's. Stubbed: locks, zeroing, the second look at an entry once its lock is held.
 * Left out: soft-dirty, userfaultfd's asynchronous write protection, GUP's unsharing.
 */
import { Folio, HugePte, type HugetlbPte, Result, Told, UffdEvent, Vma } from '../state/hugetlb/hugetlb_types.ts';
import { filemap_get, folio_pfn, folio_put } from './folio.ts';
import { hugetlb_hgm_walk } from './hgm_walk.ts';
import {
  huge_pte_none_mostly,
  huge_ptep_get,
  hugetlb_pte_present_leaf,
  hugetlb_pte_size,
  is_hugetlb_entry_hwpoisoned,
  is_hugetlb_entry_migration,
  NO_HPTE,
  pte_present,
  set_huge_pte_at,
} from './hugetlb_pte.ts';
import type { Sys } from './kernel.ts';
import { huge_pte_mkuffd_wp, writable_at_once } from './make_huge_pte.ts';
import { cached_folio_is_locked } from './migration_lock.ts';
import { huge_pte_alloc } from './pgalloc.ts';
import { hugetlb_add_new_anon_rmap } from './rmap.ts';
import { anon_vma_prepare, page_in_hugepage, vma_hugecache_offset, vma_mm } from './vma.ts';

/** The entry is of a migration: the operation waits, and is possible when it has ended. No code of `Result`. */
export const WAITS = -1;

/** handle_userfault(): user space is told, and whoever faults waits. */
const handle_userfault = (s: Sys, row: number, page: number, told: number): number => {
  s.event.put(0, UffdEvent.mkPage(UffdEvent.mkMm(UffdEvent.mkTold(UffdEvent.of({}), told), vma_mm(s, row)), page));
  return Result.USERFAULT;
};

/** hugetlb_fault(), one pass of it. Returns a code of `Result`, or WAITS; `ok` where the access is to be made again. */
export const hugetlb_fault = (s: Sys, row: number, page: number, write: boolean): number => {
  const at = huge_pte_alloc(s, row, page);
  if (at === NO_HPTE) return Result.OOM;
  // Before the walk, as v6.1 and RFC v1 do; others come to the same.
  const slot = huge_ptep_get(s, at);
  if (!pte_present(slot) && !huge_pte_none_mostly(slot)) return fault_on_swap_entry(slot);
  const h = hugetlb_hgm_walk(s, row, at, page, 1, false);
  const e = huge_ptep_get(s, h);
  if (huge_pte_none_mostly(e)) {
    if (HugePte.poisoned(e) === 1 && s.kernel.fault_sees_poison_marker(s)) return Result.MCE;
    return hugetlb_no_page(s, row, page, h, at, write);
  }
  if (!pte_present(e)) return fault_on_swap_entry(e);
  // Somebody has put a table here since: the access is made again.
  if (!hugetlb_pte_present_leaf(e)) return Result.ok;
  if (write && HugePte.wp(e) === 1 && HugePte.write(e) === 0 && Vma.wp(s.vma.at(row)) === 1)
    return handle_userfault(s, row, page, Told.wp);
  return fault_on_leaf(s, row, page, h, write);
};

const fault_on_swap_entry = (e: HugePte): number => {
  if (is_hugetlb_entry_migration(e)) return WAITS;
  return is_hugetlb_entry_hwpoisoned(e) ? Result.MCE : Result.ok;
};

const fault_on_leaf = (s: Sys, row: number, page: number, h: HugetlbPte, write: boolean): number => {
  const e = huge_ptep_get(s, h);
  if (write && HugePte.write(e) === 0) {
    if (hugetlb_pte_size(h) < s.geometry.hugepage) s.kernel.wp_of_small_leaf(s, h);
    return s.kernel.hugetlb_wp(s, row, page, h);
  }
  set_huge_pte_at(s, h, HugePte.mkYoung(write ? HugePte.mkDirty(e, 1) : e, 1));
  return Result.ok;
};

/** The same, of a folio that the page cache has. */
const cached_folio_for = (s: Sys, row: number, page: number, folio: number): number => {
  if (!s.kernel.hugetlb_try_find_lock_folio(s, folio)) return -1 - Result.SIGBUS;
  if (Vma.minor(s.vma.at(row)) === 0) return folio;
  folio_put(s, folio);
  return -1 - handle_userfault(s, row, page, Told.minor);
};

/** What hugetlb_no_page() maps: a folio that is locked and has a reference for the mapping, or a code of `Result`, as -1 - code. */
const folio_for = (s: Sys, row: number, page: number): number => {
  const vma = s.vma.at(row);
  const [file, index] = [Vma.file(vma) - 1, vma_hugecache_offset(s, vma, page)];
  const cached = filemap_get(s, file, index);
  if (cached >= 0) return cached_folio_for(s, row, page, cached);
  if (index >= s.isize.at(file)) return -1 - Result.SIGBUS;
  if (Vma.missing(vma) === 1) return -1 - handle_userfault(s, row, page, Told.missing);
  const isPrivate = Vma.mayShare(vma) === 0;
  if (isPrivate && s.kernel.anon_vma_comes_first(s)) anon_vma_prepare(s, row);
  const folio = s.kernel.alloc_hugetlb_folio(s, row, page, false);
  if (folio < 0) return -1 - Result.SIGBUS;
  s.folio.put(folio, Folio.mkMigratable(Folio.mkUptodate(s.folio.at(folio), 1), 1));
  if (isPrivate) anon_vma_prepare(s, row);
  else s.kernel.hugetlb_add_to_page_cache(s, file, index, folio);
  return folio;
};

/** The entry that may be mapped: not that of a page that is broken. NO_HPTE: none. */
const entry_to_map = (s: Sys, row: number, page: number, h: HugetlbPte): HugetlbPte => {
  const vma = s.vma.at(row);
  const cached = filemap_get(s, Vma.file(vma) - 1, vma_hugecache_offset(s, vma, page));
  if (cached < 0 || Folio.hwpoison(s.folio.at(cached)) === 0) return h;
  return s.kernel.hugetlb_no_page_hwpoison(s, row, page, h, cached);
};

/** hugetlb_no_page(): a leaf of the size of the entry that is none. */
const hugetlb_no_page = (
  s: Sys,
  row: number,
  page: number,
  from: HugetlbPte,
  slot: HugetlbPte,
  write: boolean,
): number => {
  const vma = s.vma.at(row);
  if (Vma.unmapped(vma) === 1) return Result.SIGBUS;
  if (cached_folio_is_locked(s, vma, page)) return WAITS;
  const h = entry_to_map(s, row, page, from);
  if (h === NO_HPTE) return Result.MCE;
  const before = huge_ptep_get(s, h);
  const folio = folio_for(s, row, page);
  if (folio < 0) return -1 - folio;
  const size = hugetlb_pte_size(h);
  const unit = hugetlb_pte_size(s.kernel.hwpoison_fault_unit(from, h));
  const pfn = folio_pfn(s, folio) + page_in_hugepage(s, vma, Math.trunc(page / unit) * unit);
  const isNew =
    Vma.mayShare(vma) === 0 && filemap_get(s, Vma.file(vma) - 1, vma_hugecache_offset(s, vma, page)) !== folio;
  if (isNew) hugetlb_add_new_anon_rmap(s, folio);
  // RFC v1 counts here what is mapped as a whole, over a marker as well.
  else s.kernel.hugetlb_add_file_rmap(s, pfn, size, slot, size === s.geometry.hugepage);
  const leaf = s.kernel.make_huge_pte(pfn, vma, writable_at_once(vma));
  set_huge_pte_at(s, h, s.kernel.no_page_keeps_wp(s, vma, before) ? huge_pte_mkuffd_wp(leaf) : leaf);
  s.kernel.hugetlb_count_add(s, vma_mm(s, row), size);
  return write && Vma.shared(vma) === 0 ? s.kernel.hugetlb_wp(s, row, page, h) : Result.ok;
};
