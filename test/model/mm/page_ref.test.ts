/** References of folios: who may take one, what the last one does, and what must be gone by then. */
import { describe, expect, it } from '@effect/vitest';
import { ModelBug } from '../../../checker/search/index.ts';
import type { RmapSys } from '../../../model/mm/large_mapcount.ts';
import { large_row, page_of, pfn_to_page } from '../../../model/mm/page_flags.ts';
import {
  folio_get,
  folio_maybe_dma_pinned,
  folio_pincount,
  folio_put,
  folio_put_refs,
  folio_ref_add,
  folio_ref_count,
  free_block,
  prep_folio,
} from '../../../model/mm/page_ref.ts';
import { v7_1 } from '../../../model/releases/v7_1.ts';
import type { Block } from '../../../model/state/geometry.ts';
import { MmIds, Page, PageKind } from '../../../model/state/memmap.ts';
import { blockAt, folioState } from '../../support/folio_state.ts';
import { faultAnon, forkPtes, intoCache, mapPmd, outOfCache, pin, unmapPmd, unpin } from '../../support/mappings.ts';

const WANT = {
  huge: { use: 'anon', pages: 2 },
  file: { use: 'file', pages: 2 },
  dax: { use: 'dax', pages: 2 },
  small: { use: 'anon', pages: 1 },
  zero: { use: 'zero page', pages: 1 },
} as const satisfies Readonly<Record<string, Block>>;
type There = Readonly<Record<keyof typeof WANT, number>> & { readonly s: RmapSys };

/** Nothing is allocated. */
const there = (pins = 3): There => {
  const { s, frames } = folioState({ n: 2, pins, want: Object.values(WANT) });
  return { ...(Object.fromEntries(Object.keys(WANT).map((name, i) => [name, frames[i]])) as Omit<There, 's'>), s };
};
const alloc = (s: RmapSys, folio: number, kind: keyof typeof PageKind = 'anon'): number =>
  prep_folio(s, blockAt(s, folio), PageKind[kind] as number);

/** "name: message" of the assertion that fails. */
const bug = (call: () => void): string => {
  try {
    call();
  } catch (error) {
    if (error instanceof ModelBug) return `${error.name}: ${error.message}`;
    throw error;
  }
  return 'none';
};
const isFree = (s: RmapSys, folio: number): boolean => Page.kind(page_of(s, folio)) === PageKind.free;

describe('a reference', () => {
  it('can be taken of what is allocated, and frees it when it is the last', () => {
    const { s, huge } = there();
    alloc(s, huge);
    folio_get(s, huge);
    folio_put(s, huge);
    expect([folio_ref_count(s, huge), isFree(s, huge)]).toEqual([1, false]);
    folio_put(s, huge);
    expect([huge, huge + 1].map((page) => Page.show(page_of(s, page)))).toEqual(['free', 'free']);
  });

  it.each<readonly [string, (on: There) => void, string]>([
    ['taken of a free folio', ({ s, small }) => folio_get(s, small), 'refcount-of-free'],
    ['added to a free folio', ({ s, small }) => folio_ref_add(s, small, 1), 'refcount-of-free'],
    ['taken of a frame without struct page', ({ s }) => folio_get(s, 3), 'refcount-of-free'],
    [
      'taken of a page inside a folio',
      ({ s, huge }) => {
        alloc(s, huge);
        folio_get(s, huge + 1);
      },
      'refcount-of-free',
    ],
    [
      'taken of a page of FS-DAX that nobody uses',
      ({ s, dax }) => {
        alloc(s, dax, 'fsdax');
        folio_get(s, dax);
      },
      'refcount-of-free',
    ],
    ['put of a free folio', ({ s, small }) => folio_put(s, small), 'refcount-underflow'],
    ['taken away with a pin of a free folio', ({ s, small }) => folio_put_refs(s, small, 0), 'refcount-underflow'],
    ['put of a frame without struct page', ({ s }) => folio_put(s, 3), 'refcount-underflow'],
    [
      'put once too often',
      ({ s, huge }) => {
        alloc(s, huge);
        folio_put_refs(s, huge, 2);
      },
      'refcount-underflow',
    ],
    [
      'put that a pin stands for',
      ({ s, small }) => {
        alloc(s, small);
        pin(s, small);
        folio_put_refs(s, small, 2);
      },
      'refcount-underflow',
    ],
  ])('is not %s', (_what, call, name) => {
    const on = there();
    expect(bug(() => call(on)).split(':')[0]).toBe(name);
  });

  it('that leaks leaves the count at its end', () => {
    const { s, huge } = there();
    alloc(s, huge);
    for (let i = 0; i < 100; i++) folio_get(s, huge);
    expect(folio_ref_count(s, huge)).toBe(s.memmap.countMax);
    folio_put_refs(s, huge, s.memmap.countMax);
    expect([folio_ref_count(s, huge), isFree(s, huge)]).toEqual([s.memmap.countMax, false]);
  });
});

