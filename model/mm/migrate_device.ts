/**
 * Migration to memory that only a device reaches, and back: mm/migrate_device.c migrate_vma_setup(), migrate_vma_pages(),
 * migrate_vma_finalize() with what is below them, as lib/test_hmm.c calls them, of one page; mm/memory.c do_swap_page() of a
 * device-private entry; v7.1 (v6.8, v6.12, v6.14, v6.16, v6.18 and v7.3 read beside it).
 * Stubbed: the driver: it takes a page of its own, or of the allocator, and copies; a fault that finds no page is SIGBUS, as
 * migrate_vma_setup() asks of drivers, where test_hmm returns and faults again. Left out: large folios, which are split first
 * (PMD entries of the device since v7.0), several pages at once, memory of files, MEMORY_DEVICE_COHERENT, migration by frame
 * (migrate_device_range()), who has to wait for a page that is locked.
 */
import { Migration, Rss } from '../state/memmap.ts';
import { Pmd, Prot, Pte, Result, Vma } from '../state/mm_types.ts';
import type * as device_private from './device_private.ts';
import type { Sys } from './kernel.ts';
import { NO_PAGE, vma_alloc_folio } from './memory.ts';
import { folio_migrate_flags, migration_begins, migration_ends, try_to_migrate } from './migrate.ts';
import { folio_putback_lru } from './mlock_folio.ts';
import {
  folio_is_device_private,
  folio_test_large,
  folio_test_locked,
  folio_test_swapcache,
  page_folio,
  pfn_to_page,
  swapcache_refs,
} from './page_flags.ts';
import { folio_get, folio_put, folio_ref_add, folio_ref_count } from './page_ref.ts';
import { pmd_alloc, pte_alloc } from './pgalloc.ts';
import {
  is_device_private_pte,
  NONE_PTE,
  pmd_is_huge,
  pmd_offset,
  pmd_table,
  pte_none,
  pte_offset,
  pte_present,
  slot_of,
} from './pgtable.ts';
import { folio_add_new_anon_rmap, folio_mapcount } from './rmap.ts';
import { anon_vma_prepare, vma_is_anonymous } from './vma.ts';
import { add_mm_counter } from './vmstat.ts';

export type DeviceMove = 'device' | 'system';

/** What a kernel does with memory that only a device reaches. */
export interface DevicePrivateKernel {
  readonly make_device_private_pte: typeof device_private.make_device_private_pte;
  readonly zone_device_page_init: typeof device_private.zone_device_page_init;
  readonly device_private_folio_free: typeof device_private.device_private_folio_free;
  readonly copy_device_private_pte: typeof device_private.copy_device_private_pte;
  readonly zap_device_private_pte: typeof device_private.zap_device_private_pte;
  readonly change_device_private_pte: typeof device_private.change_device_private_pte;
  readonly migrate_vma_collect_pte: typeof migrate_vma_collect_pte;
  readonly migrate_vma_check_page: typeof migrate_vma_check_page;
  readonly migrate_vma_insert_page: typeof migrate_vma_insert_page;
  readonly folio_migrate_mapping: typeof folio_migrate_mapping;
  readonly migrate_vma_finalize: typeof migrate_vma_finalize;
  readonly do_device_private_page: typeof do_device_private_page;
  /** What a write of the device leaves behind in its page. */
  readonly device_writes: (s: Sys, folio: number) => void;
  readonly device_entry_is_dirty: typeof device_entry_is_dirty;
}

/**
 * What pte_dirty() makes of a device-private entry, which has no such bit. On x86 it looks at one of the offset, which is
 * stored inverted, and finds it set. Asked by migrate_vma_collect_pmd(); `byRmap`: by try_to_migrate_one(), which looks whether
 * the entry is present. Left out: other architectures, where the bit may be any of the offset.
 */
export const device_entry_is_dirty = (s: Sys, byRmap: boolean): boolean => !byRmap && s.machine.arch === 'x86';

/** The row of the PTE of a page, or -1 where there is no table. */
const pte_row = (s: Sys, mm: number, page: number): number => {
  const e = s.pmd.at(pmd_offset(s.geometry, mm, slot_of(s.geometry, page)));
  return pmd_table(e) ? pte_offset(s.geometry, Pmd.pfn(e), page) : -1;
};
const pte_at = (s: Sys, row: number): Pte => (row < 0 ? NONE_PTE : s.pte.at(row));
/** Neither a page nor an entry, or zeroes: nothing else is special in anonymous memory. */
const is_empty = (pte: Pte): boolean => pte_none(pte) || (pte_present(pte) && Pte.special(pte) === 1);

