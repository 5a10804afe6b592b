import { describe, expect, it } from '@effect/vitest';
import { special } from '../../spec/special.ts';
import {
  anon,
  cowDevice,
  device,
  FILE,
  leaf,
  memory,
  migration,
  mmState,
  none,
  pte,
  shmem,
  table,
  thp,
  verdict,
} from '../support/mm_state.ts';

describe('I-SPECIAL', () => {
  it('holds when device entries are special, copies and folios are not', () => {
    const mixed = [cowDevice({ pages: [2, 4], pgoff: 2 }), table({ slot: 1, page: 0 }, pte(2), memory(31))];
    expect(verdict(special(true), mmState(device({ pages: [0, 2] }), leaf({}), ...mixed))).toBe('holds');
    const folios = [anon({ pages: [0, 2] }), thp({}), shmem({ pages: [2, 4] }), thp({ slot: 1, pfn: FILE })];
    expect(verdict(special(true), mmState(...folios))).toBe('holds');
    const last = mmState(device({ pages: [0, 2], pgoff: 14 }), table({ page: 0 }, pte(14), pte(15)));
    expect(verdict(special(true), last)).toBe('holds');
  });

  it('fails when a split forgets the bit in one PTE', () => {
    const s = mmState(device({ pages: [0, 2] }), table({ page: 4 }, pte(0), pte(1, { special: 0 })));
    expect(verdict(special(true), s)).toMatchInlineSnapshot(
      `"parent page 1 translates to frame 1, which is a device frame, but pte[1] of table 4 is not special"`,
    );
  });

  it('fails on a leaf without it', () => {
    expect(verdict(special(true), mmState(device({ pages: [0, 2] }), leaf({ special: 0 })))).toMatchInlineSnapshot(
      `"parent page 0 translates to frame 0, which is a device frame, but the leaf in pmd[0] is not special"`,
    );
  });

  it('fails on a special folio and a special copy', () => {
    expect(verdict(special(true), mmState(anon({ pages: [0, 2] }), thp({ special: 1 })))).toMatchInlineSnapshot(
      `"parent page 0 translates to frame 18, which belongs to a folio, but the leaf in pmd[0] is special"`,
    );
    const copy = mmState(cowDevice({ pages: [0, 2] }), table({ page: 0 }, memory(31, { special: 1 }), pte(1)));
    expect(verdict(special(true), copy)).toMatchInlineSnapshot(
      `"parent page 0 translates to frame 31, which belongs to a folio, but pte[0] of table 0 is special"`,
    );
  });

  it('has no subject where nothing is present; a migration entry is not asked', () => {
    const s = mmState(anon({ pages: [0, 4] }), migration({}), table({ slot: 1, page: 0 }, none, none));
    expect(verdict(special(true), s)).toBe('no subject');
  });
});
