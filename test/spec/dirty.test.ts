import { describe, expect, it } from '@effect/vitest';
import { PageKind } from '../../model/state/memmap.ts';
import { Result } from '../../model/state/mm_types.ts';
import { dirty } from '../../spec/dirty.ts';
import { countedLeaf, countedMigration, countedPtes, flagged, folio } from '../support/mm_folios.ts';
import {
  anon,
  CHILD,
  child,
  FILE,
  file,
  memory,
  migrating,
  mmState,
  none,
  REGULAR,
  returned,
  shmem,
  stepVerdict,
  THP,
} from '../support/mm_state.ts';

const wet = { dirty: 1 } as const;
const shared = shmem({ pages: [0, 2] });
const byLeaf = mmState(shared, countedLeaf({ pfn: FILE, ...wet }));
const clean = [shared, countedLeaf({ pfn: FILE })];
const write = { mm: 0, page: 1, access: 'write' } as const;

describe('I-DIRTY', () => {
  it('holds when the mark stays, or goes from an entry to the folio, or to another entry', () => {
    expect(stepVerdict(dirty, byLeaf, 'mprotect', byLeaf)).toBe('holds');
    expect(stepVerdict(dirty, byLeaf, 'munmap', mmState(folio(FILE), flagged(FILE, wet)))).toBe('holds');
    const ptes = mmState(shared, countedPtes({ page: 0 }, none, memory(FILE + 1, wet)));
    expect(stepVerdict(dirty, byLeaf, 'munmap', ptes)).toBe('holds');
    expect(stepVerdict(dirty, ptes, 'munmap', byLeaf)).toBe('holds');
    const entries = [child, countedPtes({ mm: CHILD, page: 0 }, migrating(FILE, wet))];
    expect(stepVerdict(dirty, byLeaf, 'munmap', mmState(...entries))).toBe('holds');
    expect(stepVerdict(dirty, byLeaf, 'munmap', mmState(countedMigration({ pfn: FILE, ...wet })))).toBe('holds');
  });

  it('fails when mprotect() of a leaf forgets it, as pmd_modify() has done from v6.6 on', () => {
    expect(stepVerdict(dirty, byLeaf, 'mprotect', mmState(...clean))).toMatchInlineSnapshot(
      `"folio 16 (shmem, 2 pages) was dirty; after mprotect neither it nor any entry for it is"`,
    );
  });

  it('fails when a PTE, a migration entry or a folio that goes takes the mark along', () => {
    const pte = mmState(file({ pages: [0, 2] }), countedPtes({ page: 0 }, memory(REGULAR), memory(REGULAR + 1, wet)));
    expect(stepVerdict(dirty, pte, 'munmap', mmState(folio(REGULAR)))).toMatchInlineSnapshot(
      `"folio 40 (file, 2 pages) was dirty; after munmap neither it nor any entry for it is"`,
    );
    const entry = mmState(folio(REGULAR), countedPtes({ page: 0 }, migrating(REGULAR, wet)));
    expect(stepVerdict(dirty, entry, 'munmap', mmState(folio(REGULAR)))).toContain('was dirty');
    const huge = mmState(countedMigration({ pfn: FILE, ...wet }));
    expect(stepVerdict(dirty, huge, 'munmap', mmState(folio(FILE)))).toContain('was dirty');
    const marked = mmState(folio(FILE), flagged(FILE, wet));
    expect(stepVerdict(dirty, marked, 'fork', mmState(folio(FILE)))).toContain('after fork');
  });

  it('holds when the folio has left the page cache, or is free', () => {
    const gone = mmState(...clean, flagged(FILE, { cached: 0 }));
    expect(stepVerdict(dirty, byLeaf, 'munmap', gone)).toBe('holds');
    expect(stepVerdict(dirty, byLeaf, 'munmap', mmState(folio(FILE), flagged(FILE, { kind: PageKind.free })))).toBe(
      'holds',
    );
    expect(stepVerdict(dirty, byLeaf, 'munmap', mmState())).toBe('holds');
  });

  it('holds when a write to a shared page leaves a mark, and fails when it leaves none', () => {
    expect(stepVerdict(dirty, mmState(...clean), 'handle_mm_fault', byLeaf, write)).toBe('holds');
    expect(stepVerdict(dirty, mmState(...clean), 'handle_mm_fault', mmState(...clean), write)).toMatchInlineSnapshot(
      `"folio 16 (shmem, 2 pages) has just been written to; after handle_mm_fault neither it nor any entry for it is"`,
    );
  });

  it('has no subject in reads, in writes that fail, in private mappings and in anonymous memory', () => {
    const s = mmState(...clean);
    expect(stepVerdict(dirty, s, 'handle_mm_fault', s, { ...write, access: 'read' })).toBe('no subject');
    const failed = mmState(...clean, returned(Result.SIGBUS));
    expect(stepVerdict(dirty, s, 'handle_mm_fault', failed, write)).toBe('no subject');
    const own = mmState(shmem({ pages: [0, 2], shared: 0 }), countedLeaf({ pfn: FILE, write: 0 }));
    expect(stepVerdict(dirty, own, 'handle_mm_fault', own, write)).toBe('no subject');
    const thp = mmState(anon({ pages: [0, 2] }), countedLeaf({ pfn: THP, ...wet }));
    expect(stepVerdict(dirty, thp, 'mprotect', mmState(anon({ pages: [0, 2] }), countedLeaf({ pfn: THP })))).toBe(
      'no subject',
    );
  });

  it('lets no dirty folio leave the page cache by reclaim', () => {
    const wetOne = mmState(folio(FILE), flagged(FILE, { ...wet, cached: 1 }));
    const dryOne = mmState(folio(FILE), flagged(FILE, { cached: 1 }));
    const gone = mmState(shared);
    expect(stepVerdict(dirty, wetOne, 'shrink_folio_list', gone)).not.toBe('holds');
    expect(stepVerdict(dirty, wetOne, 'madvise', gone, { advice: 'PAGEOUT' })).not.toBe('holds');
    expect(stepVerdict(dirty, wetOne, 'truncate', gone)).toBe('holds');
    expect(stepVerdict(dirty, dryOne, 'shrink_folio_list', gone)).toBe('no subject');
  });
});
