/** Frames that look-ups have found, and that guests and devices have been given: names of pages, see symmetry_folios.ts. */
import { Dma, Found, Level, Spte } from '../state/lookups.ts';
import type { MmDraft } from '../state/mm_types.ts';

/** Says each frame, from the look-up on. Of a range the first one counts: the others follow it. */
export const name_lookups = (s: MmDraft, name: (pfn: number) => void): void => {
  if (s.lookup.rows === 0) return;
  if (Found.entry(s.walked.at(0)) === 0) name(Found.pfn(s.walked.at(0)));
  name(Found.pfn(s.found.at(0)));
  name(Found.pfn(s.kept.at(0)));
  for (let row = 0; row < s.spte.rows; row++) name(Spte.pfn(s.spte.at(row)));
  for (let row = 0; row < s.dma.rows; row++) name(Dma.pfn(s.dma.at(row)));
};

/** Writes where each is now. */
export const move_lookups = (s: MmDraft, moved: (pfn: number) => number): void => {
  if (s.lookup.rows === 0) return;
  for (const rows of [s.walked, s.found, s.kept]) {
    const at = rows.at(0);
    if (Found.level(at) !== Level.none && Found.entry(at) === 0) rows.put(0, Found.mkPfn(at, moved(Found.pfn(at))));
  }
  for (let row = 0; row < s.spte.rows; row++) {
    const e = s.spte.at(row);
    if (Spte.level(e) !== Level.none) s.spte.put(row, Spte.mkPfn(e, moved(Spte.pfn(e))));
  }
  for (let row = 0; row < s.dma.rows; row++) {
    const e = s.dma.at(row);
    if (Dma.pages(e) > 0) s.dma.put(row, Dma.mkPfn(e, moved(Dma.pfn(e))));
  }
};

/** The PTE table in which an entry lies that a look-up has returned itself, or -1. */
export const table_of_lookup = (s: MmDraft): number => {
  if (s.lookup.rows === 0) return -1;
  const at = s.walked.at(0);
  return Found.entry(at) === 1 && Found.level(at) === Level.PTE ? Found.pfn(at) : -1;
};
export const move_table_of_lookup = (s: MmDraft, to: number): void => s.walked.put(0, Found.mkPfn(s.walked.at(0), to));