type Spoil = (on: There) => void;
const large =
  (table: 'largeMapcount' | 'nrPagesMapped' | 'entireMapcount'): Spoil =>
  ({ s, huge }) =>
    s[table].put(large_row(s, huge), 1);
const ofPage =
  (table: 'mapcount' | 'refcount' | 'pincount', page: number): Spoil =>
  ({ s, huge }) =>
    s[table].put(pfn_to_page(huge + page), 1);
const slot =
  (at: number): Spoil =>
  ({ s, huge }) =>
    s.mmIdMapcount.put(2 * large_row(s, huge) + at, 1);

describe('the last reference', () => {
  it.each<readonly [string, Spoil]>([
    ['large_mapcount', large('largeMapcount')],
    ['nr_pages_mapped', large('nrPagesMapped')],
    ['mm mapcount 0', slot(0)],
    ['mm mapcount 1', slot(1)],
    ['entire_mapcount', large('entireMapcount')],
    ['pincount', ofPage('pincount', 0)],
    ['mapcount', ofPage('mapcount', 0)],
    ['mapcount', ofPage('mapcount', 1)],
    ['_refcount', ofPage('refcount', 1)],
    ['mapping', ({ s, huge }) => s.page.put(pfn_to_page(huge), Page.mkCached(page_of(s, huge), 1))],
  ])('finds a %s that is left', (what, spoil) => {
    const on = there();
    alloc(on.s, on.huge);
    spoil(on);
    expect(bug(() => folio_put(on.s, on.huge))).toBe(
      `bad-page: folio ${on.huge} is freed with a ${what} that is not 0`,
    );
  });

  it('is not that of the zero page', () => {
    const { s, zero } = there();
    alloc(s, zero, 'zero');
    expect(bug(() => folio_put(s, zero))).toMatch(/^bad-page: .*PG_reserved/);
  });

  it('finds a small page that is still mapped', () => {
    const { s, small } = there();
    faultAnon(s, small, 0);
    expect(bug(() => folio_put(s, small))).toMatch(/^bad-page: .* mapcount /);
  });

  it('leaves nothing of the folio behind: flags, owners, the deferred split', () => {
    const { s, huge } = there();
    alloc(s, huge);
    s.page.put(pfn_to_page(huge), Page.mkPartiallyMapped(Page.mkAnonExclusive(page_of(s, huge), 1), 1));
    s.mmIds.put(large_row(s, huge), MmIds.of({ id0: 2, shared: 1 }));
    folio_put(s, huge);
    expect([page_of(s, huge), page_of(s, huge + 1), s.mmIds.at(large_row(s, huge))]).toEqual([0, 0, 0]);
  });

  it('of the page cache frees a file folio, unless somebody has pinned it', () => {
    const { s, file } = there();
    intoCache(s, file, 'file');
    pin(s, file);
    outOfCache(s, file);
    expect([isFree(s, file), folio_ref_count(s, file)]).toEqual([false, 1]);
    unpin(s, file);
    expect(isFree(s, file)).toBe(true);
  });
});

