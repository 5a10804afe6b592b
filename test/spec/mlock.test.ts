import { describe, expect, it } from '@effect/vitest';
import { mlock, mlocked } from '../../spec/mlock.ts';
import {
  anon,
  CHILD,
  child,
  lockedPages,
  memory,
  mlocked as marked,
  mmState,
  PAGE,
  type Piece,
  stepVerdict,
  table,
  THP,
  verdict,
} from '../support/mm_state.ts';
import { countedLeaf, countedPtes } from '../support/mm_folios.ts';

const state = (...pieces: readonly Piece[]) => mmState(anon({ pages: [0, 4] }), ...pieces);
const locked = lockedPages({ pages: [0, 2] });
const page = countedPtes({ page: 0 }, memory(PAGE));
const leaf = countedLeaf({ pfn: THP });

describe('I-MLOCK', () => {
  it('holds of what a locked VMA maps, by a PTE or a leaf, and of nothing else', () => {
    expect(verdict(mlock, state(page, locked, marked(PAGE)))).toBe('holds');
    expect(verdict(mlock, state(leaf, locked, marked(THP)))).toBe('holds');
    expect(verdict(mlock, state(page, locked))).toBe('no subject');
    expect(verdict(mlock, state(page, marked(PAGE)))).toMatchInlineSnapshot(
      `"page 22 (anon) is mlocked, mlock_count 1; 0 mappings of a locked VMA"`,
    );
    expect(verdict(mlock, state(locked, marked(PAGE)))).toContain('0 mappings of a locked VMA');
  });

  it('counts at most as often as it is mapped there; less may be', () => {
    expect(verdict(mlock, state(page, locked, marked(PAGE, 0)))).toBe('holds');
    expect(verdict(mlock, state(leaf, locked, marked(THP, 2)))).toMatchInlineSnapshot(
      `"folio 18 (anon, 2 pages) is mlocked, mlock_count 2; 1 mapping of a locked VMA"`,
    );
    const both = [child, anon({ mm: CHILD, pages: [0, 4] }), table({ mm: CHILD, page: 1 }, memory(PAGE))];
    expect(verdict(mlock, state(page, ...both, locked, marked(PAGE, 2)))).toContain('1 mapping of a locked VMA');
    const twice = lockedPages({ mm: CHILD, pages: [0, 2] });
    expect(verdict(mlock, state(page, ...both, locked, twice, marked(PAGE, 2)))).toBe('holds');
  });
});

const asked = (before: ReturnType<typeof state>, name: string, after: ReturnType<typeof state>, args = {}) =>
  stepVerdict(mlocked, before, name, after, args);

describe('I-MLOCKED', () => {
  it('wants a mark on what is locked, or mapped where it is locked', () => {
    expect(asked(state(page), 'mlock', state(page, locked, marked(PAGE)))).toBe('holds');
    expect(asked(state(page), 'mlock', state(page, locked))).toMatchInlineSnapshot(
      `"after mlock parent page 0, which is locked, is of page 22 (anon), which is not marked as mlocked"`,
    );
    expect(asked(state(locked), 'handle_mm_fault', state(leaf, locked))).toMatchInlineSnapshot(
      `"after handle_mm_fault parent page 0, which is locked, is of folio 18 (anon, 2 pages), which is not marked as mlocked"`,
    );
    expect(asked(state(page), 'munlock', state(page))).toBe('no subject');
  });

  it('asks no more of a large folio than that, nor of one that PTEs map', () => {
    expect(asked(state(leaf, locked, marked(THP)), 'munmap', state(leaf, locked))).toBe('holds');
    const ptes = countedPtes({ page: 0 }, memory(THP), memory(THP + 1));
    expect(asked(state(), 'mlock', state(ptes, locked))).toBe('holds');
    expect(asked(state(page, locked, marked(PAGE)), 'munmap', state(page, locked))).toContain('not marked');
    expect(asked(state(page, locked), 'munmap', state(page, locked))).toBe('holds');
  });

  it('follows what moves', () => {
    const there = countedPtes({ slot: 1, page: 0 }, memory(PAGE));
    const to = lockedPages({ pages: [2, 4] });
    const move = { mm: 0, move: { from: 0, to: 2, pages: 2 } };
    expect(asked(state(page, locked), 'mremap', state(there, to), move)).toBe('holds');
    expect(asked(state(page, locked), 'handle_mm_fault', state(there, to))).toContain('not marked');
  });
});
