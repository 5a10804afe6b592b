import { describe, expect, it } from '@effect/vitest';
import { Pin, Prot, VmaKind } from '../../model/state/mm_types.ts';
import { gup } from '../../spec/gup.ts';
import {
  anon,
  device,
  file,
  memory,
  mmState,
  none,
  PAGE,
  type Piece,
  pte,
  REGULAR,
  stepVerdict,
  table,
} from '../support/mm_state.ts';

const pinned =
  (frame: number, write = 0, page = 0): Piece =>
  (draft) =>
    draft.pin.put(0, Pin.of({ taken: 1, mm: 0, page, pfn: frame, write }));
const asked = (vma: Piece, entry: Piece, pin: Piece, how = 'pin', name = 'get_user_pages') =>
  stepVerdict(gup, mmState(vma, entry), name, mmState(vma, entry, pin), { how });

const ours = table({ page: 0 }, memory(PAGE), none);

const at = (fields: object) => table({ page: 0 }, pte(0, fields), none);

describe('I-GUP', () => {
  it('lets pages be taken that may be accessed', () => {
    expect(asked(anon({ pages: [0, 2] }), ours, pinned(PAGE, 1))).toBe('holds');
    expect(asked(anon({ pages: [0, 2], prot: Prot.R }), ours, pinned(PAGE), 'pin', 'pin_user_pages')).toBe('holds');
  });
  it('wants the page that is mapped', () => {
    expect(asked(anon({ pages: [0, 2] }), ours, pinned(PAGE + 1))).toContain(`frame ${PAGE + 1}`);
    expect(asked(anon({ pages: [0, 2] }), ours, pinned(PAGE, 0, 5))).toContain('no VMA');
  });
  it('wants the right', () => {
    expect(asked(anon({ pages: [0, 2], prot: Prot.NONE }), ours, pinned(PAGE))).toContain('for reading');
    expect(asked(anon({ pages: [0, 2], prot: Prot.R }), ours, pinned(PAGE, 1))).toContain('for writing');
  });
  it('wants nothing of VM_PFNMAP, not even its accessed bit', () => {
    const bar = device({ pages: [0, 2], fault: 1 });
    expect(asked(bar, at({}), pinned(0))).toContain('pfnmap VMA');
    const touched = stepVerdict(gup, mmState(bar, at({ dirty: 0 })), 'pin_user_pages', mmState(bar, at({ dirty: 1 })));
    expect(touched).toBe('pin_user_pages has changed the entry of parent page 0');
  });
  it('lets no file be pinned for writing on long term', () => {
    const shared = file({ pages: [0, 2] });
    const entry = table({ page: 0 }, memory(REGULAR), none);
    expect(asked(shared, entry, pinned(REGULAR, 1), 'long-term pin')).toContain('for writing');
    expect(asked(shared, entry, pinned(REGULAR, 1))).toBe('holds');
    expect(asked(shared, entry, pinned(REGULAR), 'long-term pin')).toBe('holds');
    const copied = file({ kind: VmaKind.file, pages: [0, 2], shared: 0 });
    expect(asked(copied, ours, pinned(PAGE, 1), 'long-term pin')).toBe('holds');
  });
  it('asks of GUP only', () => {
    expect(asked(anon({ pages: [0, 2], prot: Prot.NONE }), ours, pinned(PAGE), 'pin', 'munmap')).toBe('no subject');
  });
});
