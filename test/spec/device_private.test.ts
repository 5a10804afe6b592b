import { describe, expect, it } from '@effect/vitest';
import { Prot } from '../../model/state/mm_types.ts';
import { devicePrivate } from '../../spec/device_private.ts';
import { exclusive } from '../../spec/exclusive.ts';
import { mapcount } from '../../spec/mapcount.ts';
import { onDevice } from '../../spec/reach.ts';
import { refcount } from '../../spec/refcount.ts';
import { rss } from '../../spec/rss.ts';
import { vmstat } from '../../spec/vmstat.ts';
import { addRss, countedPtes, flagged, folio, off, pinned } from '../support/mm_folios.ts';
import {
  anon,
  CHILD,
  child,
  file,
  memory,
  mmState,
  none,
  PAGE,
  type Piece,
  PRIVATE,
  privateEntry,
  table,
  verdict,
} from '../support/mm_state.ts';

const state = (...pieces: readonly Piece[]) => mmState(anon({ pages: [0, 2] }), ...pieces);
const there = countedPtes({ page: 0 }, privateEntry(PRIVATE, { write: 1 }), none);
const readable = countedPtes({ page: 0 }, privateEntry(PRIVATE), none);

describe('I-PRIVATE', () => {
  it('lets entries of anonymous memory stand for pages of a device in use', () => {
    expect(verdict(devicePrivate, state(there))).toBe('holds');
    expect(verdict(devicePrivate, state(readable))).toBe('holds');
    expect(verdict(devicePrivate, state())).toBe('no subject');
    expect([onDevice.holds(state(there)), onDevice.holds(state())]).toEqual([true, false]);
  });

  it('wants no other entry for such a page, and no such entry for another page', () => {
    expect(verdict(devicePrivate, state(countedPtes({ page: 0 }, memory(PRIVATE), none)))).toMatchInlineSnapshot(
      `"parent page 0 in the private anon VMA of pages 0..1 (RW): pte[0] of table 0 is of page 43 (private)"`,
    );
    expect(verdict(devicePrivate, state(countedPtes({ page: 0 }, privateEntry(PAGE), none)))).toMatchInlineSnapshot(
      `"parent page 0 in the private anon VMA of pages 0..1 (RW): pte[0] of table 0 is of page 22 (anon)"`,
    );
    expect(verdict(devicePrivate, state(table({ page: 0 }, privateEntry(3))))).toMatchInlineSnapshot(
      `"parent page 0 in the private anon VMA of pages 0..1 (RW): pte[0] of table 0 is of frame 3"`,
    );
    expect(verdict(devicePrivate, state(table({ page: 0 }, privateEntry(PRIVATE))))).toMatchInlineSnapshot(
      `"parent page 0 in the private anon VMA of pages 0..1 (RW): pte[0] of table 0 is of page 43 (free)"`,
    );
  });

  it('wants them in anonymous memory, as writable as that', () => {
    expect(verdict(devicePrivate, mmState(file({ pages: [0, 2] }), there))).toMatchInlineSnapshot(
      `"parent page 0 in the shared file VMA of pages 0..1 (RW, ->fault): pte[0] of table 0 is of page 43 (private)"`,
    );
    expect(verdict(devicePrivate, mmState(anon({ pages: [0, 2], prot: Prot.R }), there))).toMatchInlineSnapshot(
      `"parent page 0 in the private anon VMA of pages 0..1 (R): pte[0] of table 0 is of page 43 (private)"`,
    );
    expect(verdict(devicePrivate, mmState(anon({ pages: [0, 2], prot: Prot.R }), readable))).toBe('holds');
  });

  it('wants nobody to pin such a page, and one that nobody needs to be free', () => {
    expect(verdict(devicePrivate, state(there, pinned({ page: 0, pfn: PRIVATE })))).toMatchInlineSnapshot(
      `"page 43 is pinned, and only a device reaches it"`,
    );
    expect(verdict(devicePrivate, state(folio(PRIVATE)))).toMatchInlineSnapshot(
      `"page 43 (private) has no reference, and is not free"`,
    );
  });
});

describe('a device-private entry', () => {
  it('counts as a mapping: a reference, a mapcount, MM_ANONPAGES, NR_ANON_MAPPED', () => {
    for (const one of [refcount, mapcount, rss, vmstat]) expect(verdict(one, state(there))).toBe('holds');
    expect(verdict(refcount, state(there, off('refcount', PRIVATE, -1)))).toContain('1 by mappings');
    expect(verdict(mapcount, state(there, off('mapcount', PRIVATE, -1)))).toContain(`page ${PRIVATE} (private)`);
    expect(verdict(rss, state(there, addRss(0, 1, -1)))).toContain('MM_ANONPAGES is 0');
    expect(verdict(vmstat, state(table({ page: 0 }, privateEntry(PRIVATE))))).toContain('NR_ANON_MAPPED is 0');
  });

  it('that allows writes stands for a page that is exclusive, and is alone', () => {
    expect(verdict(exclusive, state(there))).toBe('holds');
    expect(verdict(exclusive, state(there, flagged(PRIVATE, { anonExclusive: 0 })))).toContain('mapped writable');
    const other = [child, anon({ mm: CHILD, pages: [0, 2] })];
    const shared = countedPtes({ mm: CHILD, page: 0 }, privateEntry(PRIVATE), none);
    expect(verdict(exclusive, state(readable, ...other, shared))).toBe('no subject');
    expect(verdict(exclusive, state(there, ...other, shared))).toContain('2 entries cover it');
  });
});
