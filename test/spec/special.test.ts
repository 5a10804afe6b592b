import { describe, expect, it } from '@effect/vitest';
import { special } from '../../spec/special.ts';
import {
  anon,
  cowDevice,
  dax,
  DAX,
  device,
  DRIVER,
  FILE,
  HUGE_ZERO,
  leaf,
  memory,
  migration,
  mixed,
  mmState,
  none,
  PAGE,
  pte,
  pudLeaf,
  shmem,
  stateOn,
  table,
  thp,
  verdict,
  ZERO_PAGE,
} from '../support/mm_state.ts';

const now = special(true);
const until617 = special(false);

const zeroes = (bit: number) => [anon({ pages: [0, 2] }), table({ page: 0 }, memory(ZERO_PAGE, { special: bit }))];
const huge = (bit: number) => mmState(anon({ pages: [0, 2] }), thp({ pfn: HUGE_ZERO, special: bit }));
const page = (bit: number) => table({ page: 0 }, memory(DRIVER, { special: bit }));
const daxPte = (bit: number) => mmState(dax({ pages: [0, 2] }), table({ page: 0 }, memory(DAX, { special: bit })));
const leaves = (bit: number) => [
  dax({ pages: [0, 4] }),
  pudLeaf({ pfn: DAX, devmap: 1, special: bit }),
  dax({ pages: [4, 6] }),
  thp({ slot: 2, pfn: DAX, devmap: 1, special: bit }),
];

