import { describe, expect, it } from '@effect/vitest';
import { truncated } from '../../spec/truncated.ts';
import { countedMigration } from '../support/mm_folios.ts';
import {
  CHILD,
  child,
  file,
  FILE,
  leaf,
  memory,
  migrating,
  mmState,
  none,
  PAGE,
  type Piece,
  REGULAR,
  shmem,
  stepVerdict,
  table,
} from '../support/mm_state.ts';

const cut = { part: { file: 'file', from: 1 } } as const;
const ofFile = file({ pages: [0, 2], shared: 0 });
const both = mmState(ofFile, table({ page: 0 }, memory(REGULAR), memory(PAGE)));
const asked = (...pieces: readonly Piece[]): string =>
  stepVerdict(truncated, both, 'truncate', mmState(...pieces), cut);

describe('I-TRUNC', () => {
  it('holds when what lies behind the new end is gone, and what lies before it is there', () => {
    expect(asked(ofFile, table({ page: 0 }, memory(REGULAR), none))).toBe('holds');
    expect(asked(ofFile, table({ page: 0 }, memory(PAGE + 1), none))).toBe('holds');
  });

  it('fails when a page of the file is left, or a private copy, or a migration entry', () => {
    expect(asked(ofFile, table({ page: 0 }, none, memory(REGULAR + 1, { write: 0 })))).toMatchInlineSnapshot(
      `"the file file ends before its page 1; parent page 1, page 1 of it, is still frame 41, read-only"`,
    );
    expect(asked(ofFile, table({ page: 0 }, none, memory(PAGE)))).toMatchInlineSnapshot(
      `"the file file ends before its page 1; parent page 1, page 1 of it, is still frame 22, writable"`,
    );
    expect(asked(ofFile, table({ page: 0 }, none, migrating(PAGE)))).toMatchInlineSnapshot(
      `"the file file ends before its page 1; parent page 1, page 1 of it, is still a migration entry"`,
    );
  });

  it('asks each process and each VMA where it maps that page of the file, by leaf as well', () => {
    const later = file({ mm: CHILD, pages: [4, 6], pgoff: 1 });
    const its = (entry: typeof none, second: typeof none) => [
      child,
      later,
      table({ mm: CHILD, slot: 2, page: 1 }, entry, second),
    ];
    expect(asked(...its(memory(REGULAR + 1), none))).toContain('child page 4, page 1 of it');
    expect(asked(...its(none, memory(PAGE)))).toContain('child page 5, page 2 of it');
    const whole = file({ pages: [0, 2] });
    expect(asked(whole, leaf({ special: 0, byRemap: 0, pfn: REGULAR }))).toContain('parent page 1');
    expect(asked(whole, countedMigration({ pfn: REGULAR }))).toContain('is still a migration entry');
  });

  it('leaves other files alone', () => {
    const other = [shmem({ pages: [0, 2] }), table({ page: 0 }, memory(FILE), memory(FILE + 1))];
    expect(asked(...other)).toBe('holds');
    const its = { part: { file: 'shmem', from: 1 } };
    expect(stepVerdict(truncated, mmState(...other), 'truncate', mmState(...other), its)).toContain(
      'the shmem file ends',
    );
  });

  it('has no subject in other operations, nor where nothing behind the end is mapped', () => {
    expect(stepVerdict(truncated, both, 'munmap', both, cut)).toBe('no subject');
    const short = mmState(ofFile, table({ page: 0 }, memory(REGULAR), none));
    expect(stepVerdict(truncated, short, 'truncate', short, cut)).toBe('no subject');
  });
});
