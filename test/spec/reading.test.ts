import { describe, expect, it } from '@effect/vitest';
import { SMALL } from '../../model/state/geometry.ts';
import { Pmd, PmdKind, Pud, Vma } from '../../model/state/mm_types.ts';
import {
  byLeaf,
  cacheAt,
  findMappedPage,
  frameAt,
  frameOfVma,
  isAnonFrame,
  isFileFrame,
  isHugeZeroFrame,
  isMapped,
  isZeroFrame,
  newMm,
  NONE,
  pteAt,
  sameEntries,
  specialAt,
  useOf,
  vmaAt,
  writeAt,
} from '../../spec/reading.ts';
import {
  alive,
  CHILD,
  child,
  DAX,
  deposits,
  device,
  DRIVER,
  FILE,
  HUGE_ZERO,
  leaf,
  migrating,
  migration,
  mmState,
  none,
  type Piece,
  pmdTable,
  pte,
  pudLeaf,
  PRIVATE,
  REGULAR,
  SECOND_CHILD,
  table,
  THP,
  ZERO_PAGE,
} from '../support/mm_state.ts';

/** Slot 0 names a PTE table that there cannot be. */
const namesTable =
  (page: number): Piece =>
  ({ pmd }) =>
    pmd.put(0, Pmd.of({ kind: PmdKind.table, pfn: page }));

const cut: Piece = ({ pud }) => pud.put(1, Pud.of({}));

describe('reading a state', () => {
  const s = mmState(
    device({ pages: [1, 3], pgoff: 5 }),
    table({ page: 9 }, none, pte(5)),
    leaf({ slot: 1, pfn: 6 }),
    device({ mm: CHILD, pages: [0, 2] }),
  );

  it('finds the VMA that covers a page, from its first page on and not at its end', () => {
    expect([0, 1, 2, 3].map((page) => Vma.end(vmaAt(s, 0, page)))).toEqual([0, 3, 3, 0]);
    expect([0, 1, 2].map((page) => Vma.end(vmaAt(s, CHILD, page)))).toEqual([2, 2, 0]);
  });

  it('advances vm_pgoff with the page', () => {
    expect([1, 2].map((page) => frameOfVma(vmaAt(s, 0, page), page))).toEqual([5, 6]);
  });

  it('translates through PTEs and leaves', () => {
    expect([0, 1, 2, 3, 4].map((page) => frameAt(s, 0, page))).toEqual([NONE, 5, 6, 7, NONE]);
    expect([0, 1, 2, 3, 4].map((page) => isMapped(s, 0, page))).toEqual([false, true, true, true, false]);
  });

  it('numbers pages through both processes', () => {
    expect(findMappedPage(s, () => true)).toBe(1);
    expect(findMappedPage(s, (_s, _mm, page) => page === 3)).toBe(3);
    expect(findMappedPage(mmState(leaf({ mm: CHILD, slot: 1 })), () => true)).toBe(10);
    expect(findMappedPage(s, () => false)).toBe(NONE);
  });

  it('translates through PUD leaves, and finds their attributes', () => {
    const leaves = mmState(pudLeaf({ pud: 1, pfn: 8, cache: 3 }));
    expect([3, 4, 5, 6, 7].map((page) => frameAt(leaves, 0, page))).toEqual([NONE, 8, 9, 10, 11]);
    expect([3, 7].map((page) => byLeaf(leaves, 0, page))).toEqual([false, true]);
    expect(
      [3, 7].map((page) => [writeAt(leaves, 0, page), specialAt(leaves, 0, page), cacheAt(leaves, 0, page)]),
    ).toEqual([
      [0, 0, 0],
      [1, 1, 3],
    ]);
    expect(findMappedPage(leaves, (_s, _mm, page) => page > 4)).toBe(5);
  });

  it('sees nothing under a PUD slot that is none, or a leaf', () => {
    const stray = [leaf({ slot: 3, pfn: 6 }), table({ slot: 2, page: 0 }, pte(1))];
    expect([4, 6].map((page) => frameAt(mmState(...stray), 0, page))).toEqual([1, 6]);
    expect([4, 6].map((page) => frameAt(mmState(...stray, cut), 0, page))).toEqual([NONE, NONE]);
    expect(findMappedPage(mmState(...stray, cut), () => true)).toBe(NONE);
    expect([4, 6].map((page) => frameAt(mmState(...stray, pudLeaf({ pud: 1 })), 0, page))).toEqual([0, 2]);
  });

  it('finds nothing allowed where nothing is present, whatever else the entry says', () => {
    const waiting = mmState(table({ page: 0 }, migrating(31, { write: 1 })), migration({ slot: 1, write: 1 }));
    expect([0, 2].map((page) => writeAt(waiting, 0, page))).toEqual([0, 0]);
  });

  it('compares all that is on the way of a page', () => {
    const a = [device({ pages: [0, 4] }), table({ page: 0 }, pte(0), pte(1)), leaf({ slot: 1, pfn: 2 })];
    const same = (...pieces: readonly Piece[]) =>
      [0, 1, 2, 4].map((page) => sameEntries(mmState(...a), mmState(...pieces), 0, page));
    expect(same(...a)).toEqual([true, true, true, true]);
    expect(same(a[0]!, table({ page: 0 }, pte(0), pte(1, { young: 1 })), a[2]!)).toEqual([true, false, true, true]);
    expect(same(...a, leaf({ slot: 1, pfn: 2, dirty: 1 }), pmdTable({ table: 1 }))).toEqual([true, true, false, false]);
  });

  it('tells the mm that fork made', () => {
    expect(newMm(mmState(), mmState(child))).toBe(CHILD);
    expect(newMm(mmState(child), mmState(child, alive({ mm: SECOND_CHILD })))).toBe(SECOND_CHILD);
    expect(newMm(mmState(child), mmState(child))).toBe(NONE);
  });

  it('knows memory by its frame', () => {
    const frames = [0, 15, FILE, THP, DAX, DRIVER, HUGE_ZERO, REGULAR, ZERO_PAGE, PRIVATE, PRIVATE + 2];
    expect(frames.map((frame) => useOf(mmState(), frame))).toEqual([
      undefined,
      undefined,
      'shmem',
      'anon',
      'dax',
      'driver',
      'huge zero',
      'file',
      'zero page',
      'private',
      undefined,
    ]);
    expect(frames.filter((frame) => isZeroFrame(mmState(), frame))).toEqual([HUGE_ZERO, ZERO_PAGE]);
    expect(frames.filter((frame) => isHugeZeroFrame(mmState(), frame))).toEqual([HUGE_ZERO]);
    expect(frames.filter((frame) => isFileFrame(mmState(), frame))).toEqual([FILE, REGULAR]);
    expect(frames.filter((frame) => isAnonFrame(mmState(), frame))).toEqual([THP, PRIVATE]);
  });

  it('reads no PTE of a table that there cannot be', () => {
    // Behind the last table other rows follow; deposits, which are not none here.
    const full = [0, 1, 2, 3].flatMap((slot) => [
      deposits({ slot }, [slot]),
      deposits({ mm: CHILD, slot }, [4 + slot]),
    ]);
    for (const page of [SMALL.pteTables, SMALL.pteTables + 1, 31])
      expect(pteAt(mmState(...full, namesTable(page)), 0, 0)).toBe(none);
  });
});
