import { describe, expect, it } from '@effect/vitest';
import { DEVICE_FRAMES } from '../../model/state/geometry.ts';
import { Hwpoison } from '../../model/state/memmap.ts';
import { Pte } from '../../model/state/mm_types.ts';
import { poison } from '../../spec/poison.ts';
import { countedLeaf, countedPtes } from '../support/mm_folios.ts';
import { anon, memory, mmState, none, PAGE, type Piece, stepVerdict, table, THP } from '../support/mm_state.ts';

const state = (...pieces: readonly Piece[]) => mmState(anon({ pages: [0, 4] }), ...pieces);
const broken =
  (pfn: number, code: number = Hwpoison.isolated): Piece =>
  ({ hwpoison }) =>
    hwpoison.put(pfn - DEVICE_FRAMES, code);
const entry = (pfn: number): Pte => Pte.of({ special: 1, protnone: 1, pfn });
const asked = (before: ReturnType<typeof state>, after: ReturnType<typeof state>, name = 'memory_failure') =>
  stepVerdict(poison, before, name, after);
const mapped = countedPtes({ page: 0 }, memory(PAGE), none);
const gone = table({ page: 0 }, entry(PAGE));

describe('I-POISON', () => {
  it('wants nobody to map what is isolated; what could not be may stay', () => {
    expect(asked(state(mapped), state(gone, broken(PAGE)))).toBe('holds');
    expect(asked(state(mapped), state(mapped, broken(PAGE, Hwpoison.broken)))).toBe('holds');
    expect(asked(state(mapped), state(mapped, broken(PAGE)))).toMatchInlineSnapshot(
      `"after memory_failure page 22 (anon), which is isolated, is mapped"`,
    );
    const leaf = countedLeaf({ pfn: THP });
    expect(asked(state(leaf), state(leaf, broken(THP + 1)))).toContain('which is isolated, is mapped');
    expect(asked(state(mapped), state(mapped))).toBe('no subject');
  });

  it('wants what is broken, and free, to stay free', () => {
    const free = state(broken(PAGE, Hwpoison.broken));
    expect(asked(free, free, 'munmap')).toBe('holds');
    expect(asked(free, state(mapped, broken(PAGE, Hwpoison.broken)), 'handle_mm_fault')).toMatchInlineSnapshot(
      `"handle_mm_fault gives out page 22 (anon), which is known to be broken"`,
    );
  });

  it('wants hwpoison entries to name what is broken', () => {
    expect(asked(state(), state(gone), 'fork')).toMatchInlineSnapshot(
      `"after fork a hwpoison entry names frame 22, which is not broken"`,
    );
    expect(asked(state(), state(table({ page: 0 }, entry(3))), 'fork')).toContain('frame 3');
  });
});
