import { describe, expect, it } from '@effect/vitest';
import { Page, PageKind } from '../../model/state/memmap.ts';
import { DEVICE_FRAMES } from '../../model/state/geometry.ts';
import { Result } from '../../model/state/mm_types.ts';
import { kept } from '../../spec/kept.ts';
import {
  anon,
  CHILD,
  child,
  cowDevice,
  file,
  memory,
  migrating,
  migration,
  mmState,
  none,
  PAGE,
  type Piece,
  returned,
  stepVerdict,
  swapEntry,
  swapSlot,
  table,
  THP,
  thp,
} from '../support/mm_state.ts';
import { folio, pinned, underMigration } from '../support/mm_folios.ts';

const before = mmState(anon({ pages: [0, 2] }), table({ page: 0 }, memory(PAGE), none));
const after = (...pieces: readonly Piece[]) => mmState(anon({ pages: [0, 2] }), ...pieces);
const empty = after(table({ page: 0 }));
const here = { mm: 0, page: 0, access: 'write', range: { from: 0, to: 2 }, prot: 'R' };

/** MADV_FREE has given the page up. */
const given: Piece = ({ page }) => page.put(PAGE - DEVICE_FRAMES, Page.of({ kind: PageKind.anon }));
const swapbacked: Piece = ({ page }) => page.put(PAGE - DEVICE_FRAMES, Page.of({ kind: PageKind.anon, swapbacked: 1 }));
/** It has been given up, is clean, and there is a pin of frame `pfn`. */
const givenUp = (pfn: number) =>
  after(table({ page: 0 }, memory(PAGE, { dirty: 0 }), none), given, pinned({ page: 0, pfn }));

