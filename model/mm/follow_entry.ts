/**
 * A look-up that returns the entry itself and its level, and no lock: what "[RFC] Huge remap_pfn_range for vfio-pci" (2024) was
 * careful not to ask for ("Most callers don't care about the PTE itself"). Whoever has such an entry reads it when he uses it.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { Found, Level } from '../state/lookups.ts';
import { Pmd } from '../state/mm_types.ts';
import { of_pmd, of_pte, of_pud } from './follow_pfnmap.ts';
import type { Sys } from './kernel.ts';
import { pmd_offset, pmd_table, pte_offset, pud_of, pud_offset, slot_of } from './pgtable.ts';
import { LOOKUP_MM } from './ptl.ts';

/** The entry that was found: its level, and the PTE table that it lies in, if any, in place of a frame. */
export const entry_of = (s: Sys, page: number, at: Found): Found => {
  if (Found.level(at) !== Level.PTE) return Found.of({ entry: 1, level: Found.level(at) });
  const e = s.pmd.at(pmd_offset(s.geometry, LOOKUP_MM, slot_of(s.geometry, page)));
  return Found.of({ entry: 1, level: Level.PTE, pfn: Pmd.pfn(e) });
};

/** What it says now, read as a leaf of its level, whatever it is by now. */
export const read_again = (s: Sys, page: number, at: Found): Found => {
  const { geometry: g } = s;
  if (Found.level(at) === Level.PUD) return of_pud(s, page, s.pud.at(pud_offset(g, LOOKUP_MM, pud_of(g, page))));
  const e = s.pmd.at(pmd_offset(g, LOOKUP_MM, slot_of(g, page)));
  if (Found.level(at) === Level.PMD) return of_pmd(s, page, e);
  if (pmd_table(e) && Pmd.pfn(e) === Found.pfn(at)) return of_pte(s.pte.at(pte_offset(g, Pmd.pfn(e), page)));
  throw new ModelBug(
    'entry-in-freed-table',
    `the PTE that a look-up of page ${page} has returned lies in a table that is gone`,
  );
};
