import { describe, expect, it } from '@effect/vitest';
import { Result } from '../../model/state/mm_types.ts';
import { pin, pincollapse, pincopy, pinmove, pinswap } from '../../spec/pin.ts';
import { countedLeaf, countedPtes, flagged, folio, off, pinned } from '../support/mm_folios.ts';
import {
  anon,
  CHILD,
  child,
  dead,
  device,
  FILE,
  HUGE_ZERO,
  leaf,
  memory,
  mmState,
  none,
  PAGE,
  returned,
  shmem,
  stepVerdict,
  swapEntry,
  table,
  THP,
  verdict,
  ZERO_PAGE,
} from '../support/mm_state.ts';

const ro = { write: 0 } as const;
const not = { anonExclusive: 0 } as const;
const small = [anon({ pages: [0, 2] }), countedPtes({ page: 0 }, memory(PAGE)), pinned({ page: 0, pfn: PAGE })];
const byLeaf = [anon({ pages: [0, 2] }), countedLeaf({ pfn: THP }), pinned({ page: 1, pfn: THP + 1 })];

describe('I-PIN', () => {
  it('holds of a pinned page that its mm has for itself, small or of a leaf', () => {
    expect(verdict(pin, mmState(...small))).toBe('holds');
    expect(verdict(pin, mmState(...byLeaf))).toBe('holds');
  });

  it('holds when the mm has moved the page, unmapped it, or died', () => {
    const moved = [countedPtes({ slot: 2, page: 0 }, memory(PAGE)), pinned({ page: 0, pfn: PAGE })];
    expect(verdict(pin, mmState(...moved))).toBe('holds');
    const unmapped = [folio(PAGE), pinned({ page: 0, pfn: PAGE })];
    expect(verdict(pin, mmState(...unmapped))).toBe('holds');
    expect(verdict(pin, mmState(...unmapped, dead()))).toBe('holds');
  });

  it('fails when a second mm maps the page', () => {
    const shared = [child, countedPtes({ mm: CHILD, page: 1 }, memory(PAGE, ro))];
    expect(verdict(pin, mmState(...small, ...shared))).toMatchInlineSnapshot(
      `"parent has pinned page 22 (anon), which is PageAnonExclusive, and 2 entries map it"`,
    );
    const leaves = [child, countedLeaf({ mm: CHILD, pfn: THP, ...ro })];
    expect(verdict(pin, mmState(...byLeaf, ...leaves))).toMatchInlineSnapshot(
      `"parent has pinned frame 19 of folio 18 (anon, 2 pages), which is PageAnonExclusive, and 2 entries map it"`,
    );
  });

  it('fails when the page is not marked, wherever the mm maps it by now', () => {
    expect(verdict(pin, mmState(...small, flagged(PAGE, not)))).toMatchInlineSnapshot(
      `"parent has pinned page 22 (anon), which is not PageAnonExclusive, and 1 entry maps it"`,
    );
    const moved = [countedPtes({ slot: 2, page: 0 }, memory(PAGE, ro)), pinned({ page: 0, pfn: PAGE })];
    expect(verdict(pin, mmState(...moved))).toMatchInlineSnapshot(
      `"parent has pinned page 22 (anon), which is not PageAnonExclusive, and 1 entry maps it"`,
    );
  });

  it('asks a page that a leaf maps for the mark of its folio, one that a PTE maps for its own', () => {
    expect(pin.holds(mmState(...byLeaf, flagged(THP, not), flagged(THP + 1, { anonExclusive: 1 })))).toBe(false);
    const split = [countedPtes({ page: 0 }, none, memory(THP + 1)), pinned({ page: 1, pfn: THP + 1 })];
    expect(pin.holds(mmState(...split))).toBe(true);
    expect(pin.holds(mmState(...split, flagged(THP + 1, not), flagged(THP, { anonExclusive: 1 })))).toBe(false);
  });

  it('counts the pins of the huge zero folio, and none of the zero page', () => {
    const huge = [folio(HUGE_ZERO), pinned({ page: 0, pfn: HUGE_ZERO })];
    expect(verdict(pin, mmState(...huge))).toBe('holds');
    expect(verdict(pin, mmState(...huge, off('pincount', HUGE_ZERO, -1)))).toMatchInlineSnapshot(
      `"folio 38 (huge zero, 2 pages) has pincount 0, and 1 pin"`,
    );
    expect(verdict(pin, mmState(folio(ZERO_PAGE), pinned({ page: 0, pfn: ZERO_PAGE })))).toBe('holds');
  });

  it('lets files and the zero page be shared, pinned or not', () => {
    const both = [countedLeaf({ pfn: FILE }), child, countedLeaf({ mm: CHILD, pfn: FILE })];
    expect(verdict(pin, mmState(...both, pinned({ page: 0, pfn: FILE })))).toBe('holds');
    expect(verdict(pin, mmState(table({ page: 0 }, memory(ZERO_PAGE)), pinned({ page: 0, pfn: ZERO_PAGE })))).toBe(
      'holds',
    );
  });

  it('fails when a frame of the device, or of nothing, is pinned', () => {
    const bar = [device({ pages: [0, 2] }), leaf({}), pinned({ page: 1, pfn: 1 })];
    expect(verdict(pin, mmState(...bar))).toMatchInlineSnapshot(
      `"parent has pinned frame 1, which has no struct page"`,
    );
  });

  it('fails when a pincount is not the number of pins', () => {
    expect(verdict(pin, mmState(...small, off('pincount', PAGE, -1)))).toMatchInlineSnapshot(
      `"page 22 (anon) has pincount 0, and 1 pin"`,
    );
    expect(verdict(pin, mmState(...byLeaf, off('pincount', THP, 1)))).toMatchInlineSnapshot(
      `"folio 18 (anon, 2 pages) has pincount 2, and 1 pin"`,
    );
    expect(verdict(pin, mmState(folio(ZERO_PAGE), off('pincount', ZERO_PAGE, 1)))).toMatchInlineSnapshot(
      `"page 42 (zero page) has pincount 1, and 0 pins"`,
    );
    expect(pin.holds(mmState(...byLeaf, off('pincount', THP, -1), off('pincount', THP + 1, 1)))).toBe(false);
  });

  it('has no subject without pins', () => {
    expect(verdict(pin, mmState(anon({ pages: [0, 2] }), countedLeaf({ pfn: THP })))).toBe('no subject');
  });
});

