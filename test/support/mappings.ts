/**
 * What the callers of rmap do around it, in the kernel's order: a reference before a mapping that is added, and put
 * after one that is removed. Page tables there are none.
 */
import type { RmapSys } from '../../model/mm/large_mapcount.ts';
import {
  folio_nr_pages,
  folio_test_anon,
  folio_test_large,
  page_folio,
  page_of,
  PageAnonExclusive,
  pfn_to_page,
  set_page_flag,
} from '../../model/mm/page_flags.ts';
import { folio_get, folio_put, folio_put_refs, folio_ref_add, prep_folio } from '../../model/mm/page_ref.ts';
import {
  folio_add_anon_rmap_ptes,
  folio_add_file_rmap_pmd,
  folio_add_file_rmap_ptes,
  folio_add_file_rmap_pud,
  folio_add_new_anon_rmap,
  folio_dup_file_rmap_ptes,
  folio_remove_rmap_pmd,
  folio_remove_rmap_ptes,
  folio_remove_rmap_pud,
  folio_try_dup_anon_rmap_pmd,
  folio_try_dup_anon_rmap_ptes,
} from '../../model/mm/rmap.ts';
import { Page, PageKind } from '../../model/state/memmap.ts';
import { blockAt } from './folio_state.ts';

/** A write fault on anonymous memory: the folio is allocated, and mapped as a whole. */
export const faultAnon = (s: RmapSys, folio: number, mm: number): void => {
  prep_folio(s, blockAt(s, folio), PageKind.anon);
  const pages = folio_nr_pages(s, folio);
  const byLeaf = s.machine.pmdLeaves && pages > 1 && pages === s.geometry.ptrsPerPte;
  folio_ref_add(s, folio, byLeaf ? 0 : pages - 1);
  folio_add_new_anon_rmap(s, folio, mm);
};

/** The folio comes into the page cache, which has a reference for each page. */
export const intoCache = (s: RmapSys, folio: number, kind: 'shmem' | 'file'): void => {
  prep_folio(s, blockAt(s, folio), PageKind[kind]);
  folio_ref_add(s, folio, folio_nr_pages(s, folio));
  s.page.put(pfn_to_page(folio), Page.mkCached(page_of(s, folio), 1));
  folio_put(s, folio);
};
export const outOfCache = (s: RmapSys, folio: number): void => {
  s.page.put(pfn_to_page(folio), Page.mkCached(page_of(s, folio), 0));
  folio_put_refs(s, folio, folio_nr_pages(s, folio));
};

/** A device is there from the beginning. */
export const bootDevice = (s: RmapSys, folio: number, kind: 'dax' | 'fsdax'): void => {
  prep_folio(s, blockAt(s, folio), PageKind[kind]);
};

export const mapPtes = (s: RmapSys, page: number, nr: number, mm: number): void => {
  folio_ref_add(s, page_folio(s, page), nr);
  folio_add_file_rmap_ptes(s, page, nr, mm);
};
export const mapPmd = (s: RmapSys, folio: number, mm: number): void => {
  folio_get(s, folio);
  folio_add_file_rmap_pmd(s, folio, mm);
};
export const mapPud = (s: RmapSys, folio: number, mm: number): void => {
  folio_get(s, folio);
  folio_add_file_rmap_pud(s, folio, mm);
};
/** dax_fault_iter(): a page of FS-DAX, idle at 0, has a reference of the fault's while it is mapped. */
export const faultFsdax = (s: RmapSys, folio: number, map: () => void): void => {
  folio_ref_add(s, folio, 1);
  map();
  folio_put(s, folio);
};

export const unmapPtes = (s: RmapSys, page: number, nr: number, mm: number): void => {
  folio_remove_rmap_ptes(s, page, nr, mm);
  folio_put_refs(s, page_folio(s, page), nr);
};
export const unmapPmd = (s: RmapSys, folio: number, mm: number): void => {
  folio_remove_rmap_pmd(s, folio, mm);
  folio_put(s, folio);
};
export const unmapPud = (s: RmapSys, folio: number, mm: number): void => {
  folio_remove_rmap_pud(s, folio, mm);
  folio_put(s, folio);
};

/** A leaf of anonymous memory becomes PTEs: all is raised before anything is lowered. */
export const splitPmd = (s: RmapSys, folio: number, mm: number): void => {
  const pages = folio_nr_pages(s, folio);
  folio_ref_add(s, folio, pages - 1);
  folio_add_anon_rmap_ptes(s, folio, pages, mm, PageAnonExclusive(s, folio));
  folio_remove_rmap_pmd(s, folio, mm);
};

/** fork() of PTEs. False: the pages may be pinned, and nothing has changed. */
export const forkPtes = (s: RmapSys, page: number, nr: number, dst: number, hasPinned: boolean): boolean => {
  const folio = page_folio(s, page);
  folio_ref_add(s, folio, nr);
  if (!folio_test_anon(s, folio)) folio_dup_file_rmap_ptes(s, page, nr, dst);
  else if (!folio_try_dup_anon_rmap_ptes(s, page, nr, dst, hasPinned)) {
    folio_put_refs(s, folio, nr);
    return false;
  }
  return true;
};
/** fork() of a leaf of anonymous memory. */
export const forkPmd = (s: RmapSys, folio: number, dst: number, hasPinned: boolean): boolean => {
  folio_get(s, folio);
  if (folio_try_dup_anon_rmap_pmd(s, folio, dst, hasPinned)) return true;
  folio_put(s, folio);
  return false;
};

/** do_wp_page() has found that the page is nobody else's. */
export const reuse = (s: RmapSys, page: number): void => set_page_flag(s, page, Page.mkAnonExclusive, 1);

/** try_grab_folio() with FOLL_PIN: of a small folio the pin is all the reference that there is. */
export const pin = (s: RmapSys, folio: number): void => {
  if (folio_test_large(s, folio)) folio_get(s, folio);
  s.pincount.put(pfn_to_page(folio), s.pincount.at(pfn_to_page(folio)) + 1);
};
export const unpin = (s: RmapSys, folio: number): void => {
  s.pincount.put(pfn_to_page(folio), s.pincount.at(pfn_to_page(folio)) - 1);
  folio_put_refs(s, folio, folio_test_large(s, folio) ? 1 : 0);
};
