/**
 * How one value sits in a run of bits, and words made of several such values.
 *
 * An entry is a value: a helper takes a word and gives a word, and nothing is written in place. A word has
 * up to 31 bits, so that it stays a small integer in the JavaScript engine and nothing is allocated.
 */

/** A value of `width` bits, at any place in a word. `show` is what a report prints; '' prints nothing. */
export interface Bits {
  readonly width: number;
  /** The largest code that may be stored; a larger one is an error of the model. */
  readonly max: number;
  readonly show: (code: number) => string;
}

/** A word of `width` set bits. A shift, because 2 ** width is no small integer to the engine. */
export const lowBits = (width: number): number => (width === 31 ? 0x7fff_ffff : (1 << width) - 1);

/** The bits that `max` distinct non-zero codes need. */
const widthFor = (max: number): number => 32 - Math.clz32(max);

/** 0 or 1; prints the field's own name when it is set. */
export const flag: Bits = { width: 1, max: 1, show: (code) => (code === 1 ? 'set' : '') };

/** An unsigned number in 0..max. */
export const upTo = (max: number): Bits => ({ width: widthFor(max), max, show: String });

/** A closed set of named codes: `Kind.leaf` is the code, `Kind.names[code]` the name. */
export type OneOf<T extends string> = Bits & { readonly [K in T]: number } & { readonly names: readonly T[] };

/**
 * One of the named codes, the first of which is 0.
 * @example
 * const Kind = oneOf('none', 'table', 'leaf');
 * Kind.leaf // => 2
 */
export const oneOf = <const T extends string>(...names: readonly T[]): OneOf<T> => {
  const codes = Object.fromEntries(names.map((name, code) => [name, code])) as { readonly [K in T]: number };
  const max = names.length - 1;
  return { ...codes, names, width: Math.max(1, widthFor(max)), max, show: (code) => names[code] ?? `?${code}` };
};

declare const brand: unique symbol;
/** A packed word. The name keeps words of different entries apart; at run time it is a number. */
export type Word<N extends string = string> = number & { readonly [brand]: N };

type Fields = Readonly<Record<string, Bits>>;
/** `Door.locked(word)` reads a field, `Door.mkLocked(word, 1)` gives a new word. */
export type Entry<N extends string, F extends Fields> = {
  readonly entryName: N;
  readonly width: number;
  /** In order, the lowest bits first. */
  readonly fields: F;
  readonly of: (fields: { readonly [K in keyof F]?: number }) => Word<N>;
  readonly show: (word: number) => string;
} & { readonly [K in keyof F & string]: (word: Word<N>) => number } & {
  readonly [K in keyof F & string as `mk${Capitalize<K>}`]: (word: Word<N>, code: number) => Word<N>;
};

/** Reading and writing of one field. Plain parameters and small integers: the search calls this. */
const readerOf =
  (at: number, mask: number) =>
  (word: number): number =>
    (word >>> at) & mask;
const writerOf =
  (name: string, at: number, clear: number, max: number) =>
  (word: number, code: number): number => {
    if (code >>> 0 > max) throw new RangeError(`${name} = ${code} is not in 0..${max}`);
    return (word & clear) | (code << at);
  };
const writerName = (field: string): string => `mk${field[0]!.toUpperCase()}${field.slice(1)}`;

const showField = (name: string, bits: Bits, code: number): string => {
  if (bits === flag) return code === 1 ? name : '';
  const shown = bits.show(code);
  return 'names' in bits ? shown : `${name}=${shown}`;
};

/**
 * Declares an entry: its fields in order, the lowest bits first. The word with all bits 0 is the empty entry.
 * @throws RangeError when the fields need more than 31 bits, or when a code beyond a field's range is stored.
 */
export const entry =
  <const N extends string>(entryName: N) =>
  <const F extends Fields>(fields: F): Entry<N, F> => {
    let shift = 0;
    const placed = Object.entries(fields).map(([name, bits]) => {
      const at = shift;
      shift += bits.width;
      return { name, bits, at };
    });
    if (shift > 31) throw new RangeError(`${entryName} needs ${shift} bits; there are 31`);
    const accessors = placed.flatMap(({ name, bits: { width, max }, at }) => {
      const mask = lowBits(width);
      return [
        [name, readerOf(at, mask)],
        [writerName(name), writerOf(`${entryName}.${name}`, at, ~(mask << at), max)],
      ];
    });
    const made = Object.fromEntries(accessors) as Record<string, (word: number, code?: number) => number>;
    const of = (values: Readonly<Record<string, number | undefined>>): number =>
      placed.reduce((word, { name }) => {
        const value = values[name];
        return value === undefined ? word : made[writerName(name)]!(word, value);
      }, 0);
    const show = (word: number): string =>
      placed
        .map(({ name, bits, at }) => showField(name, bits, (word >>> at) & lowBits(bits.width)))
        .filter((text) => text !== '')
        .join(' ');
    return { ...made, entryName, width: shift, fields, of, show } as unknown as Entry<N, F>; // the only cast
  };

/** The same entry, with a better way to print its words than field after field. */
export const shownAs = <E extends { readonly entryName: string }>(
  one: E,
  show: (word: Word<E['entryName']>) => string,
): E => ({ ...one, show });
