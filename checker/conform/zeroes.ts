/**
 * Pages of zeroes of an anonymous folio that is split come back as the zero page: try_to_map_unused_to_zeropage() of
 * mm/migrate.c, v7.1 (the same since v6.12, which is all that is compared). Memory of the model has no content; here it is
 * known what each page must contain.
 */
import { type Kernel, patched, type Sys } from '../../model/mm/kernel.ts';
import { folio_test_anon, folio_test_large } from '../../model/mm/page_flags.ts';
import { folio_put_refs } from '../../model/mm/page_ref.ts';
import { pmd_offset, pmd_table, pte_offset, pte_present, slot_of } from '../../model/mm/pgtable.ts';
import { folio_remove_rmap_ptes } from '../../model/mm/rmap.ts';
import { vma_lookup } from '../../model/mm/vma.ts';
import { add_mm_counter } from '../../model/mm/vmstat.ts';
import { pagesOf } from '../../model/state/geometry.ts';
import { Rss } from '../../model/state/memmap.ts';
import { Mm, Pmd, Pte } from '../../model/state/mm_types.ts';

/** What the walk that goes on knows of memory. */
export interface Contents {
  isZero: (mm: number, page: number) => boolean;
}

/** Calls back for each PTE that maps one of `pages` frames from `first` on. */
const forEachPteOf = (s: Sys, first: number, pages: number, each: (mm: number, page: number, row: number) => void) => {
  for (let mm = 0; mm < s.geometry.mms; mm++) {
    if (Mm.alive(s.mm.at(mm)) === 0) continue;
    for (let page = 0; page < pagesOf(s.geometry); page++) {
      const e = s.pmd.at(pmd_offset(s.geometry, mm, slot_of(s.geometry, page)));
      if (!pmd_table(e)) continue;
      const row = pte_offset(s.geometry, Pmd.pfn(e), page);
      const pfn = Pte.pfn(s.pte.at(row));
      if (pte_present(s.pte.at(row)) && pfn >= first && pfn < first + pages) each(mm, page, row);
    }
  }
};

/** The kernel whose remap_page() tells pages of zeroes from others. */
export const tellingZeroes = (kernel: Kernel, contents: Contents): Kernel =>
  patched(kernel, {
    remap_page: (base) => (s, folio, pages) => {
      base(s, folio, pages);
      // It has not been split, or is of a file.
      if (folio_test_large(s, folio) || !folio_test_anon(s, folio)) return;
      forEachPteOf(s, folio, pages, (mm, page, row) => {
        if (!contents.isZero(mm, page)) return;
        const pfn = Pte.pfn(s.pte.at(row));
        const vma = s.vma.at(vma_lookup(s, mm, page));
        s.pte.put(row, s.kernel.zero_pte(s, s.kernel.vm_page_prot(vma)));
        folio_remove_rmap_ptes(s, pfn, 1, mm);
        folio_put_refs(s, pfn, 1);
        add_mm_counter(s, mm, Rss.MM_ANONPAGES, -1);
      });
    },
  });
