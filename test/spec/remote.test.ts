import { describe, expect, it } from '@effect/vitest';
import { Prot, Result } from '../../model/state/mm_types.ts';
import { remote } from '../../spec/remote.ts';
import { countedLeaf, countedPtes, flagged } from '../support/mm_folios.ts';
import {
  anon,
  CHILD,
  child,
  cowDevice,
  FILE,
  memory,
  mmState,
  none,
  PAGE,
  type Piece,
  pte,
  reached,
  returned,
  shmem,
  stepVerdict,
  table,
  THP,
} from '../support/mm_state.ts';

const dirty = (frame: number): Piece => flagged(frame, { dirty: 1 });
const clean = (frame: number): Piece => flagged(frame, { dirty: 0 });
const accessed = (
  before: readonly Piece[],
  after: readonly Piece[],
  access: 'read' | 'write' = 'write',
  page = 0,
): string => stepVerdict(remote, mmState(...before), 'access_remote_vm', mmState(...after), { mm: 0, page, access });

const ro = { write: 0 } as const;
const readOnly = [anon({ pages: [0, 2], prot: Prot.R }), countedPtes({ page: 0 }, memory(PAGE, ro))];
const ofFile = (shared: 0 | 1, prot: number = Prot.R) => [
  shmem({ pages: [0, 2], shared, prot }),
  countedLeaf({ pfn: FILE, ...ro }),
  clean(FILE),
];

describe('I-REMOTE', () => {
  it('lets a write go to a page of our own, where it is or to a copy', () => {
    expect(accessed(readOnly, [...readOnly, reached(PAGE), dirty(PAGE)])).toBe('holds');
    const copied = [shmem({ pages: [0, 2], shared: 0, prot: Prot.R }), countedPtes({ page: 0 }, memory(PAGE, ro))];
    expect(accessed(ofFile(0), [...copied, reached(PAGE), dirty(PAGE)])).toBe('holds');
    const leaf = [anon({ pages: [0, 2], prot: Prot.R }), countedLeaf({ pfn: THP, ...ro })];
    expect(accessed(leaf, [...leaf, reached(THP + 1), dirty(THP)], 'write', 1)).toBe('holds');
  });

  it('lets no write go to a file by a private mapping', () => {
    expect(accessed(ofFile(0), [...ofFile(0), reached(FILE), dirty(FILE)])).toMatchInlineSnapshot(
      `"somebody has written frame 16 at parent page 0 of the private shmem VMA of pages 0..1 (R), which translates to frame 16, read-only: what is written is no copy"`,
    );
    const copied = [shmem({ pages: [0, 2], shared: 0, prot: Prot.R }), countedPtes({ page: 0 }, memory(PAGE, ro))];
    expect(
      accessed(
        [...ofFile(0)],
        [...copied, countedLeaf({ slot: 1, pfn: FILE }), reached(PAGE), dirty(PAGE), dirty(FILE)],
      ),
    ).toContain('is dirty');
  });

  it('lets no write go to what others map', () => {
    const both = [...readOnly, child, countedPtes({ mm: CHILD, page: 1 }, memory(PAGE, ro))];
    expect(accessed(both, [...both, reached(PAGE), dirty(PAGE)])).toContain('mapped elsewhere, too');
  });

  it('wants the right in a shared mapping', () => {
    expect(accessed(ofFile(1), [...ofFile(1), reached(FILE), dirty(FILE)])).toContain('which may not be written');
    const writable = ofFile(1, Prot.RW);
    expect(accessed(writable, [...writable, reached(FILE), dirty(FILE)])).toBe('holds');
  });

  it('wants a write to be marked dirty, and what is mapped there', () => {
    expect(accessed(readOnly, [...readOnly, clean(PAGE), reached(PAGE)])).toContain('not marked dirty');
    expect(accessed(readOnly, [...readOnly, reached(PAGE + 1)], 'read')).toContain('is not what it translates to');
    expect(accessed(readOnly, [...readOnly, reached(PAGE)], 'read')).toBe('holds');
  });

  it('wants nothing of VM_PFNMAP', () => {
    const bar = [cowDevice({ pages: [0, 2] }), table({ page: 0 }, pte(0), none)];
    expect(accessed(bar, [...bar, reached(0)], 'read')).toContain('which is VM_PFNMAP');
  });

  it('has no subject in what fails, nor in other operations', () => {
    expect(accessed(readOnly, [...readOnly, returned(Result.EIO)])).toBe('no subject');
    const done = mmState(...readOnly, reached(PAGE));
    expect(stepVerdict(remote, done, 'get_user_pages', done, { mm: 0, page: 0, access: 'write' })).toBe('no subject');
  });
});
