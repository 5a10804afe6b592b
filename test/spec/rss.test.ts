import { describe, expect, it } from '@effect/vitest';
import { Rss } from '../../model/state/memmap.ts';
import { rss } from '../../spec/rss.ts';
import {
  addRss,
  countedLeaf,
  countedMigration,
  countedPtes,
  countedPud,
  folio,
  usesHugeZero,
} from '../support/mm_folios.ts';
import {
  CHILD,
  child,
  DAX,
  dead,
  device,
  DRIVER,
  FILE,
  HUGE_ZERO,
  leaf,
  memory,
  migrating,
  mmState,
  PAGE,
  type Piece,
  REGULAR,
  swapEntry,
  table,
  THP,
  thp,
  verdict,
  ZERO_PAGE,
} from '../support/mm_state.ts';

const ro = { write: 0 } as const;

describe('I-RSS', () => {
  it('holds of every kind, at every level, of each mm for itself', () => {
    const all = [
      countedPtes({ page: 0 }, memory(PAGE), memory(DRIVER)),
      countedLeaf({ slot: 1, pfn: FILE }),
      countedPud({ pud: 1, pfn: DAX }),
      child,
      countedLeaf({ mm: CHILD, pfn: REGULAR }),
      countedPtes({ mm: CHILD, slot: 1, page: 1 }, memory(THP)),
    ];
    expect(verdict(rss, mmState(...all))).toBe('holds');
  });

  it('holds of migration entries, which count as the pages that they stand for', () => {
    const all = [folio(PAGE), countedPtes({ page: 0 }, migrating(PAGE)), countedMigration({ slot: 1, pfn: FILE })];
    expect(verdict(rss, mmState(...all))).toBe('holds');
    expect(verdict(rss, mmState(...all, addRss(0, Rss.MM_SHMEMPAGES, -2)))).toMatchInlineSnapshot(
      `"parent: MM_SHMEMPAGES is 0, but the mm maps 2 pages of that kind"`,
    );
  });

  it('counts no special entry, no devmap leaf and no zeroes', () => {
    const none = [
      usesHugeZero(HUGE_ZERO),
      thp({ pfn: HUGE_ZERO, ...ro }),
      table({ slot: 1, page: 0 }, memory(ZERO_PAGE), memory(DRIVER, { special: 1 })),
      thp({ slot: 2, pfn: REGULAR, devmap: 1 }),
    ];
    expect(verdict(rss, mmState(...none))).toBe('no subject');
  });

  it('fails when a leaf is counted as one page, or as pages of another kind', () => {
    const thpLeaf = countedLeaf({ pfn: THP });
    expect(verdict(rss, mmState(thpLeaf, addRss(0, Rss.MM_ANONPAGES, -1)))).toMatchInlineSnapshot(
      `"parent: MM_ANONPAGES is 1, but the mm maps 2 pages of that kind"`,
    );
    const file = [countedLeaf({ pfn: FILE }), addRss(0, Rss.MM_SHMEMPAGES, -2), addRss(0, Rss.MM_FILEPAGES, 2)];
    expect(verdict(rss, mmState(...file))).toMatchInlineSnapshot(
      `"parent: MM_FILEPAGES is 2, but the mm maps 0 pages of that kind"`,
    );
    expect(verdict(rss, mmState(countedPud({ pfn: DAX }), addRss(0, Rss.MM_FILEPAGES, -4)))).toMatchInlineSnapshot(
      `"parent: MM_FILEPAGES is 0, but the mm maps 4 pages of that kind"`,
    );
  });

  it('fails when a counter is negative', () => {
    expect(verdict(rss, mmState(addRss(0, Rss.MM_FILEPAGES, -2)))).toMatchInlineSnapshot(
      `"parent: MM_FILEPAGES is -2, but the mm maps 0 pages of that kind"`,
    );
  });

  it('fails when a dead mm has not given everything back, and says what check_mm() says', () => {
    const died = [child, addRss(CHILD, Rss.MM_ANONPAGES, 2), dead({ mm: CHILD })];
    expect(verdict(rss, mmState(...died))).toMatchInlineSnapshot(
      `"child is dead: "BUG: Bad rss-counter state type:MM_ANONPAGES val:2""`,
    );
  });

  it('has no subject where no memory is mapped and nothing counted', () => {
    expect(verdict(rss, mmState(device({ pages: [0, 2] }), leaf({}), folio(THP)))).toBe('no subject');
  });
});

const one = (...pieces: readonly Piece[]) => mmState(table({ page: 0 }, swapEntry(0)), ...pieces);
const swapents =
  (mm: number, n: number): Piece =>
  (draft) =>
    draft.swapents.put(mm, n);

describe('I-RSS of swap entries', () => {
  it('wants MM_SWAPENTS to be the number of them', () => {
    expect(verdict(rss, one(swapents(0, 1)))).toBe('holds');
    expect(verdict(rss, one())).toMatchInlineSnapshot(`"parent: MM_SWAPENTS is 0, but the mm has 1 swap entry"`);
    expect(verdict(rss, mmState(swapents(CHILD, 1)))).toMatchInlineSnapshot(
      `"child is dead: "BUG: Bad rss-counter state type:MM_SWAPENTS val:1""`,
    );
  });
});
