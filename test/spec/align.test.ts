import { describe, expect, it } from '@effect/vitest';
import { align } from '../../spec/align.ts';
import {
  anon,
  CHILD,
  device,
  leaf,
  migration,
  mmState,
  pte,
  pudLeaf,
  table,
  thp,
  verdict,
} from '../support/mm_state.ts';

describe('I-ALIGN', () => {
  it('holds of aligned leaves inside their VMA', () => {
    const s = mmState(
      device({ pages: [0, 3] }),
      leaf({ pfn: 6 }),
      anon({ pages: [4, 8] }),
      thp({ slot: 2 }),
      migration({ slot: 3 }),
    );
    expect(verdict(align, s)).toBe('holds');
  });

  it('holds of a PUD leaf of aligned frames', () => {
    expect(verdict(align, mmState(device({ pages: [0, 4], pgoff: 8 }), pudLeaf({ pfn: 8 })))).toBe('holds');
  });

  it('fails on a PUD leaf of frames that would do for a PMD leaf, or across the end of its VMA', () => {
    expect(verdict(align, mmState(device({ pages: [0, 4] }), pudLeaf({ pfn: 2 })))).toMatchInlineSnapshot(
      `"parent pud[0] maps frame 2, which is no multiple of 4"`,
    );
    expect(
      verdict(align, mmState(device({ mm: CHILD, pages: [4, 7] }), pudLeaf({ mm: CHILD, pud: 1 }))),
    ).toMatchInlineSnapshot(
      `"child pud[1] is a leaf for pages 4..7, but page 4 lies in the shared pfnmap VMA of pages 4..6 (RW)"`,
    );
  });

  it('fails on an odd first frame', () => {
    expect(verdict(align, mmState(device({ pages: [0, 2] }), leaf({ pfn: 3 })))).toMatchInlineSnapshot(
      `"parent pmd[0] maps frame 3, which is no multiple of 2"`,
    );
  });

  it('fails when a VMA ends, or begins, inside the leaf', () => {
    expect(verdict(align, mmState(device({ pages: [0, 1] }), leaf({})))).toMatchInlineSnapshot(
      `"parent pmd[0] is a leaf for pages 0..1, but page 0 lies in the shared pfnmap VMA of page 0 (RW)"`,
    );
    expect(verdict(align, mmState(device({ pages: [1, 2], pgoff: 1 }), leaf({})))).toMatchInlineSnapshot(
      `"parent pmd[0] is a leaf for pages 0..1, but page 0 lies in no VMA"`,
    );
    const halves = mmState(device({ pages: [0, 1] }), device({ pages: [1, 2], pgoff: 1, prot: 1 }), leaf({}));
    expect(align.holds(halves)).toBe(false);
  });

  it('fails on a migration entry that a boundary cuts, whatever its frame', () => {
    expect(verdict(align, mmState(anon({ pages: [2, 3] }), migration({ slot: 1 })))).toMatchInlineSnapshot(
      `"parent pmd[1] is a migration entry for pages 2..3, but page 2 lies in the private anon VMA of page 2 (RW)"`,
    );
  });

  it('has no subject in PTEs', () => {
    expect(verdict(align, mmState(device({ pages: [0, 1] }), table({ page: 0 }, pte(3))))).toBe('no subject');
  });
});