describe('I-SPECIAL', () => {
  it('holds when device entries are special, copies and folios are not', () => {
    const copied = [cowDevice({ pages: [2, 4], pgoff: 2 }), table({ slot: 1, page: 0 }, pte(2), memory(PAGE))];
    expect(verdict(now, mmState(device({ pages: [0, 2] }), leaf({}), ...copied))).toBe('holds');
    const folios = [anon({ pages: [0, 2] }), thp({}), shmem({ pages: [2, 4] }), thp({ slot: 1, pfn: FILE })];
    expect(verdict(now, mmState(...folios))).toBe('holds');
    const last = mmState(device({ pages: [0, 2], pgoff: 14 }), table({ page: 0 }, pte(14), pte(15)));
    expect(verdict(now, last)).toBe('holds');
    expect(verdict(now, mmState(device({ pages: [0, 4] }), pudLeaf({})))).toBe('holds');
    expect(verdict(now, mmState(dax({ pages: [0, 4] }), pudLeaf({ pfn: DAX, special: 0 })))).toBe('holds');
  });

  it('fails when a split forgets the bit in one PTE', () => {
    const s = mmState(device({ pages: [0, 2] }), table({ page: 4 }, pte(0), pte(1, { special: 0 })));
    expect(verdict(now, s)).toMatchInlineSnapshot(
      `"parent page 1 translates to frame 1, which is a device frame, but pte[1] of table 4 is not special"`,
    );
  });

  it('fails on a leaf without it, at either level', () => {
    expect(verdict(now, mmState(device({ pages: [0, 2] }), leaf({ special: 0 })))).toMatchInlineSnapshot(
      `"parent page 0 translates to frame 0, which is a device frame, but the leaf in pmd[0] is not special"`,
    );
    expect(verdict(now, mmState(device({ pages: [0, 4] }), pudLeaf({ special: 0 })))).toMatchInlineSnapshot(
      `"parent page 0 translates to frame 0, which is a device frame, but the leaf in pud[0] is not special"`,
    );
  });

  it('fails on a special folio, as v6.15 inserted them, and on a special copy', () => {
    expect(verdict(now, mmState(anon({ pages: [0, 2] }), thp({ special: 1 })))).toMatchInlineSnapshot(
      `"parent page 0 translates to frame 18, which is anon memory, but the leaf in pmd[0] is special"`,
    );
    expect(verdict(now, mmState(dax({ pages: [0, 4] }), pudLeaf({ pfn: DAX })))).toMatchInlineSnapshot(
      `"parent page 0 translates to frame 32, which is dax memory, but the leaf in pud[0] is special"`,
    );
    const copy = mmState(cowDevice({ pages: [0, 2] }), table({ page: 0 }, memory(PAGE, { special: 1 }), pte(1)));
    expect(verdict(now, copy)).toMatchInlineSnapshot(
      `"parent page 0 translates to frame 22, which is anon memory, but pte[0] of table 0 is special"`,
    );
  });

  it('asks the zero page for the bit, and a leaf of the huge zero folio since v6.18', () => {
    expect(verdict(now, mmState(...zeroes(1)))).toBe('holds');
    expect(verdict(until617, mmState(...zeroes(1)))).toBe('holds');
    expect(verdict(now, mmState(...zeroes(0)))).toMatchInlineSnapshot(
      `"parent page 0 translates to frame 42, which is the zero page, but pte[0] of table 0 is not special"`,
    );
    expect(verdict(now, huge(1))).toBe('holds');
    expect(verdict(until617, huge(0))).toBe('holds');
    expect(verdict(now, huge(0))).toMatchInlineSnapshot(
      `"parent page 0 translates to frame 38, which is of the huge zero folio, but the leaf in pmd[0] is not special"`,
    );
    expect(verdict(until617, huge(1))).toMatchInlineSnapshot(
      `"parent page 0 translates to frame 38, which is of the huge zero folio, but the leaf in pmd[0] is special"`,
    );
  });

  it('leaves it to vmf_insert_mixed() and vm_insert_page() whether the page of a driver is counted', () => {
    for (const bit of [0, 1]) expect(verdict(now, mmState(mixed({ pages: [0, 2] }), page(bit)))).toBe('holds');
    expect(verdict(now, mmState(mixed({ pages: [0, 2] }), thp({ pfn: DRIVER, special: 1 })))).toMatchInlineSnapshot(
      `"parent page 0 translates to frame 36, which is driver memory, but the leaf in pmd[0] is special"`,
    );
    expect(verdict(now, mmState(dax({ pages: [0, 2] }), page(1)))).toMatchInlineSnapshot(
      `"parent page 0 translates to frame 36, which is driver memory, but pte[0] of table 0 is special"`,
    );
  });

  it('wants the bit of a devmap PTE, and of no other of device-dax', () => {
    expect(verdict(special(false, true), daxPte(1))).toBe('holds');
    expect(verdict(now, daxPte(0))).toBe('holds');
    expect(verdict(special(false, true), daxPte(0))).toMatchInlineSnapshot(
      `"parent page 0 translates to frame 32, which is dax memory, but pte[0] of table 0 is not special"`,
    );
    expect(verdict(now, daxPte(1))).toMatchInlineSnapshot(
      `"parent page 0 translates to frame 32, which is dax memory, but pte[0] of table 0 is special"`,
    );
  });

  it('wants no bit where leaves have none', () => {
    const without = { pmdSpecial: false, pudSpecial: false };
    expect(verdict(now, stateOn(without, device({ pages: [0, 2] }), leaf({ special: 0 })))).toBe('holds');
    expect(verdict(now, stateOn(without, device({ pages: [0, 4] }), pudLeaf({})))).toMatchInlineSnapshot(
      `"parent page 0 translates to frame 0, which is a device frame, but the leaf in pud[0] is special"`,
    );
    const ptes = stateOn(without, device({ pages: [0, 2] }), table({ page: 0 }, pte(0), pte(1, { special: 0 })));
    expect(verdict(now, ptes)).toMatchInlineSnapshot(
      `"parent page 1 translates to frame 1, which is a device frame, but pte[1] of table 0 is not special"`,
    );
  });

  it('wants no bit beside devmap, which is a sign of its own', () => {
    expect(verdict(now, mmState(...leaves(0)))).toBe('holds');
    expect(verdict(now, mmState(...leaves(1)))).toMatchInlineSnapshot(
      `"parent page 0 translates to frame 32, which is dax memory, but the leaf in pud[0], devmap, is special"`,
    );
  });

  it('has no subject where nothing is present; a migration entry is not asked', () => {
    const s = mmState(anon({ pages: [0, 4] }), migration({}), table({ slot: 1, page: 0 }, none, none));
    expect(verdict(now, s)).toBe('no subject');
  });
});
