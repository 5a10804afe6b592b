import { describe, expect, it } from '@effect/vitest';
import { deposit } from '../../spec/deposit.ts';
import { ARCH_NEEDS_DEPOSIT, MAINLINE, SERIES_V4 } from '../../spec/deposit_rule.ts';
import {
  CHILD,
  DRIVER,
  FILE,
  HUGE_ZERO,
  anon,
  child,
  deposits,
  device,
  emptySlot,
  faultLeaf,
  leaf,
  linked,
  migration,
  mixed,
  mmState,
  pmdTable,
  pte,
  shmem,
  stateOn,
  table,
  thp,
  type Piece,
  verdict,
} from '../support/mm_state.ts';

const underV4 = deposit(SERIES_V4);
const underMainline = deposit(MAINLINE);
const always = deposit(ARCH_NEEDS_DEPOSIT);
const hash = { depositsPer: 'slot' } as const;
const perMm = { depositsPer: 'mm' } as const;

/** A head that is none of a PTE table. */
const nowhere: Piece = ({ deposit: cells }) => cells.put(0, 31);

describe('I-DEP', () => {
  it('holds when a list has a table for each leaf that owes one', () => {
    const two = mmState(device({ pages: [0, 4] }), leaf({ slot: 0 }), leaf({ slot: 1, pfn: 2 }), deposits({}, [3, 5]));
    expect(verdict(underV4, two)).toBe('holds');
  });

  it('fails when a table is missing', () => {
    const s = mmState(device({ pages: [0, 4] }), leaf({ slot: 0 }), leaf({ slot: 1, pfn: 2 }), deposits({}, [3]));
    expect(verdict(underV4, s)).toMatchInlineSnapshot(
      `"parent PMD table 0: 2 leaves owe a table (pmd[0], pmd[1]), 1 is deposited (table 3)"`,
    );
  });

  it('fails when nothing is deposited, as in v1 after a failed allocation', () => {
    expect(verdict(underV4, mmState(device({ pages: [0, 2] }), leaf({})))).toMatchInlineSnapshot(
      `"parent PMD table 0: 1 leaf owes a table (pmd[0]), 0 are deposited"`,
    );
  });

  it('fails when a table is left behind', () => {
    expect(verdict(underV4, mmState(deposits({}, [3])))).toMatchInlineSnapshot(
      `"parent PMD table 0: 0 leaves owe a table, 1 is deposited (table 3)"`,
    );
  });

  it('fails when a leaf moved and its table did not', () => {
    const s = mmState(device({ pages: [4, 6] }), pmdTable({ table: 1 }), leaf({ slot: 2 }), deposits({}, [0]));
    expect(verdict(underV4, s)).toMatchInlineSnapshot(
      `"parent PMD table 0: 0 leaves owe a table, 1 is deposited (table 0)"`,
    );
  });

  it('holds of both lists of a process, and of the child', () => {
    const parent = [pmdTable({ table: 1 }), leaf({ slot: 2 }), deposits({ slot: 2 }, [0])];
    const forked = [child, leaf({ mm: CHILD, slot: 0 }), deposits({ mm: CHILD }, [1])];
    expect(verdict(underV4, mmState(device({ pages: [4, 6] }), ...parent, ...forked))).toBe('holds');
  });

  it('fails in the child', () => {
    const s = mmState(leaf({}), deposits({}, [0]), child, leaf({ mm: CHILD }));
    expect(verdict(underV4, s)).toMatchInlineSnapshot(
      `"child PMD table 0: 1 leaf owes a table (pmd[0]), 0 are deposited"`,
    );
  });

  it('fails when a list breaks off', () => {
    const s = mmState(leaf({}), leaf({ slot: 1, pfn: 2 }), deposits({}, [3, 4]), linked(4, 0));
    expect(verdict(underV4, s)).toMatchInlineSnapshot(
      `"parent PMD table 0: 2 leaves owe a table (pmd[0], pmd[1]), 2 are deposited (table 3, table 4), and the list does not come back to its head"`,
    );
  });

  it('ends on a list that runs in a circle beside its head, or out of the tables', () => {
    const circle = mmState(leaf({}), deposits({}, [3, 4]), linked(4, 5));
    expect(verdict(underV4, circle)).toContain('does not come back to its head');
    const outside = mmState(leaf({}), deposits({}, [3]), linked(3, 31));
    expect(verdict(underV4, outside)).toMatchInlineSnapshot(
      `"parent PMD table 0: 1 leaf owes a table (pmd[0]), 1 is deposited (table 3), and the list does not come back to its head"`,
    );
  });

  it('has one list a process without split PMD locks', () => {
    const pieces = [leaf({ slot: 0 }), pmdTable({ table: 1 }), leaf({ slot: 2 })];
    expect(verdict(underV4, stateOn(perMm, ...pieces, deposits({}, [3, 4])))).toBe('holds');
    expect(verdict(underV4, stateOn(perMm, ...pieces, deposits({}, [3])))).toMatchInlineSnapshot(
      `"parent: 2 leaves owe a table (pmd[0], pmd[2]), 1 is deposited (table 3)"`,
    );
  });

  it('has a cell for each slot on the hash MMU, where the right number in the wrong cell is wrong', () => {
    expect(verdict(always, stateOn(hash, leaf({ slot: 1 }), deposits({ slot: 1 }, [3])))).toBe('holds');
    expect(verdict(always, stateOn(hash, leaf({ slot: 1 }), deposits({ slot: 0 }, [3])))).toMatchInlineSnapshot(
      `"parent pmd[0]: 0 leaves owe a table, 1 is deposited (table 3)"`,
    );
  });

  it('reads one table from a cell of the hash MMU, which threads nothing through its tables', () => {
    const unlinked = [leaf({}), deposits({}, [3]), linked(3, 0)];
    expect(verdict(always, stateOn(hash, ...unlinked))).toBe('holds');
    expect(verdict(always, mmState(...unlinked))).toContain('does not come back to its head');
    expect(verdict(always, stateOn(hash, leaf({}), nowhere))).toMatchInlineSnapshot(
      `"parent pmd[0]: 1 leaf owes a table (pmd[0]), 0 are deposited, and the list does not come back to its head"`,
    );
  });

  it('has no subject where nothing is owed and nothing is held', () => {
    expect(verdict(underV4, mmState(device({ pages: [0, 2] }), table({ page: 0 }, pte(0), pte(1))))).toBe('no subject');
    expect(verdict(underMainline, mmState(leaf({}), emptySlot({})))).toBe('no subject');
  });
});

