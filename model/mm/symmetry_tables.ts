/** The canonical numbers of PTE pages: see symmetry.ts. */
import { Pmd, PmdKind, PtePage } from '../state/mm_types.ts';
import type { Geometry } from '../state/geometry.ts';
import type { MmDraft } from '../state/mm_types.ts';
import { move_table_of_lookup, table_of_lookup } from './symmetry_lookups.ts';

/** Renames PTE pages of a state; buffers are made once. */
export const canonicalTables = (g: Geometry): ((s: MmDraft) => void) => {
  const { pteTables, ptrsPerPte } = g;
  /** New number of each page, or -1, and what each page holds, under its new number. */
  const renamed = new Int8Array(pteTables);
  const pages = new Int32Array(pteTables);
  const ptes = new Int32Array(pteTables * ptrsPerPte);
  let next = 0;
  const name = (table: number): void => {
    if (table < pteTables && renamed[table] === -1) renamed[table] = next++;
  };

  /** What a page without a name yet holds is gone: nobody finds a lost one again, and a free one is zeroed before use. */
  const forget = (s: MmDraft): void => {
    for (let table = 0; table < pteTables; table++) {
      if (renamed[table] !== -1) continue;
      s.ptePage.put(table, PtePage.mkNext(s.ptePage.at(table), 0));
      for (let i = 0; i < ptrsPerPte; i++) s.pte.put(table * ptrsPerPte + i, 0 as never);
    }
  };

  const name_all = (s: MmDraft): void => {
    renamed.fill(-1);
    next = 0;
    for (let row = 0; row < s.pmd.rows; row++) {
      const e = s.pmd.at(row);
      if (Pmd.kind(e) === PmdKind.table) name(Pmd.pfn(e));
    }
    for (let row = 0; row < s.deposit.rows; row++) {
      let table = s.deposit.at(row);
      for (let i = 0; table !== 0 && i < pteTables; i++) {
        name(table - 1);
        table = PtePage.next(s.ptePage.at(table - 1));
      }
    }
    forget(s);
    const lookedUp = table_of_lookup(s);
    if (lookedUp !== -1) name(lookedUp);
    // What is allocated and lost, then what is free.
    for (let table = 0; table < pteTables; table++) if (PtePage.allocated(s.ptePage.at(table)) === 1) name(table);
    for (let table = 0; table < pteTables; table++) name(table);
  };

  const rewrite = (s: MmDraft): void => {
    for (let row = 0; row < s.pmd.rows; row++) {
      const e = s.pmd.at(row);
      if (Pmd.kind(e) === PmdKind.table) s.pmd.put(row, Pmd.mkPfn(e, renamed[Pmd.pfn(e)]!));
    }
    for (let row = 0; row < s.deposit.rows; row++) {
      const head = s.deposit.at(row);
      if (head !== 0) s.deposit.put(row, renamed[head - 1]! + 1);
    }
    for (let table = 0; table < pteTables; table++) {
      const to = renamed[table]!;
      const page = s.ptePage.at(table);
      const link = PtePage.next(page);
      pages[to] = link === 0 ? page : PtePage.mkNext(page, renamed[link - 1]! + 1);
      for (let i = 0; i < ptrsPerPte; i++) ptes[to * ptrsPerPte + i] = s.pte.at(table * ptrsPerPte + i);
    }
    const lookedUp = table_of_lookup(s);
    if (lookedUp !== -1) move_table_of_lookup(s, renamed[lookedUp]!);
    for (let table = 0; table < pteTables; table++) s.ptePage.put(table, pages[table]! as never);
    for (let i = 0; i < ptes.length; i++) s.pte.put(i, ptes[i]! as never);
  };

  return (s) => {
    name_all(s);
    for (let table = 0; table < pteTables; table++) {
      if (renamed[table] !== table) {
        rewrite(s);
        return;
      }
    }
  };
};
