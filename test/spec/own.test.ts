import { describe, expect, it } from '@effect/vitest';
import { Result } from '../../model/state/mm_types.ts';
import { own } from '../../spec/own.ts';
import { countedLeaf, countedPtes, flagged } from '../support/mm_folios.ts';
import {
  anon,
  CHILD,
  child,
  memory,
  migrating,
  migration,
  mmState,
  none,
  PAGE,
  type Piece,
  returned,
  stepVerdict,
  table,
  THP,
} from '../support/mm_state.ts';

const ro = { write: 0 } as const;
const lost = { anonExclusive: 0 } as const;
const kept = { anonExclusive: 1 } as const;
const vma = anon({ pages: [0, 4] });
const page = (frame = PAGE): readonly Piece[] => [
  vma,
  countedPtes({ page: 0 }, memory(frame, ro), none),
  flagged(frame, kept),
];
const leaf = [vma, countedLeaf({ pfn: THP, ...ro }), flagged(THP, kept)];
const entry = (exclusive: 0 | 1): readonly Piece[] => [
  vma,
  table({ page: 0 }, migrating(PAGE, { exclusive }), none),
  flagged(PAGE, lost),
];
const step = (name: string, before: readonly Piece[], after: readonly Piece[], args: object = {}) =>
  stepVerdict(own, mmState(...before), name, mmState(...after), args as never);

const its = (frame: number) => [child, countedPtes({ mm: CHILD, page: 1 }, memory(frame, ro), none)];
/** The parent has a page without the mark, the child this one. */
const unmarked = (frame: number, copy: number) => [...page(frame), ...its(copy), flagged(frame, lost)];

describe('I-OWN', () => {
  it('wants a page that is one process alone to stay so where it stays mapped', () => {
    expect(step('mprotect', page(), page())).toBe('holds');
    expect(step('mprotect', page(), [...page(), flagged(PAGE, lost)])).toMatchInlineSnapshot(
      `"parent page 0 was frame 22, read-only, exclusive; after mprotect page 0 is frame 22, read-only, not exclusive"`,
    );
    expect(step('handle_mm_fault', page(), page(PAGE + 1))).toBe('holds');
    expect(step('munmap', page(), [vma])).toBe('holds');
  });

  it('asks each page of a leaf that is split', () => {
    const ptes = [vma, countedPtes({ page: 0 }, memory(THP, ro), memory(THP + 1, ro))];
    const marked = [flagged(THP, kept), flagged(THP + 1, kept)];
    expect(step('munmap', leaf, [...ptes, ...marked])).toBe('holds');
    expect(step('munmap', leaf, [...ptes, flagged(THP, kept), flagged(THP + 1, lost)])).toContain(
      'parent page 1 was frame 19, read-only, exclusive',
    );
  });

  it('follows a page that moves', () => {
    const move = { mm: 0, move: { from: 0, to: 2, pages: 1 } };
    const moved = [vma, countedPtes({ slot: 1, page: 0 }, memory(PAGE, ro), none), flagged(PAGE, kept)];
    expect(step('mremap', page(), moved, move)).toBe('holds');
    expect(step('mremap', page(), [...moved, flagged(PAGE, lost)], move)).toContain('after mremap page 2 is');
  });

  it('wants a migration entry to say what the page does', () => {
    expect(step('migrate_pages', page(), entry(1))).toBe('holds');
    expect(step('migrate_pages', page(), entry(0))).toContain('not exclusive');
    const shared = [...page(), flagged(PAGE, lost)];
    expect(step('migrate_pages', shared, entry(0))).toBe('no subject');
    expect(step('migrate_pages', shared, entry(1))).toContain('not exclusive; after');
    expect(step('migrate_pages', leaf, [vma, migration({ pfn: THP, exclusive: 1 })])).toBe('holds');
    expect(step('migrate_pages', leaf, [vma, migration({ pfn: THP })])).toContain('after migrate_pages');
  });

  it('wants the page that an entry becomes to be what the entry said, a new one as well', () => {
    for (const frame of [PAGE, PAGE + 1]) {
      expect(step('remove_migration_ptes', entry(1), page(frame))).toBe('holds');
      const without = [...page(frame), flagged(frame, lost)];
      expect(step('remove_migration_ptes', entry(1), without)).toContain('not exclusive');
    }
  });

  it('lets fork() share, and a fork that fails; but take no mark from what it copies', () => {
    expect(step('fork', page(), unmarked(PAGE, PAGE))).toBe('holds');
    expect(step('fork', page(), unmarked(PAGE, PAGE + 1))).toContain('after fork page 0 is');
    expect(step('fork', page(), [...page(), flagged(PAGE, lost), returned(Result.ENOMEM, 1)])).toBe('holds');
  });
});
