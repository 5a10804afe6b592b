import { describe, expect, it } from '@effect/vitest';
import { Result } from '../../model/state/mm_types.ts';
import { mbind } from '../../spec/mbind.ts';
import { countedLeaf, countedPtes, pinned } from '../support/mm_folios.ts';
import {
  anon,
  CHILD,
  child,
  device,
  leaf,
  memory,
  mmState,
  none,
  PAGE,
  type Piece,
  returned,
  stepVerdict,
  table,
  THP,
} from '../support/mm_state.ts';

const state = (...pieces: readonly Piece[]) => mmState(anon({ pages: [0, 4] }), ...pieces);
const moving = { mm: 0, range: { from: 0, to: 2 }, policy: { nodes: 'elsewhere', strict: true, move: true } };
const asked = (before: ReturnType<typeof state>, after: ReturnType<typeof state>, args: object = moving) =>
  stepVerdict(mbind, before, 'mbind', after, { ...args });
const page = (pfn: number): Piece => countedPtes({ page: 0 }, memory(pfn), none);
const both = (pfn: number) => [
  child,
  anon({ mm: CHILD, pages: [0, 4] }),
  table({ mm: CHILD, page: 1 }, memory(pfn, { write: 0 })),
];
const bar = (pfn: number) => mmState(device({ pages: [0, 2], fault: 1 }), leaf({ pfn }));

describe('I-MBIND', () => {
  it('lets a folio move that the range maps, with all that others may map of it', () => {
    expect(asked(state(page(PAGE)), state(page(PAGE + 1)))).toBe('holds');
    expect(asked(state(countedLeaf({ pfn: THP })), state(countedLeaf({ pfn: THP + 2 })))).toBe('holds');
    expect(asked(state(page(PAGE)), state(page(PAGE + 1)), { ...moving, policy: { nodes: 'default' } })).toBe(
      'no subject',
    );
  });

  it('wants nothing to move that the range does not map', () => {
    const there = { ...moving, range: { from: 2, to: 4 } };
    expect(asked(state(page(PAGE)), state(page(PAGE + 1)), there)).toMatchInlineSnapshot(
      `"parent page 0 was of page 22 (anon); after mbind it translates to frame 23, writable"`,
    );
  });

  it('wants a page to stay that is pinned, or that others map', () => {
    expect(asked(state(page(PAGE), pinned({ page: 0, pfn: PAGE })), state(page(PAGE + 1)))).toContain('was of page 22');
    expect(asked(state(page(PAGE), ...both(PAGE)), state(page(PAGE + 1), ...both(PAGE + 1)))).toContain(
      'parent page 0 was of page 22',
    );
  });

  it('wants all to have moved that the process alone maps, if it is strict and says so', () => {
    const twice = state(page(PAGE), ...both(PAGE));
    expect(asked(state(page(PAGE)), state(page(PAGE)))).toMatchInlineSnapshot(
      `"parent page 0 was of page 22 (anon); after mbind it translates to frame 22, writable"`,
    );
    expect(asked(state(page(PAGE)), state(page(PAGE), returned(Result.EIO)))).toBe('holds');
    expect(asked(twice, twice)).toBe('holds');
    for (const policy of [
      { nodes: 'elsewhere', strict: false, move: true },
      { nodes: 'default', strict: true, move: true },
      { nodes: 'here', strict: true, move: true },
    ])
      expect(asked(state(page(PAGE)), state(page(PAGE)), { ...moving, policy })).toBe('holds');
  });

  it('wants what VM_PFNMAP maps to stay, or to be dropped', () => {
    expect(asked(bar(0), bar(0))).toBe('holds');
    expect(asked(bar(0), mmState(device({ pages: [0, 2], fault: 1 })))).toBe('holds');
    expect(asked(bar(0), bar(2))).toMatchInlineSnapshot(
      `"parent page 0 was of frame 0; after mbind it translates to frame 2, writable"`,
    );
  });
});
