/**
 * Migration of one folio, in two operations between which others run. Mirrors mm/migrate.c migrate_folio_unmap(),
 * migrate_folio_move(), remove_migration_ptes(), mm/rmap.c try_to_migrate(), and mm/huge_memory.c
 * set_pmd_migration_entry(), remove_migration_pmd(); v7.1. The rmap walk is a walk over all page tables.
 * Device memory is migrated by `migrate_device.ts`. Left out: hugetlb, batches; the folio of a file is never replaced, for the world fixes which
 * frames its pages have; the new folio is allocated last, not first.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { slotsOf } from '../state/geometry.ts';
import { Migration, Page, PageKind } from '../state/memmap.ts';
import { Pmd, PmdKind, Pte, Result } from '../state/mm_types.ts';
import { PageHWPoison } from './hwpoison.ts';
import type { Sys } from './kernel.ts';
import { NO_PAGE, vma_alloc_folio } from './memory.ts';
import {
  folio_is_device_private,
  folio_nr_pages,
  folio_test_anon,
  folio_test_swapcache,
  page_folio,
  page_of,
  page_swap_entry,
  PageAnonExclusive,
  set_page_flag,
  swapcache_refs,
} from './page_flags.ts';
import { folio_putback_lru, mlock_vma_folio, munlock_vma_folio } from './mlock_folio.ts';
import { folio_get, folio_put, folio_put_refs, folio_ref_add, folio_ref_count } from './page_ref.ts';
import { check_migration_pte, check_pmd, check_pte } from './page_vma_mapped.ts';
import {
  is_device_private_pte,
  is_pmd_migration_entry,
  pmd_offset,
  pmd_table,
  pmd_trans_huge,
  pte_offset,
  pte_present,
  slot_of,
} from './pgtable.ts';
import { pmd_lock, pmd_unlock, set_pmd_at } from './pgtable_generic.ts';
import {
  folio_add_anon_rmap_pmd,
  folio_add_file_rmap_pmd,
  folio_add_file_rmap_ptes,
  folio_mapcount,
  folio_remove_rmap_pmd,
  folio_remove_rmap_ptes,
  folio_try_share_anon_rmap_pmd,
} from './rmap.ts';
import { swap_cache_add_page } from './swapfile.ts';
import { vma_lookup } from './vma.ts';

/** The frame that a page is mapped to by a present entry, if it is of the kind that moves; else NO_PAGE. */
export const movable_page_at = (s: Sys, mm: number, page: number): number => {
  const row = vma_lookup(s, mm, page);
  if (row < 0) return NO_PAGE;
  const vma = s.vma.at(row);
  const { geometry: g } = s;
  const slot = slot_of(g, page);
  const e = s.pmd.at(pmd_offset(g, mm, slot));
  let pfn = NO_PAGE;
  if (pmd_trans_huge(e)) {
    pfn = s.kernel.vm_normal_page_pmd(s, vma, slot * g.ptrsPerPte, e);
    if (pfn !== NO_PAGE) pfn += page % g.ptrsPerPte;
  } else if (pmd_table(e)) {
    const pte = s.pte.at(pte_offset(g, Pmd.pfn(e), page));
    if (pte_present(pte)) pfn = s.kernel.vm_normal_page(s, vma, pte);
  }
  if (pfn === NO_PAGE) return NO_PAGE;
  const kind = Page.kind(page_of(s, page_folio(s, pfn)));
  const moves = kind === PageKind.anon || kind === PageKind.shmem || kind === PageKind.file;
  return moves ? pfn : NO_PAGE;
};
/** Its folio. */
export const movable_folio_at = (s: Sys, mm: number, page: number): number => {
  const pfn = movable_page_at(s, mm, page);
  return pfn === NO_PAGE ? NO_PAGE : page_folio(s, pfn);
};

/**
 * migrate_folio_unmap() of a folio that has been isolated: a reference, the lock, and migration entries wherever it
 * is mapped. If it stays mapped anywhere, everything is as before. `splits`: unmap_folio() of a split. Returns a code
 * of `Result`.
 */
