import { describe, expect, it } from '@effect/vitest';
import { MmIds } from '../../model/state/memmap.ts';
import { mapcount } from '../../spec/mapcount.ts';
import { countedLeaf, countedMigration, countedPtes, countedPud, folio, off } from '../support/mm_folios.ts';
import {
  anon,
  CHILD,
  child,
  DAX,
  device,
  FILE,
  leaf,
  memory,
  migrating,
  mmState,
  none,
  PAGE,
  type Piece,
  pte,
  SECOND_CHILD,
  stateOn,
  table,
  THP,
  thp,
  verdict,
  ZERO_PAGE,
} from '../support/mm_state.ts';

const ro = { write: 0 } as const;
/** The child maps the folio by PTEs, the parent by a leaf. */
const both = [
  countedLeaf({ pfn: THP, ...ro }),
  child,
  countedPtes({ mm: CHILD, page: 0 }, memory(THP, ro), memory(THP + 1, ro)),
];
const ids =
  (large: number, of: NonNullable<Parameters<typeof MmIds.of>[0]>): Piece =>
  ({ mmIds }) =>
    mmIds.put(large, MmIds.of(of));
/** Rows of the large folios: the file, two of anonymous memory. */
const THP_ROW = 1;

const late: Piece = ({ mmIdMapcount }) => mmIdMapcount.put(2 * THP_ROW + 1, 1);