const ofFile = (shared: 0 | 1, longterm: 0 | 1) =>
  mmState(
    shmem({ pages: [0, 2], shared }),
    countedLeaf({ pfn: FILE, ...ro }),
    pinned({ page: 1, pfn: FILE + 1, longterm }),
  );

describe('I-PINCOPY', () => {
  const write = { mm: 0, page: 0, access: 'write' } as const;
  const before = mmState(...small);
  const copied = [anon({ pages: [0, 2] }), countedPtes({ page: 0 }, memory(PAGE + 1)), pinned({ page: 0, pfn: PAGE })];

  it('holds when the write goes to the pinned page', () => {
    expect(stepVerdict(pincopy, before, 'handle_mm_fault', before, write)).toBe('holds');
  });

  it('fails when it goes to a copy', () => {
    expect(stepVerdict(pincopy, before, 'handle_mm_fault', mmState(...copied), write)).toMatchInlineSnapshot(
      `"parent has pinned frame 22 at page 0; after its write the page translates to frame 23, writable"`,
    );
  });

  it('fails for a page of a leaf', () => {
    const after = mmState(anon({ pages: [0, 2] }), table({ page: 0 }, memory(THP), memory(PAGE)));
    const second = { ...write, page: 1 };
    expect(stepVerdict(pincopy, mmState(...byLeaf), 'handle_mm_fault', after, second)).toMatchInlineSnapshot(
      `"parent has pinned frame 19 at page 1; after its write the page translates to frame 22, writable"`,
    );
  });

  it('asks for a page of a file, too, where it is pinned on long term in a private mapping', () => {
    const write1 = { ...write, page: 1 };
    const after = mmState(shmem({ pages: [0, 2], shared: 0 }), countedPtes({ page: 0 }, none, memory(PAGE)));
    expect(stepVerdict(pincopy, ofFile(0, 1), 'handle_mm_fault', after, write1)).toMatchInlineSnapshot(
      `"parent has pinned frame 17 at page 1; after its write the page translates to frame 22, writable"`,
    );
    expect(stepVerdict(pincopy, ofFile(1, 1), 'handle_mm_fault', ofFile(1, 1), write1)).toBe('no subject');
    expect(stepVerdict(pincopy, ofFile(0, 0), 'handle_mm_fault', after, write1)).toBe('no subject');
    expect(stepVerdict(pincopy, ofFile(0, 1), 'handle_mm_fault', after, write)).toBe('no subject');
  });

  it('has no subject in reads, in writes that fail, in writes of others, and to other pages', () => {
    const after = mmState(...copied);
    expect(stepVerdict(pincopy, before, 'handle_mm_fault', after, { ...write, access: 'read' })).toBe('no subject');
    expect(stepVerdict(pincopy, before, 'mprotect', after, write)).toBe('no subject');
    const failed = mmState(...copied, returned(Result.OOM, 1));
    expect(stepVerdict(pincopy, before, 'handle_mm_fault', failed, write)).toBe('no subject');
    expect(stepVerdict(pincopy, before, 'handle_mm_fault', after, { ...write, page: 1 })).toBe('no subject');
    const its = mmState(child, countedPtes({ mm: CHILD, page: 0 }, memory(PAGE)), pinned({ page: 0, pfn: PAGE }));
    expect(stepVerdict(pincopy, its, 'handle_mm_fault', mmState(child), { ...write, mm: CHILD })).toBe('no subject');
    const file = [shmem({ pages: [0, 2], shared: 0 }), countedLeaf({ pfn: FILE }), pinned({ page: 0, pfn: FILE })];
    expect(stepVerdict(pincopy, mmState(...file), 'handle_mm_fault', mmState(), write)).toBe('no subject');
  });
});

