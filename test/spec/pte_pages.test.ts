import { describe, expect, it } from '@effect/vitest';
import { Pmd, PmdKind } from '../../model/state/mm_types.ts';
import { live, zero } from '../../spec/pte_pages.ts';
import {
  allocated,
  CHILD,
  child,
  deposits,
  leaf,
  linked,
  memory,
  mmState,
  none,
  type Piece,
  pte,
  stateOn,
  table,
  verdict,
} from '../support/mm_state.ts';

/** A slot that names a table which nobody allocated. */
const dangling =
  (page: number): Piece =>
  ({ pmd }) =>
    pmd.put(1, Pmd.of({ kind: PmdKind.table, pfn: page }));

describe('I-LIVE', () => {
  it('holds when every page is in one place', () => {
    const s = mmState(table({ page: 0 }), deposits({}, [1, 2]), child, table({ mm: CHILD, page: 9 }));
    expect(verdict(live, s)).toBe('holds');
  });

  it('fails when a page is lost', () => {
    expect(verdict(live, mmState(table({ page: 0 }), allocated(7)))).toMatchInlineSnapshot(
      `"table 7 is allocated, but in no slot and in no deposit list"`,
    );
  });

  it('fails when a page is in a slot and deposited', () => {
    expect(verdict(live, mmState(table({ page: 3 }), deposits({}, [3])))).toMatchInlineSnapshot(
      `"table 3 is in parent pmd[0] and deposited under parent PMD table 0"`,
    );
  });

  it('fails when two slots share a page, or two lists do', () => {
    const slots = mmState(table({ page: 2 }), child, table({ mm: CHILD, slot: 1, page: 2 }));
    expect(verdict(live, slots)).toMatchInlineSnapshot(`"table 2 is in parent pmd[0] and in child pmd[1]"`);
    const lists = mmState(deposits({}, [4]), deposits({ slot: 2 }, [4]));
    expect(verdict(live, lists)).toMatchInlineSnapshot(
      `"table 4 is deposited under parent PMD table 0 and deposited under parent PMD table 1"`,
    );
  });

  it('fails when a slot names a page that is free, or no page at all', () => {
    expect(verdict(live, mmState(table({ page: 0 }), dangling(6)))).toMatchInlineSnapshot(
      `"table 6 is in parent pmd[1], but not allocated"`,
    );
    expect(verdict(live, mmState(table({ page: 0 }), dangling(31)))).toMatchInlineSnapshot(
      `"table 31 is in parent pmd[1], but not allocated"`,
    );
  });

  it('fails when a list does not come back to its head', () => {
    expect(verdict(live, mmState(deposits({}, [3, 4]), linked(4, 0)))).toMatchInlineSnapshot(
      `"the deposits of parent PMD table 0 do not come back to table 3"`,
    );
  });

  it('fails when one list runs into another', () => {
    const s = mmState(deposits({}, [3, 4]), deposits({ slot: 2 }, [5, 6]), linked(4, 6));
    expect(live.holds(s)).toBe(false);
    expect(live.explain!(s)).toContain('the deposits of parent PMD table 0 do not come back to table 3');
  });

  it('fails when a hash cell is overwritten: the old table is lost', () => {
    const s = stateOn({ depositsPer: 'slot' }, leaf({}), deposits({}, [3]), deposits({}, [4]));
    expect(verdict(live, s)).toMatchInlineSnapshot(`"table 3 is allocated, but in no slot and in no deposit list"`);
  });

  it('has no subject without PTE pages', () => {
    expect(verdict(live, mmState(leaf({})))).toBe('no subject');
  });
});

describe('I-ZERO', () => {
  it('holds when deposited tables are empty, whatever is in slots', () => {
    expect(verdict(zero, mmState(table({ slot: 1, page: 0 }, pte(0)), deposits({}, [1, 2])))).toBe('holds');
  });

  it('fails when a deposited table has an entry', () => {
    const s = mmState(table({ slot: 1, page: 2 }, none, memory(31)), deposits({}, [1, 2]));
    expect(verdict(zero, s)).toMatchInlineSnapshot(
      `"table 2 is in parent pmd[1] and deposited under parent PMD table 0, and its pte[1] is pfn 31 RW WB"`,
    );
  });

  it('fails on an entry that is not present and yet not none', () => {
    const s = mmState(table({ slot: 1, page: 2 }, pte(0, { present: 0 })), deposits({ slot: 2 }, [2]));
    expect(zero.holds(s)).toBe(false);
  });

  it('has no subject without deposits', () => {
    expect(verdict(zero, mmState(table({ page: 0 }, pte(0))))).toBe('no subject');
  });
});
