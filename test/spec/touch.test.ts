import { describe, expect, it } from '@effect/vitest';
import { touch } from '../../spec/touch.ts';
import {
  cowDevice,
  device,
  faultLeaf,
  memory,
  mmState,
  PAGE,
  type Piece,
  pte,
  pudLeaf,
  stepVerdict,
  table,
} from '../support/mm_state.ts';

const bar = device({ pages: [0, 4], fault: 1, hugeFault: 1 });
const PAGE1 = { mm: 0, page: 1, access: 'write' };
const asked = (before: readonly Piece[], after: readonly Piece[], name = 'handle_mm_fault') =>
  stepVerdict(touch, mmState(...before), name, mmState(...after), PAGE1);

describe('I-TOUCH', () => {
  it('holds when what is mapped anew is what the VMA names', () => {
    expect(asked([bar], [bar, pudLeaf({})])).toBe('holds');
    expect(asked([bar], [bar, table({ page: 0 }, pte(0), pte(1))])).toBe('holds');
  });

  it('holds when other pages lose their entry: another touch brings it back', () => {
    expect(asked([bar, pudLeaf({ write: 0 })], [bar, table({ page: 0 }, pte(0, { write: 0 }), pte(1))])).toBe('holds');
  });

  it('fails when a leaf begins with the wrong frame, or brings another one', () => {
    expect(asked([bar], [bar, faultLeaf({ pfn: 1 })])).toMatchInlineSnapshot(
      `"parent page 0 in the shared pfnmap VMA of pages 0..3 (RW, ->fault, ->huge_fault) was nothing; after an access to page 1 it is frame 1, writable"`,
    );
    expect(asked([bar, table({ page: 0 }, pte(0))], [bar, table({ page: 0 }, pte(2), pte(1))])).toMatchInlineSnapshot(
      `"parent page 0 in the shared pfnmap VMA of pages 0..3 (RW, ->fault, ->huge_fault) was frame 0, writable; after an access to page 1 it is frame 2, writable"`,
    );
  });

  it('fails when a page that was not touched may not be written any more', () => {
    const before = [bar, table({ page: 0 }, pte(0), pte(1, { write: 0 }))];
    expect(asked(before, [bar, table({ page: 0 }, pte(0, { write: 0 }), pte(1))])).toMatchInlineSnapshot(
      `"parent page 0 in the shared pfnmap VMA of pages 0..3 (RW, ->fault, ->huge_fault) was frame 0, writable; after an access to page 1 it is frame 0, read-only"`,
    );
  });

  it('lets a write copy the page that it is about, and no other', () => {
    const priv = cowDevice({ pages: [0, 2], fault: 1 });
    const before = [priv, table({ page: 0 }, pte(0, { write: 0 }), pte(1, { write: 0 }))];
    expect(asked(before, [priv, table({ page: 0 }, pte(0, { write: 0 }), memory(PAGE))])).toBe('holds');
    expect(asked(before, [priv, table({ page: 0 }, memory(PAGE), pte(1, { write: 0 }))])).toMatchInlineSnapshot(
      `"parent page 0 in the private pfnmap VMA of pages 0..1 (RW, ->fault) was frame 0, read-only; after an access to page 1 it is frame 22, writable"`,
    );
  });

  it('has no subject in another operation, or where no handler is asked', () => {
    expect(asked([bar], [bar, faultLeaf({ pfn: 1 })], 'munmap')).toBe('no subject');
    const remapped = device({ pages: [0, 4] });
    expect(asked([remapped], [remapped, faultLeaf({})])).toBe('no subject');
  });
});
