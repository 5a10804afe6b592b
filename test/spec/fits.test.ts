import { describe, expect, it } from '@effect/vitest';
import { Pud, Result } from '../../model/state/mm_types.ts';
import { leafFits } from '../../spec/fits.ts';
import {
  cowDevice,
  device,
  emptySlot,
  faultLeaf,
  type Piece,
  pmdTable,
  pte,
  pudLeaf,
  returned,
  stateOn,
  stepVerdict,
  table,
} from '../support/mm_state.ts';

const of = (pages: readonly [number, number], pgoff = 0) => device({ pages, pgoff, fault: 1, hugeFault: 1 });
const at = (page: number) => ({ mm: 0, page, access: 'read' });
/** Without a PMD table. */
const nothing: Piece = ({ pud }) => pud.put(0, Pud.of({}));
const asked = (page: number, before: readonly Piece[], after: readonly Piece[], machine = {}) =>
  stepVerdict(leafFits, stateOn(machine, ...before), 'handle_mm_fault', stateOn(machine, ...after), at(page));

describe('I-FITS', () => {
  it('holds when the largest leaf comes that fits', () => {
    expect(asked(1, [of([0, 4]), nothing], [of([0, 4]), pudLeaf({})])).toBe('holds');
    expect(asked(1, [of([0, 2]), nothing], [of([0, 2]), faultLeaf({})])).toBe('holds');
    expect(asked(3, [of([0, 4]), pmdTable({})], [of([0, 4]), faultLeaf({ slot: 1, pfn: 2 })])).toBe('holds');
  });

  it('fails when a smaller one comes, or a PTE', () => {
    expect(asked(1, [of([0, 4]), nothing], [of([0, 4]), faultLeaf({})])).toMatchInlineSnapshot(
      `"page 1 of the shared pfnmap VMA of pages 0..3 (RW, ->fault, ->huge_fault) is mapped by the leaf in pmd[0], where a leaf of 4 pages fits"`,
    );
    expect(asked(1, [of([0, 2]), nothing], [of([0, 2]), table({ page: 0 }, pte(0), pte(1))])).toMatchInlineSnapshot(
      `"page 1 of the shared pfnmap VMA of pages 0..1 (RW, ->fault, ->huge_fault) is mapped by pte[1] of table 0, where a leaf of 2 pages fits"`,
    );
  });

  it('has no subject where none fits: the VMA, the frame, what is there already', () => {
    const ptes = table({ page: 0 }, pte(0), pte(1));
    expect(asked(1, [of([1, 2], 1), nothing], [of([1, 2], 1), ptes])).toBe('no subject');
    expect(asked(0, [of([0, 4], 1), nothing], [of([0, 4], 1), table({ page: 0 }, pte(1))])).toBe('no subject');
    expect(asked(1, [of([0, 2]), table({ page: 0 }, pte(0))], [of([0, 2]), ptes])).toBe('no subject');
    expect(asked(1, [of([0, 4]), pudLeaf({})], [of([0, 4]), pudLeaf({})])).toBe('no subject');
    expect(asked(0, [of([0, 4], 1), pmdTable({}), emptySlot({})], [of([0, 4], 1), ptes])).toBe('no subject');
  });

  it('has no subject where there are no leaves, no handler for them, or no memory', () => {
    const ptes = table({ page: 0 }, pte(0), pte(1));
    expect(asked(1, [of([0, 2])], [of([0, 2]), ptes], { pmdSpecial: false, pudSpecial: false })).toBe('no subject');
    expect(asked(1, [of([0, 2])], [of([0, 2]), ptes], { pmdLeaves: false })).toBe('no subject');
    expect(asked(1, [of([0, 4]), nothing], [of([0, 4]), faultLeaf({})], { pudLeaves: false })).toBe('holds');
    const plain = device({ pages: [0, 2], fault: 1 });
    expect(asked(1, [plain], [plain, ptes])).toBe('no subject');
    const priv = cowDevice({ pages: [0, 2], fault: 1, hugeFault: 1 });
    expect(asked(1, [priv], [priv, ptes])).toBe('no subject');
    expect(asked(1, [of([0, 2])], [of([0, 2]), returned(Result.OOM, 1)])).toBe('no subject');
    expect(asked(1, [of([0, 2])], [of([0, 2]), ptes, returned(Result.ok, 1)])).toBe('no subject');
  });
});
