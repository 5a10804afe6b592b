import fc from 'fast-check';
import { entry, flag, layoutOf, oneOf, table, upTo } from 'mmcheck/search';
import { describe, expect, it } from 'vitest';

/** Tables of any widths and sizes, and for every row of them a value that fits. */
const someTables = fc
  .array(fc.record({ rows: fc.nat({ max: 9 }), width: fc.integer({ min: 1, max: 31 }) }), {
    minLength: 1,
    maxLength: 6,
  })
  .chain((shapes) =>
    fc.record({
      tables: fc.constant(
        Object.fromEntries(shapes.map(({ rows, width }, i) => [`t${i}`, table(rows, upTo(2 ** width - 1))])),
      ),
      stored: fc.nat({ max: shapes.length }),
      values: fc.tuple(
        ...shapes.map(({ rows, width }) =>
          fc.array(fc.nat({ max: 2 ** width - 1 }), { minLength: rows, maxLength: rows }),
        ),
      ),
    }),
  );

const width = (rows: number, max: number): number => layoutOf({ t: table(rows, upTo(max)) }).width;

describe('a layout', () => {
  it('keeps every row to itself: all that is written is read back', () => {
    fc.assert(
      fc.property(someTables, fc.boolean(), ({ tables, stored, values }, backwards) => {
        const names = Object.keys(tables);
        const part = (keep: (i: number) => boolean) =>
          Object.fromEntries(Object.entries(tables).filter((_, i) => keep(i)));
        const layout = layoutOf(
          part((i) => i < stored),
          part((i) => i >= stored),
        );
        const words = layout.zero();
        const draft = layout.draftOf(words);
        const writes = names.flatMap((name, t) => values[t]!.map((value, row) => ({ name, row, value })));
        for (const { name, row, value } of backwards ? writes.toReversed() : writes) draft[name]!.put(row, value);
        const view = layout.viewOf(words);
        expect(names.map((name, t) => values[t]!.map((_, row) => view[name]!.at(row)))).toEqual(values);
      }),
    );
  });

  it('stores only what is not scratch', () => {
    const layout = layoutOf({ a: table(3, upTo(255)) }, { result: table(2, upTo(7)) });
    expect([layout.width, layout.working]).toEqual([1, 2]);
    const words = layout.produce(layout.zero(), (s) => s.result.put(1, 7));
    expect([...words.subarray(0, layout.width)]).toEqual([0]);
    expect(layout.viewOf(words).result.at(1)).toBe(7);
  });

  it('packs rows of 1, 2, 4, 8, 16 or 32 bits, none across a word', () => {
    expect([width(32, 1), width(33, 1), width(16, 3), width(8, 15), width(8, 16), width(2, 2 ** 16)]).toEqual([
      1, 2, 1, 1, 2, 2,
    ]);
    expect(layoutOf({ nothing: table(0, flag) }).width).toBe(1);
  });

  it('writes inside, and from outside is a function', () => {
    const layout = layoutOf({ ticks: table(1, upTo(7)) });
    const before = layout.zero();
    const after = layout.produce(before, (s) => s.ticks.put(0, 3));
    expect([before[0], after[0]]).toEqual([0, 3]);
  });

  it('refuses rows and values that are not there, and touches no neighbour', () => {
    const layout = layoutOf({ a: table(2, upTo(5)), b: table(2, flag) });
    const words = layout.zero();
    const draft = layout.draftOf(words);
    expect(() => draft.a.put(0, 6)).toThrow(new RangeError('a[0] = 6 is not in 0..5'));
    expect(() => draft.a.put(0, -1)).toThrow(RangeError);
    expect(() => draft.a.put(2, 1)).toThrow(new RangeError('a[2]: there are 2 rows'));
    expect(() => draft.b.at(-1)).toThrow(RangeError);
    expect([...words]).toEqual([0]);
  });

  it('refuses tables that it cannot keep', () => {
    expect(() => layoutOf({ a: table(1, flag) }, { a: table(1, flag) })).toThrow('table a is both stored and scratch');
    expect(() => layoutOf({ a: table(1, upTo(2 ** 31)) })).toThrow('a: a row needs 32 bits; there are 31');
    expect(() => layoutOf({ a: table(-1, flag) })).toThrow('a: -1 rows');
  });
});

describe('a report of a state', () => {
  const Pte = entry('Pte')({ kind: oneOf('none', 'present'), folio: upTo(3) });
  const layout = layoutOf(
    { small: table(2, flag), pte: table(2, Pte, (row) => `pte of ${row}`), one: table(1, upTo(9)) },
    { code: table(1, upTo(3)) },
  );
  const zero = layout.zero();
  const full = layout.produce(zero, (s) => {
    s.pte.put(1, Pte.of({ kind: 1, folio: 2 }));
    s.small.put(0, 1);
    s.code.put(0, 3);
  });

  it('prints what is not zero, in the order of declaration', () => {
    expect(layout.print(full)).toEqual(['small[0] set', 'pte of 1 present folio=2', 'code 3']);
    expect(layout.print(zero)).toEqual([]);
  });

  it('tells two states apart row by row', () => {
    expect(
      layout.diff(
        full,
        layout.produce(full, (s) => s.one.put(0, 4)),
      ),
    ).toEqual([{ where: 'one', before: '0', after: '4' }]);
    expect(layout.diff(zero, full).map(({ where }) => where)).toEqual(['small[0]', 'pte of 1', 'code']);
    expect(layout.diff(full, full)).toEqual([]);
  });
});
