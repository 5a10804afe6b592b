/**
 * MPOL_MF_MOVE of mbind(): mm/mempolicy.c migrate_folio_add(), vma_migratable(), and mm/migrate.c migrate_pages() of what has
 * been queued, from its beginning to its end; v7.1 (v6.8, v6.12 and v7.3 read beside it). A new folio comes from where all
 * memory is, as if the other node had none left. Left out: MPOL_MF_MOVE_ALL, a folio that is split because no memory for it
 * can be had, a new folio for a file: it is unmapped, and mapped again.
 */
import { Page, PageKind } from '../state/memmap.ts';
import { Result, Vma } from '../state/mm_types.ts';
import { is_queued } from './deferred_split.ts';
import { get_and_split_folio } from './folio_split.ts';
import type { Sys } from './kernel.ts';
import { folio_nr_pages, folio_test_anon, page_of } from './page_flags.ts';
import { folio_mapcount } from './rmap.ts';
import { vma_is_dax } from './vma.ts';
import { is_on_lru } from './vmscan.ts';

/** vma_migratable(): VM_MIXEDMAP is. */
export const vma_migratable = (vma: Vma): boolean => Vma.pfnmap(vma) === 0 && !vma_is_dax(vma);

/** The folios that one call has isolated; one list for all, so that the search allocates nothing. */
const pagelist: number[] = [];
export const clear_pagelist = (): void => {
  pagelist.length = 0;
};

/** migrate_folio_add(): what others may map is left alone, which is no failure. False: it cannot be isolated. */
export const migrate_folio_add = (s: Sys, folio: number): boolean => {
  if (s.kernel.folio_maybe_mapped_shared(s, folio)) return true;
  if (!is_on_lru(s, folio) || pagelist.includes(folio)) return false;
  pagelist.push(folio);
  return true;
};

/** migrate_pages() of the list. Returns how many folios could not be moved. */
export const migrate_queued = (s: Sys): number => {
  let failed = 0;
  for (const folio of pagelist) failed += migrate_one(s, folio);
  return failed;
};

/** One that is partially mapped is split first, and its pages move one by one. */
const migrate_one = (s: Sys, folio: number): number => {
  const pages = folio_nr_pages(s, folio);
  const split = is_queued(s, folio) && get_and_split_folio(s, folio);
  if (!split) return moves(s, folio) ? 0 : 1;
  let failed = 0;
  for (let page = folio; page < folio + pages; page++)
    if (Page.kind(page_of(s, page)) !== PageKind.free && folio_mapcount(s, page) > 0 && !moves(s, page)) failed++;
  return failed;
};

const moves = (s: Sys, folio: number): boolean =>
  s.kernel.migrate_folio_unmap(s, folio, false) === Result.ok &&
  s.kernel.migrate_folio_move(s, folio_test_anon(s, folio)) === Result.ok;
