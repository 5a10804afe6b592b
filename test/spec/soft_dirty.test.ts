import { describe, expect, it } from '@effect/vitest';
import { softdirty } from '../../spec/soft_dirty.ts';
import { countedLeaf, countedPtes, pinned } from '../support/mm_folios.ts';
import { anon, device, leaf, memory, mmState, none, PAGE, type Piece, stepVerdict, THP } from '../support/mm_state.ts';

const state = (...pieces: readonly Piece[]) => mmState(anon({ pages: [0, 4], softClean: 1 }), ...pieces);
const page = (write: 0 | 1) => countedPtes({ page: 0 }, memory(PAGE, { write }), none);
const thp = (write: 0 | 1) => countedLeaf({ pfn: THP, write });
const cleared = (before: ReturnType<typeof state>, after: ReturnType<typeof state>) =>
  stepVerdict(softdirty, before, 'clear_refs', after, { mm: 0 });
const does = (name: string, args: object, before: ReturnType<typeof state>, after: ReturnType<typeof state>) =>
  stepVerdict(softdirty, before, name, after, { mm: 0, ...args });

describe('I-SOFTDIRTY', () => {
  it('wants clear_refs to leave nothing writable', () => {
    expect(cleared(state(page(1)), state(page(0)))).toBe('holds');
    expect(cleared(state(thp(1)), state(thp(0)))).toBe('holds');
    expect(cleared(state(page(1)), state(page(1)))).toMatchInlineSnapshot(
      `"parent page 0 is writable (pte[0] of table 0) after clear_refs, in the private anon VMA of pages 0..3 (RW): nobody will know of a write"`,
    );
    expect(cleared(state(thp(1)), state(thp(1)))).toContain('parent page 0 is writable');
  });

  it('but a private page that is pinned, by a PTE, and VM_PFNMAP', () => {
    const pin = pinned({ page: 0, pfn: PAGE });
    expect(cleared(state(page(1), pin), state(page(1), pin))).toBe('holds');
    const leafPin = pinned({ page: 0, pfn: THP });
    expect(cleared(state(thp(1), leafPin), state(thp(1), leafPin))).toContain('parent page 0 is writable');
    const bar = mmState(device({ pages: [0, 2], fault: 1, softClean: 1 }), leaf({ pfn: 0 }));
    expect(cleared(bar, bar)).toBe('holds');
  });

  it('lets an entry become writable by a write to what it maps, and by nothing else', () => {
    expect(does('handle_mm_fault', { page: 0, access: 'write' }, state(page(0)), state(page(1)))).toBe('holds');
    expect(does('handle_mm_fault', { page: 1, access: 'write' }, state(thp(0)), state(thp(1)))).toBe('holds');
    expect(does('handle_mm_fault', { page: 1, access: 'write' }, state(page(0)), state(page(1)))).toContain('page 0');
    expect(does('handle_mm_fault', { page: 0, access: 'read' }, state(page(0)), state(page(1)))).toContain('page 0');
    expect(does('mprotect', { range: { from: 0, to: 1 }, prot: 'RW' }, state(page(0)), state(page(1)))).toContain(
      'page 0',
    );
    expect(does('munmap', { range: { from: 3, to: 4 } }, state(page(1)), state(page(1)))).toBe('holds');
  });

  it('is about VMAs that have lost VM_SOFTDIRTY', () => {
    const other = mmState(anon({ pages: [0, 4] }), page(1));
    expect(cleared(other, other)).toBe('no subject');
  });
});