export const migrate_folio_unmap = (s: Sys, folio: number, splits: boolean): number => {
  folio_get(s, folio);
  s.migration.put(0, Migration.mkSplits(Migration.mkPfn(TAKEN, folio), splits ? 1 : 0));
  try_to_migrate(s, folio, splits);
  if (folio_mapcount(s, folio) === 0) return Result.ok;
  s.kernel.remove_migration_ptes(s, folio, folio);
  migration_ends(s);
  if (!splits) folio_putback_lru(s, folio);
  folio_put(s, folio);
  return Result.EAGAIN;
};
const TAKEN = Migration.of({ taken: 1 });
const NOT_TAKEN = Migration.of({});

/**
 * migrate_folio_move(), and the end of the migration: with `moves`, a new folio takes over, if there is one and nobody
 * else has a reference to the old one; otherwise the old one is mapped again. Returns a code of `Result`.
 */
export const migrate_folio_move = (s: Sys, moves: boolean): number => {
  const src = Migration.pfn(s.migration.at(0));
  let result: number = Result.ok;
  let dst = src;
  if (moves && folio_ref_count(s, src) !== 1 + swapcache_refs(s, src)) {
    // __folio_migrate_mapping(): folio_expected_ref_count(), all of it unmapped, and the reference of who migrates.
    result = Result.EAGAIN;
  } else if (moves) {
    const copy = vma_alloc_folio(s, folio_nr_pages(s, src));
    if (copy < 0) result = Result.ENOMEM;
    else dst = copy;
  }
  if (dst !== src) {
    folio_migrate_flags(s, dst, src);
    migrate_swap_cache(s, dst, src);
  }
  s.kernel.remove_migration_ptes(s, src, dst);
  migration_ends(s);
  if (dst === src) folio_putback_lru(s, src);
  folio_put(s, src);
  // A new folio that nothing maps any more goes as well.
  if (dst !== src) folio_put(s, dst);
  return result;
};

/** The lock of the folio. */
export const migration_begins = (s: Sys, folio: number): void => s.migration.put(0, Migration.mkPfn(TAKEN, folio));
/** The lock of the folio goes. */
export const migration_ends = (s: Sys): void => s.migration.put(0, NOT_TAKEN);

export const folio_migrate_flags = (s: Sys, dst: number, src: number): void => {
  const from = page_of(s, src);
  set_page_flag(s, dst, Page.mkSwapbacked, Page.swapbacked(from) as 0 | 1);
  set_page_flag(s, dst, Page.mkDirty, Page.dirty(from) as 0 | 1);
  set_page_flag(s, dst, Page.mkReferenced, Page.referenced(from) as 0 | 1);
  if (s.kernel.migration_requeues(s))
    set_page_flag(s, dst, Page.mkPartiallyMapped, Page.partiallyMapped(from) as 0 | 1);
};

/** Of __folio_migrate_mapping(): the new folio is the copy of the slots. */
const migrate_swap_cache = (s: Sys, dst: number, src: number): void => {
  if (!folio_test_swapcache(s, src)) return;
  const nr = folio_nr_pages(s, src);
  for (let i = 0; i < nr; i++) swap_cache_add_page(s, page_swap_entry(s, src + i), dst + i);
  folio_ref_add(s, dst, nr);
  folio_put_refs(s, src, nr);
};

/**
 * try_to_migrate(): every entry that maps the folio becomes a migration entry; the walk ends early where one has to
 * stay. `splits`: TTU_SPLIT_HUGE_PMD.
 */
export const try_to_migrate = (s: Sys, folio: number, splits: boolean): void => {
  const slots = slotsOf(s.geometry);
  for (let mm = 0; mm < s.geometry.mms; mm++)
    for (let slot = 0; slot < slots; slot++) if (!try_to_migrate_one(s, mm, slot, folio, splits)) return;
};

