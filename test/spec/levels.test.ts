import { describe, expect, it } from '@effect/vitest';
import { Pud } from '../../model/state/mm_types.ts';
import { levels } from '../../spec/levels.ts';
import {
  anon,
  CHILD,
  dax,
  DAX,
  device,
  file,
  leaf,
  mixed,
  mmState,
  type Piece,
  pte,
  pudLeaf,
  shmem,
  table,
  thp,
  verdict,
} from '../support/mm_state.ts';

const whole = { pages: [0, 4] } as const;

const none: Piece = ({ pud }) => pud.put(1, Pud.of({}));
const bare: Piece = ({ pud }) => pud.put(0, Pud.of({}));

describe('I-LEVELS', () => {
  it('holds of PMD entries under tables, and of PUD leaves of devices, dax and drivers', () => {
    expect(verdict(levels, mmState(anon(whole), thp({}), table({ slot: 1, page: 0 }, pte(0))))).toBe('holds');
    for (const vma of [device(whole), dax(whole), mixed(whole)])
      expect(verdict(levels, mmState(vma, pudLeaf({})))).toBe('holds');
  });

  it('fails when a PMD entry is left under a PUD slot that is none, or a leaf', () => {
    expect(verdict(levels, mmState(table({ slot: 3, page: 2 }), none))).toMatchInlineSnapshot(
      `"parent pmd[3] is table 2, but parent pud[1] is none"`,
    );
    const both = mmState(device({ mm: CHILD, ...whole }), leaf({ mm: CHILD, slot: 1 }), pudLeaf({ mm: CHILD, pfn: 4 }));
    expect(verdict(levels, both)).toMatchInlineSnapshot(
      `"child pmd[1] is leaf pfn 0 RW special WB (by remap), but child pud[0] is leaf pfn 4 RW special WB"`,
    );
  });

  it('fails on a PUD leaf of anonymous memory, and of a file', () => {
    expect(verdict(levels, mmState(anon(whole), pudLeaf({ special: 0, pfn: DAX })))).toMatchInlineSnapshot(
      `"parent pud[0] is a leaf in the private anon VMA of pages 0..3 (RW)"`,
    );
    for (const vma of [shmem(whole), file(whole)]) expect(levels.holds(mmState(vma, pudLeaf({})))).toBe(false);
  });

  it('leaves a leaf without VMA to I-ALIGN', () => {
    expect(verdict(levels, mmState(pudLeaf({})))).toBe('holds');
  });

  it('has no subject without page tables', () => {
    expect(verdict(levels, mmState(device(whole), bare))).toBe('no subject');
  });
});
