/**
 * The layout of a state: tables of small values, packed into 32-bit words.
 *
 * Declared once; the view, the draft, the printer and the diff follow from it. Tables are laid out widest
 * first and a row takes 1, 2, 4, 8, 16 or 32 bits, so that no row crosses a word and finding one needs no
 * look-up. Tables under `scratch` carry what a transition returns (a result code, say): they are zero when a
 * transition begins, properties of steps can read them, and they are no part of the stored state.
 */
import { lowBits, type Word } from './bits.ts';

export type Words = Int32Array;

/** What a row holds: bits (a bare code) or an entry (a word with fields). */
interface RowType {
  /** In bits, up to 31. */
  readonly width: number;
  readonly show: (code: number) => string;
  /** The largest code; absent when every code of that width will do. */
  readonly max?: number;
}

export interface Table<R extends RowType = RowType> {
  readonly rows: number;
  readonly row: R;
  /** What a report calls row `i`; by default `table[i]`, or `table` when there is one row. '' keeps it out of reports. */
  readonly label?: (row: number) => string;
}

/** `rows` rows of one type. */
export const table = <R extends RowType>(rows: number, row: R, label?: (row: number) => string): Table<R> =>
  label === undefined ? { rows, row } : { rows, row, label };

export type Tables = Readonly<Record<string, Table>>;
type ValueOf<R> = R extends { readonly entryName: infer N extends string } ? Word<N> : number;

export interface Rows<W extends number = number> {
  readonly rows: number;
  /** The largest value that a row holds. */
  readonly max: number;
  readonly at: (row: number) => W;
}
export interface MutableRows<W extends number = number> extends Rows<W> {
  readonly put: (row: number, value: W) => void;
}
type RowOf<T> = T extends Table<infer R> ? ValueOf<R> : never;
/** A state that can be read. */
export type View<T extends Tables> = { readonly [K in keyof T]: Rows<RowOf<T[K]>> };
/** A state that can be written; from outside, a transition is a function from state to state. */
export type Draft<T extends Tables> = { readonly [K in keyof T]: MutableRows<RowOf<T[K]>> };

/** One row that differs between two states, as text. What a scratch row held before is nothing: ''. */
export interface Change {
  readonly where: string;
  readonly before: string;
  readonly after: string;
}

export interface Layout<T extends Tables = Tables> {
  /** Stored and scratch. */
  readonly tables: T;
  /** Words of a stored state. */
  readonly width: number;
  /** Words of a working state: the stored ones and, behind them, the scratch tables. */
  readonly working: number;
  readonly zero: () => Words;
  readonly viewOf: (words: Words) => View<T>;
  readonly draftOf: (words: Words) => Draft<T>;
  /** Writes inside, a function outside: `before` is copied and never touched. */
  readonly produce: (before: Words, recipe: (draft: Draft<T>) => void) => Words;
  readonly diff: (before: Words, after: Words) => readonly Change[];
  /** Every row that is not zero, a line each. */
  readonly print: (words: Words) => readonly string[];
}

interface Placed {
  readonly name: string;
  readonly table: Table;
  /** Position of row 0 in bits. */
  readonly bit: number;
  /** Of the distance from row to row. */
  readonly log2: number;
}

/** The row widths that never cross a word are the powers of two. */
const log2Stride = (width: number): number => 32 - Math.clz32(Math.max(1, width) - 1);

/** Places tables one after another from `bit` on, widest rows first, and says where they end. */
const place = (tables: Tables, bit: number): { readonly placed: readonly Placed[]; readonly end: number } => {
  const widestFirst = Object.entries(tables)
    .map(([name, one]) => ({ name, table: one, log2: log2Stride(one.row.width) }))
    .toSorted((a, b) => b.log2 - a.log2);
  let end = bit;
  const placed = widestFirst.map(({ name, table: one, log2 }) => {
    const at = end;
    end += one.rows << log2;
    return { name, table: one, log2, bit: at };
  });
  return { placed, end };
};

/**
 * Reading and writing of one table, row i of which begins at bit `bit + (i << log2)`. A wrong row or value is a
 * fault of the model, and must not hit a neighbour. Plain parameters and small integers: the search calls this.
 */
