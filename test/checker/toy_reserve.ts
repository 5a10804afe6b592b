/** The world `reserve` of the toy catalogue. */
import { action, entry, layoutOf, ModelBug, oneOf, table, upTo, type World } from '../../checker/search/index.ts';

export interface Variant {
  readonly pmds: number;
  /** A zap keeps the reserved table. */
  readonly keeps: boolean;
  /** A split allocates its table instead of withdrawing it. */
  readonly fresh: boolean;
  readonly faulty: boolean;
  /** Tables that one huge PMD holds in reserve. */
  readonly deposits: number;
}

const Kind = oneOf('none', 'huge', 'table', 'swap');
const Pmd = entry('pmd')({ kind: Kind, folio: upTo(7) });
const Mm = entry('mm')({ reserved: upTo(15) });
const NONE = Pmd.of({});

export const reserveWorld = ({ pmds, keeps, fresh, faulty, deposits }: Variant) => {
  const layout = layoutOf({ pmd: table(pmds, Pmd), mm: table(1, Mm) });
  type V = ReturnType<typeof layout.viewOf>;
  type D = ReturnType<typeof layout.draftOf>;
  const slots = Array.from({ length: pmds }, (_, i) => i);
  const count = (s: V, kind: number): number => slots.filter((at) => Pmd.kind(s.pmd.at(at)) === kind).length;
  const held = (s: V): number => Mm.reserved(s.mm.at(0));
  const reserve = (s: D, by: number): void => {
    const reserved = Mm.reserved(s.mm.at(0)) + by;
    if (reserved < 0) throw new ModelBug('noNullReserve', 'pgtable_trans_huge_withdraw() finds no table');
    s.mm.put(0, Mm.of({ reserved: Math.min(reserved, 15) }));
  };
  const isHuge = (s: V, { at }: { at: number }): boolean => Pmd.kind(s.pmd.at(at)) === Kind.huge;

  const fault = action<V, D, { at: number }>({
    name: 'do_huge_pmd_anonymous_page',
    mirrors: 'mm/huge_memory.c do_huge_pmd_anonymous_page()',
    args: { at: slots },
    guard: (s, { at }) => s.pmd.at(at) === NONE && held(s) < 8,
    effect: (s, { at }, choose) => {
      if (choose('pte_alloc_one', ['gives a table', 'fails']) === 1) return;
      s.pmd.put(at, Pmd.of({ kind: Kind.huge, folio: at + 1 }));
      reserve(s, deposits);
    },
  });
  const zap = action<V, D, { at: number }>({
    name: 'zap_huge_pmd',
    mirrors: 'mm/huge_memory.c zap_huge_pmd()',
    args: { at: slots },
    guard: isHuge,
    effect: (s, { at }) => {
      s.pmd.put(at, NONE);
      if (!keeps) reserve(s, -deposits);
    },
  });
  const split = action<V, D, { at: number; freeze: boolean }>({
    name: 'split_huge_pmd',
    mirrors: 'mm/huge_memory.c __split_huge_pmd_locked()',
    args: { at: slots, freeze: [false, true] },
    guard: isHuge,
    steps: [
      { name: 'invalidate', run: () => undefined },
      {
        name: 'populate',
        run: (s, { at }, choose) => {
          // A fresh table leaves the reserve alone; a failed allocation falls back on it, a table too many.
          if (!fresh) reserve(s, -deposits);
          else if (choose('pte_alloc_one', ['gives a table', 'fails']) === 1) reserve(s, -deposits - 1);
          s.pmd.put(at, Pmd.of({ kind: Kind.table }));
        },
      },
    ],
  });
  const collapse = action<V, D, { at: number }>({
    name: 'collapse_huge_page',
    mirrors: 'mm/khugepaged.c collapse_huge_page()',
    args: { at: slots },
    guard: (s, { at }) => faulty && Pmd.kind(s.pmd.at(at)) === Kind.table,
    effect: () => {
      throw new TypeError('Cannot read properties of undefined');
    },
  });
  const world: World<V, D> = {
    name: 'reserve',
    layout,
    initial: [() => undefined],
    actions: [fault, zap, split, collapse],
    properties: [
      {
        kind: 'always',
        name: 'reserveBalance',
        says: 'Every huge PMD has its tables in reserve, and nothing else has.',
        cites: 'mm/huge_memory.c has_deposited_pgtable()',
        subject: (s) => count(s, Kind.huge) + held(s) > 0,
        holds: (s) => held(s) === count(s, Kind.huge) * deposits,
        explain: (s) => `${count(s, Kind.huge) * deposits} owed, ${held(s)} held`,
      },
      {
        kind: 'step',
        name: 'zapShrinks',
        says: 'A zap leaves fewer PMDs mapped than before.',
        subject: (_, { name }) => name === 'zap_huge_pmd',
        holds: (before, { name }, after) => name !== 'zap_huge_pmd' || count(after, 0) > count(before, 0),
      },
      {
        kind: 'sometimes',
        name: 'twoReserved',
        says: 'Two tables are in reserve at once.',
        holds: (s) => held(s) === 2,
        explain: (s) => `${held(s)} held`,
      },
      { kind: 'assertion', name: 'noNullReserve', says: 'A withdrawal finds a table in the reserve.' },
      {
        kind: 'always',
        name: 'swapKept',
        says: 'A swapped PMD keeps its entry.',
        subject: (s) => count(s, Kind.swap) > 0,
        holds: () => true,
      },
    ],
  };
  return world as unknown as World<unknown, unknown>; // as the catalogue names worlds
};
