import { describe, expect, it } from '@effect/vitest';
import { Result } from '../../model/state/mm_types.ts';
import { bound } from '../../spec/bound.ts';
import { anon, device, leaf, mmState, none, pte, returned, stepVerdict, table, thp } from '../support/mm_state.ts';

const before = mmState();
const failed = returned(Result.ENOMEM, 1);

describe('I-BOUND', () => {
  it('holds when every page is mapped, by a leaf or by PTEs', () => {
    const after = mmState(device({ pages: [0, 4] }), leaf({}), table({ slot: 1, page: 0 }, pte(2), pte(3)));
    expect(stepVerdict(bound, before, 'mmap', after)).toBe('holds');
  });

  it('fails when mmap() succeeds with a hole', () => {
    const after = mmState(device({ pages: [0, 4] }), leaf({}), table({ slot: 1, page: 0 }, pte(2), none));
    expect(stepVerdict(bound, before, 'mmap', after)).toMatchInlineSnapshot(
      `"mmap returned ok, 0 allocations failed: parent page 3 is in the shared pfnmap VMA of pages 0..3 (RW) and translates to nothing (pte[1] of table 0)"`,
    );
  });

  it('holds when mmap() fails and leaves nothing but what was there', () => {
    const there = [anon({ pages: [0, 2] }), thp({})];
    expect(stepVerdict(bound, mmState(...there), 'mmap', mmState(...there, failed))).toBe('holds');
  });

  it('fails when an error leaves a translation, or the VMA', () => {
    expect(stepVerdict(bound, before, 'mmap', mmState(leaf({}), failed))).toMatchInlineSnapshot(
      `"mmap returned ENOMEM, 1 allocation failed: parent page 0 is in no VMA and translates to frame 0, writable"`,
    );
    expect(stepVerdict(bound, before, 'mmap', mmState(device({ pages: [2, 4] }), failed))).toMatchInlineSnapshot(
      `"mmap returned ENOMEM, 1 allocation failed: parent page 2 is in the shared pfnmap VMA of pages 2..3 (RW) and translates to nothing (pmd[1], which is none)"`,
    );
  });

  it('has no subject when a driver with a fault handler maps nothing, or a part', () => {
    expect(stepVerdict(bound, before, 'mmap', mmState(device({ pages: [0, 4], fault: 1 })))).toBe('no subject');
    const part = mmState(device({ pages: [0, 4], hugeFault: 1 }), leaf({}));
    expect(stepVerdict(bound, before, 'mmap', part)).toBe('no subject');
  });

  it('has no subject in other operations and in mmap() of memory', () => {
    expect(stepVerdict(bound, before, 'mremap', mmState(device({ pages: [0, 2] })))).toBe('no subject');
    const old = mmState(device({ pages: [0, 2] }));
    expect(stepVerdict(bound, old, 'mmap', mmState(device({ pages: [0, 2] }), anon({ pages: [2, 4] })))).toBe(
      'no subject',
    );
  });
});
