import { describe, expect, it } from '@effect/vitest';
import { refault } from '../../spec/refault.ts';
import {
  CHILD,
  child,
  cowDevice,
  device,
  leaf,
  memory,
  migration,
  mmState,
  none,
  pte,
  table,
  verdict,
} from '../support/mm_state.ts';

describe('I-REFAULT', () => {
  it('holds when leaves and PTEs map every page, of a private mapping too', () => {
    const s = mmState(device({ pages: [0, 4] }), leaf({}), table({ slot: 1, page: 0 }, pte(2), pte(3)));
    expect(verdict(refault, s)).toBe('holds');
    const copied = mmState(cowDevice({ pages: [0, 2] }), table({ page: 0 }, pte(0, { write: 0 }), memory(31)));
    expect(verdict(refault, copied)).toBe('holds');
  });

  it('holds of a page without access', () => {
    const s = mmState(device({ pages: [0, 2], prot: 0 }), leaf({ write: 0, protnone: 1 }));
    expect(verdict(refault, s)).toBe('holds');
  });

  it('fails when a split leaves the slot none', () => {
    expect(verdict(refault, mmState(device({ pages: [1, 2], pgoff: 1 })))).toMatchInlineSnapshot(
      `"parent page 1 of the shared pfnmap VMA of page 1 (RW) translates to nothing: pmd[0], which is none"`,
    );
  });

  it('fails when one PTE is none', () => {
    const s = mmState(device({ pages: [0, 2] }), table({ page: 5 }, pte(0), none));
    expect(verdict(refault, s)).toMatchInlineSnapshot(
      `"parent page 1 of the shared pfnmap VMA of pages 0..1 (RW) translates to nothing: pte[1] of table 5"`,
    );
  });

  it('fails on a migration entry, and in the child alone', () => {
    const s = mmState(
      device({ pages: [0, 2] }),
      leaf({}),
      child,
      device({ mm: CHILD, pages: [0, 2] }),
      migration({ mm: CHILD }),
    );
    expect(verdict(refault, s)).toMatchInlineSnapshot(
      `"child page 0 of the shared pfnmap VMA of pages 0..1 (RW) translates to nothing: pmd[0], which is migration"`,
    );
  });

  it('has no subject where a fault handler can map again, or nothing was remapped', () => {
    const refaultable = [device({ pages: [0, 2], fault: 1 }), device({ pages: [2, 4], hugeFault: 1 })];
    expect(verdict(refault, mmState(...refaultable, device({ pages: [4, 6], pfnmap: 0 })))).toBe('no subject');
  });
});