/** Whether a driver may ask for the page to be moved: small anonymous memory, or none yet; back, what its device has. */
export const can_migrate_vma = (s: Sys, mm: number, vma: Vma, page: number, to: DeviceMove): boolean => {
  if (!vma_is_anonymous(vma) || Vma.prot(vma) === Prot.NONE) return false;
  if (pmd_is_huge(s.pmd.at(pmd_offset(s.geometry, mm, slot_of(s.geometry, page))))) return false;
  const pte = pte_at(s, pte_row(s, mm, page));
  if (to === 'system') return is_device_private_pte(pte);
  if (is_empty(pte)) return true;
  const pfn = pte_present(pte) ? s.kernel.vm_normal_page(s, vma, pte) : NO_PAGE;
  return pfn !== NO_PAGE && !folio_test_large(s, page_folio(s, pfn)) && !folio_test_locked(s, pfn);
};

/** Whether a page is there already, and not only to be. */
export const has_page = (s: Sys, mm: number, page: number): boolean => !is_empty(pte_at(s, pte_row(s, mm, page)));
/** The page of the device that it may write to, or NO_PAGE. */
export const writable_device_page = (s: Sys, mm: number, page: number): number => {
  const pte = pte_at(s, pte_row(s, mm, page));
  return is_device_private_pte(pte) && Pte.write(pte) === 1 ? Pte.pfn(pte) : NO_PAGE;
};

/** migrate_vma_setup(), _pages() and _finalize() of one page, by the driver. Returns a code of `Result`: what came of the page. */
export const migrate_vma = (s: Sys, mm: number, vmaRow: number, page: number, to: DeviceMove): number => {
  const row = pte_row(s, mm, page);
  const pte = pte_at(s, row);
  if (to === 'device' && is_empty(pte)) return insert_page(s, mm, vmaRow, page);
  return migrate_page(s, mm, page, row, 0);
};

/** do_swap_page() of a device-private entry: a reference while the page is sure to be there, and ->migrate_to_ram(). */
export const do_device_private_page = (s: Sys, mm: number, page: number, row: number): number => {
  const folio = Pte.pfn(s.pte.at(row));
  folio_get(s, folio);
  const error = migrate_page(s, mm, page, row, 1);
  folio_put(s, folio);
  // What could not be moved now is accessed again.
  return error === Result.ENOMEM ? Result.SIGBUS : Result.ok;
};

/** `fault`: the references of a fault on the page. */
const migrate_page = (s: Sys, mm: number, page: number, row: number, fault: 0 | 1): number => {
  const src = Pte.pfn(s.pte.at(row));
  if (!s.kernel.migrate_vma_collect_pte(s, mm, page, row)) return Result.EBUSY;
  if (!migrate_device_unmap(s, src, fault)) {
    s.kernel.migrate_vma_finalize(s, src, src, NO_PAGE);
    return Result.EBUSY;
  }
  return moves_on(s, src, destination(s, src), fault);
};

/** migrate_vma_pages() and migrate_vma_finalize() */
const moves_on = (s: Sys, src: number, dst: number, fault: 0 | 1): number => {
  const error = dst < 0 ? Result.ENOMEM : migrate_device_pages(s, dst, src, fault);
  s.kernel.migrate_vma_finalize(s, src, error === Result.ok ? dst : src, dst);
  return error;
};

/** migrate_vma_setup() alone, of a page that there is; others may run before the driver goes on. Returns a code of `Result`. */
export const migrate_vma_setup = (s: Sys, mm: number, page: number): number => {
  const row = pte_row(s, mm, page);
  const src = Pte.pfn(s.pte.at(row));
  migration_begins(s, src);
  const isCollected = s.kernel.migrate_vma_collect_pte(s, mm, page, row);
  if (isCollected && migrate_device_unmap(s, src, 0)) return Result.ok;
  if (isCollected) s.kernel.migrate_vma_finalize(s, src, src, NO_PAGE);
  migration_ends(s);
  return Result.EBUSY;
};

/** What comes behind it: to the device, or back from there; or, with `givesUp`, nowhere: the driver has no page for it. */
export const migrate_vma_goes_on = (s: Sys, givesUp: boolean): number => {
  const src = Migration.pfn(s.migration.at(0));
  const error = moves_on(s, src, givesUp ? NO_PAGE : destination(s, src), 0);
  migration_ends(s);
  return error;
};
/** A page for what `src` has, or -1. */
const destination = (s: Sys, src: number): number =>
  folio_is_device_private(s, src) ? vma_alloc_folio(s) : s.kernel.zone_device_page_init(s);

/** migrate_vma_collect_pmd() of one PTE: a reference, the lock, and a migration entry at once. False: the page may be pinned. */
export const migrate_vma_collect_pte = (s: Sys, mm: number, page: number, row: number): boolean => {
  const folio = Pte.pfn(s.pte.at(row));
  folio_get(s, folio);
  if (s.kernel.set_migration_pte(s, mm, page, row, false)) return true;
  folio_put(s, folio);
  return false;
};

