import { describe, expect, it } from 'vitest';
import { type Bits, flag } from '../../../checker/search/index.ts';
import type { Table } from '../../../checker/search/layout.ts';
import { itfForm, itfInteger } from '../../../checker/trace_forms/itf.ts';
import type { Retold } from '../../../checker/trace_forms/retell.ts';
import { integerOf, itfWrong } from './itf_grammar.ts';
import { retold } from './scenarios.ts';

type Value = Parameters<typeof integerOf>[0];
interface Document {
  readonly '#meta': { readonly varTypes: Readonly<Record<string, string>> };
  readonly vars: readonly string[];
  readonly states: readonly Readonly<Record<string, Value>>[];
}

const documentOf = (of: Retold): Document => JSON.parse(itfForm(of)) as Document;

/** The code that a row or a field has by what the document says of it: the way back, written by hand. */
const codeOf = (row: Table['row'] | Bits, value: Value): number => {
  const one = row as unknown as {
    readonly names?: readonly string[];
    readonly fields?: Readonly<Record<string, Bits>>;
    readonly of: (fields: Readonly<Record<string, number>>) => number;
    readonly width: number;
  };
  if (one.fields !== undefined) {
    const fields = Object.entries(value as Readonly<Record<string, Value>>);
    return one.of(Object.fromEntries(fields.map(([name, field]) => [name, codeOf(one.fields![name]!, field)])));
  }
  if (one.names !== undefined) return one.names.indexOf(value as string);
  if (row === flag) return value === true ? 1 : 0;
  // A counter that is below zero is kept in two's complement.
  return integerOf(value) & (one.width === 31 ? 0x7fff_ffff : (1 << one.width) - 1);
};

const codesIn = (document: Document, of: Retold): readonly (readonly [string, readonly number[]])[][] =>
  document.states.map((state) =>
    Object.entries(of.world.layout.tables)
      .filter(([, { rows }]) => rows > 0)
      .map(([name, { row }]) => [name, (state[name] as readonly Value[]).map((value) => codeOf(row, value))] as const),
  );

const codesOf = ({ world, start, taken }: Retold): readonly (readonly [string, readonly number[]])[][] =>
  [start, ...taken.map(({ after }) => after)].map((words) => {
    const view = world.layout.viewOf(words) as Readonly<Record<string, { readonly at: (row: number) => number }>>;
    return Object.entries(world.layout.tables)
      .filter(([, { rows }]) => rows > 0)
      .map(([name, { rows }]) => [name, Array.from({ length: rows }, (_, row) => view[name]!.at(row))] as const);
  });

/** Of the mm model with folios, of the same with a failing allocation, of hugetlb, and one whose counters fall below zero. */
const TRACES = [
  'anon-unshared-copy-dropped',
  'remap-v2-failed-fork',
  'hugetlb-fork-skips-gigantic',
  'hgm-v2-mbind-moves-shared',
  'hugetlb-promise-kept-twice',
] as const;

describe('the Informal Trace Format', () => {
  it.each(TRACES)('of %s is what ADR-015 calls a trace', async (name) => {
    const of = await retold(name);
    const document = documentOf(of);
    expect(itfWrong(document as unknown as Value)).toEqual([]);
    expect(document.states).toHaveLength(of.story.length + 1);
  });

  it.each(TRACES)('of %s gives every row of every state back', async (name) => {
    const of = await retold(name);
    expect(codesIn(documentOf(of), of)).toEqual(codesOf(of));
  });

  it('says the operation that led to a state, and the types in the notation of Apalache', async () => {
    const { '#meta': meta, states } = documentOf(await retold('remap-v2-failed-fork'));
    expect(states.map(({ operation }) => operation)).toEqual(['', 'mmap(parent, 2M)', 'fork()']);
    expect(states[2]!['#meta']).toMatchObject({ index: 2, op: 'fork', answers: ['alloc_pid: fails'] });
    expect(meta.varTypes['ptePage']).toBe('Seq({ allocated: Bool, next: Int })');
    expect(meta.varTypes['result']).toBe('Seq(Str)');
  });

  it('has a counter that has fallen below zero as what it counts', async () => {
    const { states } = documentOf(await retold('hugetlb-promise-kept-twice'));
    expect(states.at(-1)!['resv']).toEqual([-1]);
  });

  it('writes an integer that JSON would not keep as a big one', () => {
    expect([itfInteger(2 ** 53 - 1), itfInteger(2 ** 53), itfInteger(-(2n ** 63n))]).toEqual([
      2 ** 53 - 1,
      { '#bigint': '9007199254740992' },
      { '#bigint': '-9223372036854775808' },
    ]);
  });
});

// A checker that finds nothing proves nothing.
describe('the grammar', () => {
  const good = { '#meta': { varTypes: { x: 'Int' } }, vars: ['x'], states: [{ x: 1 }] };
  it.each([
    [{ ...good, vars: 'x' }],
    [{ ...good, states: [{}] }],
    [{ ...good, states: [{ x: 1, y: 2 }] }],
    [{ ...good, states: [{ x: 1.5 }] }],
    [{ ...good, states: [{ x: 2 ** 60 }] }],
    [{ ...good, states: [{ x: null }] }],
    [{ ...good, states: [{ x: { '#bigint': '1x' } }] }],
    [{ ...good, states: [{ x: { '#sett': [] } }] }],
    [{ ...good, states: [{ x: { '#map': [[1]] } }] }],
    [{ ...good, loop: 1 }],
    [{ vars: ['x'], states: [] }],
  ])('refuses %j', (document) => {
    expect(itfWrong(document as unknown as Value)).not.toEqual([]);
  });
  it('takes what the ADR takes', () => {
    const values = [
      true,
      'a',
      -3,
      { '#bigint': '-12' },
      [1],
      { f: 1 },
      { '#tup': [1] },
      { '#set': [] },
      { '#map': [[1, 2]] },
    ];
    for (const x of values) expect(itfWrong({ ...good, states: [{ x }] })).toEqual([]);
  });
});
