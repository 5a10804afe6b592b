import { describe, expect, it } from '@effect/vitest';
import { PageKind } from '../../model/state/memmap.ts';
import { partial } from '../../spec/partial.ts';
import { flagged, folio } from '../support/mm_folios.ts';
import { DAX, FILE, mmState, PAGE, THP, verdict } from '../support/mm_state.ts';

const mark = { partiallyMapped: 1 } as const;

describe('I-PARTIAL', () => {
  it('holds of a large anonymous folio, marked or not, and of other memory without the mark', () => {
    expect(verdict(partial, mmState(folio(THP), flagged(THP, mark), folio(FILE), folio(PAGE)))).toBe('holds');
    expect(verdict(partial, mmState(folio(THP), folio(DAX)))).toBe('holds');
  });

  it('fails when the mark is on a folio that cannot be split later', () => {
    expect(verdict(partial, mmState(folio(FILE), flagged(FILE, mark)))).toMatchInlineSnapshot(
      `"page 16 is shmem head in the page cache partially mapped"`,
    );
    expect(verdict(partial, mmState(folio(PAGE), flagged(PAGE, mark)))).toMatchInlineSnapshot(
      `"page 22 is anon lazyfree partially mapped"`,
    );
    expect(verdict(partial, mmState(folio(THP), flagged(THP + 1, mark)))).toMatchInlineSnapshot(
      `"page 19 is anon tail partially mapped"`,
    );
  });

  it('fails when a free page has a flag', () => {
    const freed = flagged(THP, { kind: PageKind.free });
    expect(verdict(partial, mmState(folio(THP), flagged(THP, mark), freed))).toMatchInlineSnapshot(
      `"page 18 is free, with the flags of anon head lazyfree partially mapped"`,
    );
    expect(verdict(partial, mmState(flagged(PAGE, { anonExclusive: 1 })))).toMatchInlineSnapshot(
      `"page 22 is free, with the flags of anon AnonExclusive lazyfree"`,
    );
  });

  it('has no subject where all memory is free', () => {
    expect(verdict(partial, mmState())).toBe('no subject');
  });
});
