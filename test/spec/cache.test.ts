import { describe, expect, it } from '@effect/vitest';
import { cache } from '../../spec/cache.ts';
import {
  anon,
  cowDevice,
  device,
  leaf,
  memory,
  mixed,
  mmState,
  pte,
  pudLeaf,
  stateOn,
  table,
  thp,
  verdict,
} from '../support/mm_state.ts';

describe('I-CACHE', () => {
  it('holds when leaf and PTEs select the mode of the VMA', () => {
    const uc = mmState(device({ pages: [0, 2], cache: 3 }), leaf({ cache: 3 }));
    expect(verdict(cache, uc)).toBe('holds');
    const wt = mmState(
      device({ pages: [0, 2], cache: 7 }),
      table({ page: 0 }, pte(0, { cache: 7 }), pte(1, { cache: 7 })),
    );
    expect(verdict(cache, wt)).toBe('holds');
  });

  it('holds when another index selects the same mode: 0 and 4 are WB, 2 and 6 are UC-', () => {
    expect(verdict(cache, mmState(device({ pages: [0, 2] }), leaf({ cache: 4 })))).toBe('holds');
    expect(verdict(cache, mmState(device({ pages: [0, 2], cache: 6 }), leaf({ cache: 2 })))).toBe('holds');
  });

  it('asks for the mode for which the frames are reserved, where they are, at every level', () => {
    const reserved = { deviceMemtype: 1 };
    const bar = device({ pages: [0, 4], cache: 2 });
    expect(verdict(cache, stateOn(reserved, bar, leaf({ cache: 1 })))).toBe('holds');
    expect(verdict(cache, stateOn(reserved, bar, pudLeaf({ cache: 2 })))).toMatchInlineSnapshot(
      `"parent page 0 is UC- (PAT index 2), the leaf in pud[0], but its frame is reserved for WC (PAT index 1)"`,
    );
  });

  it('fails when PSE of a leaf becomes PAT of a PTE: UC turns into WT, WC into WP', () => {
    const uc = mmState(
      device({ pages: [0, 2], cache: 3 }),
      table({ page: 2 }, pte(0, { cache: 7 }), pte(1, { cache: 7 })),
    );
    expect(verdict(cache, uc)).toMatchInlineSnapshot(
      `"parent page 0 is WT (PAT index 7), pte[0] of table 2, but the shared pfnmap VMA of pages 0..1 (RW) asks for UC (PAT index 3)"`,
    );
    const wc = mmState(
      device({ pages: [0, 2], cache: 1 }),
      table({ page: 2 }, pte(0, { cache: 1 }), pte(1, { cache: 5 })),
    );
    expect(verdict(cache, wc)).toMatchInlineSnapshot(
      `"parent page 1 is WP (PAT index 5), pte[1] of table 2, but the shared pfnmap VMA of pages 0..1 (RW) asks for WC (PAT index 1)"`,
    );
  });

  it('fails when a leaf swallowed PAT: WP turns into WC', () => {
    expect(verdict(cache, mmState(device({ pages: [0, 2], cache: 5 }), leaf({ cache: 1 })))).toMatchInlineSnapshot(
      `"parent page 0 is WC (PAT index 1), the leaf in pmd[0], but the shared pfnmap VMA of pages 0..1 (RW) asks for WP (PAT index 5)"`,
    );
  });

  it('asks PUD leaves, and the device frames of a VM_MIXEDMAP driver', () => {
    expect(verdict(cache, mmState(device({ pages: [0, 4], cache: 3 }), pudLeaf({ cache: 7 })))).toMatchInlineSnapshot(
      `"parent page 0 is WT (PAT index 7), the leaf in pud[0], but the shared pfnmap VMA of pages 0..3 (RW) asks for UC (PAT index 3)"`,
    );
    const frames = [mixed({ pages: [0, 2], pgoff: 16, cache: 1 }), table({ page: 0 }, pte(0, { cache: 1 }), pte(1))];
    expect(verdict(cache, mmState(...frames))).toMatchInlineSnapshot(
      `"parent page 1 is WB (PAT index 0), pte[1] of table 0, but the shared mixed VMA of pages 0..1 (RW, ->fault) asks for WC (PAT index 1)"`,
    );
  });

  it('has no subject in memory, be it a copy in a device VMA', () => {
    const copies = [cowDevice({ pages: [0, 2], cache: 3 }), table({ page: 0 }, memory(31), memory(31))];
    expect(verdict(cache, mmState(...copies, anon({ pages: [2, 4] }), thp({ slot: 1 })))).toBe('no subject');
  });
});
