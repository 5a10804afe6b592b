import { describe, expect, it } from '@effect/vitest';
import { Result } from '../../model/state/mm_types.ts';
import { atom } from '../../spec/atom.ts';
import { SERIES_V4 } from '../../spec/deposit_rule.ts';
import {
  CHILD,
  HUGE_ZERO,
  SECOND_CHILD,
  ZERO_PAGE,
  alive,
  anon,
  child,
  counted,
  deposits,
  device,
  leaf,
  memory,
  mmState,
  none,
  pte,
  returned,
  shmem,
  stepVerdict,
  table,
  thp,
  type Piece,
} from '../support/mm_state.ts';

const underV4 = atom(SERIES_V4);
const mapped = [device({ pages: [0, 2] }), leaf({}), deposits({}, [0])];
const folio = [anon({ pages: [2, 4] }), thp({ slot: 1 }), deposits({}, [0])];
const before = mmState(...mapped);

const afterError = (...pieces: readonly Piece[]) => mmState(...pieces, returned(Result.ENOMEM, 1));
const afterSuccess = (...pieces: readonly Piece[]) => mmState(...pieces, returned(Result.ok, 1));

describe('I-ATOM after an error', () => {
  it('holds when all is as before', () => {
    expect(stepVerdict(underV4, before, 'munmap', afterError(...mapped))).toBe('holds');
  });

  it('holds when a leaf was split, and its VMA, but every page is as before', () => {
    const after = afterError(
      device({ pages: [0, 1] }),
      device({ pages: [1, 2], pgoff: 1 }),
      table({ page: 0 }, pte(0), pte(1)),
    );
    expect(stepVerdict(underV4, before, 'mprotect', after)).toBe('holds');
  });

  it('fails when a device page is lost, or maps another frame', () => {
    const lost = afterError(device({ pages: [0, 2] }), table({ page: 0 }, pte(0), none));
    expect(stepVerdict(underV4, before, 'mremap', lost)).toMatchInlineSnapshot(
      `"mremap returned ENOMEM, 1 allocation failed: parent page 1 translated to frame 1, writable; now to nothing"`,
    );
    const other = afterError(device({ pages: [0, 2] }), leaf({ pfn: 2 }));
    expect(stepVerdict(underV4, before, 'mremap', other)).toMatchInlineSnapshot(
      `"mremap returned ENOMEM, 1 allocation failed: parent page 0 translated to frame 0, writable; now to frame 2, writable"`,
    );
  });

  it('fails when a permission changed', () => {
    const readOnly = afterError(device({ pages: [0, 2] }), leaf({ write: 0 }));
    expect(stepVerdict(underV4, before, 'mprotect', readOnly)).toMatchInlineSnapshot(
      `"mprotect returned ENOMEM, 1 allocation failed: parent page 0 translated to frame 0, writable; now to frame 0, read-only"`,
    );
    const noAccess = afterError(device({ pages: [0, 2] }), leaf({ protnone: 1 }));
    expect(stepVerdict(underV4, before, 'mprotect', noAccess)).toMatchInlineSnapshot(
      `"mprotect returned ENOMEM, 1 allocation failed: parent page 0 translated to frame 0, writable; now to frame 0, no access"`,
    );
  });

  it('holds when a leaf of zeroes was split into zero pages, but not when something else is there', () => {
    const zeroes = mmState(anon({ pages: [2, 4] }), thp({ slot: 1, pfn: HUGE_ZERO, write: 0 }));
    const zero = memory(ZERO_PAGE, { write: 0, special: 1 });
    const split = afterError(anon({ pages: [2, 4] }), table({ slot: 1, page: 0 }, zero, zero));
    expect(stepVerdict(underV4, zeroes, 'handle_mm_fault', split)).toBe('holds');
    const other = afterError(anon({ pages: [2, 4] }), table({ slot: 1, page: 0 }, zero, memory(18, { write: 0 })));
    expect(stepVerdict(underV4, zeroes, 'handle_mm_fault', other)).toBe(
      'handle_mm_fault returned ENOMEM, 1 allocation failed: parent page 3 translated to frame 39, read-only; now to frame 18, read-only',
    );
  });

  it('fails when memory is lost', () => {
    const after = afterError(anon({ pages: [2, 4] }), table({ slot: 1, page: 0 }, memory(18), none));
    expect(stepVerdict(underV4, mmState(...folio), 'handle_mm_fault', after)).toMatchInlineSnapshot(
      `"handle_mm_fault returned ENOMEM, 1 allocation failed: parent page 3 translated to frame 19, writable; now to nothing"`,
    );
  });

  it('fails when a VMA vanished, came, changed its protection or its offset', () => {
    expect(stepVerdict(underV4, before, 'munmap', afterError(leaf({})))).toMatchInlineSnapshot(
      `"munmap returned ENOMEM, 1 allocation failed: parent page 0 was in the shared pfnmap VMA of pages 0..1 (RW); it is now in no VMA"`,
    );
    expect(stepVerdict(underV4, before, 'mmap', afterError(...mapped, anon({ pages: [4, 6] })))).toMatchInlineSnapshot(
      `"mmap returned ENOMEM, 1 allocation failed: parent page 4 was in no VMA; it is now in the private anon VMA of pages 4..5 (RW)"`,
    );
    const protectedNow = afterError(device({ pages: [0, 2], prot: 1 }), leaf({}));
    expect(stepVerdict(underV4, before, 'mprotect', protectedNow)).toMatchInlineSnapshot(
      `"mprotect returned ENOMEM, 1 allocation failed: parent page 0 was in the shared pfnmap VMA of pages 0..1 (RW); it is now in the shared pfnmap VMA of pages 0..1 (R)"`,
    );
    const shifted = afterError(device({ pages: [0, 2], pgoff: 2 }), leaf({}));
    expect(stepVerdict(underV4, before, 'mremap', shifted)).toMatchInlineSnapshot(
      `"mremap returned ENOMEM, 1 allocation failed: parent page 0 was in the shared pfnmap VMA of pages 0..1 (RW); it is now in the shared pfnmap VMA of pages 0..1 (RW), at another offset"`,
    );
  });

  it('holds when what can be faulted in again is gone', () => {
    const handler = device({ pages: [0, 2], fault: 1 });
    expect(stepVerdict(underV4, mmState(handler, leaf({})), 'mprotect', afterError(handler))).toBe('holds');
    const file = shmem({ pages: [0, 2] });
    expect(stepVerdict(underV4, mmState(file, thp({ pfn: 16 })), 'mprotect', afterError(file))).toBe('holds');
  });
});

