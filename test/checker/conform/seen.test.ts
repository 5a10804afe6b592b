/** The normal form of what is seen: longest runs, and names for folios that rest on no frame number. */
import { describe, expect, it } from '@effect/vitest';
import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import {
  type EntryRun,
  FolioNames,
  folioName,
  inFolios,
  joined,
  joinedEntries,
  type PageRun,
} from '../../../checker/conform/seen.ts';

/** What stands at each page, one after another; 0 for nothing. The few sorts often make neighbours alike. */
const anySorts = fc.array(fc.nat(3), { minLength: 1, maxLength: 40, size: 'max' });
/** Around the end of a window, where runs end. */
const FIRST = 500;

const pageOf = (sort: number, page: number): PageRun =>
  sort === 3
    ? { page, count: 1, flags: 'P', mapcount: 1, kind: 'Ta', folio: 7, offset: page - FIRST }
    : { page, count: 1, flags: 'P', mapcount: sort, kind: 'a' };
const entryOf = (sort: number, page: number): EntryRun =>
  sort === 3
    ? { page, count: 1, level: 'pte', bits: 'wyc0', refcount: 2, pincount: 0 }
    : { page, count: 1, level: 'pte', bits: 'yc0', refcount: sort, pincount: 0 };
const each = <T>(sorts: readonly number[], of: (sort: number, page: number) => T): readonly T[] =>
  sorts.flatMap((sort, i) => (sort === 0 ? [] : [of(sort, FIRST + i)]));

/** Page by page again. */
const cut = <T extends { readonly page: number; readonly count: number; readonly offset?: number }>(
  runs: readonly T[],
) =>
  runs.flatMap((run) =>
    Array.from({ length: run.count }, (_, i) => ({
      ...run,
      page: run.page + i,
      count: 1,
      ...(run.offset === undefined ? {} : { offset: run.offset + i }),
    })),
  );

const ends = (runs: readonly { readonly page: number; readonly count: number }[]) =>
  runs.filter(({ page, count }) => page < 512 && page + count > 512);

describe.each([
  ['runs of pages', pageOf, joined],
  ['runs of entries', entryOf, joinedEntries],
] as readonly [string, (sort: number, page: number) => PageRun, (runs: readonly PageRun[]) => readonly PageRun[]][])(
  '%s',
  (what, of, join) => {
    test.prop([anySorts])('lose no page when they are joined, and change none', (sorts) => {
      expect(cut(join(each(sorts, of)))).toEqual(each(sorts, of));
    });
    test.prop([anySorts])('are joined once and for all', (sorts) => {
      const once = join(each(sorts, of));
      expect(join(once)).toEqual(once);
    });
    test.prop([anySorts, fc.nat(39)])('come out the same wherever they were cut before', (sorts, at) => {
      const pages = each(sorts, of);
      expect(join([...join(pages.slice(0, at)), ...join(pages.slice(at))])).toEqual(join(pages));
    });
    test.prop([anySorts])(`end ${what === 'VMAs' ? 'anywhere' : 'where a window does'}`, (sorts) => {
      const across = what === 'VMAs' ? [] : ends(join(each(sorts, of)));
      expect(across).toEqual([]);
    });
  },
);

describe('leaves', () => {
  it('stay by themselves, however alike', () => {
    const leaf: EntryRun = { page: 0, count: 512, level: 'pmd', bits: 'wydc0' };
    expect(joinedEntries([leaf, { ...leaf, page: 512 }])).toHaveLength(2);
  });
});

/** Observations: each a list of frames, as folios show up. */
const anyObservations = fc.array(fc.array(fc.nat(5), { maxLength: 6 }), { minLength: 1, maxLength: 6 });

const namesOf = (observations: readonly (readonly number[])[]) => {
  const names = new FolioNames();
  return observations.map((folios) => {
    const of = names.rename(folios);
    return folios.map((folio) => of.get(folio)!);
  });
};

describe('names of folios', () => {
  test.prop([anyObservations, fc.shuffledSubarray([10, 11, 12, 13, 14, 15], { minLength: 6 })])(
    'do not depend on their frames',
    (observations, frames) => {
      expect(namesOf(observations.map((one) => one.map((folio) => frames[folio]!)))).toEqual(namesOf(observations));
    },
  );
  test.prop([anyObservations])('are kept as long as a folio is seen, and never given twice', (observations) => {
    const names = namesOf(observations);
    const owner = new Map<number, string>();
    let generation: ReadonlyMap<number, number> = new Map();
    for (const [i, folios] of observations.entries()) {
      const now = new Map(folios.map((folio, k) => [folio, names[i]![k]!]));
      for (const [folio, name] of now) {
        const before = generation.get(folio);
        if (before === undefined) expect(owner.has(name)).toBe(false);
        else expect(name).toBe(before);
        owner.set(name, `${folio}`);
      }
      generation = now;
    }
  });
  it('are A, B, … Z, AA, …', () => {
    expect([0, 1, 25, 26, 27, 51, 52, 701, 702].map(folioName)).toEqual([
      'A',
      'B',
      'Z',
      'AA',
      'AB',
      'AZ',
      'BA',
      'ZZ',
      'AAA',
    ]);
  });
});

describe('frames', () => {
  it('are folios and places in them', () => {
    expect(inFolios({ page: 0, count: 1, flags: 'P', pfn: 1029 }, 512)).toEqual({
      page: 0,
      count: 1,
      flags: 'P',
      folio: 2,
      offset: 5,
    });
  });
  it('are left out where there are none', () => {
    const run = { page: 0, count: 1, flags: 'P' };
    expect(inFolios(run, 512)).toEqual(run);
  });
});
