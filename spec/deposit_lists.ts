/**
 * The deposit lists (pmd_huge_pte), walked without trust: a list may be cut, run into another one, or lead to a
 * page that is no PTE table, and the walk still ends.
 */
import { slotsOf } from '../model/state/geometry.ts';
import { type MmView, PtePage } from '../model/state/mm_types.ts';
import { party } from '../model/state/party.ts';
import { slotName } from './wording.ts';

/** How many neighbouring slots share a list. Its head is in the row of the first of them. */
export const slotsPerList = ({ geometry, machine: { depositsPer } }: MmView): number => {
  if (depositsPer === 'slot') return 1;
  return depositsPer === 'mm' ? slotsOf(geometry) : geometry.ptrsPerPmd;
};

/** How many tables a list has, or ~n when it breaks off behind n of them: it does not come back to its head. */
const walk = (s: MmView, row: number): number => {
  const head = s.deposit.at(row);
  if (head === 0) return 0;
  const { pteTables } = s.geometry;
  // A cell of the hash MMU holds one table; nothing is threaded through it.
  if (s.machine.depositsPer === 'slot') return head > pteTables ? ~0 : 1;
  let n = 0;
  let at = head;
  do {
    if (at === 0 || at > pteTables || n === pteTables) return ~n;
    n++;
    at = PtePage.next(s.ptePage.at(at - 1));
  } while (at !== head);
  return n;
};

export const isBroken = (s: MmView, row: number): boolean => walk(s, row) < 0;

/** How many tables the list has; of a broken one, how many can be reached. */
export const deposited = (s: MmView, row: number): number => {
  const n = walk(s, row);
  return n < 0 ? ~n : n;
};

/** The first table of a list; the one behind `table`. Only for the first `deposited` tables. */
export const firstDeposit = (s: MmView, row: number): number => s.deposit.at(row) - 1;
export const nextDeposit = (s: MmView, table: number): number => PtePage.next(s.ptePage.at(table)) - 1;

/** The tables of a list, for explanations. */
export const tablesOf = (s: MmView, row: number): readonly number[] => {
  const tables: number[] = [];
  let table = firstDeposit(s, row);
  for (let n = deposited(s, row); n > 0; n--) {
    tables.push(table);
    table = nextDeposit(s, table);
  }
  return tables;
};

/** 'parent PMD table 0'; without split PMD locks 'parent'; on the hash MMU 'parent pmd[0]'. */
export const listName = (s: MmView, row: number): string => {
  const slots = slotsOf(s.geometry);
  const mm = party(Math.floor(row / slots));
  if (s.machine.depositsPer === 'slot') return slotName(s, row);
  return s.machine.depositsPer === 'mm' ? mm : `${mm} PMD table ${Math.floor((row % slots) / s.geometry.ptrsPerPmd)}`;
};
