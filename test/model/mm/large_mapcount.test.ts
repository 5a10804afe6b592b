/** Who a large folio belongs to: its first two owners, and whether others may map it. */
import { describe, expect, it } from '@effect/vitest';
import type { RmapSys } from '../../../model/mm/large_mapcount.ts';
import { folio_likely_mapped_shared, folio_mapcount, folio_maybe_mapped_shared } from '../../../model/mm/rmap.ts';
import { folio_ref_count } from '../../../model/mm/page_ref.ts';
import type { Machine } from '../../../model/state/machine.ts';
import { countersOf, folioState } from '../../support/folio_state.ts';
import {
  faultAnon,
  forkPmd,
  forkPtes,
  intoCache,
  mapPmd,
  mapPtes,
  splitPmd,
  unmapPmd,
  unmapPtes,
} from '../../support/mappings.ts';

const [PARENT, CHILD, SECOND] = [0, 1, 2];

/** One anonymous folio of `pages` pages, where a leaf has `n`. */
const anon = (n: number, pages: number, facts: Partial<Machine> = {}): { s: RmapSys; folio: number } => {
  const { s, frames } = folioState({ n, want: [{ use: 'anon', pages }], facts });
  return { s, folio: frames[0]! };
};
const owners = (s: RmapSys, folio: number, pages: number): string => countersOf(s, folio, pages).owners;

describe.each([
  [512, 16],
  [4, 2],
])('a folio of middle size, where a leaf has %i pages and it has %i', (n, m) => {
  it('is shared from fork on, until the child has let go of it', () => {
    const { s, folio } = anon(n, m);
    faultAnon(s, folio, PARENT);
    expect(owners(s, folio, m)).toBe(`0:${m} -:0`);
    forkPtes(s, folio, m, CHILD, false);
    expect(owners(s, folio, m)).toBe(`0:${m} 1:${m} shared`);
    unmapPtes(s, folio, 1, CHILD);
    expect([owners(s, folio, m), folio_maybe_mapped_shared(s, folio)]).toEqual([`0:${m} 1:${m - 1} shared`, true]);
    unmapPtes(s, folio + 1, m - 1, CHILD);
    expect([owners(s, folio, m), folio_maybe_mapped_shared(s, folio)]).toEqual([`0:${m} -:0`, false]);
  });

  it('is its child alone, once the parent has let go of it', () => {
    const { s, folio } = anon(n, m);
    faultAnon(s, folio, PARENT);
    forkPtes(s, folio, m, CHILD, false);
    unmapPtes(s, folio, m, PARENT);
    expect(owners(s, folio, m)).toBe(`-:0 1:${m}`);
    forkPtes(s, folio, m, SECOND, false);
    expect(owners(s, folio, m)).toBe(`2:${m} 1:${m} shared`);
  });

  it('stays shared though one mm is left, when that one found no slot', () => {
    const { s, folio } = anon(n, m);
    faultAnon(s, folio, PARENT);
    forkPtes(s, folio, m, CHILD, false);
    forkPtes(s, folio, m, SECOND, false);
    expect(owners(s, folio, m)).toBe(`0:${m} 1:${m} shared`);
    unmapPtes(s, folio, m, PARENT);
    unmapPtes(s, folio, m, CHILD);
    expect([owners(s, folio, m), folio_mapcount(s, folio)]).toEqual(['-:0 -:0 shared', m]);
    unmapPtes(s, folio, m, SECOND);
    expect([owners(s, folio, m), folio_mapcount(s, folio)]).toEqual(['-:0 -:0', 0]);
  });

  it('forgets an mm that unmaps more than its slot knows of', () => {
    const { s, folio } = anon(n, m);
    intoCache(s, folio, 'file');
    mapPtes(s, folio, 1, PARENT);
    mapPtes(s, folio, 1, CHILD);
    mapPtes(s, folio, m, SECOND);
    unmapPtes(s, folio, 1, PARENT);
    mapPtes(s, folio, 1, SECOND);
    expect(owners(s, folio, m)).toBe('2:1 1:1 shared');
    unmapPtes(s, folio, m, SECOND);
    expect([owners(s, folio, m), folio_mapcount(s, folio)]).toEqual(['-:0 1:1 shared', 2]);
    unmapPtes(s, folio, 1, SECOND);
    expect([owners(s, folio, m), folio_mapcount(s, folio)]).toEqual(['-:0 1:1', 1]);
  });
});

