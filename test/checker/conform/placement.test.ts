/** The pages of the small machine in a real address space: what lies where, and what may change places. */
import { describe, expect, it } from '@effect/vitest';
import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import {
  canBecome,
  canMove,
  evenCuts,
  GIB,
  isEven,
  offsetInFolio,
  offsetOf,
  type Placement,
  placementOf,
  PTRS,
  rangeOf,
  type Run,
  runOf,
  touchedOf,
  watchedOf,
} from '../../../checker/conform/placement.ts';
import { SCOPES } from '../../../checker/conform/scopes.ts';
import { type Geometry, pagesOf, pudPages, SMALL } from '../../../model/state/geometry.ts';

const geometryOf = (puds: number, ptrsPerPmd: number, ptrsPerPte = 2): Geometry => ({
  ...SMALL,
  puds,
  ptrsPerPmd,
  ptrsPerPte,
});

/** A table of so many pages, cut at different places. */
const anyCuts = (pages: number): fc.Arbitrary<readonly number[]> =>
  fc
    .uniqueArray(fc.integer({ min: 1, max: PTRS - 1 }), { minLength: pages - 1, maxLength: pages - 1 })
    .map((places) => places.concat(PTRS).toSorted((a, b) => a - b))
    .map((places) => places.map((place, i) => place - (places[i - 1] ?? 0)));

const anyPlacement: fc.Arbitrary<Placement> = fc
  .record({
    puds: fc.integer({ min: 1, max: 2 }),
    ptrsPerPmd: fc.integer({ min: 1, max: 4 }),
    ptrsPerPte: fc.constantFrom(2, 4),
    scale: fc.constantFrom('PMD' as const, 'PUD' as const),
  })
  .filter(({ scale, ptrsPerPmd }) => scale === 'PMD' || GIB % ptrsPerPmd === 0)
  .chain(({ puds, ptrsPerPmd, ptrsPerPte, scale }) =>
    fc
      .oneof(anyCuts(ptrsPerPte), fc.constant(evenCuts({ ...SMALL, ptrsPerPte })))
      .map((cuts) => placementOf(geometryOf(puds, ptrsPerPmd, ptrsPerPte), scale, cuts)),
  );

/** Some pages of a placement, one after another, and a place for as many. */
const anyMoving = anyPlacement.chain((p) => {
  const all = pagesOf(p.geometry);
  return fc
    .integer({ min: 1, max: all })
    .chain((pages) => fc.tuple(fc.constant(p), fc.nat(all - pages), fc.nat(all - pages), fc.constant(pages)));
});

const pagesIn = ({ geometry }: Placement): readonly number[] =>
  Array.from({ length: pagesOf(geometry) }, (_, page) => page);
const runsOf = (p: Placement) => pagesIn(p).map((page) => runOf(p, page));
const inWords = (runs: readonly Run[]) => runs.map(({ page, count }) => `${page}+${count}`);
const eachIn = (runs: readonly Run[]) =>
  runs.flatMap(({ page, count }) => Array.from({ length: count }, (_, i) => page + i));
const end = ({ page, count }: Run): number => page + count;

describe('two PUD slots of two PMD slots of two pages', () => {
  it('meet at the border of the first GiB, where a PMD slot is one', () => {
    expect(GIB).toBe(262_144);
    expect(inWords(runsOf(placementOf(SMALL)))).toEqual([
      '261120+256',
      '261376+256',
      '261632+256',
      '261888+256',
      '262144+256',
      '262400+256',
      '262656+256',
      '262912+256',
    ]);
  });
  it('are two whole GiB, where a PUD slot is one; the last page of a PMD slot is all that is left of its share', () => {
    const p = placementOf(SMALL, 'PUD');
    expect(inWords(runsOf(p))).toEqual([
      '0+256',
      '256+130816',
      '131072+256',
      '131328+130816',
      '262144+256',
      '262400+130816',
      '393216+256',
      '393472+130816',
    ]);
    expect(touchedOf(p, 1)).toEqual({ page: 256, count: 256 });
  });
  it('are looked at in windows of 2 MiB', () => {
    expect(inWords(watchedOf(placementOf(SMALL)))).toEqual(['261120+512', '261632+512', '262144+512', '262656+512']);
  });
  it('are cut as is wanted', () => {
    expect(runsOf(placementOf(geometryOf(1, 1), 'PMD', [1, 511]))).toEqual([
      { page: GIB - 512, count: 1 },
      { page: GIB - 511, count: 511 },
    ]);
  });
});

