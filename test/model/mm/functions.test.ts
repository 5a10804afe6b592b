/** What no sequence of operations can show of single functions, since another function hides it. */
import { describe, expect, it } from '@effect/vitest';
import type { Words } from '../../../checker/search/index.ts';
import { insert_pmd } from '../../../model/mm/huge_memory.ts';
import { type Kernel, patched, type Sys } from '../../../model/mm/kernel.ts';
import { move_ptes } from '../../../model/mm/mremap.ts';
import { NO_OPERATIONS } from '../../../model/operations/alphabet.ts';
import { mm_dec_nr_ptes, mm_inc_nr_ptes, pmd_alloc, pte_alloc, pte_alloc_one } from '../../../model/mm/pgalloc.ts';
import {
  pgtable_trans_huge_deposit,
  pgtable_trans_huge_withdraw,
  pmd_lock,
} from '../../../model/mm/pgtable_generic.ts';
import { mmWorld } from '../../../model/mm/world.ts';
import { v7_1 } from '../../../model/releases/v7_1.ts';
import { SMALL } from '../../../model/state/geometry.ts';
import { X86_64 } from '../../../model/state/machine.ts';
import { Mm, NrPtes, Pgprot, Pmd, Pte, PtePage } from '../../../model/state/mm_types.ts';

/** A process with nothing in it, on a kernel of which functions may be replaced. */
const machine = (kernel: Kernel = v7_1): Sys => {
  const { layout, initial } = mmWorld({
    name: 'one function',
    geometry: SMALL,
    machine: X86_64,
    kernel,
    alphabet: NO_OPERATIONS,
    failuresMax: 0,
    properties: [],
  });
  const words: Words = layout.zero();
  const s = layout.draftOf(words);
  initial[0]!(s);
  return s;
};
const allocated = (s: Sys): number => {
  let tables = 0;
  for (let i = 0; i < s.ptePage.rows; i++) tables += PtePage.allocated(s.ptePage.at(i));
  return tables;
};

describe('the deposit list', () => {
  it('gives back the newest table first, then the others from the oldest on', () => {
    const s = machine();
    pmd_lock(s);
    const tables = [0, 1, 2].map(() => pte_alloc_one(s));
    for (const table of tables) pgtable_trans_huge_deposit(s, 0, 0, table);
    expect(tables.map(() => pgtable_trans_huge_withdraw(s, 0, 1))).toEqual([2, 0, 1]);
    expect(() => pgtable_trans_huge_withdraw(s, 0, 0)).toThrow('empty list');
  });
});

describe('insert_pmd() where a leaf is already', () => {
  const needs = patched(v7_1, { arch_needs_pgtable_deposit: () => () => true });
  const prot = Pgprot.of({ young: 1 });

  it('frees the table that it did not need, and deposits none', () => {
    const s = machine(needs);
    pmd_alloc(s, 0, 0);
    expect([insert_pmd(s, 0, 0, 0, prot, false), insert_pmd(s, 0, 0, 0, prot, true)]).toEqual([true, true]);
    expect([allocated(s), NrPtes.valueOf(Mm.nrPtes(s.mm.at(0)))]).toEqual([1, 1]);
  });

  it('makes the leaf writable, young and dirty for a write, and leaves it alone for a read', () => {
    const s = machine();
    pmd_alloc(s, 0, 0);
    insert_pmd(s, 0, 0, 4, prot, false);
    const before = s.pmd.at(0);
    insert_pmd(s, 0, 0, 4, prot, false);
    expect(s.pmd.at(0)).toBe(before);
    insert_pmd(s, 0, 0, 4, prot, true);
    expect(Pmd.show(s.pmd.at(0))).toBe('leaf pfn 4 RW young dirty special WB');
  });
});

describe('move_ptes()', () => {
  it('leaves nothing behind', () => {
    const s = machine();
    for (const slot of [0, 1]) {
      pmd_alloc(s, 0, slot);
      pte_alloc(s, 0, slot);
    }
    s.pte.put(0, Pte.of({ present: 1, pfn: 3 }));
    move_ptes(s, 0, 0, 3, 1);
    expect([0, 1, 2, 3].map((row) => Pte.show(s.pte.at(row)))).toEqual(['none', 'none', 'none', 'pfn 3 RO WB']);
  });
});

describe('the counter of page-table pages', () => {
  it('goes below zero when more is given back than was taken, and sticks at its ends', () => {
    const s = machine();
    mm_dec_nr_ptes(s, 0);
    expect(Mm.show(s.mm.at(0))).toBe('alive, -1 page-table pages');
    for (let i = 0; i < 20; i++) mm_dec_nr_ptes(s, 0);
    expect(Mm.show(s.mm.at(0))).toBe('alive, -15 page-table pages');
    for (let i = 0; i < 40; i++) mm_inc_nr_ptes(s, 0);
    expect(Mm.show(s.mm.at(0))).toBe('alive, 15 page-table pages');
  });
});
