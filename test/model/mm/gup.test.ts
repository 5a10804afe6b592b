/** GUP function by function: several pages, references, the bias of a pin, long-term pins, and access by force. */
import { describe, expect, it } from '@effect/vitest';
import { anonMemory, type Driver, faultDriver, fileMapping } from '../../../model/drivers/driver.ts';
import { copy_process } from '../../../model/mm/fork.ts';
import { access_remote_vm, gup_fast_fallback, unpin_user_page } from '../../../model/mm/gup.ts';
import { FOLL_GET, FOLL_LONGTERM, FOLL_PIN, FOLL_WRITE } from '../../../model/mm/gup_grab.ts';
import type { Sys } from '../../../model/mm/kernel.ts';
import { access_page } from '../../../model/mm/memory_fault.ts';
import { mmap_region } from '../../../model/mm/mmap.ts';
import { do_mprotect_pkey } from '../../../model/mm/mprotect.ts';
import { folio_maybe_dma_pinned, folio_ref_count } from '../../../model/mm/page_ref.ts';
import { blocks, type Geometry, SMALL } from '../../../model/state/geometry.ts';
import { Page } from '../../../model/state/memmap.ts';
import { Mm, Pin, Prot, Result } from '../../../model/state/mm_types.ts';
import { mappings } from '../../scenarios/accounts.ts';
import { booted } from '../../support/booted.ts';

const geometry: Geometry = {
  ...SMALL,
  memory: [
    ...blocks('anon', 2, 1),
    ...blocks('file', 1, 2),
    ...blocks('shmem', 1, 2),
    ...blocks('anon', 1, 6),
    ...blocks('zero page', 1, 1),
  ],
  pins: 4,
  pinBias: 4,
};
const FILE = 18;
const PAGE = 22;
const ZERO = 28;

const machine = (drivers: readonly Driver[], written: readonly number[] = [], of: Partial<Geometry> = {}): Sys => {
  const s = booted({ ...geometry, ...of });
  for (const driver of drivers) mmap_region(s, 0, driver);
  for (const page of written) access_page(s, 0, page, true);
  return s;
};
const one = anonMemory('a page', { at: 0, pages: 1 });
const apart = anonMemory('2 pages', { at: 1, pages: 2 });
const thp = anonMemory('2M', { at: 0, pages: 2 });
const held = (s: Sys): readonly number[] =>
  [0, 1, 2, 3].flatMap((row) => (Pin.taken(s.pin.at(row)) === 1 ? [Pin.pfn(s.pin.at(row))] : []));

const file = (use: 'file' | 'shmem', sharing: 'shared' | 'private') =>
  machine([fileMapping('a file', { at: 0, pages: 1 }, use, sharing)], [0]);
const readOnly = (driver: Driver, pages: number, written: readonly number[]): Sys => {
  const s = machine([driver], written);
  do_mprotect_pkey(s, 0, 0, pages, Prot.R);
  return s;
};

/** The frames that are pinned for reading, by reads before and without, and the frame after a write. */
const pinnedThenWritten = (s: Sys, flags: number): readonly string[] => {
  gup_fast_fallback(s, 0, 0, 1, flags);
  const pins = held(s).map((frame) => `pinned ${frame}`);
  access_page(s, 0, 0, true);
  return [...pins, ...mappings(s, 0)];
};
const unread = (sharing: 'shared' | 'private') =>
  machine([fileMapping('a file', { at: 0, pages: 1 }, 'file', sharing)]);

describe('several pages in one call', () => {
  it('are taken by leaf, or one after the other', () => {
    const huge = machine([thp], [0]);
    expect([gup_fast_fallback(huge, 0, 0, 2, FOLL_PIN), held(huge)]).toEqual([Result.ok, [16, 17]]);
    expect([folio_ref_count(huge, 16), huge.pincount.at(0)]).toEqual([3, 2]);
    const small = machine([apart], [1]);
    expect([gup_fast_fallback(small, 0, 1, 3, FOLL_GET | FOLL_WRITE), held(small)]).toEqual([
      Result.ok,
      [PAGE, PAGE + 1],
    ]);
    expect([folio_ref_count(small, PAGE), folio_ref_count(small, PAGE + 1)]).toEqual([2, 2]);
  });
  it('stay taken up to the one that fails', () => {
    const s = machine([one], [0]);
    expect([gup_fast_fallback(s, 0, 0, 2, FOLL_PIN), held(s)]).toEqual([Result.ok, [PAGE]]);
    expect([gup_fast_fallback(s, 0, 1, 3, FOLL_PIN), held(s)]).toEqual([Result.EFAULT, [PAGE]]);
  });
  it('end at a page of a device, which is not touched', () => {
    const s = machine([one, faultDriver('BAR', { at: 1, pages: 1 })], [0]);
    access_page(s, 0, 1, false);
    const before = mappings(s, 0);
    expect([gup_fast_fallback(s, 0, 0, 2, FOLL_PIN | FOLL_WRITE), held(s)]).toEqual([Result.ok, [PAGE]]);
    expect(mappings(s, 0)).toEqual(before);
  });
  it('are let go one by one', () => {
    const s = machine([thp], [0]);
    gup_fast_fallback(s, 0, 0, 2, FOLL_GET);
    unpin_user_page(s, 0);
    unpin_user_page(s, 1);
    expect([held(s), folio_ref_count(s, 16)]).toEqual([[], 1]);
  });
});

