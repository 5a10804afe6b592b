import { describe, expect, it } from '@effect/vitest';
import { deferred } from '../../spec/deferred.ts';
import { countedLeaf, countedPtes, flagged, folio, underMigration } from '../support/mm_folios.ts';
import { anon, memory, migrating, mmState, none, type Piece, stepVerdict, table, THP } from '../support/mm_state.ts';

const vma = anon({ pages: [0, 2] });
const queued = flagged(THP, { partiallyMapped: 1 });
const both = countedPtes({ page: 0 }, memory(THP), memory(THP + 1));
const half = countedPtes({ page: 0 }, none, memory(THP + 1));
const step = (before: readonly Piece[], name: string, after: readonly Piece[], args = {}): string =>
  stepVerdict(deferred, mmState(vma, ...before), name, mmState(vma, ...after), args);

describe('I-DEFER', () => {
  it('holds when a part is unmapped, and the folio queued or not', () => {
    expect(step([both], 'munmap', [half, queued])).toBe('holds');
    expect(step([countedLeaf({ pfn: THP })], 'munmap', [half, queued])).toBe('holds');
    expect(step([both], 'munmap', [half])).toBe('no subject');
  });

  it('fails when a folio is queued that is mapped as a whole, or was unmapped at once', () => {
    expect(step([both], 'handle_mm_fault', [both, queued])).toMatchInlineSnapshot(
      `"handle_mm_fault has queued folio 18 (anon, 2 pages), of which 2 pages are mapped"`,
    );
    expect(step([both], 'munmap', [folio(THP), queued])).toMatchInlineSnapshot(
      `"munmap has queued folio 18 (anon, 2 pages), of which 0 pages are mapped"`,
    );
  });

  it('holds when it was unmapped in two pieces, or page by page into migration entries', () => {
    const twice = countedPtes({ page: 0 }, memory(THP + 1), memory(THP));
    expect(step([twice], 'munmap', [folio(THP), queued])).toBe('holds');
    const parts = [anon({ pages: [4, 5], prot: 1 }), countedPtes({ slot: 2, page: 1 }, memory(THP))];
    expect(step([half, ...parts], 'exit', [folio(THP), queued])).toBe('holds');
    expect(step([both], 'migrate_pages', [both, queued])).toBe('holds');
  });

  it('fails when a folio is not queued any more, and still there', () => {
    expect(step([half, queued], 'munmap', [half])).toMatchInlineSnapshot(
      `"folio 18 (anon, 2 pages) waited for a split; after munmap it does not"`,
    );
    expect(step([half, queued], 'munmap', [])).toBe('holds');
  });

  it('fails when a migration forgets it, where a part is not mapped', () => {
    const moving = [table({ page: 0 }, none, migrating(THP + 1)), folio(THP), queued, underMigration(THP)];
    const there = countedPtes({ page: 0 }, none, memory(THP + 3));
    const flag = flagged(THP + 2, { partiallyMapped: 1 });
    const end = (...after: readonly Piece[]) => step(moving, 'remove_migration_ptes', after, { folio: 'new' });
    expect(end(there, flag)).toBe('holds');
    expect(end(there)).toMatchInlineSnapshot(
      `"folio 18 (anon, 2 pages), which is folio 20 (anon, 2 pages) now, waited for a split; after remove_migration_ptes it does not"`,
    );
    expect(end(countedPtes({ page: 0 }, memory(THP + 2), memory(THP + 3)))).toBe('holds');
  });
});
