/**
 * The format of page-table entries, as a value: which field has which bits at which level, and whether the hardware or
 * the kernel defines it. A format gives a codec here, and a printer and a parser in print.ts.
 */
import { and, bits, clear, eq, join, not, or, shl, shr, toNumber, u64, type U64 } from './u64.ts';

export type Level = 'pte' | 'pmd' | 'pud' | 'p4d' | 'pgd';

/** Who gives a bit its meaning. */
export type Definer = 'hardware' | 'software';

/** A field at its place in one shape of an entry. */
export interface Field {
  readonly name: string;
  readonly by: Definer;
  /** The lowest and the highest bit. */
  readonly from: number;
  readonly to: number;
  /** What a value is called, by value; '' says nothing. A field without names says its own name, and its value where it has more bits. */
  readonly names?: readonly string[];
  /** The field is the frame number: its value counts pages of the smallest size. */
  readonly frame?: boolean;
  /** The bits are the complement of the value (x86, against L1TF). */
  readonly inverted?: boolean;
}

/** One reading of an entry: a page, a leaf of its level, a table, or what stands in an entry that is not present. */
export interface Shape {
  readonly name: string;
  /** The shape of words whose bits under `mask` are `value`; its name says those bits that are 1. */
  readonly mask: U64;
  readonly value: U64;
  readonly fields: readonly Field[];
}

export interface Format {
  readonly name: string;
  readonly cites: string;
  /** log2 of the smallest page. */
  readonly pageShift: number;
  /** The bit at which a frame number begins, where that is not pageShift. */
  readonly pfnShift?: number;
  /** Each level with the size of its leaves, as '2M', and its shapes: the first that fits is the one. */
  readonly levels: Readonly<Partial<Record<Level, { readonly size: string; readonly shapes: readonly Shape[] }>>>;
}

/** Where a field is: one bit, or from..to. */
export type Place = number | readonly [number, number];

/** A field of a declaration: at one place in every shape, or by shape; a shape that is not named has none of it. */
export interface Declared {
  readonly name: string;
  readonly by: Definer;
  readonly at: Place | Readonly<Record<string, Place>>;
  readonly names?: readonly string[];
  readonly frame?: boolean;
  readonly inverted?: boolean;
}

/** A way to declare fields of one definer: name, place, names of values. */
export const fieldBy =
  (by: Definer) =>
  (name: string, at: Declared['at'], names?: readonly string[]): Declared => ({
    name,
    by,
    at,
    ...(names === undefined ? {} : { names }),
  });

const placeIn = (at: Declared['at'], shape: string): Place | undefined =>
  typeof at === 'number' || Array.isArray(at) ? (at as Place) : (at as Readonly<Record<string, Place>>)[shape];

/** The fields of one shape out of a declaration of all. */
export const fieldsOf = (shape: string, declared: readonly Declared[]): readonly Field[] =>
  declared.flatMap(({ at, ...field }) => {
    const place = placeIn(at, shape);
    if (place === undefined) return [];
    const [from, to] = typeof place === 'number' ? [place, place] : place;
    return [{ ...field, from, to }];
  });

export const maskOf = ({ from, to }: Field): U64 => bits(from, to);

/** Whether an entry can be read by a shape. */
export const fitsShape = ({ mask, value }: Shape, entry: U64): boolean => eq(and(entry, mask), value);

/** The first shape that fits. A word that none fits is a mistake of the format, and throws. */
export const shapeOf = (format: Format, level: Level, entry: U64): Shape => {
  const shapes = format.levels[level]?.shapes;
  if (shapes === undefined) throw new RangeError(`${format.name} has no level ${level}`);
  const shape = shapes.find((one) => fitsShape(one, entry));
  if (shape === undefined) throw new RangeError(`no shape of ${format.name} ${level} fits`);
  return shape;
};

/** An entry taken apart: its shape, the value of each field, and the bits that no field has. */
export interface Decoded {
  readonly shape: string;
  readonly fields: Readonly<Record<string, number>>;
  readonly rest: U64;
}

const unitShift = ({ pageShift, pfnShift = pageShift }: Format, field: Field): number =>
  field.frame === true ? field.from - pfnShift : 0;

/** The bits of a field, as its value says them. */
const bitsOf = (field: Field, entry: U64): U64 => and(field.inverted === true ? not(entry) : entry, maskOf(field));
const valueOf = (format: Format, field: Field, entry: U64): number =>
  toNumber(shl(shr(bitsOf(field, entry), field.from), unitShift(format, field)));

/** An entry as one of a shape, whatever its own. */
export const decodeAs = (format: Format, shape: Shape, entry: U64): Decoded => {
  const fields = Object.fromEntries(shape.fields.map((field) => [field.name, valueOf(format, field, entry)]));
  return { shape: shape.name, fields, rest: clear(entry, join(shape.value, ...shape.fields.map(maskOf))) };
};
export const decode = (format: Format, level: Level, entry: U64): Decoded =>
  decodeAs(format, shapeOf(format, level, entry), entry);

const shown = (value: number): string => (Number.isInteger(value) ? `0x${value.toString(16)}` : String(value));

const placed = (format: Format, field: Field, value: number): U64 => {
  const units = value / 2 ** unitShift(format, field);
  const raw = shl(u64(units), field.from);
  // A bit above 63 is lost by then: what is left is compared with what was given.
  const fits = eq(shr(and(raw, maskOf(field)), field.from), u64(units));
  if (value < 0 || !Number.isSafeInteger(value) || !Number.isInteger(units) || !fits)
    throw new RangeError(`${field.name} of ${format.name} cannot be ${shown(value)}`);
  return bitsOf(field, raw);
};

/** The inverse of decode(): decode(encode(d)) gives d, and encode(decode(e)) gives e. Throws a RangeError on a value without room. */
export const encode = (format: Format, level: Level, { shape, fields, rest }: Decoded): U64 => {
  const found = format.levels[level]?.shapes.find(({ name }) => name === shape);
  if (found === undefined) throw new RangeError(`${format.name} ${level} has no shape ${shape}`);
  const word = found.fields.reduce((made, field) => {
    return or(made, placed(format, field, fields[field.name] ?? 0));
  }, found.value);
  return or(word, rest);
};
