import { describe, expect, it } from '@effect/vitest';
import { disc } from '../../spec/disc.ts';
import { anon, device, faultLeaf, leaf, migration, mmState, pte, table, thp, verdict } from '../support/mm_state.ts';

describe('I-DISC', () => {
  it('holds when remapped leaves are in VMAs without handler and others in VMAs with one', () => {
    const s = mmState(
      device({ pages: [0, 2] }),
      leaf({}),
      device({ pages: [2, 4], hugeFault: 1 }),
      faultLeaf({ slot: 1 }),
    );
    expect(verdict(disc, s)).toBe('holds');
  });

  it('fails when vm_ops with a handler came after remap_pfn_range()', () => {
    expect(verdict(disc, mmState(device({ pages: [0, 2], fault: 1 }), leaf({})))).toMatchInlineSnapshot(
      `"parent pmd[0] was installed by remap_pfn_range(), but is now in the shared pfnmap VMA of pages 0..1 (RW, ->fault)"`,
    );
    expect(verdict(disc, mmState(device({ pages: [0, 2], hugeFault: 1 }), leaf({})))).toMatchInlineSnapshot(
      `"parent pmd[0] was installed by remap_pfn_range(), but is now in the shared pfnmap VMA of pages 0..1 (RW, ->huge_fault)"`,
    );
  });

  it('fails when a faulted leaf is in a VMA that has lost its handlers', () => {
    expect(verdict(disc, mmState(device({ pages: [0, 2] }), faultLeaf({})))).toMatchInlineSnapshot(
      `"parent pmd[0] was installed by a fault, but is now in the shared pfnmap VMA of pages 0..1 (RW)"`,
    );
  });

  it('has no subject in other VMAs, in PTEs and in migration entries', () => {
    const others = [anon({ pages: [0, 2] }), thp({}), device({ pages: [2, 4] }), table({ slot: 1, page: 0 }, pte(0))];
    expect(verdict(disc, mmState(...others, device({ pages: [4, 6], fault: 1 }), migration({ slot: 2 })))).toBe(
      'no subject',
    );
    expect(verdict(disc, mmState(device({ pages: [0, 2], pfnmap: 0, fault: 1 }), leaf({})))).toBe('no subject');
  });
});