describe('the deposit rules', () => {
  const fileLeaf = thp({ pfn: FILE });
  const zeroLeaf = thp({ pfn: HUGE_ZERO, write: 0, special: 1 });
  const cases = [
    { what: 'an anonymous leaf', pieces: [anon({ pages: [0, 2] }), thp({})], mainline: true, v4: true },
    { what: 'a leaf by remap_pfn_range()', pieces: [device({ pages: [0, 2] }), leaf({})], mainline: false, v4: true },
    { what: 'a leaf by ->huge_fault', pieces: [device({ pages: [0, 2] }), faultLeaf({})], mainline: false, v4: false },
    { what: 'a leaf of a file', pieces: [shmem({ pages: [0, 2] }), fileLeaf], mainline: false, v4: false },
    { what: 'a leaf of the huge zero folio', pieces: [anon({ pages: [0, 2] }), zeroLeaf], mainline: true, v4: true },
    {
      what: "a leaf of a driver's folio",
      pieces: [mixed({ pages: [0, 2] }), thp({ pfn: DRIVER })],
      mainline: false,
      v4: false,
    },
    {
      what: 'an anonymous migration entry',
      pieces: [anon({ pages: [0, 2] }), migration({})],
      mainline: true,
      v4: true,
    },
    {
      what: 'a migration entry of a file',
      pieces: [shmem({ pages: [0, 2] }), migration({ pfn: FILE })],
      mainline: false,
      v4: false,
    },
  ];

  it.each(cases)('$what', ({ pieces, mainline, v4 }) => {
    const bare = mmState(...pieces);
    expect(underMainline.holds(bare)).toBe(!mainline);
    expect(underV4.holds(bare)).toBe(!v4);
    expect(always.holds(bare)).toBe(false);
    expect(always.holds(mmState(...pieces, deposits({}, [7])))).toBe(true);
  });
});
