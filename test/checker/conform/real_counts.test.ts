/** Counts of folios as a real kernel has them: against one who counts the real entries that map a folio. */
import { describe, expect, it } from '@effect/vitest';
import { type Placement, placementOf, PTRS } from '../../../checker/conform/placement.ts';
import { largeFolioPages, realMappings, realPages, realReferences } from '../../../checker/conform/real_counts.ts';
import { randomWalks } from '../../../checker/conform/sequences.ts';
import { Walk } from '../../../checker/conform/walk.ts';
import { folio_pincount } from '../../../model/mm/page_ref.ts';
import type { Sys } from '../../../model/mm/kernel.ts';
import { blocks, DEVICE_FRAMES, SMALL } from '../../../model/state/geometry.ts';
import { Page, PageKind } from '../../../model/state/memmap.ts';
import { Mm, type MmView, Pin, Pmd, PmdKind, Pte } from '../../../model/state/mm_types.ts';
import { allStages } from '../../support/walks.ts';

/** Entries of all processes that map frames first..last: a leaf is one, a PTE of the model as many as its cut. */
const entriesThatMap = (s: Sys, { cuts }: Placement, first: number, last: number): number => {
  const { mms, puds, ptrsPerPmd, ptrsPerPte } = s.geometry;
  const isIn = (pfn: number) => first <= pfn && pfn <= last;
  let found = 0;
  for (let row = 0; row < mms * puds * ptrsPerPmd; row++) {
    if (Mm.alive(s.mm.at(Math.floor(row / (puds * ptrsPerPmd)))) === 0) continue;
    const e = s.pmd.at(row);
    if (Pmd.kind(e) === PmdKind.leaf && isIn(Pmd.pfn(e))) found++;
    if (Pmd.kind(e) !== PmdKind.table) continue;
    for (const [i, cut] of cuts.entries()) {
      const pte = s.pte.at(Pmd.pfn(e) * ptrsPerPte + i);
      if (Pte.present(pte) === 1 && isIn(Pte.pfn(pte))) found += cut;
    }
  }
  return found;
};

/** Every folio that is in use and no zero page: its first and its last frame. */
const foliosOf = (s: Sys): readonly (readonly [number, number])[] => {
  const of = (at: number) => s.page.at(at);
  return Array.from({ length: s.page.rows }, (_, i) => i)
    .filter((i) => Page.tail(of(i)) === 0 && ![PageKind.free, PageKind.zero].includes(Page.kind(of(i))))
    .map((i) => {
      let last = i;
      while (last + 1 < s.page.rows && Page.tail(of(last + 1)) === 1) last++;
      return [i + DEVICE_FRAMES, last + DEVICE_FRAMES] as const;
    });
};

/** A small page stands for as many pages of one, each of which is mapped for itself. */
const isSmall = (first: number, last: number): boolean => first === last;

const referencesByGup = (s: MmView, first: number, last: number): number =>
  Array.from({ length: s.pin.rows }, (_, i) => s.pin.at(i)).filter(
    (pin) => Pin.taken(pin) === 1 && Pin.get(pin) === 1 && Pin.pfn(pin) >= first && Pin.pfn(pin) <= last,
  ).length;

describe('on random walks', () => {
  const stages = allStages().filter(({ device }) => device === undefined);
  it.each(stages.map((stage) => [stage.name, stage] as const))(
    'of %s, mappings are entries, and references what holds them',
    (name, stage) => {
      const { placement } = stage;
      let large = 0;
      for (const { steps } of randomWalks([stage], 2, 12, 10)) {
        const walk = new Walk(stage);
        for (const { move } of steps) {
          walk.take(move);
          const s = walk.state;
          for (const [first, last] of foliosOf(s).filter(([a, b]) => !isSmall(a, b))) {
            const mappings = entriesThatMap(s, placement, first, last);
            expect(realMappings(s, placement, first)).toBe(mappings);
            const pages = realPages(s, placement, first);
            const cached = Page.cached(s.page.at(first - DEVICE_FRAMES));
            const owner = Page.kind(s.page.at(first - DEVICE_FRAMES)) === PageKind.dax ? 1 : 0;
            // Anything else that holds a reference is a pin, or GUP without one.
            const held = folio_pincount(s, first) + referencesByGup(s, first, last);
            const references = mappings + cached * pages + owner + held;
            expect(realReferences(s, placement, first)).toBe(references);
            large += mappings;
          }
        }
      }
      expect(large > 0).toBe(!/^(swap-pages|fs-dax-unwritten)/.test(name));
    },
  );
});

describe('pages of the large folios', () => {
  it.each([
    ['none', 2, [], PTRS],
    ['of PMD size', 2, blocks('anon', 2, 1), PTRS],
    ['of half of it', 4, blocks('anon', 2, 1), 256],
    ['small ones', 4, blocks('anon', 1, 3), PTRS],
  ] as const)('%s', (_, ptrsPerPte, memory, pages) => {
    expect(largeFolioPages(placementOf({ ...SMALL, ptrsPerPte, memory }))).toBe(pages);
  });
});