describe('references without a pin', () => {
  it('mark no process, unshare nothing, and count on the zero page', () => {
    const s = machine([one]);
    access_page(s, 0, 0, false);
    const before = folio_ref_count(s, ZERO);
    expect(gup_fast_fallback(s, 0, 0, 1, FOLL_GET)).toBe(Result.ok);
    expect([held(s), folio_ref_count(s, ZERO) - before, Mm.hasPinned(s.mm.at(0))]).toEqual([[ZERO], 1, 0]);
    unpin_user_page(s, 0);
    expect(folio_ref_count(s, ZERO)).toBe(before);
    gup_fast_fallback(s, 0, 0, 1, FOLL_PIN);
    expect(folio_ref_count(s, ZERO)).toBe(before);
  });
  it('look like a pin when they are as many as its bias, and fork copies the page then', () => {
    const s = machine([one], [0]);
    for (let i = 0; i < 2; i++) gup_fast_fallback(s, 0, 0, 1, FOLL_GET);
    expect([folio_ref_count(s, PAGE), folio_maybe_dma_pinned(s, PAGE)]).toEqual([3, false]);
    gup_fast_fallback(s, 0, 0, 1, FOLL_GET);
    expect([folio_ref_count(s, PAGE), folio_maybe_dma_pinned(s, PAGE)]).toEqual([4, true]);
    // Without any pin of this mm nobody asks.
    s.mm.put(0, Mm.mkHasPinned(s.mm.at(0), 1));
    copy_process(s, 0, 1);
    expect(mappings(s, 1)).toEqual([`page 0 pfn ${PAGE + 1} RW young dirty WB`]);
    expect(mappings(s, 0)).toEqual([`page 0 pfn ${PAGE} RW young dirty WB`]);
  });
  it('never do with the bias of the kernel', () => {
    const s = machine([one], [0], { pinBias: 1024 });
    for (let i = 0; i < 4; i++) gup_fast_fallback(s, 0, 0, 1, FOLL_GET);
    expect(folio_maybe_dma_pinned(s, PAGE)).toBe(false);
  });
});

describe('a long-term pin', () => {
  const FOR_WRITING = FOLL_PIN | FOLL_LONGTERM | FOLL_WRITE;

  it.each([
    { use: 'file', sharing: 'shared', write: Result.EFAULT },
    { use: 'file', sharing: 'private', write: Result.ok },
    { use: 'shmem', sharing: 'shared', write: Result.ok },
  ] as const)('of a $sharing $use for writing', ({ use, sharing, write }) => {
    expect(gup_fast_fallback(file(use, sharing), 0, 0, 1, FOR_WRITING)).toBe(write);
    expect(gup_fast_fallback(file(use, sharing), 0, 0, 1, FOLL_PIN | FOLL_WRITE)).toBe(Result.ok);
    expect(gup_fast_fallback(file(use, sharing), 0, 0, 1, FOLL_PIN | FOLL_LONGTERM)).toBe(Result.ok);
  });

  it('for reading takes a copy of a private file, to which a later write goes', () => {
    for (const read of [false, true]) {
      const s = unread('private');
      if (read) access_page(s, 0, 0, false);
      expect(pinnedThenWritten(s, FOLL_PIN | FOLL_LONGTERM)).toEqual([
        `pinned ${PAGE}`,
        `page 0 pfn ${PAGE} RW young dirty WB`,
      ]);
    }
  });
  it('for reading takes the page of a shared file; so does one for a moment of a private one', () => {
    const shared = pinnedThenWritten(unread('shared'), FOLL_PIN | FOLL_LONGTERM);
    expect(shared).toEqual([`pinned ${FILE}`, `page 0 pfn ${FILE} RW young dirty WB`]);
    const short = pinnedThenWritten(unread('private'), FOLL_PIN);
    expect(short).toEqual([`pinned ${FILE}`, `page 0 pfn ${PAGE} RW young dirty WB`]);
  });
  it('for reading takes no page of zeroes', () => {
    const s = machine([one]);
    access_page(s, 0, 0, false);
    expect(held(s)).toEqual([]);
    expect(pinnedThenWritten(s, FOLL_PIN | FOLL_LONGTERM)).toEqual([
      `pinned ${PAGE}`,
      `page 0 pfn ${PAGE} RW young dirty WB`,
    ]);
  });
});

describe('access by force', () => {
  it('writes to a copy of a private file, which stays read-only', () => {
    const s = readOnly(fileMapping('private', { at: 0, pages: 1 }, 'file', 'private'), 1, []);
    access_page(s, 0, 0, false);
    expect(mappings(s, 0)).toEqual([`page 0 pfn ${FILE} RO young WB`]);
    expect(access_remote_vm(s, 0, 0, true)).toBe(Result.ok);
    expect(mappings(s, 0)).toEqual([`page 0 pfn ${PAGE} RO young dirty WB`]);
    expect(Page.dirty(s.page.at(PAGE - 16))).toBe(1);
    expect(folio_ref_count(s, PAGE)).toBe(1);
  });
  it('writes to a page of our own where it is', () => {
    const s = readOnly(thp, 2, [0]);
    expect(mappings(s, 0)).toEqual(['pmd[0] leaf pfn 16 RO young WB']);
    expect(access_remote_vm(s, 0, 1, true)).toBe(Result.ok);
    expect(mappings(s, 0)).toEqual(['pmd[0] leaf pfn 16 RO young dirty WB']);
  });
  it('does not write to what is shared, nor look at a BAR', () => {
    const s = readOnly(fileMapping('shared', { at: 0, pages: 1 }, 'file', 'shared'), 1, [0]);
    expect([access_remote_vm(s, 0, 0, true), access_remote_vm(s, 0, 0, false)]).toEqual([Result.EIO, Result.ok]);
    expect(access_remote_vm(machine([faultDriver('BAR', { at: 0, pages: 1 })]), 0, 0, false)).toBe(Result.EIO);
  });
});
