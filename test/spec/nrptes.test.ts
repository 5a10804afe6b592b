import { describe, expect, it } from '@effect/vitest';
import { nrptes } from '../../spec/nrptes.ts';
import {
  counted,
  CHILD,
  child,
  dead,
  deposits,
  leaf,
  mmState,
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

describe('I-NRPTES', () => {
  it('holds when PMD tables, tables in slots and deposited tables are counted', () => {
    expect(verdict(nrptes, mmState(...full))).toBe('holds');
  });

  it('fails when a table is not counted', () => {
    expect(verdict(nrptes, mmState(...full, counted(-1)))).toMatchInlineSnapshot(
      `"parent: the counter is 5, but there are 6: 2 PMD tables, 1 PTE table in slots, 3 deposited"`,
    );
  });

  it('fails when more is counted than there is, in the child alone', () => {
    const s = mmState(table({ page: 0 }), child, deposits({ mm: CHILD }, [1]), counted(1, { mm: CHILD }));
    expect(verdict(nrptes, s)).toMatchInlineSnapshot(
      `"child: the counter is 3, but there are 2: 1 PMD table, 0 PTE tables in slots, 1 deposited"`,
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
