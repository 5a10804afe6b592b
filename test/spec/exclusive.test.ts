import { describe, expect, it } from '@effect/vitest';
import { exclusive } from '../../spec/exclusive.ts';
import { countedLeaf, countedMigration, countedPtes, flagged, folio } from '../support/mm_folios.ts';
import {
  anon,
  CHILD,
  child,
  device,
  FILE,
  leaf,
  memory,
  migrating,
  mmState,
  none,
  PAGE,
  THP,
  verdict,
} from '../support/mm_state.ts';

const ro = { write: 0 } as const;
const mine = { anonExclusive: 1 } as const;
const not = { anonExclusive: 0 } as const;

const two = (fields: object) => [
  folio(PAGE),
  countedPtes({ page: 0 }, migrating(PAGE, fields)),
  child,
  countedPtes({ mm: CHILD, page: 1 }, migrating(PAGE)),
];

describe('I-EXCL', () => {
  it('holds when each page that may be written to is marked, and mapped once', () => {
    const own = [countedPtes({ page: 0 }, memory(PAGE), memory(PAGE + 1, ro)), countedLeaf({ slot: 1, pfn: THP })];
    const shared = [child, countedPtes({ mm: CHILD, page: 1 }, none, memory(PAGE + 1, ro))];
    expect(verdict(exclusive, mmState(...own, ...shared))).toBe('holds');
  });

  it('holds when the mark outlives the mapping', () => {
    expect(verdict(exclusive, mmState(folio(THP), flagged(THP + 1, mine)))).toBe('holds');
  });

  it('holds of a writable page of a file, which nobody marks', () => {
    expect(verdict(exclusive, mmState(countedLeaf({ pfn: FILE })))).toBe('no subject');
    expect(verdict(exclusive, mmState(folio(FILE), flagged(FILE, mine)))).toMatchInlineSnapshot(
      `"frame 16 of folio 16 (shmem, 2 pages) is PageAnonExclusive"`,
    );
  });

  it('fails when a marked page is mapped twice, by PTEs, by leaves, or by both', () => {
    const small = [
      countedPtes({ page: 0 }, memory(PAGE)),
      child,
      countedPtes({ mm: CHILD, page: 1 }, memory(PAGE, ro)),
    ];
    expect(verdict(exclusive, mmState(...small))).toMatchInlineSnapshot(
      `"page 22 (anon) is PageAnonExclusive, and 2 entries cover it"`,
    );
    const leaves = [countedLeaf({ pfn: THP }), child, countedLeaf({ mm: CHILD, pfn: THP, ...ro })];
    expect(verdict(exclusive, mmState(...leaves))).toMatchInlineSnapshot(
      `"frame 18 of folio 18 (anon, 2 pages) is PageAnonExclusive, and 2 entries cover it"`,
    );
    const split = [
      countedLeaf({ pfn: THP, ...ro }),
      child,
      countedPtes({ mm: CHILD, page: 1 }, none, memory(THP + 1, ro)),
    ];
    expect(verdict(exclusive, mmState(...split, flagged(THP + 1, mine)))).toMatchInlineSnapshot(
      `"frame 19 of folio 18 (anon, 2 pages) is PageAnonExclusive, and 2 entries cover it"`,
    );
  });

  it('fails when an entry is writable without the mark', () => {
    expect(
      verdict(exclusive, mmState(countedPtes({ page: 0 }, memory(PAGE)), flagged(PAGE, not))),
    ).toMatchInlineSnapshot(`"page 22 (anon) is mapped writable, but it is not PageAnonExclusive"`);
    expect(verdict(exclusive, mmState(countedLeaf({ pfn: THP }), flagged(THP, not)))).toMatchInlineSnapshot(
      `"frame 18 of folio 18 (anon, 2 pages) is mapped writable, but it is not PageAnonExclusive"`,
    );
  });

  it('fails when a migration entry that says exclusive, or writable, is not the only one', () => {
    expect(verdict(exclusive, mmState(...two({})))).toBe('no subject');
    expect(verdict(exclusive, mmState(...two({ exclusive: 1 })))).toMatchInlineSnapshot(
      `"page 22 (anon) has a migration entry that says exclusive, and 2 entries cover it"`,
    );
    expect(verdict(exclusive, mmState(...two({ write: 1 })))).toMatchInlineSnapshot(
      `"page 22 (anon) has a migration entry that says exclusive, and 2 entries cover it"`,
    );
    const mapped = [
      countedMigration({ pfn: THP, exclusive: 1 }),
      child,
      countedPtes({ mm: CHILD, page: 1 }, none, memory(THP + 1, ro)),
    ];
    expect(verdict(exclusive, mmState(...mapped))).toMatchInlineSnapshot(
      `"frame 19 of folio 18 (anon, 2 pages) has a migration entry that says exclusive, and 2 entries cover it"`,
    );
  });

  it('asks nothing of migration entries of a file', () => {
    const entries = [
      countedMigration({ pfn: FILE, write: 1 }),
      child,
      countedMigration({ mm: CHILD, pfn: FILE, write: 1 }),
    ];
    expect(verdict(exclusive, mmState(...entries))).toBe('no subject');
  });

  it('has no subject where nothing is marked and nothing of memory writable', () => {
    const readable = [anon({ pages: [0, 2] }), countedPtes({ page: 0 }, memory(PAGE, ro)), device({ pages: [4, 6] })];
    expect(verdict(exclusive, mmState(...readable, leaf({ slot: 2 })))).toBe('no subject');
  });
});
