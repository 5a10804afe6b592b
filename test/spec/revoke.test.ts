import { describe, expect, it } from '@effect/vitest';
import { revoke } from '../../spec/revoke.ts';
import {
  CHILD,
  cowDevice,
  device,
  leaf,
  memory,
  mixed,
  mmState,
  PAGE,
  type Piece,
  pte,
  pudLeaf,
  table,
  verdict,
} from '../support/mm_state.ts';

const off: Piece = ({ memoryDisabled }) => memoryDisabled.put(0, 1);
const bar = { pages: [0, 4], fault: 1 } as const;

describe('I-REVOKE', () => {
  it('holds when nothing maps the device any more', () => {
    expect(verdict(revoke, mmState(off, device(bar), table({ page: 0 })))).toBe('holds');
  });

  it('fails on an entry of any level, of any mm', () => {
    expect(verdict(revoke, mmState(off, device(bar), pudLeaf({})))).toMatchInlineSnapshot(
      `"parent page 0 in the shared pfnmap VMA of pages 0..3 (RW, ->fault) translates to frame 0 (the leaf in pud[0])"`,
    );
    const child = [device(bar), device({ mm: CHILD, ...bar }), leaf({ mm: CHILD, slot: 1, pfn: 2 })];
    expect(verdict(revoke, mmState(off, ...child))).toMatchInlineSnapshot(
      `"child page 2 in the shared pfnmap VMA of pages 0..3 (RW, ->fault) translates to frame 2 (the leaf in pmd[1])"`,
    );
    expect(verdict(revoke, mmState(off, device(bar), table({ page: 0 }, pte(0))))).toMatchInlineSnapshot(
      `"parent page 0 in the shared pfnmap VMA of pages 0..3 (RW, ->fault) translates to frame 0 (pte[0] of table 0)"`,
    );
  });

  it('asks nothing of VMAs without fault handler, of other drivers, and of copies', () => {
    const handled = device({ pages: [6, 8], fault: 1 });
    expect(verdict(revoke, mmState(off, handled, device({ pages: [0, 2] }), leaf({})))).toBe('holds');
    expect(verdict(revoke, mmState(off, handled, mixed({ pages: [0, 2], pgoff: 16 }), leaf({})))).toBe('holds');
    const copy = [cowDevice({ pages: [0, 2], fault: 1 }), table({ page: 0 }, memory(PAGE))];
    expect(verdict(revoke, mmState(off, handled, ...copy))).toBe('holds');
  });

  it('has no subject while the memory is on, and where nobody could be revoked', () => {
    expect(verdict(revoke, mmState(device(bar), pudLeaf({})))).toBe('no subject');
    expect(verdict(revoke, mmState(off, device({ pages: [0, 2] }), leaf({})))).toBe('no subject');
  });
});
