/**
 * Entries in words, as /sys/kernel/debug/page_tables prints them: "2M pfn 0x80200 USR RW PCD PSE NX pmd". What ptdump
 * leaves out follows: software bits, the frame number, and bits that nobody has defined. Nothing is lost: parse() reads it back.
 */
import { decode, type Decoded, encode, type Field, type Format, type Level, type Shape, shapeOf } from './format.ts';
import { bit, hex, join, shortHex, toNumber, type U64, u64, has } from './u64.ts';

const saysOf = ({ name, names, frame }: Field, value: number): string => {
  if (frame === true) return `${name} ${shortHex(u64(value))}`;
  if (names === undefined) return value === 0 ? '' : value === 1 ? name : `${name}=${value}`;
  return names[value] ?? `${name}=${value}`;
};

const bitsOf = (word: U64): readonly number[] =>
  Array.from({ length: 64 }, (_, n) => n).filter((n) => has(word, bit(n)));

/** The entry in words: the size, what each field says, the bits without a field, the shape where it is not a page, the level. */
export const print = (format: Format, level: Level, entry: U64): string => {
  const { size, shapes } = format.levels[level]!;
  const shape = shapeOf(format, level, entry);
  const { fields, rest } = decode(format, level, entry);
  const others = bitsOf(rest);
  return [
    size,
    ...shape.fields.map((field) => saysOf(field, fields[field.name]!)),
    others.length === 0 ? '' : `bits ${others.join(',')}`,
    shape === shapes.at(-1) ? '' : shape.name,
    level,
  ]
    .filter((word) => word !== '')
    .join(' ');
};

interface Reading {
  readonly shape: Shape;
  readonly fields: Record<string, number>;
  rest: U64;
}

/** Digits alone: Number() takes '' for 0. */
const number = (text: string): number => (/^\d+$/.test(text) ? Number(text) : Number.NaN);

const bitNumber = (text: string): number => {
  const n = number(text);
  if (!(n <= 63)) throw new RangeError(`bits are numbers from 0 to 63, and not ${text === '' ? 'nothing' : text}`);
  return n;
};

/** Reads one word, and the next where it belongs to it; gives how many. Throws a RangeError on a word that no field says. */
const readWord = ({ shape, fields, rest }: Reading, words: readonly string[], reading: Reading): number => {
  const [first = '', second = ''] = words;
  if (first === 'bits') {
    reading.rest = join(rest, ...second.split(',').map((n) => bit(bitNumber(n))));
    return 2;
  }
  const frame = shape.fields.find((field) => field.frame === true && field.name === first);
  if (frame !== undefined) {
    fields[frame.name] = toNumber(hex(second));
    return 2;
  }
  const [name = '', value] = first.split('=');
  const field = shape.fields.find((one) =>
    value === undefined ? (one.names ?? ['', one.name]).includes(first) : one.name === name,
  );
  if (field === undefined) throw new RangeError(`no field of a ${shape.name} says ${first}`);
  fields[field.name] = value === undefined ? (field.names ?? ['', field.name]).indexOf(first) : number(value);
  return 1;
};

/** What a field is if nothing is said of it: the value that is called ''. */
const silent = ({ names }: Field): number => Math.max(0, names?.indexOf('') ?? 0);

/** The inverse of print(). Throws a RangeError that names the word it does not know. */
export const parse = (format: Format, text: string): { readonly level: Level; readonly entry: U64 } => {
  const words = text.trim().split(/\s+/);
  const level = words.at(-1) as Level;
  const found = format.levels[level];
  if (found === undefined) throw new RangeError(`${format.name} has no level ${words.at(-1)}`);
  if (words[0] !== found.size) throw new RangeError(`a ${level} of ${format.name} maps ${found.size}, not ${words[0]}`);
  const named = found.shapes.slice(0, -1).find(({ name }) => name === words.at(-2));
  const shape = named ?? found.shapes.at(-1)!;
  const inner = words.slice(1, named === undefined ? -1 : -2);
  const reading: Reading = {
    shape,
    fields: Object.fromEntries(shape.fields.map((field) => [field.name, silent(field)])),
    rest: u64(0),
  };
  for (let at = 0; at < inner.length;) at += readWord(reading, inner.slice(at), reading);
  const decoded: Decoded = { shape: shape.name, fields: reading.fields, rest: reading.rest };
  return { level, entry: encode(format, level, decoded) };
};
