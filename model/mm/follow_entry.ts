/**
 * A look-up that returns the entry itself and its level, and no lock: what "[RFC] Huge remap_pfn_range for vfio-pci" (2024) was
 * careful not to ask for ("Most callers don't care about the PTE itself"). Whoever has such an entry reads it when he uses it.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { pudPages } from '../state/geometry.ts';
import { Found, Level } from '../state/lookups.ts';
import { Pmd, Pte, Pud } from '../state/mm_types.ts';
import type { Sys } from './kernel.ts';
import { pmd_offset, pmd_table, pte_offset, pud_of, pud_offset, slot_of } from './pgtable.ts';
import { LOOKUP_MM } from './ptl.ts';

/** The entry that was found: its level, and the PTE table that it lies in, if any, in place of a frame. */
export const entry_of = (s: Sys, page: number, at: Found): Found => {
  if (Found.level(at) !== Level.PTE) return Found.of({ level: Found.level(at) });
  const e = s.pmd.at(pmd_offset(s.geometry, LOOKUP_MM, slot_of(s.geometry, page)));
  return Found.of({ level: Level.PTE, pfn: Pmd.pfn(e) });
};

/** What it says now, read as a leaf of its level, whatever it is by now. */
export const read_again = (s: Sys, page: number, at: Found): Found => {
  const { geometry: g } = s;
  const level = Found.level(at);
  if (level === Level.PUD) {
    const e = s.pud.at(pud_offset(g, LOOKUP_MM, pud_of(g, page)));
    return Found.of({ level, pfn: Pud.pfn(e) + (page % pudPages(g)), write: Pud.write(e), special: Pud.special(e) });
  }
  const e = s.pmd.at(pmd_offset(g, LOOKUP_MM, slot_of(g, page)));
  if (level === Level.PMD)
    return Found.of({ level, pfn: Pmd.pfn(e) + (page % g.ptrsPerPte), write: Pmd.write(e), special: Pmd.special(e) });
  if (!pmd_table(e) || Pmd.pfn(e) !== Found.pfn(at))
    throw new ModelBug(
      'entry-in-freed-table',
      `the PTE that a look-up of page ${page} has returned lies in a table that is gone`,
    );
  const pte = s.pte.at(pte_offset(g, Pmd.pfn(e), page));
  return Found.of({ level, pfn: Pte.pfn(pte), write: Pte.write(pte), special: Pte.special(pte) });
};
