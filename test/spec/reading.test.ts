import { describe, expect, it } from '@effect/vitest';
import { SMALL } from '../../model/state/geometry.ts';
import { Pmd, PmdKind, Vma } from '../../model/state/mm_types.ts';
import { findMappedPage, frameAt, frameOfVma, isMapped, NONE, pteAt, vmaAt } from '../../spec/reading.ts';
import { CHILD, deposits, device, leaf, mmState, none, type Piece, pte, table } from '../support/mm_state.ts';

/** Slot 0 names a PTE table that there cannot be. */
const namesTable =
  (page: number): Piece =>
  ({ pmd }) =>
    pmd.put(0, Pmd.of({ kind: PmdKind.table, pfn: page }));

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
