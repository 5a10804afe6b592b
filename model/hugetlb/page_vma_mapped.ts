/**
 * The way from a folio to the entries that map it. Mirrors mm/rmap.c rmap_walk_file(), rmap_walk_anon(), mm/page_vma_mapped.c
 * page_vma_mapped_walk() (v6.1 and later, where a VMA has one entry for a hugepage), and of "hugetlb: introduce HugeTLB
 * high-granularity mapping" RFC v2 24/47, v1 25/46, v2 29/46: every entry of the hugepage, of whatever size. Stubbed: locks,
 * i_mmap and anon_vma, which are the VMAs themselves. Left out: that a lock cannot be had.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { Folio, HugePte, type HugetlbPte, Vma } from '../state/hugetlb/hugetlb_types.ts';
import { page_folio } from './folio.ts';
import { hugetlb_entry_of } from './hgm_walk.ts';
import { huge_ptep_get, hugetlb_pte_size, is_table, NO_HPTE } from './hugetlb_pte.ts';
import type { Sys } from './kernel.ts';

/** What is done with an entry that was found, at its first page; `to` is for whoever asked. False: it could not be done. */
export type RmapOne = (s: Sys, row: number, page: number, h: HugetlbPte, to: number) => boolean;

/** Which entries are looked for: of this kind, that name frames of this folio. */
export interface Sought {
  readonly kind: number;
  readonly folio: number;
}

/** page_vma_mapped_walk(), from the page of the VMA where the hugepage begins. False: something could not be done. */
const page_vma_mapped_walk = (
  s: Sys,
  row: number,
  first: number,
  { kind, folio }: Sought,
  one: RmapOne,
  to: number,
): boolean => {
  for (let page = first; page < first + s.geometry.hugepage;) {
    const h = hugetlb_entry_of(s, row, page);
    if (h === NO_HPTE) return true;
    const e = huge_ptep_get(s, h);
    if (is_table(e))
      throw new ModelBug(
        'endless-loop',
        `page_vma_mapped_walk() finds ${HugePte.show(e)} at page ${page}, and tries again`,
      );
    if (HugePte.kind(e) === kind && page_folio(s, HugePte.pfn(e)) === folio && !one(s, row, page, h, to)) return false;
    page += hugetlb_pte_size(h);
  }
  return true;
};

/** The row of the page cache that a folio stands in, or -1: folio->mapping is not that of a file. */
export const cache_row_of = (s: Sys, folio: number): number => {
  for (let row = 0; row < s.cache.rows; row++) if (s.cache.at(row) === folio + 1) return row;
  return -1;
};

/** vma_interval_tree_foreach(): VMAs that have the index of a cached folio, and the page where it begins in each. */
export const for_each_vma_of = (s: Sys, folio: number, each: (row: number, first: number) => void): void => {
  const { fileHugepages, hugepage } = s.geometry;
  const cached = cache_row_of(s, folio);
  const [file, index] = [Math.trunc(cached / fileHugepages), cached % fileHugepages];
  for (let row = 0; row < s.vma.rows; row++) {
    const vma = s.vma.at(row);
    if (Vma.file(vma) !== file + 1) continue;
    const first = Vma.start(vma) + index * hugepage - Vma.pgoff(vma);
    if (first >= Vma.start(vma) && first < Vma.end(vma)) each(row, first);
  }
};

/** rmap_walk_file(): where VMAs of the file have the index of the folio. */
const rmap_walk_file = (s: Sys, folio: number, sought: Sought, one: RmapOne, to: number): boolean => {
  let done = true;
  for_each_vma_of(s, folio, (row, first) => {
    done = page_vma_mapped_walk(s, row, first, sought, one, to) && done;
  });
  return done;
};

/** rmap_walk_anon(): private mappings; where in them is not kept, so that all their hugepages are looked at. */
const rmap_walk_anon = (s: Sys, sought: Sought, one: RmapOne, to: number): boolean => {
  let done = true;
  for (let row = 0; row < s.vma.rows; row++) {
    const vma = s.vma.at(row);
    if (Vma.file(vma) === 0 || Vma.mayShare(vma) === 1) continue;
    for (let first = Vma.start(vma); first < Vma.end(vma); first += s.geometry.hugepage)
      done = page_vma_mapped_walk(s, row, first, sought, one, to) && done;
  }
  return done;
};

/** rmap_walk(): in every VMA where `folio` can be mapped. False: an entry is as it was. */
export const rmap_walk = (s: Sys, folio: number, sought: Sought, one: RmapOne, to: number): boolean => {
  if (Folio.anon(s.folio.at(folio)) === 1) return rmap_walk_anon(s, sought, one, to);
  return cache_row_of(s, folio) < 0 || rmap_walk_file(s, folio, sought, one, to);
};
