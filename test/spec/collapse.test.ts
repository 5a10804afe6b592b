import { describe, expect, it } from '@effect/vitest';
import { Result } from '../../model/state/mm_types.ts';
import { collapse } from '../../spec/collapse.ts';
import { countedLeaf, countedPtes } from '../support/mm_folios.ts';
import { anon, CHILD, leaf, memory, mmState, PAGE, returned, stepVerdict, THP } from '../support/mm_state.ts';

describe('I-COLLAPSE', () => {
  const slot = { mm: 0, slot: 0, by: 'MADV_COLLAPSE' };
  const small = [anon({ pages: [0, 2] }), countedPtes({ page: 0 }, memory(PAGE), memory(PAGE + 1))];
  const before = mmState(...small);
  const collapsed = mmState(anon({ pages: [0, 2] }), countedLeaf({ pfn: THP }));
  const after = (state = collapsed, args: Readonly<Record<string, unknown>> = slot) =>
    stepVerdict(collapse, before, 'collapse', state, args);

  it('wants a leaf of a large folio where MADV_COLLAPSE has succeeded', () => {
    expect(after()).toBe('holds');
    expect(after(before)).toMatchInlineSnapshot(
      `"parent page 0 is mapped by no leaf after MADV_COLLAPSE: frame 22, writable"`,
    );
    expect(after(mmState(anon({ pages: [0, 2] }), leaf({ pfn: PAGE })))).toMatchInlineSnapshot(
      `"parent page 0 is mapped by a leaf of page 22 (free) after MADV_COLLAPSE: frame 22, writable"`,
    );
  });

  it('has no subject in what fails, in khugepaged, in other operations, and where a leaf was', () => {
    expect(after(mmState(...small, returned(Result.EAGAIN)))).toBe('no subject');
    expect(after(before, { ...slot, by: 'khugepaged' })).toBe('no subject');
    expect(stepVerdict(collapse, before, 'split_folio', before, slot)).toBe('no subject');
    expect(stepVerdict(collapse, collapsed, 'collapse', before, slot)).toBe('no subject');
    expect(after(before, { ...slot, mm: CHILD })).toContain('by no leaf');
  });
});
