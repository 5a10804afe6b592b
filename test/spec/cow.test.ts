import { describe, expect, it } from '@effect/vitest';
import { noCow } from '../../spec/cow.ts';
import {
  anon,
  cowDevice,
  device,
  file,
  leaf,
  memory,
  mmState,
  pte,
  REGULAR,
  table,
  thp,
  verdict,
} from '../support/mm_state.ts';

const strict = noCow(true);
const lenient = noCow(false);
const readOnly = { write: 0 } as const;

describe('I-NOCOW', () => {
  it('holds of read-only PTEs and writable copies', () => {
    const s = mmState(cowDevice({ pages: [0, 2] }), table({ page: 0 }, pte(0, readOnly), memory(31)));
    expect(verdict(strict, s)).toBe('holds');
    expect(verdict(lenient, s)).toBe('holds');
  });

  it('allows a read-only leaf only in the lenient reading', () => {
    const s = mmState(cowDevice({ pages: [0, 2] }), leaf(readOnly));
    expect(verdict(lenient, s)).toBe('holds');
    expect(verdict(strict, s)).toMatchInlineSnapshot(
      `"parent page 0 maps device frame 0, read-only (the leaf in pmd[0]), in the private pfnmap VMA of pages 0..1 (RW)"`,
    );
  });

  it('fails on a writable leaf and a writable PTE in either', () => {
    const byLeaf = mmState(cowDevice({ pages: [0, 2] }), leaf({}));
    expect(verdict(lenient, byLeaf)).toMatchInlineSnapshot(
      `"parent page 0 maps device frame 0, writable (the leaf in pmd[0]), in the private pfnmap VMA of pages 0..1 (RW)"`,
    );
    const byPte = mmState(cowDevice({ pages: [0, 2] }), table({ page: 3 }, pte(0, readOnly), pte(1)));
    expect(verdict(lenient, byPte)).toMatchInlineSnapshot(
      `"parent page 1 maps device frame 1, writable (pte[1] of table 3), in the private pfnmap VMA of pages 0..1 (RW)"`,
    );
    expect(strict.holds(byPte)).toBe(false);
  });

  it('fails on a writable PTE of a file in a private mapping of it, which may map pages of it read-only', () => {
    const privately = [file({ pages: [0, 2], shared: 0 })];
    expect(verdict(strict, mmState(...privately, table({ page: 0 }, memory(REGULAR, readOnly), memory(31))))).toBe(
      'holds',
    );
    expect(verdict(strict, mmState(...privately, table({ page: 0 }, memory(REGULAR))))).toMatchInlineSnapshot(
      `"parent page 0 maps frame 40 (file), writable (pte[0] of table 0), in the private file VMA of pages 0..1 (RW, ->fault)"`,
    );
  });

  it('says what it checks', () => {
    expect([strict.says, lenient.says]).toMatchInlineSnapshot(`
      [
        "In a CoW VMA no entry that maps a device or a file is writable, and in a CoW VM_PFNMAP VMA no leaf maps the device.",
        "In a CoW VMA no entry that maps a device or a file is writable.",
      ]
    `);
  });

  it('has no subject in shared mappings, in ones that never write, and in memory', () => {
    const never = [cowDevice({ pages: [2, 4], pgoff: 2, mayWrite: 0, prot: 1 }), leaf({ slot: 1, pfn: 2, write: 0 })];
    const s = mmState(device({ pages: [0, 2] }), leaf({}), ...never, anon({ pages: [4, 6] }), thp({ slot: 2 }));
    expect(verdict(strict, s)).toBe('no subject');
    expect(verdict(lenient, s)).toBe('no subject');
  });
});
