import { describe, expect, it } from '@effect/vitest';
import { Cut, DaxOwner } from '../../model/state/dax.ts';
import { blocks, SMALL } from '../../model/state/geometry.ts';
import {
  bothMapByLeaf,
  collapsedFile,
  copiedPage,
  cutWaits,
  fileLeaf,
  largeSwapCached,
  leafMoved,
  mixedTable,
  orphan,
  sharedBlock,
  slotInUse,
  splitLeaf,
  swapCached,
  twoDeposits,
} from '../../spec/reach.ts';
import { folio } from '../support/mm_folios.ts';
import { cached, cacheGeometry, type CachePiece, counts, stateWith } from '../support/page_cache_state.ts';
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
  PAGE,
  type Piece,
  pte,
  pudLeaf,
  stateOn,
  swapEntry,
  swapSlot,
  table,
  THP,
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

  it('a swap slot that an entry names, its copy in memory, and one of several pages', () => {
    const out = [anon({ pages: [0, 2] }), table({ page: 0 }, swapEntry(0))];
    const reached = (...pieces: readonly Piece[]) =>
      [slotInUse, swapCached, largeSwapCached].map((one) => one.holds(mmState(...out, ...pieces)));
    expect(reached(swapSlot(0, { count: 1, written: 1 }))).toEqual([true, false, false]);
    expect(reached(swapSlot(0, { count: 1, cached: PAGE }))).toEqual([true, true, false]);
    expect(reached(folio(THP), swapSlot(0, { count: 1, cached: THP + 1 }))).toEqual([true, true, true]);
    expect(reached(swapSlot(0, { cached: PAGE }))).toEqual([false, false, false]);
  });

  it('a folio of PMD size in the page cache', () => {
    const shmem = cacheGeometry('shmem');
    const of = (...pieces: readonly CachePiece[]) => collapsedFile.holds(stateWith(shmem, ...pieces));
    expect(of(cached(0, 16, { pages: 2 }), counts(2))).toBe(true);
    expect(of(cached(0, 20), counts(1))).toBe(false);
    expect(collapsedFile.holds(mmState())).toBe(false);
  });

  it('a cut that waits, and a page that two files share', () => {
    const dax = {
      ...SMALL,
      memory: [...blocks('fsdax', 1, 2), ...blocks('zero page', 1, 1)],
      daxFiles: ['written', 'clone'],
      daxFilePages: 1,
    } as const;
    const file = stateWith(dax);
    expect([cutWaits.holds(file), sharedBlock.holds(file)]).toEqual([false, false]);
    expect(cutWaits.holds(stateWith(dax, ({ cut }) => cut.put(0, Cut.of({ waits: 1 }))))).toBe(true);
    const shares = (indexOrShare: number, mapping: number) =>
      sharedBlock.holds(stateWith(dax, ({ daxOwner }) => daxOwner.put(0, DaxOwner.of({ indexOrShare, mapping }))));
    expect([shares(2, 0), shares(1, 0), shares(2, 1)]).toEqual([true, false, false]);
    expect([cutWaits.holds(mmState()), sharedBlock.holds(mmState())]).toEqual([false, false]);
  });
});
