/**
 * Page tables of hugetlb: their allocation, with huge_pte_alloc() of mm/hugetlb.c, and their end. Mirrors
 * include/asm-generic/pgalloc.h, mm/memory.c and mm/hugetlb.c (v6.1 and later), hugetlb_free_pgd_range(), and of "hugetlb:
 * introduce HugeTLB high-granularity mapping" RFC v2 11/47 hugetlb_pmd_alloc(), hugetlb_pte_alloc(). Left out: the lists of
 * tables that are freed late, their bytes in the mm.
 */
import { alloc_succeeds } from '../alloc_succeeds.ts';
import { ModelBug } from '../../checker/search/index.ts';
import { pagesOf, pmdPages, pudPages } from '../state/hugetlb/geometry.ts';
import { HugePte, HugePteKind, HugetlbPte, Level, PmdTable, Result } from '../state/hugetlb/hugetlb_types.ts';
import {
  hpage_size_to_level,
  huge_pte_none,
  huge_ptep_get,
  hugetlb_pte_init,
  is_table,
  NO_HPTE,
  NONE_HUGE_PTE,
  pte_present,
  set_huge_pte_at,
} from './hugetlb_pte.ts';
import type { Sys } from './kernel.ts';
import { want_pmd_share } from './pmd_share.ts';
import { add_entire } from './rmap.ts';

/** pmd_alloc_one(): the number of an empty PMD table, or -1. */
const pmd_alloc_one = (s: Sys): number => {
  for (let table = 0; table < s.geometry.pmdTables; table++) {
    if (PmdTable.live(s.pmdTable.at(table)) === 1) continue;
    if (!alloc_succeeds(s, 'pmd_alloc_one')) return -1;
    s.pmdTable.put(table, PmdTable.of({ live: 1 }));
    return table;
  }
  return -1;
};
/** pte_alloc_one(): the number of an empty PTE table, or -1. */
const pte_alloc_one = (s: Sys): number => {
  for (let table = 0; table < s.geometry.pteTables; table++) {
    if (s.pteTable.at(table) === 1) continue;
    if (!alloc_succeeds(s, 'pte_alloc_one')) return -1;
    s.pteTable.put(table, 1);
    return table;
  }
  return -1;
};

/** pmd_free(), pte_free(): what was in the table is lost. */
const pmd_free = (s: Sys, table: number): void => {
  const { ptrsPerPmd } = s.geometry;
  for (let i = 0; i < ptrsPerPmd; i++) s.pmd.put(table * ptrsPerPmd + i, NONE_HUGE_PTE);
  s.pmdTable.put(table, PmdTable.of({}));
};
const pte_free = (s: Sys, table: number): void => {
  const { ptrsPerPte } = s.geometry;
  for (let i = 0; i < ptrsPerPte; i++) s.pte.put(table * ptrsPerPte + i, NONE_HUGE_PTE);
  s.pteTable.put(table, 0);
};

const TABLE = HugePte.of({ kind: HugePteKind.table });

/** An empty table under an entry that is none, or -1; `fill` is what every entry of it begins as. */
export const populate = (s: Sys, h: HugetlbPte, fill: HugePte): number => {
  const { ptrsPerPmd, ptrsPerPte } = s.geometry;
  const isPud = HugetlbPte.level(h) === Level.pud;
  const table = isPud ? pmd_alloc_one(s) : pte_alloc_one(s);
  if (table < 0) return -1;
  if (isPud) for (let i = 0; i < ptrsPerPmd; i++) s.pmd.put(table * ptrsPerPmd + i, fill);
  else for (let i = 0; i < ptrsPerPte; i++) s.pte.put(table * ptrsPerPte + i, fill);
  set_huge_pte_at(s, h, HugePte.mkPfn(TABLE, table));
  return table;
};

/** The entry of `page` at a level, in the table below `h`. */
export const entry_below = (s: Sys, h: HugetlbPte, page: number, size: number): HugetlbPte =>
  hugetlb_pte_init(s.geometry, HugetlbPte.level(h) - 1, HugePte.pfn(huge_ptep_get(s, h)), page, size);

/** huge_pte_offset(): the entry at the size of the hstate, or NO_HPTE where a table above it is missing. */
export const huge_pte_offset = (s: Sys, mm: number, page: number): HugetlbPte => {
  const { geometry: g } = s;
  const level = hpage_size_to_level(g, g.hugepage);
  const pud = hugetlb_pte_init(g, Level.pud, mm, page, pudPages(g));
  if (level === Level.pud) return pud;
  if (!is_table(huge_ptep_get(s, pud))) return NO_HPTE;
  if (level === Level.pmd) return entry_below(s, pud, page, g.hugepage);
  const pmd = entry_below(s, pud, page, pmdPages(g));
  return is_table(huge_ptep_get(s, pmd)) ? entry_below(s, pmd, page, g.hugepage) : NO_HPTE;
};

/**
 * hugetlb_mask_last_page(): the page behind all that the table for the hstate's entry of `page` spans. There is no table above the
 * PUD entries of an mm.
 */