/** try_to_migrate_one(), of one PMD slot. False: an entry has to stay, and the walk ends. */
const try_to_migrate_one = (s: Sys, mm: number, slot: number, folio: number, splits: boolean): boolean => {
  const { geometry: g } = s;
  const row = pmd_offset(g, mm, slot);
  const e = s.pmd.at(row);
  if (check_pmd(e, folio)) {
    if (!splits) return s.kernel.set_pmd_migration_entry(s, mm, slot);
    pmd_lock(s);
    s.kernel.split_anon_pmd(s, mm, s.vma.at(vma_lookup(s, mm, slot * g.ptrsPerPte)), slot, true);
    pmd_unlock(s);
    if (s.kernel.split_pmd_ends_walk(s)) return false;
  }
  const table = s.pmd.at(row);
  if (!pmd_table(table)) return true;
  for (let i = 0; i < g.ptrsPerPte; i++) {
    const at = pte_offset(g, Pmd.pfn(table), i);
    if (check_pte(s, s.pte.at(at), folio) && !s.kernel.set_migration_pte(s, mm, slot * g.ptrsPerPte + i, at))
      return false;
  }
  return true;
};

/** Since v7.0 the walk of a split goes on behind a leaf that has been split: there may be other mappings. */
export const split_pmd_ends_walk = (_s: Sys): boolean => false;

const MIGRATION_PMD = Pmd.of({ kind: PmdKind.migration });
const MIGRATION_PTE = Pte.of({ migration: 1 });

/** set_pmd_migration_entry(). False (-EBUSY): the page is exclusive, and may be pinned; the leaf stays. */
export const set_pmd_migration_entry = (s: Sys, mm: number, slot: number): boolean => {
  const e = s.pmd.at(pmd_offset(s.geometry, mm, slot));
  const pfn = Pmd.pfn(e);
  const exclusive = folio_test_anon(s, pfn) && PageAnonExclusive(s, pfn);
  if (exclusive && !folio_try_share_anon_rmap_pmd(s, pfn)) return false;
  if (Pmd.dirty(e) === 1) set_page_flag(s, pfn, Page.mkDirty, 1);
  let entry = Pmd.mkWrite(Pmd.mkPfn(MIGRATION_PMD, pfn), Pmd.write(e));
  entry = Pmd.mkExclusive(entry, exclusive && Pmd.write(e) === 0 ? 1 : 0);
  entry = Pmd.mkDirty(Pmd.mkYoung(entry, Pmd.young(e)), Pmd.dirty(e));
  pmd_lock(s);
  set_pmd_at(s, mm, slot, entry);
  folio_remove_rmap_pmd(s, pfn, mm);
  munlock_vma_folio(s, pfn, mm, slot * s.geometry.ptrsPerPte);
  pmd_unlock(s);
  folio_put(s, pfn);
  return true;
};

/** The same of a PTE, or of a device-private entry, which is neither young nor dirty; `byRmap`: asked by try_to_migrate_one(). */
export const set_migration_pte = (s: Sys, mm: number, page: number, row: number, byRmap = true): boolean => {
  const pte = s.pte.at(row);
  const pfn = Pte.pfn(pte);
  if (PageHWPoison(s, pfn) && s.kernel.migration_leaves_poison(s)) {
    s.kernel.set_hwpoison_pte(s, mm, page, row);
    return true;
  }
  const folio = page_folio(s, pfn);
  const anon = folio_test_anon(s, folio);
  const exclusive = anon && PageAnonExclusive(s, pfn);
  const dirty = is_device_private_pte(pte) ? s.kernel.device_entry_is_dirty(s, byRmap) : Pte.dirty(pte) === 1;
  if (dirty) set_page_flag(s, folio, Page.mkDirty, 1);
  if (anon && !exclusive && Pte.write(pte) === 1)
    throw new ModelBug('VM_BUG_ON_PAGE(write-shared)', `a writable PTE maps frame ${pfn}, which is not exclusive`);
  if (exclusive && !s.kernel.folio_try_share_anon_rmap_pte(s, pfn)) return false;
  let entry = Pte.mkWrite(Pte.mkPfn(MIGRATION_PTE, pfn), Pte.write(pte));
  entry = Pte.mkExclusive(entry, exclusive && Pte.write(pte) === 0 ? 1 : 0);
  if (pte_present(pte)) entry = Pte.mkDirty(Pte.mkYoung(entry, Pte.young(pte)), Pte.dirty(pte));
  s.pte.put(row, entry);
  folio_remove_rmap_ptes(s, pfn, 1, mm);
  munlock_vma_folio(s, pfn, mm, page);
  folio_put(s, folio);
  return true;
};