/**
 * migrate_device_unmap(): migration entries wherever else the page is mapped, of the device or not. False: it stays mapped
 * somewhere, or others use it. What is isolated from the LRU has the reference of that in place of the one from before.
 */
const migrate_device_unmap = (s: Sys, src: number, fault: 0 | 1): boolean => {
  if (folio_mapcount(s, src) > 0) try_to_migrate(s, src, false);
  return folio_mapcount(s, src) === 0 && s.kernel.migrate_vma_check_page(s, src, fault);
};

/** migrate_vma_check_page(), which grants a page of a device one reference too many: there was one once. */
export const migrate_vma_check_page = (s: Sys, src: number, fault: 0 | 1): boolean => {
  const extra = 1 + fault + (folio_is_device_private(s, src) ? 1 : 0) + swapcache_refs(s, src);
  return folio_ref_count(s, src) - extra <= folio_mapcount(s, src);
};

/** __migrate_device_pages() of a page that there is: `dst` becomes what `src` was, unless somebody else refers to that. */
const migrate_device_pages = (s: Sys, dst: number, src: number, fault: 0 | 1): number => {
  const wasCached = folio_test_swapcache(s, src);
  if (wasCached && folio_is_device_private(s, dst) && !s.kernel.folio_free_swap(s, src)) return Result.EBUSY;
  const error = s.kernel.folio_migrate_mapping(s, dst, src, fault, wasCached);
  if (error === Result.ok) folio_migrate_flags(s, dst, src);
  return error;
};

/** folio_migrate_mapping() of a page that nobody maps, and that is in no cache; `wasCached`: until now it was in the swap cache. */
export const folio_migrate_mapping = (s: Sys, _dst: number, src: number, extra: 0 | 1, _wasCached: boolean): number =>
  folio_ref_count(s, src) === 1 + extra ? Result.ok : Result.EAGAIN;

/**
 * The same in v7.1.3, told of the swap cache that the page was in: the new page gets the reference of a cache, and the old
 * one gives it, which is that of who migrates (folio_ref_unfreeze() with one less). Left out: that the new page is stored in
 * the swap cache, in the slot of another, and what moves between NR_FILE_PAGES of two nodes.
 */
export const moves_cache_reference = (s: Sys, dst: number, src: number, extra: 0 | 1, wasCached: boolean): number => {
  if (folio_ref_count(s, src) !== 1 + extra) return Result.EAGAIN;
  if (wasCached) {
    folio_ref_add(s, dst, 1);
    s.refcount.put(pfn_to_page(src), s.refcount.at(pfn_to_page(src)) - 1);
  }
  return Result.ok;
};

/** The same until v6.15, where a page of a cache has to have the reference of it, which this one has not. */
export const wants_cache_reference = (s: Sys, _dst: number, src: number, extra: 0 | 1, wasCached: boolean): number =>
  wasCached || folio_ref_count(s, src) !== 1 + extra ? Result.EAGAIN : Result.ok;

/** migrate_vma_finalize(): whatever waits for `src` gets `to`, itself or the new page; what is not used goes back. */
export const migrate_vma_finalize = (s: Sys, src: number, to: number, dst: number): void => {
  if (!folio_is_device_private(s, to)) folio_putback_lru(s, to);
  s.kernel.remove_migration_ptes(s, src, to);
  folio_put(s, src);
  if (dst !== NO_PAGE) folio_put(s, dst);
};

/** Where there is no page yet, one of the device is mapped at once. */
const insert_page = (s: Sys, mm: number, vmaRow: number, page: number): number => {
  const dst = s.kernel.zone_device_page_init(s);
  if (dst < 0) return Result.ENOMEM;
  const error = s.kernel.migrate_vma_insert_page(s, mm, vmaRow, page, dst);
  folio_put(s, dst);
  return error;
};

/** migrate_vma_insert_page(): as do_anonymous_page(), in place of nothing or of the zero page; writable where the VMA is. */
export const migrate_vma_insert_page = (s: Sys, mm: number, vmaRow: number, page: number, dst: number): number => {
  const slot = slot_of(s.geometry, page);
  if (!pmd_alloc(s, mm, slot) || !pte_alloc(s, mm, slot)) return Result.ENOMEM;
  anon_vma_prepare(s, vmaRow);
  add_mm_counter(s, mm, Rss.MM_ANONPAGES, 1);
  folio_add_new_anon_rmap(s, dst, mm);
  folio_get(s, dst);
  const write = Vma.prot(s.vma.at(vmaRow)) === Prot.RW ? 1 : 0;
  s.pte.put(pte_row(s, mm, page), s.kernel.make_device_private_pte(dst, write));
  return Result.ok;
};
