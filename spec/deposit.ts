/** I-DEP: the deposit lists hold what the leaves owe. */
import type { Always } from '../checker/search/index.ts';
import { slotsOf } from '../model/state/geometry.ts';
import type { MmView } from '../model/state/mm_types.ts';
import { deposited, isBroken, listName, slotsPerList, tablesOf } from './deposit_lists.ts';
import { type DepositRule, owesDeposit } from './deposit_rule.ts';
import { NONE } from './reading.ts';
import { count } from './wording.ts';

/** How many of the slots of the list at `row` owe a table. */
const owed = (s: MmView, row: number, rule: DepositRule): number => {
  const end = row + slotsPerList(s);
  let leaves = 0;
  for (let slot = row; slot < end; slot++) if (owesDeposit(s, slot, rule)) leaves++;
  return leaves;
};

/** The first list whose tables are not those that its leaves owe, or NONE. */
const wrongList = (s: MmView, rule: DepositRule): number => {
  const rows = s.geometry.mms * slotsOf(s.geometry);
  const span = slotsPerList(s);
  for (let row = 0; row < rows; row += span)
    if (isBroken(s, row) || deposited(s, row) !== owed(s, row, rule)) return row;
  return NONE;
};

/** Whether every list of every process balances. */
export const depositsBalance = (s: MmView, rule: DepositRule): boolean => wrongList(s, rule) === NONE;

const anythingOwedOrHeld = (s: MmView, rule: DepositRule): boolean => {
  const rows = s.geometry.mms * slotsOf(s.geometry);
  for (let row = 0; row < rows; row++) if (s.deposit.at(row) !== 0 || owesDeposit(s, row, rule)) return true;
  return false;
};

const named = (names: readonly string[]): string => (names.length === 0 ? '' : ` (${names.join(', ')})`);

const tablesPhrase = (s: MmView, row: number): string => {
  const tables = tablesOf(s, row);
  const names = named(tables.map((table) => `table ${table}`));
  const end = isBroken(s, row) ? ', and the list does not come back to its head' : '';
  return `${tables.length} ${tables.length === 1 ? 'is' : 'are'} deposited${names}${end}`;
};

/** The first list that does not balance, with the numbers. */
export const explainDeposits = (s: MmView, rule: DepositRule): string => {
  const row = wrongList(s, rule);
  if (row === NONE) return 'every deposit list balances';
  const first = row % slotsOf(s.geometry);
  const slots = Array.from({ length: slotsPerList(s) }, (_, i) => i).filter((i) => owesDeposit(s, row + i, rule));
  const owing = named(slots.map((i) => `pmd[${first + i}]`));
  const verb = slots.length === 1 ? 'owes' : 'owe';
  return `${listName(s, row)}: ${count(slots.length, 'leaf', 'leaves')} ${verb} a table${owing}, ${tablesPhrase(s, row)}`;
};

export const deposit = (rule: DepositRule): Always<MmView> => ({
  kind: 'always',
  name: 'I-DEP',
  says: 'A deposit list holds exactly one PTE table for each leaf under it that owes one.',
  cites:
    'v7.1 mm/huge_memory.c has_deposited_pgtable(), zap_huge_pmd(), __split_huge_pmd_locked(); ' +
    'mm/pgtable-generic.c pgtable_trans_huge_deposit(); syzbot-ci on "mm: add huge pfnmap support for ' +
    'remap_pfn_range()", 2025-09-23',
  subject: (s) => anythingOwedOrHeld(s, rule),
  holds: (s) => depositsBalance(s, rule),
  explain: (s) => explainDeposits(s, rule),
});
