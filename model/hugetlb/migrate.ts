/**
 * A hugepage moves to another folio of the pool. Mirrors mm/migrate.c unmap_and_move_huge_page(), remove_migration_pte(),
 * migrate_huge_page_move_mapping(), mm/hugetlb.c folio_isolate_hugetlb(), folio_putback_hugetlb(), move_hugetlb_state(); v6.1
 * and later, and of "hugetlb: introduce HugeTLB high-granularity mapping" RFC v2 29/47, v2 30/46: each entry gets back a leaf of
 * its size. In two steps, between which others run. Stubbed: locks; the folio is locked from the first step to the second.
 * Left out: folios from outside the pool, more than one try, what is copied.
 */
import { Folio, HugePte, HugePteKind, type HugetlbPte, Migration, Result } from '../state/hugetlb/hugetlb_types.ts';
import {
  dequeue_hugetlb_folio,
  folio_get,
  folio_lock,
  folio_pfn,
  folio_put,
  folio_ref_count,
  free_hugepages,
} from './folio.ts';
import { huge_ptep_get, hugetlb_pte_size, set_huge_pte_at } from './hugetlb_pte.ts';
import type { Sys } from './kernel.ts';
import { cache_row_of, rmap_walk } from './page_vma_mapped.ts';
import { huge_pte_offset } from './pgalloc.ts';
import { resv_huge_pages } from './reserve.ts';
import { hugetlb_add_anon_rmap } from './rmap.ts';
import { try_to_migrate } from './rmap_unmap.ts';
import { page_in_hugepage, vma_mm } from './vma.ts';

/** folio_isolate_hugetlb(): the folio is off the list that migration takes from, and has one more reference. */
const folio_isolate_hugetlb = (s: Sys, folio: number): boolean => {
  if (Folio.migratable(s.folio.at(folio)) === 0 || folio_ref_count(s, folio) <= 0) return false;
  folio_get(s, folio);
  s.folio.put(folio, Folio.mkMigratable(s.folio.at(folio), 0));
  return true;
};
const folio_putback_hugetlb = (s: Sys, folio: number): void => {
  s.folio.put(folio, Folio.mkMigratable(s.folio.at(folio), 1));
  folio_put(s, folio);
};

/** remove_migration_pte(): the entry is a leaf of `to` again, of the page that it was one of. */
const remove_migration_pte = (s: Sys, row: number, page: number, h: HugetlbPte, to: number): boolean => {
  const vma = s.vma.at(row);
  const entry = huge_ptep_get(s, h);
  const inHugepage = page_in_hugepage(s, vma, page);
  folio_get(s, to);
  let leaf = s.kernel.make_huge_pte(folio_pfn(s, to) + inHugepage, vma, false);
  leaf = HugePte.mkYoung(leaf, HugePte.young(entry));
  if (Folio.dirty(s.folio.at(to)) === 1) leaf = HugePte.mkDirty(leaf, HugePte.dirty(entry));
  if (HugePte.write(entry) === 1) leaf = HugePte.mkWrite(leaf, 1);
  else leaf = HugePte.mkWp(leaf, HugePte.wp(entry));
  if (Folio.anon(s.folio.at(to)) === 1)
    hugetlb_add_anon_rmap(s, to, HugePte.write(entry) === 1 || HugePte.exclusive(entry) === 1);
  // That the first page counts for the whole, where only one does, is inferred from how it is uncounted.
  else {
    const slot = huge_pte_offset(s, vma_mm(s, row), page);
    s.kernel.hugetlb_add_file_rmap(s, HugePte.pfn(leaf), hugetlb_pte_size(h), slot, inHugepage === 0);
  }
  set_huge_pte_at(s, h, leaf);
  return true;
};

/** remove_migration_ptes(): entries that name `from` become leaves of `to`, which may be the same. */
const remove_migration_ptes = (s: Sys, from: number, to: number): boolean =>
  rmap_walk(s, to, { kind: HugePteKind.migration, folio: from }, remove_migration_pte, to);

/** Begins: isolates the folio and unmaps it. Returns a code of `Result`; EAGAIN where a leaf has to stay. */
export const migrate_hugetlb_begin = (s: Sys, from: number): number => {
  if (!folio_isolate_hugetlb(s, from)) return Result.EBUSY;
  const to = free_hugepages(s) - resv_huge_pages(s) > 0 ? dequeue_hugetlb_folio(s) : -1;
  if (to < 0) {
    folio_putback_hugetlb(s, from);
    return Result.ENOMEM;
  }
  folio_lock(s, from);
  if (s.kernel.folio_mapped(s, from)) try_to_migrate(s, from);
  if (s.kernel.folio_mapped(s, from)) {
    remove_migration_ptes(s, from, from);
    folio_putback_hugetlb(s, from);
    folio_put(s, to);
    return Result.EAGAIN;
  }
  s.migration.put(0, Migration.of({ from: from + 1, to: to + 1 }));
  return Result.ok;
};

/** migrate_huge_page_move_mapping(): the page cache has the new folio; not where anybody else has a reference to the old one. */
const move_to_new_folio = (s: Sys, from: number, to: number): boolean => {
  const old = s.folio.at(from);
  const cached = cache_row_of(s, from);
  const ofCache = cached < 0 ? 0 : 1;
  if (folio_ref_count(s, from) !== ofCache + 1) return false;
  s.folio.put(to, Folio.of({ used: 1, uptodate: Folio.uptodate(old), dirty: Folio.dirty(old), anon: Folio.anon(old) }));
  if (cached < 0) return true;
  s.cache.put(cached, to + 1);
  folio_get(s, to);
  folio_put(s, from);
  return true;
};

/** Ends: to the new folio, or back to the old one. Returns a code of `Result`. */
export const migrate_hugetlb_end = (s: Sys): number => {
  const [from, to] = [Migration.from(s.migration.at(0)) - 1, Migration.to(s.migration.at(0)) - 1];
  const moved = move_to_new_folio(s, from, to);
  remove_migration_ptes(s, from, moved ? to : from);
  s.migration.put(0, Migration.of({}));
  // move_hugetlb_state()
  if (moved) s.folio.put(to, Folio.mkMigratable(s.folio.at(to), 1));
  folio_putback_hugetlb(s, from);
  folio_put(s, to);
  return moved ? Result.ok : Result.EAGAIN;
};
