import { describe, expect, it } from '@effect/vitest';
import { vmas } from '../../spec/vmas.ts';
import { anon, CHILD, child, device, mmState, verdict } from '../support/mm_state.ts';

describe('I-VMA', () => {
  it('holds of neighbours, and of the same pages in two processes', () => {
    const s = mmState(anon({ pages: [0, 2] }), device({ pages: [2, 4] }), child, anon({ mm: CHILD, pages: [0, 4] }));
    expect(verdict(vmas, s)).toBe('holds');
    expect(verdict(vmas, mmState())).toBe('no subject');
  });

  it('fails when two share a page', () => {
    expect(verdict(vmas, mmState(anon({ pages: [0, 3] }), device({ pages: [1, 4] })))).toMatchInlineSnapshot(
      `"parent pages 1..2: of both the private anon VMA of pages 0..2 (RW) and the shared pfnmap VMA of pages 1..3 (RW)"`,
    );
    const inside = mmState(child, anon({ mm: CHILD, pages: [0, 4] }), anon({ mm: CHILD, pages: [1, 2] }));
    expect(verdict(vmas, inside)).toMatchInlineSnapshot(
      `"child page 1: of both the private anon VMA of pages 0..3 (RW) and the private anon VMA of page 1 (RW)"`,
    );
  });

  it('fails when one is empty, turned round, or ends behind the last page', () => {
    expect(verdict(vmas, mmState(anon({ pages: [2, 2] })))).toMatchInlineSnapshot(
      `"parent has the private anon VMA of pages 2..1 (RW), which is no range of pages"`,
    );
    expect(verdict(vmas, mmState(anon({ pages: [3, 2] })))).toMatchInlineSnapshot(
      `"parent has the private anon VMA of pages 3..1 (RW), which is no range of pages"`,
    );
    expect(verdict(vmas, mmState(anon({ pages: [6, 9] })))).toMatchInlineSnapshot(
      `"parent has the private anon VMA of pages 6..8 (RW), which is no range of pages"`,
    );
  });
});