describe('I-KEPT', () => {
  it('lets munmap(), MADV_DONTNEED and exit() give memory back, but nothing else, and nothing elsewhere', () => {
    expect(stepVerdict(kept, before, 'munmap', empty, here)).toBe('holds');
    expect(stepVerdict(kept, before, 'madvise', empty, { ...here, advice: 'DONTNEED' })).toBe('holds');
    expect(stepVerdict(kept, before, 'exit', empty, here)).toBe('holds');
    expect(stepVerdict(kept, before, 'munmap', empty, { ...here, range: { from: 1, to: 2 } })).toMatchInlineSnapshot(
      `"parent page 0 was of page 22 (free); after munmap parent page 0 translates to nothing"`,
    );
    expect(stepVerdict(kept, before, 'madvise', empty, { ...here, advice: 'FREE' })).toMatchInlineSnapshot(
      `"parent page 0 was of page 22 (free); after madvise parent page 0 translates to nothing"`,
    );
    expect(stepVerdict(kept, before, 'mprotect', empty, here)).toMatchInlineSnapshot(
      `"parent page 0 was of page 22 (free); after mprotect parent page 0 translates to nothing"`,
    );
    const failed = after(table({ page: 0 }), returned(Result.ENOMEM, 1));
    expect(stepVerdict(kept, before, 'munmap', failed, here)).toMatchInlineSnapshot(
      `"parent page 0 was of page 22 (free); after munmap parent page 0 translates to nothing"`,
    );
  });

  it('lets a write make a copy, and the end of a migration bring another page', () => {
    const copied = after(table({ page: 0 }, memory(PAGE + 1), none));
    expect(stepVerdict(kept, before, 'handle_mm_fault', copied, here)).toBe('holds');
    expect(stepVerdict(kept, before, 'handle_mm_fault', copied, { ...here, page: 1 })).toMatchInlineSnapshot(
      `"parent page 0 was of page 22 (free); after handle_mm_fault parent page 0 translates to frame 23, writable"`,
    );
    expect(stepVerdict(kept, before, 'clear_refs', copied, here)).toMatchInlineSnapshot(
      `"parent page 0 was of page 22 (free); after clear_refs parent page 0 translates to frame 23, writable"`,
    );
    const moving = after(table({ page: 0 }, migrating(PAGE), none), underMigration(PAGE));
    expect(stepVerdict(kept, before, 'migrate_pages', moving, here)).toBe('holds');
    expect(stepVerdict(kept, before, 'remove_migration_ptes', copied)).toContain('translates to frame 23');
    expect(stepVerdict(kept, moving, 'remove_migration_ptes', copied)).toBe('holds');
    expect(stepVerdict(kept, moving, 'remove_migration_ptes', empty)).toMatchInlineSnapshot(
      `"parent page 0 was of page 22 (free); after remove_migration_ptes parent page 0 translates to nothing"`,
    );
  });

  it('wants the pages of a folio that has migrated in their places, in one folio of its size', () => {
    const far = (...entries: Parameters<typeof table>[1][]) => after(table({ page: 0 }, ...entries), folio(THP + 2));
    const moving = after(table({ page: 0 }, migrating(THP), migrating(THP + 1)), folio(THP), underMigration(THP));
    const ends = (...entries: Parameters<typeof table>[1][]) =>
      stepVerdict(kept, moving, 'remove_migration_ptes', far(...entries));
    expect(ends(memory(THP + 2), memory(THP + 3))).toBe('holds');
    expect(ends(memory(THP), memory(THP + 1))).toBe('holds');
    expect(ends(memory(THP + 3), memory(THP + 2))).toMatchInlineSnapshot(
      `"parent page 0 was of folio 18 (anon, 2 pages); after remove_migration_ptes parent page 0 translates to frame 21, writable"`,
    );
    expect(ends(memory(THP + 3), none)).toContain('page 0 translates to frame 21');
    expect(ends(memory(PAGE), memory(PAGE + 1))).toContain('page 0 translates to frame 22');
    const half = after(table({ page: 0 }, none, migrating(THP + 1)), folio(THP), underMigration(THP));
    expect(stepVerdict(kept, half, 'remove_migration_ptes', far(none, memory(THP + 3)))).toBe('holds');
    expect(stepVerdict(kept, half, 'remove_migration_ptes', far(none, memory(THP + 2)))).toContain('frame 20');
  });

  it('follows what moves, all of it or none', () => {
    const two = [anon({ pages: [0, 2] }), anon({ pages: [2, 4] })];
    const [from, to] = [mmState(...two, thp({})), mmState(...two, thp({ slot: 1 }))];
    const move = { mm: 0, move: { from: 0, to: 2, pages: 2 } };
    expect(stepVerdict(kept, from, 'UFFDIO_MOVE', to, move)).toBe('holds');
    expect(stepVerdict(kept, from, 'mremap', to, move)).toBe('holds');
    expect(stepVerdict(kept, from, 'mremap', from, move)).toMatchInlineSnapshot(
      `"parent page 0 was of page 18 (free); after mremap parent page 2 translates to nothing"`,
    );
    const half = [table({ page: 0 }, none, memory(PAGE + 1)), table({ slot: 1, page: 1 }, memory(PAGE), none)];
    const split = mmState(...two, table({ page: 0 }, memory(PAGE), memory(PAGE + 1)));
    const stopped = mmState(...two, ...half, returned(Result.EAGAIN));
    expect(stepVerdict(kept, split, 'UFFDIO_MOVE', stopped, move)).toBe('holds');
    expect(stepVerdict(kept, split, 'UFFDIO_MOVE', mmState(...two, ...half), move)).toMatchInlineSnapshot(
      `"parent page 1 was of page 23 (free); after UFFDIO_MOVE parent page 3 translates to nothing"`,
    );
  });

  it('wants a child to have what its parent has, unless MADV_DONTFORK leaves it out', () => {
    const parent = [anon({ pages: [0, 2] }), thp({ write: 0 })];
    const inherits = mmState(...parent, child, anon({ mm: CHILD, pages: [0, 2] }), thp({ mm: CHILD, write: 0 }));
    expect(stepVerdict(kept, mmState(...parent), 'fork', inherits)).toBe('holds');
    expect(stepVerdict(kept, mmState(...parent), 'fork', mmState(...parent, child))).toMatchInlineSnapshot(
      `"parent page 0 was of page 18 (free); after fork child page 0 translates to nothing"`,
    );
    const without = [anon({ pages: [0, 2], dontcopy: 1 }), thp({ write: 0 })];
    expect(stepVerdict(kept, mmState(...without), 'fork', mmState(...without, child))).toBe('holds');
    const moving = [anon({ pages: [0, 2] }), migration({})];
    const both = mmState(...moving, child, anon({ mm: CHILD, pages: [0, 2] }), migration({ mm: CHILD }));
    expect(stepVerdict(kept, mmState(...moving), 'fork', both)).toBe('holds');
    expect(stepVerdict(kept, mmState(...moving), 'fork', mmState(...moving, child))).toContain(`page ${THP} `);
  });

  it('lets reclaim drop what MADV_FREE has given up, and nobody has written to', () => {
    const clean = after(table({ page: 0 }, memory(PAGE, { dirty: 0 }), none), given);
    expect(stepVerdict(kept, clean, 'shrink_folio_list', empty, here)).toBe('holds');
    const written = after(table({ page: 0 }, memory(PAGE, { dirty: 1 }), none), given);
    expect(stepVerdict(kept, written, 'shrink_folio_list', empty, here)).toMatchInlineSnapshot(
      `"parent page 0 was of page 22 (anon); after shrink_folio_list parent page 0 translates to nothing"`,
    );
    const never = after(table({ page: 0 }, memory(PAGE, { dirty: 0 }), none), swapbacked);
    expect(stepVerdict(kept, never, 'shrink_folio_list', empty, here)).not.toBe('holds');
  });

  it('lets reclaim drop nothing that is pinned, and what is pinned elsewhere is none of its concern', () => {
    expect(stepVerdict(kept, givenUp(PAGE), 'shrink_folio_list', empty, here)).not.toBe('holds');
    expect(stepVerdict(kept, givenUp(PAGE + 1), 'shrink_folio_list', empty, here)).toBe('holds');
  });

  it('lets truncation and a driver that revokes take private copies, each of its own', () => {
    const ofFile = [file({ pages: [0, 2], shared: 0 })];
    const copy = table({ page: 0 }, none, memory(PAGE));
    const cut = { part: { file: 'file', from: 1 } };
    expect(stepVerdict(kept, mmState(...ofFile, copy), 'truncate', mmState(...ofFile), cut)).toBe('holds');
    expect(stepVerdict(kept, mmState(...ofFile, copy), 'unmap_mapping_range', mmState(...ofFile))).not.toBe('holds');
    const behind = { part: { file: 'file', from: 2 } };
    expect(stepVerdict(kept, mmState(...ofFile, copy), 'truncate', mmState(...ofFile), behind)).not.toBe('holds');
    const ofDevice = [cowDevice({ pages: [0, 2] })];
    expect(stepVerdict(kept, mmState(...ofDevice, copy), 'unmap_mapping_range', mmState(...ofDevice))).toBe('holds');
    expect(stepVerdict(kept, mmState(...ofDevice, copy), 'truncate', mmState(...ofDevice), cut)).not.toBe('holds');
  });

  it('has no subject without anonymous memory', () => {
    expect(stepVerdict(kept, empty, 'munmap', empty, here)).toBe('no subject');
  });
});

