import { describe, expect, it } from '@effect/vitest';
import { Page, PageKind } from '../../model/state/memmap.ts';
import { DEVICE_FRAMES } from '../../model/state/geometry.ts';
import { swap, swapdata, swapexcl } from '../../spec/swap.ts';
import {
  anon,
  CHILD,
  child,
  memory,
  mmState,
  PAGE,
  type Piece,
  swapEntry,
  swapSlot,
  table,
  verdict,
} from '../support/mm_state.ts';

const used =
  (pfn: number, fields: Parameters<typeof Page.of>[0] = {}): Piece =>
  ({ page }) =>
    page.put(pfn - DEVICE_FRAMES, Page.of({ kind: PageKind.anon, swapbacked: 1, ...fields }));
const here = (...entries: Parameters<typeof table>[1][]): Piece => table({ page: 0 }, ...entries);
const there = (...entries: Parameters<typeof table>[1][]): Piece => table({ mm: CHILD, page: 1 }, ...entries);
const state = (...pieces: readonly Piece[]) => mmState(anon({ pages: [0, 2] }), child, ...pieces);

describe('I-SWAP', () => {
  it('holds of entries that their slot counts, and of pages in the swap cache', () => {
    const s = state(
      here(swapEntry(0), swapEntry(1, { exclusive: 1 })),
      there(swapEntry(0)),
      swapSlot(0, { count: 2, cached: PAGE, written: 1 }),
      swapSlot(1, { count: 1, written: 1 }),
      used(PAGE),
    );
    expect([swap, swapexcl, swapdata].map((one) => verdict(one, s))).toEqual(['holds', 'holds', 'holds']);
  });

  it('wants as many as there are', () => {
    expect(verdict(swap, state(here(swapEntry(0)), swapSlot(0, { count: 2, written: 1 })))).toMatchInlineSnapshot(
      `"swap slot 0 has count 2, and 1 entry names it"`,
    );
    expect(verdict(swap, state(here(swapEntry(2))))).toMatchInlineSnapshot(
      `"swap slot 2 has count 0, and 1 entry names it"`,
    );
    expect(verdict(swap, state(here(swapEntry(9))))).toMatchInlineSnapshot(
      `"1 entry names swap slot 9, which there is not"`,
    );
  });

  it('wants a page of anonymous memory in the swap cache, once', () => {
    expect(verdict(swap, state(swapSlot(0, { cached: PAGE })))).toMatchInlineSnapshot(
      `"swap slot 0 is in the swap cache as page 22 (free), of which it is no slot"`,
    );
    expect(verdict(swap, state(swapSlot(0, { cached: 3 })))).toMatchInlineSnapshot(
      `"swap slot 0 is in the swap cache as frame 3, which is no memory"`,
    );
    const twice = state(swapSlot(0, { cached: PAGE }), swapSlot(1, { cached: PAGE }), used(PAGE));
    expect(verdict(swap, twice)).toMatchInlineSnapshot(`"frame 22 is in the swap cache for slots 0 and 1"`);
  });
});

describe('I-SWAPEXCL', () => {
  it('wants an exclusive entry to be the only one', () => {
    const entry = swapEntry(0, { exclusive: 1 });
    const slot = swapSlot(0, { count: 2, written: 1 });
    expect(verdict(swapexcl, state(here(entry), there(swapEntry(0)), slot))).toMatchInlineSnapshot(
      `"2 entries name swap slot 0, 1 of them exclusive"`,
    );
    const cached = swapSlot(0, { count: 1, cached: PAGE });
    expect(verdict(swapexcl, state(here(entry), there(memory(PAGE)), cached, used(PAGE)))).toMatchInlineSnapshot(
      `"1 entry names swap slot 0, 1 of them exclusive; page 22 (anon) in the swap cache is not PageAnonExclusive, and 1 entry maps it"`,
    );
    expect(verdict(swapexcl, state(here(entry), cached, used(PAGE)))).toBe('holds');
  });

  it('wants a page that an entry names to be nobody’s own', () => {
    const cached = swapSlot(0, { count: 1, cached: PAGE });
    const s = state(here(swapEntry(0)), there(memory(PAGE)), cached, used(PAGE, { anonExclusive: 1 }));
    expect(verdict(swapexcl, s)).toMatchInlineSnapshot(
      `"1 entry names swap slot 0, 0 of them exclusive; page 22 (anon) in the swap cache is PageAnonExclusive, and 1 entry maps it"`,
    );
  });
});

describe('I-SWAPDATA', () => {
  it('wants a slot that was written to, or a page in the swap cache', () => {
    expect(verdict(swapdata, state(here(swapEntry(0)), swapSlot(0, { count: 1 })))).toMatchInlineSnapshot(
      `"an entry names swap slot 0, which was not written to after the last write to its page"`,
    );
    expect(verdict(swapdata, state(here(swapEntry(0)), swapSlot(0, { count: 1, cached: PAGE })))).toBe('holds');
  });
});