describe('the runs of all pages', () => {
  test.prop([anyPlacement])('stand one after another, and each fills its part of its slot', (p) => {
    const runs = runsOf(p);
    for (const [i, run] of runs.slice(1).entries()) expect(run.page).toBe(end(runs[i]!));
    const { ptrsPerPte, ptrsPerPmd } = p.geometry;
    const size = p.scale === 'PMD' ? PTRS : GIB / ptrsPerPmd;
    for (const page of pagesIn(p).filter((one) => one % ptrsPerPte === 0)) {
      const slot = runs.slice(page, page + ptrsPerPte);
      expect(slot[0]!.page % PTRS).toBe(0);
      expect(end(slot.at(-1)!) - slot[0]!.page).toBe(size);
      expect(slot.every(({ count }) => count > 0)).toBe(true);
    }
  });
  test.prop([anyPlacement])('lie in the GiB of their PUD slot', (p) => {
    for (const [page, run] of runsOf(p).entries()) {
      const pud = Math.floor(page / pudPages(p.geometry));
      expect([Math.floor(run.page / GIB), Math.floor((end(run) - 1) / GIB)]).toEqual([pud, pud]);
    }
  });
  test.prop([anyPlacement])('begin with what is touched of them, which is what is watched, all of it once', (p) => {
    const touched = pagesIn(p).map((page) => touchedOf(p, page));
    for (const [page, run] of runsOf(p).entries()) {
      expect(touched[page]!.page).toBe(run.page);
      expect(touched[page]!.count).toBeLessThanOrEqual(run.count);
    }
    expect(eachIn(touched)).toEqual(eachIn(watchedOf(p)));
  });
  test.prop([anyMoving])('are joined by rangeOf()', ([p, from, , pages]) => {
    const runs = runsOf(p).slice(from, from + pages);
    const count = runs.reduce((sum, run) => sum + run.count, 0);
    expect(rangeOf(p, from, from + pages)).toEqual({ page: runs[0]!.page, count });
  });
});

describe('a file', () => {
  test.prop([anyPlacement])('is cut as the address space is: offset by offset, beginning with 0', (p) => {
    const runs = runsOf(p);
    const { ptrsPerPte } = p.geometry;
    expect(offsetOf(p, 0)).toBe(0);
    for (let index = 0; index + 1 < runs.length; index++)
      expect(offsetOf(p, index + 1) - offsetOf(p, index)).toBe(runs[index]!.count);
    // Of a leaf's size: what is aligned here is aligned there.
    expect(offsetOf(p, ptrsPerPte) % PTRS).toBe(0);
  });
  it('lies in its folio as it lies in a table, if the folio is of PMD size', () => {
    const p = placementOf(geometryOf(1, 1), 'PMD', [16, 496]);
    expect([0, 1].map((index) => offsetInFolio(p, index, 2))).toEqual([0, 16]);
    const four = placementOf(geometryOf(1, 1, 4));
    expect([0, 1].map((index) => offsetInFolio(four, index, 2))).toEqual([0, 128]);
  });
});

describe('pages that change places', () => {
  test.prop([anyMoving])(
    'keep their size: canBecome() is an equivalence, and holds for every part',
    ([p, a, b, pages]) => {
      expect(canBecome(p, a, a, pages)).toBe(true);
      expect(canBecome(p, a, b, pages)).toBe(canBecome(p, b, a, pages));
      if (canBecome(p, a, b, pages))
        for (let i = 0; i < pages; i++) expect(runOf(p, a + i).count).toBe(runOf(p, b + i).count);
    },
  );
  test.prop([anyMoving])(
    'can go anywhere where the cuts are even, and to the same place of any table',
    ([p, a, b, pages]) => {
      if (isEven(p) || (a - b) % p.geometry.ptrsPerPte === 0) expect(canBecome(p, a, b, pages)).toBe(true);
    },
  );
  test.prop([anyMoving])('move where they can become, unless a whole table goes along', ([p, a, b, pages]) => {
    const span = pudPages(p.geometry);
    if (canMove(p, a, b, pages)) expect(canBecome(p, a, b, pages)).toBe(true);
    if (pages < span || p.scale === 'PUD') expect(canMove(p, a, b, pages)).toBe(canBecome(p, a, b, pages));
    if (p.scale === 'PMD' && a % span === 0 && b % span === 0 && pages >= span)
      expect(canMove(p, a, b, pages)).toBe(false);
  });
  it('are an even number of pages apart where a table is cut in two different parts', () => {
    const p = placementOf(geometryOf(1, 2), 'PMD', [1, 511]);
    expect([canBecome(p, 0, 2, 2), canBecome(p, 0, 1, 1), canMove(p, 0, 2, 2)]).toEqual([true, false, true]);
    expect(isEven(p)).toBe(false);
  });
});

const refusal = (make: () => unknown): string => {
  try {
    make();
    return 'made';
  } catch (error) {
    return error instanceof RangeError ? error.message : `not refused, but failed: ${String(error)}`;
  }
};

describe('a placement is refused', () => {
  it.each([
    ['too few parts', [512], 'a PTE table of 2 pages cannot be cut as 512'],
    ['too many pages', [256, 257], 'a PTE table of 2 pages cannot be cut as 256, 257'],
    ['an empty part', [0, 512], 'a PTE table of 2 pages cannot be cut as 0, 512'],
    ['half a page', [0.5, 511.5], 'a PTE table of 2 pages cannot be cut as 0.5, 511.5'],
  ])('with %s', (_, cuts, text) => {
    expect(refusal(() => placementOf(SMALL, 'PMD', cuts))).toBe(text);
  });
  it('with a table that cannot be cut evenly', () => {
    expect(refusal(() => placementOf(geometryOf(1, 1, 3)))).toMatch(/^a PTE table of 3 pages cannot be cut as 170/);
  });
  it('with three PUD slots', () => {
    expect(refusal(() => placementOf(geometryOf(3, 1)))).toBe('3 PUD slots; two of them can be neighbours');
  });
  it('with shares of a GiB that are no whole pages', () => {
    expect(refusal(() => placementOf(geometryOf(1, 3), 'PUD'))).toBe('a GiB cannot be divided among 3 PMD slots');
  });
  it('in no scope', () => {
    for (const { geometry, scale, cuts } of SCOPES)
      for (const one of cuts) expect(refusal(() => placementOf(geometry, scale, one))).toBe('made');
  });
});
