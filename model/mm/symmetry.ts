/**
 * Names that mean nothing: which PTE page a table is, which block of memory an anonymous folio has, which swap slot a
 * page has, and which row a VMA has. The search keeps one state of all that differ only in these. Tables and blocks are numbered in the order in
 * which a walk over slots and deposit lists meets them; VMAs stand in the order of their addresses. What nothing refers
 * to comes last.
 */
import type { Geometry } from '../state/geometry.ts';
import type { MmDraft } from '../state/mm_types.ts';
import { canonicalFolios } from './symmetry_folios.ts';
import { canonicalMemtypes } from './symmetry_memtypes.ts';
import { canonicalSlots } from './symmetry_slots.ts';
import { canonicalTables } from './symmetry_tables.ts';
import { Vma } from '../state/mm_types.ts';

const sort_vmas = (s: MmDraft): void => {
  const { mms, vmas } = s.geometry;
  for (let mm = 0; mm < mms; mm++) {
    const first = mm * vmas;
    // Insertion sort: few rows, mostly in order. Empty rows (0) go to the end.
    for (let row = first + 1; row < first + vmas; row++) {
      const vma = s.vma.at(row);
      if (vma === 0) continue;
      let at = row;
      for (; at > first; at--) {
        const before = s.vma.at(at - 1);
        if (before !== 0 && Vma.start(before) <= Vma.start(vma)) break;
        s.vma.put(at, before);
      }
      s.vma.put(at, vma);
    }
  }
};

/** Rewrites a state as the one that stands for all that differ from it in names. */
export const canonicalFor = (g: Geometry): ((s: MmDraft) => void) => {
  const tables = canonicalTables(g);
  const folios = canonicalFolios(g);
  const slots = canonicalSlots(g);
  const memtypes = canonicalMemtypes(g);
  return (s) => {
    sort_vmas(s);
    tables(s);
    folios(s);
    slots(s);
    memtypes(s);
  };
};
