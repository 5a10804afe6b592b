import { describe, expect, it } from '@effect/vitest';
import type { Page } from '../../model/state/memmap.ts';
import { filedata, pagecache, pinfile } from '../../spec/page_cache.ts';
import { stepVerdict, verdict } from '../support/mm_state.ts';
import {
  cached,
  cacheGeometry,
  type CachePiece,
  counts,
  pinned,
  stateWith,
  wroteBack,
} from '../support/page_cache_state.ts';

const shmem = (...pieces: readonly CachePiece[]) => stateWith(cacheGeometry('shmem'), ...pieces);
const huge = (index: number, pfn: number, flags: Parameters<typeof Page.of>[0] = {}) =>
  cached(index, pfn, { pages: 2, ...flags });

/** A file of a file system that knows no large folios. */
const readonly = (...pieces: readonly CachePiece[]) => stateWith(cacheGeometry('file', false), ...pieces);
const forgotten: CachePiece = ({ iPages }) => iPages.put(0, 0);
const swapped: CachePiece = ({ iPages }) => {
  iPages.put(0, 17);
  iPages.put(1, 16);
};

describe('I-PAGECACHE', () => {
  it('holds of small pages, of a folio in its place, and of holes', () => {
    expect(verdict(pagecache, shmem(cached(0, 20), huge(2, 16), counts(3)))).toBe('holds');
    expect(verdict(pagecache, shmem(huge(0, 18), cached(3, 21), counts(3)))).toBe('holds');
    expect(verdict(pagecache, shmem())).toBe('no subject');
  });

  it('wants nrpages and nr_thps to be the number of what is there', () => {
    expect(verdict(pagecache, shmem(cached(0, 20), counts(2)))).toMatchInlineSnapshot(
      `"1 page in the page cache, 0 huge folios; nrpages is 2, nr_thps 0"`,
    );
    expect(verdict(pagecache, readonly(huge(0, 16), counts(2, 1)))).toBe('holds');
    expect(verdict(pagecache, readonly(huge(0, 16), counts(2)))).toMatchInlineSnapshot(
      `"2 pages in the page cache, 1 huge folio; nrpages is 2, nr_thps 0"`,
    );
    expect(verdict(pagecache, stateWith(cacheGeometry('file'), huge(0, 16), counts(2)))).toBe('holds');
  });

  it('wants each page in its place, once', () => {
    expect(verdict(pagecache, shmem(huge(1, 16), counts(2)))).toMatchInlineSnapshot(
      `"page 1 of the file has frame 16, which is not in its place"`,
    );
    expect(verdict(pagecache, shmem(cached(0, 20), cached(1, 20), counts(2)))).toContain('page 1 of the file');
    expect(verdict(pagecache, shmem(cached(0, 20, { cached: 0 }), counts(1)))).toContain('page 0 of the file');
    expect(verdict(pagecache, shmem(huge(0, 16), swapped, counts(2)))).toContain('page 0 of the file has frame 17');
  });

  it('wants what is said to be in the page cache to be there', () => {
    expect(verdict(pagecache, shmem(cached(0, 20), forgotten))).toMatchInlineSnapshot(
      `"page 20 (shmem) is said to be in the page cache, and no page of the file has it"`,
    );
  });
});

describe('I-FILEDATA', () => {
  const dirty = { dirty: 1 };
  const before = shmem(cached(0, 20, dirty), counts(1));
  const after = (name: string, args = {}, ...pieces: readonly CachePiece[]) =>
    stepVerdict(filedata, before, name, shmem(...pieces), args);

  it('holds of a copy that is dirty, of a truncation, and of what is on its disk', () => {
    expect(after('collapse', {}, huge(0, 16, dirty), counts(2))).toBe('holds');
    expect(after('truncate', { part: { file: 'shmem', from: 0 } })).toBe('holds');
    expect(after('collapse', {}, huge(0, 16), counts(2), wroteBack(20))).toBe('holds');
    expect(after('collapse', {}, huge(0, 16), counts(2), wroteBack(21))).toContain('page 0 of the file was dirty');
  });

  it('fails when the copy is clean, or there is none', () => {
    expect(after('collapse', {}, huge(0, 16), counts(2))).toMatchInlineSnapshot(
      `"page 0 of the file was dirty, of page 20 (shmem); after collapse it is of folio 16 (shmem, 2 pages), which is clean"`,
    );
    expect(after('mmap')).toMatchInlineSnapshot(
      `"page 0 of the file was dirty, of page 20 (shmem); after mmap it is a hole"`,
    );
    expect(after('truncate', { part: { file: 'shmem', from: 1 } })).toContain('it is a hole');
    expect(after('truncate', { part: { file: 'file', from: 0 } })).toContain('it is a hole');
  });

  it('leaves a page of memory that stays to I-DIRTY, and has no subject where all is clean', () => {
    expect(after('munmap', {}, cached(0, 20), counts(1))).toBe('holds');
    expect(stepVerdict(filedata, shmem(cached(0, 20), counts(1)), 'mmap', shmem())).toBe('no subject');
  });
});

describe('I-PINFILE', () => {
  const before = shmem(cached(0, 20), counts(1), pinned(20));

  it('wants a pinned page to stay the page of the file', () => {
    const copied = shmem(huge(0, 16), counts(2), pinned(20));
    expect(stepVerdict(pinfile, before, 'collapse', copied)).toMatchInlineSnapshot(
      `"page 0 of the file, frame 20, is pinned; after collapse page 0 has frame 16"`,
    );
    expect(stepVerdict(pinfile, before, 'exit', shmem(pinned(20)))).toContain('page 0 is a hole');
    expect(stepVerdict(pinfile, before, 'collapse', before)).toBe('holds');
  });

  it('lets it go when nobody has it any more, and when the page cache is emptied', () => {
    expect(stepVerdict(pinfile, before, 'unpin_user_page', shmem(huge(0, 16), counts(2)))).toBe('holds');
    expect(stepVerdict(pinfile, before, 'truncate', shmem(pinned(20)))).toBe('holds');
    expect(stepVerdict(pinfile, shmem(cached(0, 20), counts(1)), 'collapse', shmem())).toBe('no subject');
  });
});