describe('I-ATOM after a fork that failed', () => {
  const private1 = mmState(...folio);
  const writeProtected = [anon({ pages: [2, 4] }), thp({ slot: 1, write: 0 }), deposits({}, [0])];

  it('holds when the child is gone, although private memory has become read-only', () => {
    expect(stepVerdict(underV4, private1, 'fork', afterError(...writeProtected))).toBe('holds');
    expect(stepVerdict(underV4, private1, 'mprotect', afterError(...writeProtected))).toMatchInlineSnapshot(
      `"mprotect returned ENOMEM, 1 allocation failed: parent page 2 translated to frame 18, writable; now to frame 18, read-only"`,
    );
  });

  it('fails when a shared device page has become read-only', () => {
    const after = afterError(device({ pages: [0, 2] }), leaf({ write: 0 }), deposits({}, [0]));
    expect(stepVerdict(underV4, before, 'fork', after)).toMatchInlineSnapshot(
      `"fork returned ENOMEM, 1 allocation failed: parent page 0 translated to frame 0, writable; now to frame 0, read-only"`,
    );
  });

  it('takes for the child whatever did not live before', () => {
    const forked = mmState(...mapped, child);
    const second = afterError(...mapped, child, alive({ mm: SECOND_CHILD }));
    expect(stepVerdict(underV4, forked, 'fork', afterError(...mapped, child))).toBe('holds');
    expect(stepVerdict(underV4, forked, 'fork', second)).toMatchInlineSnapshot(
      `"fork returned ENOMEM, 1 allocation failed: the second child is alive, its counter 0"`,
    );
  });

  it('fails when the child is alive, or died with a page table', () => {
    expect(stepVerdict(underV4, before, 'fork', afterError(...mapped, child))).toMatchInlineSnapshot(
      `"fork returned ENOMEM, 1 allocation failed: the child is alive, its counter 1"`,
    );
    expect(
      stepVerdict(underV4, before, 'fork', afterError(...mapped, counted(-1, { mm: CHILD }))),
    ).toMatchInlineSnapshot(`"fork returned ENOMEM, 1 allocation failed: the child is dead, its counter -1"`);
  });
});

describe('I-ATOM after a success', () => {
  it('holds when the fallback has what it owes', () => {
    const ptes = afterSuccess(
      ...mapped,
      device({ pages: [2, 4], pgoff: 2 }),
      table({ slot: 1, page: 1 }, pte(2), pte(3)),
    );
    expect(stepVerdict(underV4, before, 'mmap', ptes)).toBe('holds');
  });

  it('fails when a leaf was installed without its deposit, as in v1', () => {
    const after = afterSuccess(device({ pages: [0, 2] }), leaf({}));
    expect(stepVerdict(underV4, mmState(), 'mmap', after)).toMatchInlineSnapshot(
      `"mmap returned ok, 1 allocation failed: parent PMD table 0: 1 leaf owes a table (pmd[0]), 0 are deposited"`,
    );
  });

  it('holds when the deposit was missing before', () => {
    const without = [device({ pages: [0, 2] }), leaf({})];
    expect(stepVerdict(underV4, mmState(...without), 'mprotect', afterSuccess(...without))).toBe('holds');
  });

  it('has no subject when no allocation failed, whatever was returned', () => {
    expect(stepVerdict(underV4, before, 'munmap', mmState())).toBe('no subject');
    expect(stepVerdict(underV4, before, 'mremap', mmState(returned(Result.EINVAL)))).toBe('no subject');
  });
});
