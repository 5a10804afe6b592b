import { describe, expect, it } from '@effect/vitest';
import { Result } from '../../model/state/mm_types.ts';
import { drop, reserve } from '../../spec/drop.ts';
import {
  device,
  emptySlot,
  faultLeaf,
  mmState,
  none,
  type Piece,
  pte,
  returned,
  stepVerdict,
  table,
} from '../support/mm_state.ts';

const bar = device({ pages: [0, 2], fault: 1, hugeFault: 1 });
const rest = device({ pages: [1, 2], pgoff: 1, fault: 1, hugeFault: 1 });
const leaf = mmState(bar, faultLeaf({}));
const RANGE = { mm: 0, range: { from: 0, to: 1 } };
const asked = (after: readonly Piece[], name = 'munmap', args: Readonly<Record<string, unknown>> = RANGE) =>
  stepVerdict(drop, leaf, name, mmState(...after), args);

describe('I-DROP', () => {
  it('holds when PTEs map the rest', () => {
    expect(asked([rest, table({ page: 0 }, none, pte(1))])).toBe('holds');
    expect(asked([bar, table({ page: 0 }, pte(0), pte(1))], 'mprotect')).toBe('holds');
  });

  it('holds of pages that the operation is about, and of those that are in no VMA any more', () => {
    expect(asked([bar, table({ page: 0 }, none, pte(1))], 'mprotect')).toBe('holds');
    expect(asked([emptySlot({})])).toBe('holds');
  });

  it('fails when the leaf is dropped', () => {
    expect(asked([rest])).toMatchInlineSnapshot(
      `"parent page 1 in the shared pfnmap VMA of pages 0..1 (RW, ->fault, ->huge_fault) was frame 1, writable (the leaf in pmd[0]); after munmap it is nothing"`,
    );
    expect(
      asked([bar, table({ page: 0 }, pte(0))], 'handle_mm_fault', { mm: 0, page: 0, access: 'write' }),
    ).toMatchInlineSnapshot(
      `"parent page 1 in the shared pfnmap VMA of pages 0..1 (RW, ->fault, ->huge_fault) was frame 1, writable (the leaf in pmd[0]); after handle_mm_fault it is nothing"`,
    );
    expect(asked([bar], 'fork', {})).toMatchInlineSnapshot(
      `"parent page 0 in the shared pfnmap VMA of pages 0..1 (RW, ->fault, ->huge_fault) was frame 0, writable (the leaf in pmd[0]); after fork it is nothing"`,
    );
  });

  it('has no subject in what is to take pages back, or after an error', () => {
    expect(asked([bar], 'unmap_mapping_range', {})).toBe('no subject');
    expect(asked([bar, returned(Result.ENOMEM)])).toBe('no subject');
    expect(stepVerdict(drop, mmState(), 'munmap', mmState(), RANGE)).toBe('no subject');
  });
});

describe('I-RESERVE', () => {
  const short = returned(Result.ok, 1);
  it('is the same where memory is short, and only there', () => {
    expect(stepVerdict(reserve, leaf, 'munmap', mmState(rest, short), RANGE)).toMatchInlineSnapshot(
      `"parent page 1 in the shared pfnmap VMA of pages 0..1 (RW, ->fault, ->huge_fault) was frame 1, writable (the leaf in pmd[0]); after munmap it is nothing"`,
    );
    expect(stepVerdict(reserve, leaf, 'munmap', mmState(rest), RANGE)).toBe('no subject');
    expect(stepVerdict(drop, leaf, 'munmap', mmState(rest, short), RANGE)).toBe('no subject');
    expect(stepVerdict(reserve, leaf, 'munmap', mmState(rest, table({ page: 0 }, none, pte(1)), short), RANGE)).toBe(
      'holds',
    );
  });
});