export const page_behind_table = ({ geometry: g }: Sys, page: number): number => {
  const span = hpage_size_to_level(g, g.hugepage) === Level.pte ? pmdPages(g) : pudPages(g);
  return Math.trunc(page / span) * span + span;
};

/**
 * huge_pte_alloc(): the same, with the tables above it; NO_HPTE without memory. A PMD table may be one that another mapping of
 * the file has. Of arm64, contiguous PTEs as well.
 */
export const huge_pte_alloc = (s: Sys, row: number, page: number): HugetlbPte => {
  const { geometry: g } = s;
  const mm = Math.trunc(row / g.vmas);
  const level = hpage_size_to_level(g, g.hugepage);
  const pud = hugetlb_pte_init(g, Level.pud, mm, page, pudPages(g));
  if (level === Level.pud) return checked(s, s.vma.at(row), pud);
  if (!is_table(huge_ptep_get(s, pud))) {
    const shared = want_pmd_share(s, row, page) && s.kernel.huge_pmd_share(s, row, page, pud);
    if (!shared && populate(s, pud, NONE_HUGE_PTE) < 0) return NO_HPTE;
  }
  const pmd = entry_below(s, pud, page, level === Level.pmd ? g.hugepage : pmdPages(g));
  if (level === Level.pmd) return checked(s, s.vma.at(row), pmd);
  if (!is_table(huge_ptep_get(s, pmd)) && populate(s, pmd, NONE_HUGE_PTE) < 0) return NO_HPTE;
  return entry_below(s, pmd, page, g.hugepage);
};

/** BUG_ON(pte && pte_present(*pte) && !pte_huge(*pte)): only where high granularity is on may it be a table. */
const checked = (s: Sys, vma: Parameters<Sys['kernel']['hugetlb_hgm_enabled']>[1], h: HugetlbPte): HugetlbPte => {
  const e = huge_ptep_get(s, h);
  if (is_table(e) && s.kernel.alloc_asserts_huge(s) && !s.kernel.hugetlb_hgm_enabled(s, vma))
    throw new ModelBug('BUG_ON(!pte_huge)', `huge_pte_alloc() finds ${HugePte.show(e)}`);
  return h;
};

/**
 * hugetlb_pmd_alloc() and hugetlb_pte_alloc(): a table below the entry, unless there is one; a marker, where it is split, fills
 * it. Returns a code of `Result`: EINVAL of a PTE, below which there is none.
 */
export const hugetlb_table_alloc = (s: Sys, h: HugetlbPte): number => {
  if (HugetlbPte.level(h) === Level.pte) return Result.EINVAL;
  const e = huge_ptep_get(s, h);
  if (pte_present(e)) return is_table(e) ? Result.ok : Result.EEXIST;
  const splits = HugePte.kind(e) === HugePteKind.marker && s.kernel.walk_splits_marker(s);
  if (!huge_pte_none(e) && !splits) return Result.EEXIST;
  return populate(s, h, e) < 0 ? Result.ENOMEM : Result.ok;
};

/**
 * Frees every table strictly below the entry, which becomes none. What is still mapped there is lost: nobody uncounts it, but for a
 * table that counts as a mapping itself.
 */
export const free_tables_below = (s: Sys, h: HugetlbPte): void => {
  const { ptrsPerPmd } = s.geometry;
  const e = huge_ptep_get(s, h);
  if (!is_table(e)) return;
  const table = HugePte.pfn(e);
  if (HugetlbPte.level(h) === Level.pud) {
    for (let i = 0; i < ptrsPerPmd; i++) {
      const below = s.pmd.at(table * ptrsPerPmd + i);
      if (is_table(below)) pte_free(s, HugePte.pfn(below));
    }
    pmd_free(s, table);
  } else pte_free(s, table);
  if (HugePte.counted(e) > 0) add_entire(s, HugePte.counted(e) - 1, -1);
  set_huge_pte_at(s, h, NONE_HUGE_PTE);
};

/**
 * hugetlb_free_pgd_range(), which is free_pgd_range(): of start..end-1, tables that no VMA between `floor` and `ceiling` needs.
 * A PUD entry whose table is shared is none by then.
 */
export const free_pgd_range = (
  s: Sys,
  mm: number,
  start: number,
  end: number,
  floor: number,
  ceiling: number,
): void => {
  const { geometry: g } = s;
  free_between(s, mm, start, end, floor, ceiling, pmdPages(g));
  free_between(s, mm, start, end, floor, ceiling, pudPages(g));
};

/** Frees tables that span `span` pages: PTE tables of one PMD entry, PMD tables of one PUD entry. */
const free_between = (
  s: Sys,
  mm: number,
  start: number,
  end: number,
  floor: number,
  ceiling: number,
  span: number,
): void => {
  const { geometry: g } = s;
  for (let at = Math.trunc(start / span) * span; at < Math.min(end, pagesOf(g)); at += span) {
    if (at < floor || at + span > ceiling) continue;
    const pud = hugetlb_pte_init(g, Level.pud, mm, at, pudPages(g));
    if (span === pudPages(g)) free_tables_below(s, pud);
    else if (is_table(huge_ptep_get(s, pud))) free_tables_below(s, entry_below(s, pud, at, span));
  }
};
