/** H10: page tables are live as long as something names them, and no longer. */
import type { Always } from '../../checker/search/index.ts';
import { HugePte, type HugetlbView, PmdTable } from '../../model/state/hugetlb/hugetlb_types.ts';
import { RFC2 } from './cites.ts';
import { isTable, namesOfPmdTable, NONE, pmdTableOf, pteTableOf } from './entries.ts';
import { count } from './wording.ts';

/** PMD entries of live PMD tables that name a PTE table. */
const namesOfPteTable = (s: HugetlbView, table: number): number => {
  const { ptrsPerPmd } = s.geometry;
  let names = 0;
  for (let row = 0; row < s.pmd.rows; row++)
    if (namesOfPmdTable(s, Math.trunc(row / ptrsPerPmd)) > 0 && pteTableOf(s, s.pmd.at(row)) === table) names++;
  return names;
};

/** The first PMD table whose state is not what PUD entries say, or NONE. */
const wrongPmdTable = (s: HugetlbView): number => {
  for (let table = 0; table < s.pmdTable.rows; table++) {
    const e = s.pmdTable.at(table);
    const names = namesOfPmdTable(s, table);
    if (PmdTable.live(e) !== (names > 0 ? 1 : 0) || PmdTable.shares(e) !== Math.max(0, names - 1)) return table;
  }
  return NONE;
};
const wrongPteTable = (s: HugetlbView): number => {
  for (let table = 0; table < s.pteTable.rows; table++) {
    const names = namesOfPteTable(s, table);
    if (names > 1 || s.pteTable.at(table) !== names) return table;
  }
  return NONE;
};
/** The first PUD entry, or PMD entry that is reached, which names a table that there is not; or NONE. */
const wrongPud = (s: HugetlbView): number => {
  for (let row = 0; row < s.pud.rows; row++)
    if (isTable(s.pud.at(row)) && pmdTableOf(s, s.pud.at(row)) === NONE) return row;
  return NONE;
};
const wrongPmd = (s: HugetlbView): number => {
  for (let row = 0; row < s.pmd.rows; row++) {
    const e = s.pmd.at(row);
    if (!isTable(e) || pteTableOf(s, e) !== NONE) continue;
    if (namesOfPmdTable(s, Math.trunc(row / s.geometry.ptrsPerPmd)) > 0) return row;
  }
  return NONE;
};
/** A PUD entry of a process that has ended, or NONE. */
const leftPud = (s: HugetlbView): number => {
  for (let row = 0; row < s.pud.rows; row++)
    if (s.pud.at(row) !== 0 && s.mm.at(Math.trunc(row / s.geometry.puds)) === 0) return row;
  return NONE;
};

const isRight = (s: HugetlbView): boolean =>
  wrongPmdTable(s) === NONE &&
  wrongPteTable(s) === NONE &&
  wrongPud(s) === NONE &&
  wrongPmd(s) === NONE &&
  leftPud(s) === NONE;
const anyTable = (s: HugetlbView): boolean => {
  for (let table = 0; table < s.pmdTable.rows; table++) if (s.pmdTable.at(table) !== 0) return true;
  for (let table = 0; table < s.pteTable.rows; table++) if (s.pteTable.at(table) !== 0) return true;
  return false;
};

const liveName = (live: number): string => (live === 1 ? 'live' : 'freed');

const explain = (s: HugetlbView): string => {
  const pmdTable = wrongPmdTable(s);
  if (pmdTable !== NONE) {
    const e = s.pmdTable.at(pmdTable);
    const names = count(namesOfPmdTable(s, pmdTable), 'PUD entry names', 'PUD entries name');
    return `PMD table ${pmdTable} is ${liveName(PmdTable.live(e))} with a share count of ${PmdTable.shares(e)}, and ${names} it`;
  }
  const pteTable = wrongPteTable(s);
  if (pteTable !== NONE) {
    const names = count(
      namesOfPteTable(s, pteTable),
      'PMD entry that is reached names',
      'PMD entries that are reached name',
    );
    return `PTE table ${pteTable} is ${liveName(s.pteTable.at(pteTable))}, and ${names} it`;
  }
  const pud = wrongPud(s);
  if (pud !== NONE) return `PUD entry ${pud} is ${HugePte.show(s.pud.at(pud))}, and there is no such table`;
  const pmd = wrongPmd(s);
  if (pmd !== NONE) return `PMD entry ${pmd} is ${HugePte.show(s.pmd.at(pmd))}, and there is no such table`;
  const left = leftPud(s);
  return `PUD entry ${left} is ${HugePte.show(s.pud.at(left))}, and its process has ended`;
};

export const tables: Always<HugetlbView> = {
  kind: 'always',
  name: 'H10',
  says: 'A PMD table is live if and only if a PUD entry names it, and its share count is how many others do; a PTE table is live if and only if one PMD entry names it, and never two. Nothing that is freed can be reached, and a process that has ended has no tables.',
  cites: `v7.1 mm/hugetlb.c huge_pmd_share(), huge_pmd_unshare(); 59d9094df3d7 "mm: hugetlb: independent PMD page table shared count"; ${RFC2}, 11/47, 36/47`,
  subject: (s) => anyTable(s) || !isRight(s),
  holds: isRight,
  explain,
};