describe('I-MAPCOUNT', () => {
  it('holds of small pages, of leaves at both levels, and of a folio mapped by leaf and by PTEs', () => {
    expect(verdict(mapcount, mmState(countedPtes({ page: 0 }, memory(PAGE), memory(PAGE + 1))))).toBe('holds');
    expect(verdict(mapcount, mmState(countedLeaf({ pfn: FILE }), countedPud({ pud: 1, pfn: DAX })))).toBe('holds');
    expect(verdict(mapcount, mmState(...both))).toBe('holds');
  });

  it('counts nothing that is special, devmap, migrating or a zero page', () => {
    const uncounted = [
      folio(PAGE),
      countedPtes({ page: 0 }, migrating(PAGE)),
      thp({ slot: 1, pfn: FILE, devmap: 1 }),
      table({ mm: CHILD, page: 1 }, memory(PAGE, { special: 1 }), memory(ZERO_PAGE)),
      countedMigration({ mm: CHILD, slot: 1, pfn: THP }),
    ];
    expect(mapcount.holds(mmState(...uncounted))).toBe(true);
    expect(mapcount.holds(mmState(...uncounted, off('mapcount', PAGE, 1)))).toBe(false);
  });

  it('fails when a small page is counted too often, or not at all', () => {
    const page = countedPtes({ page: 0 }, memory(PAGE));
    expect(verdict(mapcount, mmState(page, off('mapcount', PAGE, 1)))).toMatchInlineSnapshot(
      `"page 22 (anon) has mapcount 2, and 1 PTE maps it"`,
    );
    expect(verdict(mapcount, mmState(table({ page: 0 }, memory(PAGE))))).toMatchInlineSnapshot(
      `"page 22 (free) has mapcount 0, and 1 PTE maps it"`,
    );
  });

  it('fails when the PTE of one page of a folio is not counted', () => {
    expect(verdict(mapcount, mmState(...both, off('mapcount', THP + 1, -1)))).toMatchInlineSnapshot(
      `"frame 19 of folio 18 (anon, 2 pages) has mapcount 0, and 1 PTE maps it"`,
    );
  });

  it.each(['entireMapcount', 'largeMapcount', 'nrPagesMapped'] as const)('fails when %s is off by one', (counts) => {
    for (const by of [-1, 1])
      expect(verdict(mapcount, mmState(...both, off(counts, THP, by)))).toContain('folio 18 (anon, 2 pages) has');
  });

  it('tells all counts of a folio that is wrong in one', () => {
    expect(verdict(mapcount, mmState(...both, off('largeMapcount', THP, 1)))).toMatchInlineSnapshot(
      `"folio 18 (anon, 2 pages) has entire mapcount 1, large mapcount 4, nr_pages_mapped 18; 1 leaf maps it, 2 PTEs map 2 of its pages"`,
    );
    expect(verdict(mapcount, mmState(thp({ pfn: THP })))).toMatchInlineSnapshot(
      `"page 18 (free) has entire mapcount 0, large mapcount 0, nr_pages_mapped 0; 1 leaf maps it, 0 PTEs map 0 of its pages"`,
    );
  });

  it('asks large folios for no mapcount of pages, and no nr_pages_mapped, where they are not kept', () => {
    const without = { pageMapcount: false };
    expect(verdict(mapcount, stateOn(without, ...both))).toBe('holds');
    expect(verdict(mapcount, stateOn(without, ...both, off('entireMapcount', THP, 1)))).toMatchInlineSnapshot(
      `"folio 18 (anon, 2 pages) has entire mapcount 2, large mapcount 3; 1 leaf maps it, 2 PTEs map 2 of its pages"`,
    );
    const small = stateOn(without, countedPtes({ page: 0 }, memory(PAGE)), off('mapcount', PAGE, 1));
    expect(verdict(mapcount, small)).toMatchInlineSnapshot(`"page 22 (anon) has mapcount 2, and 1 PTE maps it"`);
  });

  it('fails when an owner is credited with more than it maps, or without a name', () => {
    expect(verdict(mapcount, mmState(...both, off('mmIdMapcount', THP, 1)))).toMatchInlineSnapshot(
      `"folio 18 (anon, 2 pages) remembers parent (2) and child (2), perhaps shared; parent maps it 1 time, child maps it 2 times"`,
    );
    expect(verdict(mapcount, mmState(...both, ids(THP_ROW, { id1: CHILD + 1, shared: 1 })))).toMatchInlineSnapshot(
      `"folio 18 (anon, 2 pages) remembers nobody (1) and child (2), perhaps shared; parent maps it 1 time, child maps it 2 times"`,
    );
  });

  it('holds when an owner is credited with less, or when a third one is not remembered', () => {
    const third = countedPtes({ mm: SECOND_CHILD, page: 1 }, memory(THP, ro), memory(THP + 1, ro));
    expect(verdict(mapcount, mmState(...both, third))).toBe('holds');
    expect(verdict(mapcount, mmState(...both, late))).toBe('holds');
  });

  it('fails when a folio that two mms map does not say so, or one that nobody maps says so', () => {
    const alone = ids(THP_ROW, { id0: 1, id1: CHILD + 1 });
    expect(verdict(mapcount, mmState(...both, alone))).toMatchInlineSnapshot(
      `"folio 18 (anon, 2 pages) remembers parent (1) and child (2), not shared; parent maps it 1 time, child maps it 2 times"`,
    );
    expect(verdict(mapcount, mmState(folio(THP), ids(THP_ROW, { shared: 1 })))).toMatchInlineSnapshot(
      `"folio 18 (anon, 2 pages) remembers nobody (0) and nobody (0), perhaps shared; nobody maps it"`,
    );
    const left = [countedLeaf({ pfn: THP }), ids(THP_ROW, { id0: 1, shared: 1 })];
    expect(verdict(mapcount, mmState(...left))).toBe('holds');
    expect(verdict(mapcount, stateOn({ mmId: false }, ...both, ids(THP_ROW, { shared: 1 })))).toBe('holds');
  });

  it('fails when counts are left on a block that is no folio any more', () => {
    expect(verdict(mapcount, mmState(off('entireMapcount', THP, 1)))).toMatchInlineSnapshot(
      `"page 18 (free) has entire mapcount 1, large mapcount 0, nr_pages_mapped 0; 0 leaves map it, 0 PTEs map 0 of its pages"`,
    );
    expect(verdict(mapcount, mmState(folio(THP), off('nrPagesMapped', THP, 2)))).toMatchInlineSnapshot(
      `"folio 18 (anon, 2 pages) has entire mapcount 0, large mapcount 0, nr_pages_mapped 2; 0 leaves map it, 0 PTEs map 0 of its pages"`,
    );
  });

  it('has no subject where nothing is mapped but the device, and nothing is counted', () => {
    expect(verdict(mapcount, mmState(device({ pages: [0, 2] }), leaf({}), folio(DAX)))).toBe('no subject');
    expect(verdict(mapcount, mmState(anon({ pages: [0, 2] }), table({ page: 0 }, pte(3), none)))).toBe('no subject');
  });
});
