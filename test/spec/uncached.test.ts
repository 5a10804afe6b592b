import { describe, expect, it } from '@effect/vitest';
import { uncached } from '../../spec/uncached.ts';
import { countedLeaf, countedMigration, countedPtes, flagged, folio, pinned } from '../support/mm_folios.ts';
import { FILE, memory, mmState, none, shmem, verdict } from '../support/mm_state.ts';

const vma = shmem({ pages: [0, 2] });
const gone = flagged(FILE, { cached: 0 });

describe('I-UNCACHED', () => {
  it('holds of a folio that a pin keeps, and nobody maps', () => {
    expect(verdict(uncached, mmState(vma, folio(FILE), gone, pinned({ page: 0, pfn: FILE })))).toBe('holds');
  });

  it('fails when a leaf, a PTE or a migration entry names it', () => {
    expect(verdict(uncached, mmState(vma, countedLeaf({ pfn: FILE }), gone))).toMatchInlineSnapshot(
      `"folio 16 (shmem, 2 pages) has left the page cache, and 1 entry names it"`,
    );
    const second = countedPtes({ page: 0 }, none, memory(FILE + 1));
    expect(verdict(uncached, mmState(vma, second, gone))).toMatchInlineSnapshot(
      `"frame 17 of folio 16 (shmem, 2 pages) has left the page cache, and 1 entry names it"`,
    );
    expect(verdict(uncached, mmState(vma, countedMigration({ pfn: FILE }), gone))).toContain('1 entry names it');
  });

  it('has no subject where all that is of a file is in its page cache', () => {
    expect(verdict(uncached, mmState(vma, countedLeaf({ pfn: FILE })))).toBe('no subject');
  });
});
