/** I-NRPTES: mm->pgtables_bytes counts the page tables that there are. */
import type { Always } from '../checker/search/index.ts';
import { slotsOf } from '../model/state/geometry.ts';
import { Mm, type MmView, NrPmds, NrPtes, Pmd, PmdKind, PtePage, Pud, PudKind } from '../model/state/mm_types.ts';
import { party } from '../model/state/party.ts';
import { deposited, slotsPerList } from './deposit_lists.ts';
import { NONE } from './reading.ts';
import { count } from './wording.ts';

const pmdTables = (s: MmView, mm: number): number => {
  const { puds } = s.geometry;
  let tables = 0;
  for (let i = 0; i < puds; i++) if (Pud.kind(s.pud.at(mm * puds + i)) === PudKind.table) tables++;
  return tables;
};

const tablesInSlots = (s: MmView, mm: number): number => {
  const slots = slotsOf(s.geometry);
  let tables = 0;
  for (let i = 0; i < slots; i++) if (Pmd.kind(s.pmd.at(mm * slots + i)) === PmdKind.table) tables++;
  return tables;
};

const tablesDeposited = (s: MmView, mm: number): number => {
  const slots = slotsOf(s.geometry);
  const span = slotsPerList(s);
  let tables = 0;
  for (let i = 0; i < slots; i += span) tables += deposited(s, mm * slots + i);
  return tables;
};

const pteTables = (s: MmView, mm: number): number => tablesInSlots(s, mm) + tablesDeposited(s, mm);

/** mm->pgtables_bytes in pages: the kernel keeps one counter for all levels, and check_mm() sees only that. */
export const pgtablesBytes = (s: MmView, mm: number): number =>
  NrPtes.valueOf(Mm.nrPtes(s.mm.at(mm))) + NrPmds.valueOf(Mm.nrPmds(s.mm.at(mm)));

/** Level by level: one that is wrong by as much as another makes up for is wrong. A dead process gave everything back. */
const isRight = (s: MmView, mm: number): boolean => {
  const one = s.mm.at(mm);
  if (Mm.alive(one) === 0) return pgtablesBytes(s, mm) === 0;
  return NrPmds.valueOf(Mm.nrPmds(one)) === pmdTables(s, mm) && NrPtes.valueOf(Mm.nrPtes(one)) === pteTables(s, mm);
};

/** The first process with a wrong counter, or NONE. */
const wrongCounter = (s: MmView): number => {
  const { mms } = s.geometry;
  for (let mm = 0; mm < mms; mm++) if (!isRight(s, mm)) return mm;
  return NONE;
};

const anyPteTable = (s: MmView): boolean => {
  for (let i = 0; i < s.geometry.pteTables; i++) if (PtePage.allocated(s.ptePage.at(i)) === 1) return true;
  return false;
};

const explain = (s: MmView): string => {
  const mm = wrongCounter(s);
  if (mm === NONE) return 'every counter is right';
  const n = pgtablesBytes(s, mm);
  if (Mm.alive(s.mm.at(mm)) === 0)
    return `${party(mm)} is dead, its counter ${n}: "BUG: non-zero pgtables_bytes on freeing mm: ${n * 4096}"`;
  const [pmds, ptes] = [NrPmds.valueOf(Mm.nrPmds(s.mm.at(mm))), NrPtes.valueOf(Mm.nrPtes(s.mm.at(mm)))];
  const counted = `${pmds} PMD and ${count(ptes, 'PTE table')}`;
  const found = `${count(pmdTables(s, mm), 'PMD table')}, ${count(tablesInSlots(s, mm), 'PTE table')} in slots and ${tablesDeposited(s, mm)} deposited`;
  return `${party(mm)}: the counter is ${n}, for ${counted}, but there are ${found}`;
};

export const nrptes: Always<MmView> = {
  kind: 'always',
  name: 'I-NRPTES',
  says: 'pgtables_bytes counts the PMD tables, the PTE tables in slots and the deposited ones; it is 0 when the mm is freed.',
  cites:
    'v7.1 include/linux/mm.h mm_inc_nr_ptes(), mm_inc_nr_pmds(); kernel/fork.c check_mm() ("non-zero pgtables_bytes"); ' +
    'deposits count since commit 1c641e84719f (v3.3)',
  // A counter that is wrong without any table left counts too: check_mm() sees just that.
  subject: (s) => anyPteTable(s) || wrongCounter(s) !== NONE,
  holds: (s) => wrongCounter(s) === NONE,
  explain,
};
