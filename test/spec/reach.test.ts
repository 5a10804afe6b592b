import { describe, expect, it } from '@effect/vitest';
import {
  bothMapByLeaf,
  copiedPage,
  fileLeaf,
  leafMoved,
  mixedTable,
  orphan,
  splitLeaf,
  twoDeposits,
} from '../../spec/reach.ts';
import {
  anon,
  CHILD,
  child,
  cowDevice,
  dead,
  deposits,
  device,
  leaf,
  memory,
  migration,
  mmState,
  none,
  noVma,
  pte,
  pudLeaf,
  stateOn,
  table,
  thp,
} from '../support/mm_state.ts';

describe('what worlds should reach', () => {
  it('two deposits in one list', () => {
    expect(twoDeposits.holds(mmState(deposits({ slot: 2 }, [1, 4])))).toBe(true);
    expect(twoDeposits.holds(mmState(deposits({}, [1]), deposits({ slot: 2 }, [4])))).toBe(false);
    const cells = [deposits({ slot: 0 }, [1]), deposits({ slot: 1 }, [4])];
    expect(twoDeposits.holds(stateOn({ depositsPer: 'slot' }, ...cells))).toBe(false);
  });

  const halves = [device({ pages: [0, 1], pgoff: 2 }), device({ pages: [1, 2], pgoff: 3, prot: 1 })];

  it('a device leaf split between two VMAs, all of it still mapped', () => {
    expect(splitLeaf.holds(mmState(...halves, table({ page: 0 }, pte(2), pte(3, { write: 0 }))))).toBe(true);
    expect(splitLeaf.holds(mmState(...halves, child, table({ page: 0 }, pte(2), pte(3))))).toBe(true);
  });

  it('is no split leaf with a hole, at odd frames, of memory, in one VMA, in none, or as a leaf', () => {
    expect(splitLeaf.holds(mmState(...halves, table({ page: 0 }, pte(2), none)))).toBe(false);
    expect(splitLeaf.holds(mmState(...halves, table({ page: 0 }, none, none)))).toBe(false);
    expect(splitLeaf.holds(mmState(...halves, table({ page: 0 }, pte(3), pte(4))))).toBe(false);
    expect(splitLeaf.holds(mmState(...halves, table({ page: 0 }, pte(2), pte(4))))).toBe(false);
    expect(splitLeaf.holds(mmState(...halves, table({ page: 0 }, memory(18), memory(19))))).toBe(false);
    expect(splitLeaf.holds(mmState(device({ pages: [0, 2] }), table({ page: 0 }, pte(0), pte(1))))).toBe(false);
    expect(splitLeaf.holds(mmState(...halves, noVma(), table({ page: 0 }, pte(2), pte(3))))).toBe(false);
    expect(splitLeaf.holds(mmState(...halves, leaf({ pfn: 2 })))).toBe(false);
  });

  it('parent and child map the device by a leaf', () => {
    expect(bothMapByLeaf.holds(mmState(leaf({}), leaf({ mm: CHILD, slot: 2 })))).toBe(true);
    expect(bothMapByLeaf.holds(mmState(leaf({}), leaf({ slot: 1 })))).toBe(false);
    expect(bothMapByLeaf.holds(mmState(leaf({}), thp({ mm: CHILD })))).toBe(false);
    expect(bothMapByLeaf.holds(mmState(leaf({ mm: CHILD })))).toBe(false);
  });

  it('an anonymous and a device leaf share a PMD table', () => {
    expect(mixedTable.holds(mmState(leaf({ slot: 2 }), thp({ slot: 3 })))).toBe(true);
    expect(mixedTable.holds(mmState(leaf({ slot: 1 }), thp({ slot: 2 })))).toBe(false);
    expect(mixedTable.holds(mmState(leaf({ slot: 0 }), thp({ slot: 1, pfn: 16 })))).toBe(false);
    expect(mixedTable.holds(mmState(leaf({ slot: 0 }), migration({ slot: 1 })))).toBe(false);
  });

  it('a leaf in PMD table 1', () => {
    expect(leafMoved.holds(mmState(leaf({ mm: CHILD, slot: 2 })))).toBe(true);
    expect(leafMoved.holds(mmState(leaf({ slot: 1 })))).toBe(false);
    expect(leafMoved.holds(mmState(anon({ pages: [4, 8] }), migration({ slot: 2 }), table({ slot: 3, page: 0 })))).toBe(
      false,
    );
  });

  it('a child that maps pages and has no parent any more', () => {
    expect(orphan.holds(mmState(dead(), child, leaf({ mm: CHILD })))).toBe(true);
    expect(orphan.holds(mmState(dead(), child, pudLeaf({ mm: CHILD })))).toBe(true);
    expect(orphan.holds(mmState(dead(), child, leaf({})))).toBe(false);
    expect(orphan.holds(mmState(child, leaf({ mm: CHILD })))).toBe(false);
    expect(orphan.holds(mmState(dead()))).toBe(false);
  });

  it('a copied page of a private device mapping, and no page of anonymous memory', () => {
    expect(copiedPage.holds(mmState(cowDevice({ pages: [0, 2] }), table({ page: 0 }, pte(0), pte(31))))).toBe(true);
    expect(copiedPage.holds(mmState(cowDevice({ pages: [0, 2] }), table({ page: 0 }, pte(0), pte(1))))).toBe(false);
    expect(copiedPage.holds(mmState(anon({ pages: [0, 2] }), table({ page: 0 }, pte(31), pte(31))))).toBe(false);
  });

  it('a leaf of the file, and no other', () => {
    expect(fileLeaf.holds(mmState(leaf({ pfn: 16 })))).toBe(true);
    expect(fileLeaf.holds(mmState(leaf({ pfn: 18 })))).toBe(false);
    expect(fileLeaf.holds(mmState(leaf({ pfn: 0 })))).toBe(false);
  });
});
