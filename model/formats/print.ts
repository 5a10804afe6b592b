/**
 * Entries in words, as /sys/kernel/debug/page_tables prints them: "2M pfn 0x80200 USR RW PCD PSE NX pmd". What ptdump
 * leaves out follows: software bits, the frame number, and bits that nobody has defined. Nothing is lost: parse() reads it back.
 */
import {
  type Decoded,
  decodeAs,
  encode,
  type Field,
  fitsShape,
  type Format,
  type Level,
  maskOf,
  type Shape,
  shapeOf,
} from './format.ts';
import { and, bit, has, hex, hexOf, isZero, join, shortHex, toNumber, type U64, u64 } from './u64.ts';

const INVERTED = 'inverted';

/** What a field calls its values: a number says nothing when it is 0, and the name of a bit says that it is 1. */
const namesOf = ({ name, names, from, to }: Field): readonly string[] => names ?? (from === to ? ['', name] : ['']);

const saysOf = (field: Field, value: number): string => {
  const { name, frame, inverted } = field;
  if (frame === true) return `${name} ${shortHex(u64(value))}${inverted === true ? ` ${INVERTED}` : ''}`;
  return namesOf(field)[value] ?? `${name}=${value}`;
};

const bitsOf = (word: U64): readonly number[] =>
  Array.from({ length: 64 }, (_, n) => n).filter((n) => has(word, bit(n)));

/** What the fields of a shape say, then the bits without a field. */
const wordsOf = (format: Format, shape: Shape, entry: U64): readonly string[] => {
  const { fields, rest } = decodeAs(format, shape, entry);
  const others = bitsOf(rest);
  return [
    ...shape.fields.map((field) => saysOf(field, fields[field.name]!)),
    others.length === 0 ? '' : `bits ${others.join(',')}`,
  ];
};

/** Words, and the shape where it is not a page that is there. */
const joined = (words: readonly string[]): string => words.filter((word) => word !== '').join(' ');
const nameOf = (shape: Shape, shapes: readonly Shape[]): string => (shape === shapes.at(-1) ? '' : shape.name);

/** The entry in words: the size, what each field says, the bits without a field, the shape where it is not a page, the level. */
export const print = (format: Format, level: Level, entry: U64): string => {
  const { size, shapes } = format.levels[level]!;
  const shape = shapeOf(format, level, entry);
  return joined([size, ...wordsOf(format, shape, entry), nameOf(shape, shapes), level]);
};

/** A pgprot_t in words: a base PTE that maps a page, without size, level and frame number; bits there are said. */
export const printPgprot = (format: Format, prot: U64): string => {
  const { shapes } = format.levels.pte!;
  const shape = shapes.find((one) => one.fields.some(({ frame }) => frame) && fitsShape(one, prot))!;
  const fields = shape.fields.filter((field) => field.frame !== true || !isZero(and(prot, maskOf(field))));
  return joined([...wordsOf(format, { ...shape, fields }, prot), nameOf(shape, shapes)]);
};

interface Reading {
  readonly shape: Shape;
  /** What was said so far. */
  readonly fields: Map<string, number>;
  rest: U64;
}

/** Digits alone: Number() takes '' for 0. */
const number = (text: string): number => (/^\d+$/.test(text) ? Number(text) : Number.NaN);

const bitNumber = (text: string): number => {
  const n = number(text);
  if (!(n <= 63)) throw new RangeError(`bits are numbers from 0 to 63, and not ${text === '' ? 'nothing' : text}`);
  return n;
};

/** A field has one value: whoever said another before was mistaken one time. */
const say = ({ fields }: Reading, { name }: Field, value: number): void => {
  if (fields.has(name)) throw new RangeError(`${name} is said twice`);
  fields.set(name, value);
};

/** Reads one word, and the next where it belongs to it; gives how many. Throws a RangeError on a word that no field says. */
const readWord = (reading: Reading, words: readonly string[]): number => {
  const { shape } = reading;
  const [first = '', second = '', third = ''] = words;
  if (first === 'bits') {
    reading.rest = join(reading.rest, ...second.split(',').map((n) => bit(bitNumber(n))));
    return 2;
  }
  const frame = shape.fields.find((field) => field.frame === true && field.name === first);
  if (frame !== undefined) {
    say(reading, frame, toNumber(hex(second)));
    if (frame.inverted !== true) return 2;
    if (third !== INVERTED)
      throw new RangeError(`the frame number of a ${shape.name} entry is ${INVERTED}: ${first} ${second} ${INVERTED}`);
    return 3;
  }
  const [name = '', value] = first.split('=');
  const field = shape.fields.find((one) => (value === undefined ? namesOf(one).includes(first) : one.name === name));
  if (field === undefined) throw new RangeError(`no field of a ${shape.name} says ${first}`);
  say(reading, field, value === undefined ? namesOf(field).indexOf(first) : number(value));
  return 1;
};

/** What a field is if nothing is said of it: the value that is called ''. */
const silent = (field: Field): number => Math.max(0, namesOf(field).indexOf(''));

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
  const reading: Reading = { shape, fields: new Map(), rest: u64(0) };
  for (let at = 0; at < inner.length;) at += readWord(reading, inner.slice(at));
  const fields = shape.fields.map((field) => [field.name, reading.fields.get(field.name) ?? silent(field)]);
  const decoded: Decoded = { shape: shape.name, fields: Object.fromEntries(fields), rest: reading.rest };
  const taken = bitsOf(and(reading.rest, join(shape.value, ...shape.fields.map(maskOf))));
  if (taken.length > 0)
    throw new RangeError(`bits ${taken.join(',')} of a ${shape.name} are of fields that have names`);
  const entry = encode(format, level, decoded);
  if (shapeOf(format, level, entry) !== shape)
    throw new RangeError(`they are of ${hexOf(entry)}, which reads ${print(format, level, entry)}`);
  return { level, entry };
};