describe('I-PINMOVE', () => {
  const move = { mm: 0, move: { from: 0, to: 4, pages: 2 } };
  const there = [anon({ pages: [0, 2] }), anon({ pages: [4, 6] })];
  const before = mmState(...there, countedLeaf({ pfn: THP }), pinned({ page: 1, pfn: THP + 1 }));
  const moved = mmState(...there, countedLeaf({ slot: 2, pfn: THP }), pinned({ page: 1, pfn: THP + 1 }));

  it('holds when the page stays, whatever the call returns', () => {
    expect(stepVerdict(pinmove, before, 'UFFDIO_MOVE', before, move)).toBe('holds');
  });

  it('fails when the page has gone, or another is in its place', () => {
    expect(stepVerdict(pinmove, before, 'UFFDIO_MOVE', moved, move)).toMatchInlineSnapshot(
      `"parent has pinned frame 19 at page 1; after UFFDIO_MOVE the page translates to nothing"`,
    );
    const other = mmState(...there, table({ page: 0 }, memory(THP), memory(PAGE)));
    expect(stepVerdict(pinmove, before, 'UFFDIO_MOVE', other, move)).toContain('the page translates to frame 22');
  });

  it('has no subject elsewhere: other pages, pins of others, other operations', () => {
    const apart = { mm: 0, move: { from: 0, to: 4, pages: 1 } };
    expect(stepVerdict(pinmove, before, 'UFFDIO_MOVE', moved, apart)).toBe('no subject');
    expect(stepVerdict(pinmove, before, 'UFFDIO_MOVE', moved, { ...move, mm: CHILD })).toBe('no subject');
    expect(stepVerdict(pinmove, before, 'mremap', moved, move)).toBe('no subject');
    const its = mmState(...there, countedLeaf({ pfn: THP }), pinned({ mm: CHILD, page: 1, pfn: THP + 1 }));
    expect(stepVerdict(pinmove, its, 'UFFDIO_MOVE', moved, move)).toBe('no subject');
  });
});

describe('I-PINCOLLAPSE', () => {
  const slot = { mm: 0, slot: 0, by: 'MADV_COLLAPSE' };
  const before = mmState(...small);
  const collapsed = mmState(anon({ pages: [0, 2] }), countedLeaf({ pfn: THP }), pinned({ page: 0, pfn: PAGE }));

  it('holds when the page stays', () => {
    expect(stepVerdict(pincollapse, before, 'collapse', before, slot)).toBe('holds');
  });

  it('fails when a leaf has taken its place', () => {
    expect(stepVerdict(pincollapse, before, 'collapse', collapsed, slot)).toMatchInlineSnapshot(
      `"parent has pinned frame 22 at page 0; after the collapse the page translates to frame 18, writable"`,
    );
  });

  it('has no subject in another slot, in another mm, and in other operations', () => {
    expect(stepVerdict(pincollapse, before, 'collapse', collapsed, { ...slot, slot: 1 })).toBe('no subject');
    expect(stepVerdict(pincollapse, before, 'collapse', collapsed, { ...slot, mm: CHILD })).toBe('no subject');
    expect(stepVerdict(pincollapse, before, 'split_folio', collapsed, slot)).toBe('no subject');
  });
});

describe('I-PINSWAP', () => {
  const at = { mm: 0, page: 0 };
  const before = mmState(...small);
  const gone = mmState(small[0]!, table({ page: 0 }, swapEntry(0)), small[2]!);

  it('wants a page that its mm has pinned to stay mapped when reclaim has been at work', () => {
    expect(stepVerdict(pinswap, before, 'shrink_folio_list', before, at)).toBe('holds');
    expect(stepVerdict(pinswap, before, 'shrink_folio_list', gone, at)).toMatchInlineSnapshot(
      `"parent has pinned frame 22 at page 0, which is not mapped after shrink_folio_list"`,
    );
    expect(stepVerdict(pinswap, before, 'madvise', gone, { ...at, advice: 'PAGEOUT' })).toContain('not mapped');
  });

  it('has no subject elsewhere, nor without pins', () => {
    expect(stepVerdict(pinswap, before, 'munmap', gone, at)).toBe('no subject');
    const unpinned = mmState(small[0]!, small[1]!);
    expect(stepVerdict(pinswap, unpinned, 'shrink_folio_list', gone, at)).toBe('no subject');
  });
});