describe.each([512, 4])('a THP of %i pages', (n) => {
  it('is nobody else’s again once the child is gone, and every reference is a mapping', () => {
    const { s, folio } = anon(n, n);
    faultAnon(s, folio, PARENT);
    expect(countersOf(s, folio, n).exclusive).toEqual([0]);
    forkPmd(s, folio, CHILD, false);
    expect(countersOf(s, folio, n).exclusive).toEqual([]);
    splitPmd(s, folio, PARENT);
    expect([countersOf(s, folio, n).exclusive, owners(s, folio, n)]).toEqual([[], `0:${n} 1:1 shared`]);
    unmapPtes(s, folio, 1, PARENT);
    expect([owners(s, folio, n), folio_maybe_mapped_shared(s, folio)]).toEqual([`0:${n - 1} 1:1 shared`, true]);
    unmapPmd(s, folio, CHILD);
    expect([owners(s, folio, n), folio_maybe_mapped_shared(s, folio)]).toEqual([`0:${n - 1} -:0`, false]);
    expect([folio_mapcount(s, folio), folio_ref_count(s, folio)]).toEqual([n - 1, n - 1]);
  });
});

type Mapping = (s: RmapSys, folio: number) => void;
const pages = (first: number, nr: number, mm: number): Mapping => {
  return (s, folio) => mapPtes(s, folio + first, nr, mm);
};
/** What v6.14 takes a folio of 4 pages for, with these mappings. */
const guess = (...maps: readonly Mapping[]): boolean => {
  const { s, folio } = anon(4, 4, { mmId: false });
  intoCache(s, folio, 'file');
  for (const map of maps) map(s, folio);
  return folio_likely_mapped_shared(s, folio);
};

describe('whether a folio may be shared', () => {
  it('of a small one is said by its mapcount', () => {
    const { s, folio } = anon(2, 1);
    faultAnon(s, folio, PARENT);
    expect([folio_maybe_mapped_shared(s, folio), folio_likely_mapped_shared(s, folio)]).toEqual([false, false]);
    forkPtes(s, folio, 1, CHILD, false);
    expect([folio_maybe_mapped_shared(s, folio), folio_likely_mapped_shared(s, folio)]).toEqual([true, true]);
  });

  it('is a yes for every large one without owners', () => {
    const { s, folio } = anon(2, 2, { mmId: false });
    faultAnon(s, folio, PARENT);
    expect([folio_maybe_mapped_shared(s, folio), owners(s, folio, 2)]).toEqual([true, '-:0 -:0']);
  });

  it('is a no for a single mapping, whatever the bit says', () => {
    const { s, folio } = anon(2, 2);
    intoCache(s, folio, 'file');
    for (const mm of [PARENT, CHILD, SECOND]) mapPmd(s, folio, mm);
    unmapPmd(s, folio, PARENT);
    unmapPmd(s, folio, CHILD);
    expect([owners(s, folio, 2), folio_maybe_mapped_shared(s, folio)]).toEqual(['-:0 -:0 shared', false]);
  });

  it('was a guess before v6.15', () => {
    expect(guess(pages(0, 1, PARENT))).toBe(false);
    expect(guess(pages(0, 1, PARENT), pages(0, 1, CHILD))).toBe(true);
    // Wrong: the first page is mapped once.
    expect(guess(pages(0, 2, PARENT), pages(1, 1, CHILD))).toBe(false);
    expect(guess((s, folio) => mapPmd(s, folio, PARENT), pages(0, 1, PARENT))).toBe(true);
    expect(guess(pages(0, 4, PARENT), pages(3, 1, CHILD))).toBe(true);
  });
});
