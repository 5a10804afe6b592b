/** I-LEVELS: one entry maps a page, at one level, and no higher than its VMA allows. */
import type { Always } from '../checker/search/index.ts';
import { pudPages } from '../model/state/geometry.ts';
import { type MmView, Pmd, Pud, PudKind, Vma, VmaKind } from '../model/state/mm_types.ts';
import { party } from '../model/state/party.ts';
import { NONE, vmaAt } from './reading.ts';
import { slotName, vmaName } from './wording.ts';

const kindAt = (s: MmView, row: number): number => Pud.kind(s.pud.at(row));

/** The first PMD entry that is not none although its PUD slot has no PMD table, or NONE. */
const strayPmd = (s: MmView): number => {
  const { ptrsPerPmd } = s.geometry;
  for (let row = 0; row < s.pmd.rows; row++)
    if (s.pmd.at(row) !== 0 && kindAt(s, Math.trunc(row / ptrsPerPmd)) !== PudKind.table) return row;
  return NONE;
};

const vmaOfPud = (s: MmView, row: number): Vma => {
  const { puds } = s.geometry;
  return vmaAt(s, Math.trunc(row / puds), (row % puds) * pudPages(s.geometry));
};

/** Of memory that is allocated in PMD size at most; where there is no VMA, I-ALIGN has its say. */
const hasNoPudLeaves = (vma: Vma): boolean =>
  Vma.kind(vma) === VmaKind.anon || Vma.kind(vma) === VmaKind.shmem || Vma.kind(vma) === VmaKind.file;

/** The first PUD leaf in a VMA that must have none, or NONE. */
const highLeaf = (s: MmView): number => {
  for (let row = 0; row < s.pud.rows; row++)
    if (kindAt(s, row) === PudKind.leaf && hasNoPudLeaves(vmaOfPud(s, row))) return row;
  return NONE;
};

const anyEntry = (s: MmView): boolean => {
  for (let row = 0; row < s.pud.rows; row++) if (s.pud.at(row) !== 0) return true;
  for (let row = 0; row < s.pmd.rows; row++) if (s.pmd.at(row) !== 0) return true;
  return false;
};

const explain = (s: MmView): string => {
  const { puds, ptrsPerPmd } = s.geometry;
  const stray = strayPmd(s);
  const row = stray === NONE ? highLeaf(s) : Math.trunc(stray / ptrsPerPmd);
  const pud = `${party(Math.trunc(row / puds))} pud[${row % puds}]`;
  return stray === NONE
    ? `${pud} is a leaf in ${vmaName(vmaOfPud(s, row))}`
    : `${slotName(s, stray)} is ${Pmd.show(s.pmd.at(stray))}, but ${pud} is ${Pud.show(s.pud.at(row))}`;
};

export const levels: Always<MmView> = {
  kind: 'always',
  name: 'I-LEVELS',
  says: 'A PMD entry stands under a PUD entry that is a table, and memory that is anonymous or of a file has no PUD leaf.',
  cites:
    'v7.1 mm/memory.c __handle_mm_fault(), create_huge_pud() (none of anonymous memory), free_pmd_range(); ' +
    'mm/huge_memory.c __thp_vma_allowable_orders() (THP_ORDERS_ALL_FILE_DEFAULT, THP_ORDERS_ALL_SPECIAL)',
  subject: anyEntry,
  holds: (s) => strayPmd(s) === NONE && highLeaf(s) === NONE,
  explain,
};
