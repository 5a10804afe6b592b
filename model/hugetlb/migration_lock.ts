/**
 * Who waits for a migration. Mirrors the folio lock and i_mmap_rwsem of mm/migrate.c unmap_and_move_huge_page(): the folio is
 * locked from before it is unmapped until it is mapped again; the mapping of a file, as well (v6.1.162, v6.12.68 and later), or
 * only while it is unmapped.
 */
import { Folio, Migration, Vma } from '../state/hugetlb/hugetlb_types.ts';
import { filemap_get } from './folio.ts';
import type { Sys } from './kernel.ts';
import { vma_hugecache_offset } from './vma.ts';

/** The folio that is under migration, or -1. */
export const migrating_folio = (s: Sys): number =>
  s.migration.rows === 0 ? -1 : Migration.from(s.migration.at(0)) - 1;
export const is_migrating = (s: Sys): boolean => migrating_folio(s) >= 0;

/** Whether filemap_lock_folio() of what the page cache has for the page would wait. */
export const cached_folio_is_locked = (s: Sys, vma: Vma, page: number): boolean =>
  is_migrating(s) && filemap_get(s, Vma.file(vma) - 1, vma_hugecache_offset(s, vma, page)) === migrating_folio(s);

/** Whether i_mmap_lock_write() of a file would wait. */
export const i_mmap_is_locked = (s: Sys): boolean =>
  is_migrating(s) && Folio.anon(s.folio.at(migrating_folio(s))) === 0 && s.kernel.migration_holds_i_mmap(s);
