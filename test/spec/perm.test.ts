import { describe, expect, it } from '@effect/vitest';
import { Prot } from '../../model/state/mm_types.ts';
import { perm } from '../../spec/perm.ts';
import {
  anon,
  cowDevice,
  device,
  leaf,
  memory,
  mmState,
  pte,
  pudLeaf,
  table,
  thp,
  verdict,
} from '../support/mm_state.ts';

const readOnly = { write: 0 } as const;
const noAccess = { write: 0, protnone: 1 } as const;

describe('I-PERM', () => {
  it('holds of a shared device VMA under each protection, by leaf and by PTE', () => {
    const s = mmState(
      device({ pages: [0, 2] }),
      leaf({}),
      device({ pages: [2, 3], pgoff: 2, prot: Prot.R }),
      device({ pages: [3, 4], pgoff: 3, prot: Prot.NONE }),
      table({ slot: 1, page: 0 }, pte(2, readOnly), pte(3, noAccess)),
    );
    expect(verdict(perm, s)).toBe('holds');
  });

  it('fails when a read-only VMA has a writable entry', () => {
    expect(verdict(perm, mmState(device({ pages: [0, 2], prot: Prot.R }), leaf({})))).toMatchInlineSnapshot(
      `"parent page 0 is mapped writable (the leaf in pmd[0]), and lies in the shared pfnmap VMA of pages 0..1 (R)"`,
    );
    expect(verdict(perm, mmState(anon({ pages: [0, 2], prot: Prot.R }), thp({})))).toMatchInlineSnapshot(
      `"parent page 0 is mapped writable (the leaf in pmd[0]), and lies in the private anon VMA of pages 0..1 (R)"`,
    );
  });

  it('fails when a shared device entry lost its write permission; private memory may wait for a fault', () => {
    const device1 = mmState(device({ pages: [0, 2] }), table({ page: 1 }, pte(0), pte(1, readOnly)));
    expect(verdict(perm, device1)).toMatchInlineSnapshot(
      `"parent page 1 is mapped read-only (pte[1] of table 1), and lies in the shared pfnmap VMA of pages 0..1 (RW)"`,
    );
    expect(verdict(perm, mmState(anon({ pages: [0, 2] }), thp(readOnly)))).toBe('holds');
    expect(verdict(perm, mmState(cowDevice({ pages: [0, 2] }), leaf(readOnly)))).toBe('holds');
  });

  it('holds when a device entry waits for the first write, which its driver or the tracker of dirty pages wants to see', () => {
    for (const wants of [{ pfnMkwrite: 1 }, { softClean: 1 }])
      expect(verdict(perm, mmState(device({ pages: [0, 2], ...wants }), leaf(readOnly)))).toBe('holds');
  });

  it('asks a PUD leaf too', () => {
    expect(verdict(perm, mmState(device({ pages: [0, 4] }), pudLeaf({})))).toBe('holds');
    expect(verdict(perm, mmState(device({ pages: [0, 4] }), pudLeaf(readOnly)))).toMatchInlineSnapshot(
      `"parent page 0 is mapped read-only (the leaf in pud[0]), and lies in the shared pfnmap VMA of pages 0..3 (RW)"`,
    );
  });

  it('fails when PROT_NONE is not in the entry, or stayed there', () => {
    const open = mmState(anon({ pages: [0, 2], prot: Prot.NONE }), thp(readOnly));
    expect(verdict(perm, open)).toMatchInlineSnapshot(
      `"parent page 0 is mapped read-only (the leaf in pmd[0]), and lies in the private anon VMA of pages 0..1 (NONE)"`,
    );
    const shut = mmState(cowDevice({ pages: [0, 2], prot: Prot.R }), leaf(noAccess));
    expect(verdict(perm, shut)).toMatchInlineSnapshot(
      `"parent page 0 is mapped no access (the leaf in pmd[0]), and lies in the private pfnmap VMA of pages 0..1 (R)"`,
    );
  });

  it('has no subject where nothing translates, or no VMA says what is allowed', () => {
    expect(verdict(perm, mmState(anon({ pages: [0, 2] }), table({ slot: 1, page: 0 }, memory(31))))).toBe('no subject');
  });
});
