/**
 * Memory that only a device reaches (MEMORY_DEVICE_PRIVATE), and the entries that stand for it. Mirrors mm/memremap.c
 * zone_device_page_init(), free_zone_device_folio(), include/linux/swapops.h make_writable_device_private_entry(),
 * mm/memory.c copy_nonpresent_pte(), zap_nonpresent_ptes(), mm/mprotect.c change_softleaf_pte(); v7.1 (v6.8, v6.12, v6.17 and
 * v7.3 read beside it). An entry is not present, and yet counts as a mapping: a reference, a mapcount, MM_ANONPAGES.
 * Stubbed: the driver's list of free pages: a page on it is free. Left out: entries of PMD size (v7.0), soft-dirty and
 * userfaultfd bits, references to the pgmap, memory cgroups.
 */
import { type FolioDraft, Page, PageKind } from '../state/memmap.ts';
import { Pte, type Vma } from '../state/mm_types.ts';
import type { Sys } from './kernel.ts';
import { pfn_to_page } from './page_flags.ts';
import { folio_get, folio_put, free_block, prep_folio } from './page_ref.ts';
import { alloc_succeeds } from '../alloc_succeeds.ts';
import { alloc_fails } from './pgalloc.ts';
import { NONE_PTE } from './pgtable.ts';
import { folio_remove_rmap_ptes } from './rmap.ts';
import { is_cow_mapping } from './vma.ts';
import { add_mm_counter, mm_counter } from './vmstat.ts';

const DEVICE_PRIVATE_PTE = Pte.of({ special: 1, young: 1 });
/** make_writable_device_private_entry() and make_readable_device_private_entry() */
export const make_device_private_pte = (pfn: number, write: number): Pte =>
  Pte.mkWrite(Pte.mkPfn(DEVICE_PRIVATE_PTE, pfn), write);

/** zone_device_page_init() of a page from the driver's list: one reference, of who moves something there. -1: none is left. */
export const zone_device_page_init = (s: Sys): number => {
  const block = free_block(s, 'private', 1);
  if (block < 0) return alloc_fails(s);
  return alloc_succeeds(s, 'zone_device_page_init') ? prep_folio(s, block, PageKind.anon) : -1;
};

const FREE = Page.of({});
/** free_zone_device_folio(): neither mapping nor PG_anon_exclusive any more, and ->folio_free() of the driver. */
export const device_private_folio_free = (s: FolioDraft, folio: number): void => s.page.put(pfn_to_page(folio), FREE);

/** copy_nonpresent_pte(): as of a present page that nobody can have pinned; nobody may write any more. */
export const copy_device_private_pte = (s: Sys, dst: number, vma: Vma, row: number, dstRow: number): void => {
  const folio = Pte.pfn(s.pte.at(row));
  folio_get(s, folio);
  add_mm_counter(s, dst, mm_counter(s, folio), 1);
  s.kernel.folio_try_dup_anon_rmap_ptes(s, folio, 1, dst, false);
  if (is_cow_mapping(vma)) s.pte.put(row, Pte.mkWrite(s.pte.at(row), 0));
  s.pte.put(dstRow, s.pte.at(row));
};

/** zap_nonpresent_ptes() */
export const zap_device_private_pte = (s: Sys, mm: number, row: number): void => {
  const folio = Pte.pfn(s.pte.at(row));
  add_mm_counter(s, mm, mm_counter(s, folio), -1);
  folio_remove_rmap_ptes(s, folio, 1, mm);
  folio_put(s, folio);
  s.pte.put(row, NONE_PTE);
};

/** change_softleaf_pte(): no right to write any more; a fault by the CPU, or the driver, looks for itself what is allowed. */
export const change_device_private_pte = (s: Sys, row: number): void => s.pte.put(row, Pte.mkWrite(s.pte.at(row), 0));