describe('memory of a device', () => {
  it('has its one reference back, when it is device-dax', () => {
    const { s, dax } = there();
    alloc(s, dax, 'dax');
    mapPmd(s, dax, 0);
    expect(folio_ref_count(s, dax)).toBe(2);
    unmapPmd(s, dax, 0);
    folio_put(s, dax);
    expect([folio_ref_count(s, dax), Page.show(page_of(s, dax))]).toEqual([1, 'dax head']);
  });

  it('is idle without one, when it is FS-DAX', () => {
    const { s, dax } = there();
    alloc(s, dax, 'fsdax');
    expect(folio_ref_count(s, dax)).toBe(0);
    folio_ref_add(s, dax, 1);
    folio_put(s, dax);
    expect([folio_ref_count(s, dax), Page.show(page_of(s, dax))]).toEqual([0, 'fsdax head']);
    expect(bug(() => folio_put(s, dax))).toMatch(/^refcount-underflow/);
  });
});

describe('a pin', () => {
  it('of a large folio is a reference and a count', () => {
    const { s, huge } = there();
    alloc(s, huge);
    pin(s, huge);
    expect([folio_ref_count(s, huge), folio_pincount(s, huge), folio_maybe_dma_pinned(s, huge)]).toEqual([2, 1, true]);
    unpin(s, huge);
    expect([folio_ref_count(s, huge), folio_pincount(s, huge), folio_maybe_dma_pinned(s, huge)]).toEqual([1, 0, false]);
  });

  it('of a small one is 1024 references', () => {
    const { s, small } = there();
    faultAnon(s, small, 0);
    for (const refs of [1025, 2049]) {
      pin(s, small);
      expect([folio_ref_count(s, small), folio_maybe_dma_pinned(s, small)]).toEqual([refs, true]);
    }
    expect(forkPtes(s, small, 1, 1, true)).toBe(false);
    expect(folio_ref_count(s, small)).toBe(2049);
  });

  it('keeps a small folio that has no other reference', () => {
    const { s, small } = there();
    alloc(s, small);
    pin(s, small);
    folio_put(s, small);
    expect([folio_ref_count(s, small), isFree(s, small)]).toEqual([1024, false]);
    unpin(s, small);
    expect(isFree(s, small)).toBe(true);
  });

  it('is never there in a world without pins', () => {
    const { s, small } = there(0);
    alloc(s, small);
    expect([folio_pincount(s, small), folio_maybe_dma_pinned(s, small), folio_ref_count(s, small)]).toEqual([
      0,
      false,
      1,
    ]);
  });
});

describe('a free block', () => {
  it('is the first of its use and size that nobody has', () => {
    const { s: folios, huge, small } = there();
    const s = { ...folios, kernel: v7_1 };
    expect([free_block(s, 'anon', 1), free_block(s, 'anon', 2), free_block(s, 'shmem', 2)]).toEqual([
      blockAt(s, small),
      blockAt(s, huge),
      -1,
    ]);
    alloc(s, small);
    expect(free_block(s, 'anon', 1)).toBe(-1);
  });
});

/** References at first, after the last one has been put, and what the page is then. */
const lastPut = (kind: 'dax' | 'fsdax'): readonly [number, number, string] => {
  const { s, dax } = there();
  const folio = alloc(s, dax, kind);
  const first = folio_ref_count(s, folio);
  if (first === 0) folio_ref_add(s, folio, 1);
  folio_put(s, folio);
  return [first, folio_ref_count(s, folio), PageKind.names[Page.kind(page_of(s, folio))]!];
};

describe('the last reference to a page of ZONE_DEVICE', () => {
  it('gives a device its own back', () => expect(lastPut('dax')).toEqual([1, 1, 'dax']));
  it('leaves that of a file system idle without one', () => expect(lastPut('fsdax')).toEqual([0, 0, 'fsdax']));
});
