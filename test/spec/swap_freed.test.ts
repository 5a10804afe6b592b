import { describe, expect, it } from '@effect/vitest';
import { DEVICE_FRAMES } from '../../model/state/geometry.ts';
import { Hwpoison, Migration, Page, PageKind } from '../../model/state/memmap.ts';
import { swapfreed } from '../../spec/swap_freed.ts';
import {
  anon,
  CHILD,
  child,
  memory,
  mmState,
  none,
  PAGE,
  type Piece,
  stepVerdict,
  swapEntry,
  swapSlot,
  table,
  THP,
} from '../support/mm_state.ts';

const used =
  (pfn: number, fields: Parameters<typeof Page.of>[0] = {}): Piece =>
  ({ page }) =>
    page.put(pfn - DEVICE_FRAMES, Page.of({ kind: PageKind.anon, swapbacked: 1, ...fields }));
const large: Piece = (draft) => {
  used(THP, { head: 1 })(draft);
  used(THP + 1, { tail: 1 })(draft);
};
const small: Piece = (draft) => {
  used(THP)(draft);
  used(THP + 1)(draft);
};
const locked =
  (pfn: number): Piece =>
  ({ migration }) =>
    migration.put(0, Migration.of({ taken: 1, pfn }));
const broken: Piece = ({ hwpoison }) => hwpoison.put(THP + 1 - DEVICE_FRAMES, Hwpoison.broken);

const here = (...entries: Parameters<typeof table>[1][]): Piece => table({ page: 0 }, ...entries);
const there = (...entries: Parameters<typeof table>[1][]): Piece => table({ mm: CHILD, page: 1 }, ...entries);
const state = (...pieces: readonly Piece[]) => mmState(anon({ pages: [0, 2] }), child, ...pieces);
const cached = (count = 0): Piece => swapSlot(0, { count, cached: PAGE, written: 1 });

describe('I-SWAPFREED', () => {
  const mapped = state(here(memory(PAGE)), used(PAGE), cached());
  const left = state(used(PAGE), cached());

  it('wants what is unmapped last to leave the swap cache', () => {
    expect(stepVerdict(swapfreed, mapped, 'munmap', state())).toBe('holds');
    expect(stepVerdict(swapfreed, mapped, 'munmap', left)).toMatchInlineSnapshot(
      `"nobody maps page 22 (anon) any more, and no entry names it, but it is still in the swap cache"`,
    );
  });

  it('wants the same where the last entry goes', () => {
    const named = state(here(swapEntry(0)), used(PAGE), cached(1));
    expect(stepVerdict(swapfreed, named, 'munmap', left)).toContain('still in the swap cache');
  });

  it('lets it be there while somebody maps it, or an entry names it', () => {
    const shared = state(here(memory(PAGE)), there(memory(PAGE)), used(PAGE), cached());
    expect(stepVerdict(swapfreed, shared, 'exit', mapped)).toBe('holds');
    const named = state(here(memory(PAGE)), there(swapEntry(0)), used(PAGE), cached(1));
    expect(stepVerdict(swapfreed, named, 'munmap', state(there(swapEntry(0)), used(PAGE), cached(1)))).toBe('holds');
  });

  it('lets it be there while it is locked', () => {
    expect(stepVerdict(swapfreed, mapped, 'munmap', state(used(PAGE), cached(), locked(PAGE)))).toBe('holds');
    const other = state(used(PAGE), cached(), locked(THP));
    expect(stepVerdict(swapfreed, mapped, 'munmap', other)).toContain('still in the swap cache');
  });

  it('asks nothing of what was there for nothing before', () => {
    expect(stepVerdict(swapfreed, left, 'fork', left)).toBe('holds');
    expect(stepVerdict(swapfreed, state(here(none)), 'munmap', state())).toBe('no subject');
  });

  it('asks of a split what becomes of the pages behind the first', () => {
    const both = [swapSlot(0, { cached: THP, written: 1 }), swapSlot(1, { cached: THP + 1, written: 1 })] as const;
    const first = state(here(memory(THP)), large, ...both);
    const second = state(here(none, memory(THP + 1)), large, ...both);
    expect(stepVerdict(swapfreed, first, 'split', state(here(memory(THP)), small, ...both))).toContain(
      `page ${THP + 1} (anon)`,
    );
    expect(stepVerdict(swapfreed, second, 'split', state(here(none, memory(THP + 1)), small, ...both))).toBe('holds');
    expect(stepVerdict(swapfreed, first, 'split', state(here(memory(THP)), small, broken, ...both))).toBe('holds');
    expect(stepVerdict(swapfreed, first, 'split', state(small, ...both))).toContain(`page ${THP} (anon)`);
    expect(stepVerdict(swapfreed, first, 'munmap', state(large, ...both))).toContain(`folio ${THP} (anon, 2 pages)`);
  });
});