class PackedRows implements MutableRows {
  readonly words: Words;
  readonly name: string;
  readonly rows: number;
  readonly bit: number;
  readonly log2: number;
  readonly mask: number;
  readonly max: number;
  constructor(words: Words, name: string, rows: number, bit: number, log2: number, mask: number, max: number) {
    this.words = words;
    this.name = name;
    this.rows = rows;
    this.bit = bit;
    this.log2 = log2;
    this.mask = mask;
    this.max = max;
  }
  at(i: number) {
    if (i >>> 0 >= this.rows) throw new RangeError(`${this.name}[${i}]: there are ${this.rows} rows`);
    const p = this.bit + (i << this.log2);
    return (this.words[p >>> 5]! >>> (p & 31)) & this.mask;
  }
  put(i: number, value: number) {
    if (i >>> 0 >= this.rows) throw new RangeError(`${this.name}[${i}]: there are ${this.rows} rows`);
    if (value >>> 0 > this.max) throw new RangeError(`${this.name}[${i}] = ${value} is not in 0..${this.max}`);
    const p = this.bit + (i << this.log2);
    const word = p >>> 5;
    const words = this.words;
    words[word] = (words[word]! & ~(this.mask << (p & 31))) | (value << (p & 31));
  }
}

const bindTo = (words: Words, { name, table: { rows, row }, bit, log2 }: Placed): MutableRows => {
  const mask = lowBits(row.width);
  return new PackedRows(words, name, rows, bit, log2, mask, row.max ?? mask);
};

/** Refuses what could not be told apart, or would not fit. */
const check = (stored: Tables, scratch: Tables): void => {
  for (const name of Object.keys(scratch))
    if (name in stored) throw new RangeError(`table ${name} is both stored and scratch`);
  for (const [name, { rows, row }] of Object.entries({ ...stored, ...scratch })) {
    if (row.width > 31) throw new RangeError(`${name}: a row needs ${row.width} bits; there are 31`);
    if (!Number.isInteger(rows) || rows < 0) throw new RangeError(`${name}: ${rows} rows`);
  }
};

/**
 * Lays tables out.
 * @throws RangeError when a row needs more than 31 bits, or two tables share a name; the draft throws one when
 * a row that is not there, or a code beyond the row's range, is written.
 * @example
 * const light = layoutOf({ lamp: table(1, oneOf('red', 'green')), ticks: table(1, upTo(7)) });
 * light.print(light.produce(light.zero(), (s) => s.ticks.put(0, 3))) // => ['ticks 3']
 */
export const layoutOf = <const T extends Tables, const S extends Tables = {}>(
  stored: T,
  scratch: S = {} as S,
): Layout<T & S> => {
  check(stored, scratch);
  const main = place(stored, 0);
  const width = Math.max(1, Math.ceil(main.end / 32));
  const rest = place(scratch, width * 32);
  const working = Math.max(width, Math.ceil(rest.end / 32));
  const byName = new Map([...main.placed, ...rest.placed].map((one) => [one.name, one]));
  // Reports go in the order of declaration, whatever the order in memory.
  const declared = [...Object.keys(stored), ...Object.keys(scratch)].map((name) => byName.get(name)!);
  const labelled = declared.flatMap((one) =>
    Array.from({ length: one.table.rows }, (_, i) => ({
      where: one.table.label?.(i) ?? (one.table.rows === 1 ? one.name : `${one.name}[${i}]`),
      ...one,
      i,
    })),
  );
  const zero = (): Words => new Int32Array(working);
  const draftOf = (words: Words): Draft<T & S> =>
    Object.fromEntries(declared.map((one) => [one.name, bindTo(words, one)])) as unknown as Draft<T & S>;
  const viewOf = draftOf as (words: Words) => View<T & S>; // the type takes `put` away
  const valuesOf = (words: Words): readonly number[] =>
    declared.flatMap((one) => {
      const rr = bindTo(words, one);
      return Array.from({ length: one.table.rows }, (_, i) => rr.at(i));
    });
  const produce = (before: Words, recipe: (draft: Draft<T & S>) => void): Words => {
    const after = before.slice();
    recipe(draftOf(after));
    return after;
  };
  const diff = (before: Words, after: Words): readonly Change[] => {
    const [was, is] = [valuesOf(before), valuesOf(after)];
    return labelled.flatMap(({ name, where, table: { row } }, i) =>
      was[i] === is[i] || where === ''
        ? []
        : [{ where, before: name in scratch ? '' : row.show(was[i]!), after: row.show(is[i]!) }],
    );
  };
  const print = (words: Words): readonly string[] => {
    const values = valuesOf(words);
    return labelled.flatMap(({ where, table: { row } }, i) =>
      values[i] === 0 || where === '' ? [] : [`${where} ${row.show(values[i]!)}`],
    );
  };
  return { tables: { ...stored, ...scratch }, width, working, zero, viewOf, draftOf, produce, diff, print };
};
