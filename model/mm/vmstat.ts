/** Counters of mapped memory: of an mm (include/linux/mm.h) and of all memory (mm/vmstat.c), v7.1. */
import { addTo } from '../state/counter.ts';
import { type FolioDraft, Page, PageKind, Rss, rssMax, vmstatMax } from '../state/memmap.ts';
import { page_of } from './page_flags.ts';

/** mm_counter(): anonymous, shmem, or any other file; decided by what the folio is now. */
export const mm_counter = (s: FolioDraft, folio: number): number => {
  switch (Page.kind(page_of(s, folio))) {
    case PageKind.anon:
      return Rss.MM_ANONPAGES;
    case PageKind.shmem:
      return Rss.MM_SHMEMPAGES;
    default:
      return Rss.MM_FILEPAGES;
  }
};

export const add_mm_counter = (s: FolioDraft, mm: number, member: number, pages: number): void => {
  const row = mm * Rss.names.length + member;
  s.rss.put(row, addTo(rssMax(s.geometry), s.rss.at(row), pages));
};

/** The same of MM_SWAPENTS: entries that name swap slots. */
export const add_swapents = (s: FolioDraft, mm: number, entries: number): void =>
  s.swapents.put(mm, addTo(rssMax(s.geometry), s.swapents.at(mm), entries));

/** __lruvec_stat_mod_folio() and __mod_node_page_state(). */
export const mod_node_page_state = (s: FolioDraft, item: number, pages: number): void =>
  s.vmstat.put(item, addTo(vmstatMax(s.memmap), s.vmstat.at(item), pages));
