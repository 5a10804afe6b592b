import { describe, expect, it } from '@effect/vitest';
import { PageKind } from '../../model/state/memmap.ts';
import { Result } from '../../model/state/mm_types.ts';
import { split } from '../../spec/split.ts';
import { countedLeaf, flagged, folio, pinned } from '../support/mm_folios.ts';
import {
  anon,
  memory,
  migrating,
  mmState,
  none,
  type Piece,
  returned,
  shmem,
  stepVerdict,
  table,
  THP,
  FILE,
} from '../support/mm_state.ts';

const vma = anon({ pages: [0, 2] });
const small = (frame: number, own: 0 | 1): Piece =>
  flagged(frame, { kind: PageKind.anon, head: 0, tail: 0, anonExclusive: own });
/** Both pages of the folio on their own. */
const apart = [small(THP, 1), small(THP + 1, 1)];
const before = mmState(vma, countedLeaf({ pfn: THP }));
const ptes = table({ page: 0 }, memory(THP), memory(THP + 1));
const at = { mm: 0, page: 1 };
const asked = (...pieces: readonly Piece[]): string =>
  stepVerdict(split, before, 'split_folio', mmState(vma, ...pieces), at);

describe('I-SPLIT', () => {
  it('holds when every page is where it was, as it was', () => {
    expect(asked(...apart, ptes)).toBe('holds');
  });

  it('fails when a page is missing, elsewhere, read-only, or not exclusive any more', () => {
    expect(asked(...apart, table({ page: 0 }, memory(THP), none))).toMatchInlineSnapshot(
      `"parent page 1 was frame 19, writable, exclusive; after split_folio it is nothing"`,
    );
    expect(asked(...apart, table({ page: 0 }, memory(THP + 1), memory(THP)))).toContain(
      'after split_folio it is frame 19',
    );
    expect(asked(...apart, table({ page: 0 }, memory(THP), memory(THP + 1, { write: 0 })))).toMatchInlineSnapshot(
      `"parent page 1 was frame 19, writable, exclusive; after split_folio it is frame 19, read-only, exclusive"`,
    );
    expect(asked(small(THP, 1), small(THP + 1, 0), ptes)).toMatchInlineSnapshot(
      `"parent page 1 was frame 19, writable, exclusive; after split_folio it is frame 19, writable"`,
    );
  });

  it('fails when it succeeds and the folio is whole, or fails although nobody has pinned it', () => {
    expect(asked(folio(THP), flagged(THP, { anonExclusive: 1 }), ptes)).toMatchInlineSnapshot(
      `"folio 18 (anon, 2 pages) with no pin: split_folio returned ok, and there is folio 18 (anon, 2 pages)"`,
    );
    expect(asked(countedLeaf({ pfn: THP }), returned(Result.EAGAIN))).toMatchInlineSnapshot(
      `"folio 18 (anon, 2 pages) with no pin: split_folio returned EAGAIN, and there is folio 18 (anon, 2 pages)"`,
    );
  });

  it('holds when a pin keeps it from being split, by leaf or by PTEs then', () => {
    const pin = pinned({ page: 1, pfn: THP + 1 });
    const was = mmState(vma, countedLeaf({ pfn: THP }), pin);
    const refused = mmState(vma, countedLeaf({ pfn: THP }), pin, returned(Result.EAGAIN));
    expect(stepVerdict(split, was, 'split_folio', refused, at)).toBe('holds');
    expect(stepVerdict(split, was, 'split_folio', mmState(vma, ...apart, ptes, pin), at)).toContain('with a pin');
  });

  it('asks the end of a split in two steps for what the entries say', () => {
    const exclusive = migrating(THP, { exclusive: 1 });
    const waits = mmState(vma, folio(THP), table({ page: 0 }, exclusive, migrating(THP + 1)));
    const end = (...pieces: readonly Piece[]) =>
      stepVerdict(split, waits, 'remove_migration_ptes', mmState(vma, ...pieces), { folio: 'split' });
    const ro = table({ page: 0 }, memory(THP, { write: 0 }), memory(THP + 1, { write: 0 }));
    expect(end(small(THP, 1), small(THP + 1, 0), ro)).toBe('holds');
    expect(end(small(THP, 0), small(THP + 1, 0), ro)).toMatchInlineSnapshot(
      `"parent page 0 was frame 18, exclusive; after remove_migration_ptes it is frame 18, read-only"`,
    );
    expect(end(folio(THP), table({ page: 0 }, exclusive, migrating(THP + 1)))).toContain('it is nothing');
  });

  it('has no subject in other operations, nor where there is nothing to split', () => {
    expect(stepVerdict(split, before, 'munmap', mmState(vma), at)).toBe('no subject');
    expect(stepVerdict(split, before, 'remove_migration_ptes', mmState(vma), { folio: 'new' })).toBe('no subject');
    expect(stepVerdict(split, mmState(), 'deferred_split_scan', mmState())).toBe('no subject');
  });

  it('leaves what a file maps to its faults', () => {
    const file = [shmem({ pages: [0, 2] }), countedLeaf({ pfn: FILE })];
    const parts = [FILE, FILE + 1].map((one) => flagged(one, { kind: PageKind.shmem, head: 0, tail: 0, cached: 1 }));
    expect(stepVerdict(split, mmState(...file), 'split_folio', mmState(...file.slice(0, 1), ...parts), at)).toBe(
      'holds',
    );
  });
});
