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
import { vmaOrder } from '../state/vma_order.ts';

const { sort_vmas } = vmaOrder(Vma);

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
