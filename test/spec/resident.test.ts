import { describe, expect, it } from '@effect/vitest';
import { Result } from '../../model/state/mm_types.ts';
import { resident } from '../../spec/resident.ts';
import { countedPtes } from '../support/mm_folios.ts';
import {
  anon,
  CHILD,
  child,
  device,
  FILE,
  lockedPages,
  memory,
  migrating,
  mmState,
  none,
  PAGE,
  type Piece,
  returned,
  shmem,
  stepVerdict,
  swapEntry,
  table,
} from '../support/mm_state.ts';

const state = (...pieces: readonly Piece[]) => mmState(anon({ pages: [0, 4] }), ...pieces);
const locked = lockedPages({ pages: [0, 1] });
const there = countedPtes({ page: 0 }, memory(PAGE), none);
const asked = (before: ReturnType<typeof state>, name: string, after: ReturnType<typeof state>, args = {}) =>
  stepVerdict(resident, before, name, after, args);
const here = { mm: 0, range: { from: 0, to: 1 } };

const ofFile = (...pieces: readonly Piece[]) => mmState(shmem({ pages: [0, 2] }), locked, ...pieces);

describe('I-RESIDENT', () => {
  it('wants mlock() to fault in what it names, but not with MLOCK_ONFAULT, nor after an error', () => {
    expect(asked(state(), 'mlock', state(there, locked), here)).toBe('holds');
    expect(asked(state(), 'mlock', state(locked), here)).toMatchInlineSnapshot(
      `"after mlock parent page 0 is locked, and translates to nothing"`,
    );
    expect(asked(state(), 'mlock', state(lockedPages({ pages: [0, 1] }, 1)), here)).toBe('holds');
    expect(asked(state(), 'mlock', state(locked, returned(Result.EAGAIN, 1)), here)).toBe('holds');
    expect(asked(state(), 'mlock', state(), here)).toBe('no subject');
  });

  it('wants anonymous memory to stay, on the way to another frame as well', () => {
    const before = state(there, locked);
    const moving = state(table({ page: 0 }, migrating(PAGE)), locked);
    expect(asked(before, 'migrate_pages', moving)).toBe('holds');
    expect(asked(before, 'madvise', state(table({ page: 0 }, swapEntry(0)), locked))).toMatchInlineSnapshot(
      `"after madvise parent page 0 is locked, and translates to nothing"`,
    );
    expect(asked(before, 'munlock', state(table({ page: 0 }, swapEntry(0))))).toBe('no subject');
    expect(asked(before, 'truncate', state(locked))).toBe('holds');
    const moved = state(countedPtes({ slot: 1, page: 0 }, memory(PAGE), none), lockedPages({ pages: [0, 4] }));
    const both = state(there, lockedPages({ pages: [0, 4] }));
    expect(asked(both, 'UFFDIO_MOVE', moved, { mm: 0, move: { from: 0, to: 2, pages: 1 } })).toBe('holds');
  });

  it('wants of a file only that reclaim leaves it', () => {
    const before = ofFile(countedPtes({ page: 0 }, memory(FILE), none));
    expect(asked(before, 'mprotect', ofFile())).toBe('holds');
    expect(asked(before, 'shrink_folio_list', ofFile())).toContain('is locked, and translates to nothing');
  });

  it('wants nothing of a device locked, and nothing of a child', () => {
    const bar = mmState(device({ pages: [0, 2] }), locked);
    expect(asked(bar, 'handle_mm_fault', bar)).toContain('is locked');
    const born = [child, anon({ mm: CHILD, pages: [0, 2] })];
    expect(asked(state(locked), 'fork', state(locked, ...born))).toBe('holds');
    const its = lockedPages({ mm: CHILD, pages: [0, 1] });
    expect(asked(state(locked), 'fork', state(locked, ...born, its))).toMatchInlineSnapshot(
      `"after fork child page 0 is locked, and translates to nothing"`,
    );
  });
});
