/** Pins of user space on hugepages. Mirrors include/linux/mm.h folio_maybe_dma_pinned(); v6.1 and later. */
import { Pin } from '../state/hugetlb/hugetlb_types.ts';
import { page_folio } from './folio.ts';
import type { Sys } from './kernel.ts';

/** A row for another pin, or -1. */
export const free_pin = (s: Sys): number => {
  for (let row = 0; row < s.pin.rows; row++) if (Pin.taken(s.pin.at(row)) === 0) return row;
  return -1;
};

/** folio_maybe_dma_pinned() */
export const folio_maybe_dma_pinned = (s: Sys, folio: number): boolean => {
  for (let row = 0; row < s.pin.rows; row++)
    if (Pin.taken(s.pin.at(row)) === 1 && page_folio(s, Pin.pfn(s.pin.at(row))) === folio) return true;
  return false;
};