describe('I-KEPT of what is in swap', () => {
  const swapped = after(table({ page: 0 }, swapEntry(1), none), swapSlot(1, { count: 1, written: 1 }));
  const back = after(table({ page: 0 }, memory(PAGE + 1), none));
  const at = { mm: 0, page: 0, access: 'read', range: { from: 0, to: 1 } };

  it('lets reclaim take memory there, and a fault bring it back', () => {
    expect(stepVerdict(kept, before, 'shrink_folio_list', swapped, at)).toBe('holds');
    expect(stepVerdict(kept, before, 'madvise', swapped, { ...at, advice: 'PAGEOUT' })).toBe('holds');
    expect(stepVerdict(kept, swapped, 'handle_mm_fault', back, at)).toBe('holds');
    expect(stepVerdict(kept, before, 'mprotect', swapped, at)).not.toBe('holds');
  });

  it('lets others of a folio in the swap cache come back with one of them', () => {
    const cached = after(table({ page: 0 }, swapEntry(1), none), swapSlot(1, { count: 1, cached: PAGE + 1 }));
    expect(stepVerdict(kept, cached, 'handle_mm_fault', back, { ...at, page: 1 })).toBe('holds');
    expect(stepVerdict(kept, swapped, 'handle_mm_fault', back, { ...at, page: 1 })).toMatchInlineSnapshot(
      `"parent page 0 was of swap slot 1; after handle_mm_fault parent page 0 translates to frame 23, writable"`,
    );
  });

  it('lets MADV_FREE and MADV_DONTNEED drop it, and not reclaim', () => {
    expect(stepVerdict(kept, swapped, 'madvise', empty, { ...at, advice: 'FREE' })).toBe('holds');
    expect(stepVerdict(kept, swapped, 'madvise', empty, { ...at, advice: 'DONTNEED' })).toBe('holds');
    expect(stepVerdict(kept, swapped, 'shrink_folio_list', empty, at)).toMatchInlineSnapshot(
      `"parent page 0 was of swap slot 1; after shrink_folio_list parent page 0 translates to nothing"`,
    );
  });
});
