import { describe, expect, it } from '@effect/vitest';
import { Mm, NrPmds } from '../../model/state/mm_types.ts';
import { nrptes } from '../../spec/nrptes.ts';
import {
  counted,
  CHILD,
  child,
  dead,
  deposits,
  leaf,
  mmState,
  PARENT,
  type Piece,
  pmdTable,
  stateOn,
  table,
  verdict,
} from '../support/mm_state.ts';

const full = [
  pmdTable({ table: 1 }),
  table({ slot: 1, page: 0 }),
  leaf({}),
  deposits({}, [3, 4]),
  deposits({ slot: 2 }, [5]),
];

/** A PMD table that is counted as a PTE table. */
const swapped: Piece = (draft) => {
  const one = draft.mm.at(PARENT);
  draft.mm.put(PARENT, Mm.mkNrPmds(one, NrPmds.add(Mm.nrPmds(one), -1)));
  counted(1)(draft);
};

describe('I-NRPTES', () => {
  it('holds when PMD tables, tables in slots and deposited tables are counted', () => {
    expect(verdict(nrptes, mmState(...full))).toBe('holds');
  });

  it('fails when a table is not counted', () => {
    expect(verdict(nrptes, mmState(...full, counted(-1)))).toMatchInlineSnapshot(
      `"parent: the counter is 5, for 2 PMD and 3 PTE tables, but there are 2 PMD tables, 1 PTE table in slots and 3 deposited"`,
    );
  });

  it('fails when one level is short of what the other has too much, which the sum would not show', () => {
    expect(verdict(nrptes, mmState(...full, swapped))).toMatchInlineSnapshot(
      `"parent: the counter is 6, for 1 PMD and 5 PTE tables, but there are 2 PMD tables, 1 PTE table in slots and 3 deposited"`,
    );
  });

  it('fails when more is counted than there is, in the child alone', () => {
    const s = mmState(table({ page: 0 }), child, deposits({ mm: CHILD }, [1]), counted(1, { mm: CHILD }));
    expect(verdict(nrptes, s)).toMatchInlineSnapshot(
      `"child: the counter is 3, for 1 PMD and 2 PTE tables, but there are 1 PMD table, 0 PTE tables in slots and 1 deposited"`,
    );
  });

  it('fails when a dead process has not given everything back', () => {
    const leftover = [table({ page: 0 }), child, dead({ mm: CHILD })];
    expect(verdict(nrptes, mmState(...leftover))).toMatchInlineSnapshot(
      `"child is dead, its counter 1: "BUG: non-zero pgtables_bytes on freeing mm: 4096""`,
    );
    expect(verdict(nrptes, mmState(...leftover, counted(-1, { mm: CHILD })))).toBe('holds');
  });

  it('shows a negative counter as check_mm() does', () => {
    const s = mmState(table({ page: 0 }), counted(-2, { mm: CHILD }));
    expect(verdict(nrptes, s)).toMatchInlineSnapshot(
      `"child is dead, its counter -2: "BUG: non-zero pgtables_bytes on freeing mm: -8192""`,
    );
  });

  it('counts a list once, wherever its head is', () => {
    expect(verdict(nrptes, stateOn({ depositsPer: 'mm' }, leaf({}), deposits({}, [3, 4])))).toBe('holds');
    const cells = [deposits({ slot: 0 }, [3]), deposits({ slot: 3 }, [4])];
    expect(verdict(nrptes, stateOn({ depositsPer: 'slot' }, ...cells))).toBe('holds');
  });

  it('has no subject without PTE tables', () => {
    expect(verdict(nrptes, mmState())).toBe('no subject');
  });
});
