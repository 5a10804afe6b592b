/**
 * A trace in the Informal Trace Format of Apalache, which viewers of traces open
 * (https://apalache-mc.org/docs/adr/015adr-trace.html): every state with all its tables by name, and the operation that led to it.
 *
 * A table is a sequence of its rows. A row of fields is a record, a closed set of codes is a string, a flag a Boolean, and the
 * rest are integers. `varTypes` says so in the notation of Apalache, without which it reads no trace.
 */
import { kernelLabel } from '../finished.ts';
import { call, unusual } from '../report/trace_text.ts';
import { flag, type Bits } from '../search/index.ts';
import type { Table, Words } from '../search/layout.ts';
import type { Retold } from './retell.ts';

type Row = Table['row'];
export type ItfValue =
  | boolean
  | string
  | number
  | { readonly '#bigint': string }
  | readonly ItfValue[]
  | { readonly [field: string]: ItfValue };

/** A row, or a field, by how its codes are to be read. */
export type Reading =
  | { readonly as: 'record'; readonly fields: Readonly<Record<string, Bits>>; readonly of: (name: string) => Reader }
  | { readonly as: 'name'; readonly names: readonly string[] }
  | { readonly as: 'flag' }
  | { readonly as: 'integer'; readonly valueOf: (code: number) => number };
type Reader = (word: number) => number;

const has = <K extends string>(row: object, key: K): row is Record<K, unknown> => Object.hasOwn(row, key);

/** A counter may be negative, and says what a code of it means. */
const isCounter = (row: object): row is { readonly valueOf: Reader } => Object.hasOwn(row, 'valueOf');

export const readingOf = (row: Row | Bits): Reading => {
  if (has(row, 'fields')) {
    const readers = row as unknown as Readonly<Record<string, Reader>>;
    return { as: 'record', fields: row.fields as Readonly<Record<string, Bits>>, of: (name) => readers[name]! };
  }
  if (has(row, 'names')) return { as: 'name', names: row.names as readonly string[] };
  if (row === flag) return { as: 'flag' };
  return { as: 'integer', valueOf: isCounter(row) ? (code) => row.valueOf(code) : (code) => code };
};

/** An integer as JSON has it, or, beyond what JSON promises to keep, as the format has it then. */
export const itfInteger = (value: number | bigint): ItfValue =>
  typeof value === 'number' && Number.isSafeInteger(value) ? value : { '#bigint': String(value) };

const valueIn = (row: Row | Bits, code: number): ItfValue => {
  const reading = readingOf(row);
  switch (reading.as) {
    case 'record':
      return Object.fromEntries(
        Object.entries(reading.fields).map(([name, bits]) => [name, valueIn(bits, reading.of(name)(code))]),
      );
    case 'name':
      return reading.names[code] ?? `?${code}`;
    case 'flag':
      return code === 1;
    case 'integer':
      return itfInteger(reading.valueOf(code));
  }
};

/** The type in the notation of Apalache (ADR-002). */
const typeOf = (row: Row | Bits): string => {
  const reading = readingOf(row);
  switch (reading.as) {
    case 'record':
      return `{ ${Object.entries(reading.fields)
        .map(([name, bits]) => `${name}: ${typeOf(bits)}`)
        .join(', ')} }`;
    case 'name':
      return 'Str';
    case 'flag':
      return 'Bool';
    case 'integer':
      return 'Int';
  }
};

type RowsOf = Readonly<Record<string, { readonly at: (row: number) => number }>>;

/** Where the format describes itself. */
const ADR = 'https://apalache-mc.org/docs/adr/015adr-trace.html';
/** What led to a state, which is no table. */
const OPERATION = 'operation';

const stateText = (state: object): string =>
  Object.entries(state)
    .map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)}`)
    .join(',\n');

/** The document, a line for each variable of each state, so that two states can be compared by eye. */
const documentOf = (meta: object, vars: readonly string[], states: readonly object[]): string => {
  return [
    '{',
    `"#meta": ${JSON.stringify(meta, null, 2)},`,
    `"vars": ${JSON.stringify(vars)},`,
    '"states": [',
    states.map((state) => `  {\n${stateText(state)}\n  }`).join(',\n'),
    ']',
    '}',
    '',
  ].join('\n');
};

export const itfForm = (retold: Retold): string => {
  const { run, world, property, story, start, taken, version } = retold;
  const tables = Object.entries(world.layout.tables).filter(([, { rows }]) => rows > 0);
  const stateOf = (words: Words): Readonly<Record<string, ItfValue>> => {
    const view = world.layout.viewOf(words) as RowsOf;
    return Object.fromEntries(
      tables.map(([name, { rows, row }]) => [
        name,
        Array.from({ length: rows }, (_, i) => valueIn(row, view[name]!.at(i))),
      ]),
    );
  };
  const states = [
    { '#meta': { index: 0 }, [OPERATION]: '', ...stateOf(start) },
    ...taken.map(({ after }, i) => {
      const step = story.steps[i]!;
      const { op, args, bug, mirrors } = step;
      const meta = { index: i + 1, op, args, answers: unusual(step), mirrors, bug };
      return { '#meta': meta, [OPERATION]: call(step), ...stateOf(after) };
    }),
  ];
  const { kernel, world: name, size } = run;
  const meta = {
    format: 'ITF',
    'format-description': ADR,
    description: `${property.name}, world ${name} (${size}) on ${kernelLabel(kernel)}, by mmcheck ${version}`,
    source: `mmcheck check --world ${name}`,
    status: retold.broken ? 'violation' : 'ok',
    varTypes: {
      [OPERATION]: 'Str',
      ...Object.fromEntries(tables.map(([table, { row }]) => [table, `Seq(${typeOf(row)})`])),
    },
    mmcheck: {
      kernel: kernel.kernel,
      series: kernel.series,
      settings: Object.fromEntries(kernel.settings.map(({ toggle, value }) => [toggle, value])),
      world: name,
      size,
      property: property.name,
      observed: story.explanation,
    },
  };
  return documentOf(meta, [OPERATION, ...tables.map(([table]) => table)], states);
};