/** remove_migration_ptes(): every migration entry of `src` becomes an entry of `dst`, which may be the same folio. */
export const remove_migration_ptes = (s: Sys, src: number, dst: number): void => {
  const { geometry: g } = s;
  const slots = slotsOf(g);
  for (let mm = 0; mm < g.mms; mm++) {
    for (let slot = 0; slot < slots; slot++) {
      const e = s.pmd.at(pmd_offset(g, mm, slot));
      if (is_pmd_migration_entry(e) && Pmd.pfn(e) === src) remove_migration_pmd(s, mm, slot, dst);
      if (!pmd_table(e)) continue;
      for (let i = 0; i < g.ptrsPerPte; i++) {
        const at = pte_offset(g, Pmd.pfn(e), i);
        const pte = s.pte.at(at);
        if (check_migration_pte(s, pte, src))
          remove_migration_pte(s, mm, slot * g.ptrsPerPte + i, at, dst + Pte.pfn(pte) - src);
      }
    }
  }
};

/** remove_migration_pmd() */
const remove_migration_pmd = (s: Sys, mm: number, slot: number, dst: number): void => {
  const entry = s.pmd.at(pmd_offset(s.geometry, mm, slot));
  const vma = s.vma.at(vma_lookup(s, mm, slot * s.geometry.ptrsPerPte));
  folio_get(s, dst);
  let e = s.kernel.pfn_pmd(dst, s.kernel.vm_page_prot(vma));
  if (Pmd.write(entry) === 1) e = Pmd.mkWrite(e, 1);
  e = Pmd.mkDirty(Pmd.mkYoung(e, Pmd.young(entry)), Pmd.dirty(entry) & Page.dirty(page_of(s, dst)));
  if (folio_test_anon(s, dst))
    folio_add_anon_rmap_pmd(s, dst, mm, Pmd.write(entry) === 1 || Pmd.exclusive(entry) === 1);
  else folio_add_file_rmap_pmd(s, dst, mm);
  mlock_vma_folio(s, dst, s.geometry.ptrsPerPte, mm, slot * s.geometry.ptrsPerPte);
  pmd_lock(s);
  set_pmd_at(s, mm, slot, e);
  pmd_unlock(s);
};

/** remove_migration_pte() */
const remove_migration_pte = (s: Sys, mm: number, page: number, row: number, pfn: number): void => {
  const entry = s.pte.at(row);
  const folio = page_folio(s, pfn);
  folio_get(s, folio);
  let pte = s.kernel.pfn_pte(pfn, s.kernel.vm_page_prot(s.vma.at(vma_lookup(s, mm, page))));
  if (Pte.write(entry) === 1) pte = Pte.mkWrite(pte, 1);
  pte = Pte.mkDirty(Pte.mkYoung(pte, Pte.young(entry)), Pte.dirty(entry) & Page.dirty(page_of(s, folio)));
  if (folio_test_anon(s, folio))
    s.kernel.folio_add_anon_rmap_ptes(s, pfn, 1, mm, Pte.write(entry) === 1 || Pte.exclusive(entry) === 1);
  else folio_add_file_rmap_ptes(s, pfn, 1, mm);
  mlock_vma_folio(s, pfn, 1, mm, page);
  s.pte.put(row, folio_is_device_private(s, pfn) ? s.kernel.make_device_private_pte(pfn, Pte.write(pte)) : pte);
};
