import { describe, expect, it } from '@effect/vitest';
import { Result } from '../../model/state/mm_types.ts';
import { lazyfree } from '../../spec/lazyfree.ts';
import { countedLeaf, countedMigration, countedPtes, flagged } from '../support/mm_folios.ts';
import {
  anon,
  CHILD,
  child,
  memory,
  migrating,
  mmState,
  none,
  PAGE,
  type Piece,
  returned,
  stepVerdict,
  THP,
} from '../support/mm_state.ts';

const wet = { dirty: 1 } as const;
const vma = anon({ pages: [0, 4] });
/** A page of memory: as fault and fork leave it, and as MADV_FREE leaves it. */
const backed = (frame: number): Piece => flagged(frame, { swapbacked: 1 });
const state = (...pieces: readonly Piece[]) => mmState(vma, ...pieces);
const clean = countedPtes({ page: 0 }, memory(PAGE), none);
const dirty = countedPtes({ page: 0 }, memory(PAGE, wet), none);
const fresh = state(dirty, backed(PAGE));
const given = state(clean);
const written = state(dirty);
const here = { mm: 0, page: 0, access: 'write', range: { from: 0, to: 1 }, advice: 'FREE' };
const asked = (
  before: typeof fresh,
  name: string,
  after: typeof fresh,
  args: Readonly<Record<string, unknown>> = here,
) => stepVerdict(lazyfree(), before, name, after, args);
/** The page, its migration entry, and the folio that takes over. */
const moving = (fields: object) => countedPtes({ page: 0 }, migrating(PAGE, fields), none);
const moved = (fields: object) => countedPtes({ page: 0 }, memory(PAGE + 1, fields), none);
const there = (fields: object) => state(countedPtes({ slot: 1, page: 0 }, memory(PAGE, fields), none));
const its = (fields: object) => countedPtes({ mm: CHILD, page: 1 }, memory(PAGE, { write: 0, ...fields }), none);
const both = (fields: object, ...pieces: readonly Piece[]) =>
  state(...pieces, child, anon({ mm: CHILD, pages: [0, 4] }), its(fields));

describe('I-LAZYFREE', () => {
  it('lets MADV_FREE give up what it names, in the process that it names', () => {
    expect(asked(fresh, 'madvise', given)).toBe('holds');
    expect(asked(fresh, 'madvise', given, { ...here, advice: 'DONTFORK' })).toMatchInlineSnapshot(
      `"parent page 0 is of page 22 (anon); after madvise reclaim may drop it, and could not before"`,
    );
    expect(asked(fresh, 'madvise', given, { ...here, range: { from: 1, to: 2 } })).toContain('after madvise');
    expect(asked(fresh, 'madvise', given, { ...here, mm: CHILD })).toContain('after madvise');
    expect(asked(given, 'madvise', given, { ...here, mm: CHILD })).toBe('holds');
  });

  it('fails when an operation loses the mark of a write, in the entry and in the folio', () => {
    expect(asked(written, 'mprotect', given)).toMatchInlineSnapshot(
      `"parent page 0 is of page 22 (anon); after mprotect reclaim may drop it, and could not before"`,
    );
    expect(asked(written, 'mprotect', state(clean, flagged(PAGE, wet)))).toBe('no subject');
    expect(asked(written, 'mprotect', state(clean, backed(PAGE)))).toBe('no subject');
    const leaf = state(countedLeaf({ pfn: THP, ...wet }));
    const split = (one: typeof wet | object) => countedPtes({ page: 0 }, memory(THP, wet), memory(THP + 1, one));
    expect(asked(leaf, 'munmap', state(split(wet)))).toBe('holds');
    expect(asked(leaf, 'munmap', state(split({})))).toMatchInlineSnapshot(
      `"parent page 1 is of folio 18 (anon, 2 pages); after munmap reclaim may drop it, and could not before"`,
    );
  });

  it('wants a write to leave a mark, and a copy to be memory like any other', () => {
    expect(asked(given, 'handle_mm_fault', written)).toBe('holds');
    expect(asked(given, 'handle_mm_fault', given)).toMatchInlineSnapshot(
      `"parent page 0 is of page 22 (anon); after handle_mm_fault reclaim may drop it, although it has just been written to"`,
    );
    expect(asked(given, 'handle_mm_fault', given, { ...here, access: 'read' })).toBe('holds');
    expect(asked(given, 'handle_mm_fault', state(clean, returned(Result.OOM, 1)))).toBe('holds');
    expect(asked(given, 'handle_mm_fault', given, { ...here, page: 1 })).toBe('holds');
    expect(asked(state(), 'handle_mm_fault', given, { ...here, access: 'read' })).toContain('reclaim may drop it');
  });

  it('follows a page through a migration, entry by entry and to the new folio', () => {
    expect(asked(written, 'migrate_pages', state(moving(wet)))).toBe('holds');
    expect(asked(written, 'migrate_pages', state(moving({})))).toContain('after migrate_pages');
    expect(asked(state(moving(wet)), 'remove_migration_ptes', state(moved(wet)))).toBe('holds');
    expect(asked(state(moving(wet)), 'remove_migration_ptes', state(moved({})))).toMatchInlineSnapshot(
      `"parent page 0 is of page 23 (anon); after remove_migration_ptes reclaim may drop it, and could not before"`,
    );
    const huge = state(countedMigration({ pfn: THP, ...wet }));
    expect(asked(state(countedLeaf({ pfn: THP, ...wet })), 'migrate_pages', huge)).toBe('holds');
    expect(asked(huge, 'remove_migration_ptes', state(countedLeaf({ pfn: THP })))).toContain(
      'after remove_migration_ptes',
    );
  });

  it('follows what moves, or stays where it was', () => {
    const move = { mm: 0, move: { from: 0, to: 2, pages: 1 } };
    expect(asked(written, 'mremap', there(wet), move)).toBe('holds');
    expect(asked(given, 'mremap', there({}), move)).toBe('holds');
    expect(asked(given, 'mremap', given, move)).toBe('holds');
    expect(asked(written, 'UFFDIO_MOVE', there({}), move)).toMatchInlineSnapshot(
      `"parent page 2 is of page 22 (anon); after UFFDIO_MOVE reclaim may drop it, and could not before"`,
    );
  });

  it('gives a child no more that may be dropped than its parent had', () => {
    expect(asked(given, 'fork', both({}, clean))).toBe('holds');
    expect(asked(written, 'fork', both(wet, dirty))).toBe('holds');
    expect(asked(written, 'fork', both({}, dirty))).toMatchInlineSnapshot(
      `"child page 0 is of page 22 (anon); after fork reclaim may drop it, and could not before"`,
    );
    const shared = both({}, clean, backed(PAGE));
    expect(asked(shared, 'madvise', both({}, clean))).toMatchInlineSnapshot(
      `"child page 0 is of page 22 (anon); after madvise reclaim may drop it, and could not before"`,
    );
  });

  it('has no subject while nothing is given up', () => {
    expect(asked(given, 'munmap', state())).toBe('no subject');
    expect(asked(fresh, 'munmap', fresh)).toBe('no subject');
  });
});
