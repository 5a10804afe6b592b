/**
 * Which functions of the model are called in which worlds, as it was measured: `called.txt` has what V8 counted while each world was
 * searched at size quick, and which functions of the kernel's record were. test/checker/impact measures, and compares some.
 */
import { readFileSync } from 'node:fs';

/** What one search of a world came to. */
export interface MeasuredWorld {
  readonly name: string;
  /** The kernels that it was searched on: 'v7.1', or the versions of a series. */
  readonly kernel: string;
  readonly states: number;
  /** Properties that were exercised. */
  readonly properties: readonly string[];
  /** 'mm/huge_memory.ts zap_huge_pmd', and, of the kernel's record, 'kernel zap_marks_dirty'. */
  readonly functions: readonly string[];
}

/** [0, 1, 2, 5] ↔ '0-2,5' */
const rangesOf = (numbers: readonly number[]): string => {
  const runs: [number, number][] = [];
  for (const n of numbers.toSorted((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === n - 1) last[1] = n;
    else runs.push([n, n]);
  }
  return runs.map(([a, b]) => (a === b ? `${a}` : `${a}-${b}`)).join(',') || '-';
};
const numbersOf = (ranges: string): readonly number[] =>
  ranges === '-'
    ? []
    : ranges.split(',').flatMap((range) => {
        const [from = 0, to = from] = range.split('-').map(Number);
        return Array.from({ length: to - from + 1 }, (_, i) => from + i);
      });

const tabled = (all: readonly MeasuredWorld[], of: 'properties' | 'functions', word: string): readonly string[] => {
  const worlds = new Map<string, number[]>();
  for (const [i, one] of all.entries()) for (const name of one[of]) worlds.set(name, [...(worlds.get(name) ?? []), i]);
  return [...worlds]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, numbers]) => [word, name, rangesOf(numbers)].join('\t'));
};

/** A line a world, a property, a function, in columns between tabs; worlds are named by the numbers of their lines. */
export const writeCalled = (all: readonly MeasuredWorld[]): string =>
  [
    ...all.map(({ name, kernel, states }) => ['world', name, kernel, states].join('\t')),
    ...tabled(all, 'properties', 'property'),
    ...tabled(all, 'functions', 'function'),
    '',
  ].join('\n');

export const parseCalled = (text: string): readonly MeasuredWorld[] => {
  const worlds: { name: string; kernel: string; states: number; properties: string[]; functions: string[] }[] = [];
  for (const line of text.split('\n')) {
    const [word, name = '', where = '', states] = line.split('\t');
    if (word === 'world') worlds.push({ name, kernel: where, states: Number(states), properties: [], functions: [] });
    else if (word === 'property') for (const i of numbersOf(where)) worlds[i]!.properties.push(name);
    else if (word === 'function') for (const i of numbersOf(where)) worlds[i]!.functions.push(name);
  }
  return worlds;
};

export const CALLED = new URL('called.txt', import.meta.url);

/** The table as it was measured last. */
export const readCalled = (): readonly MeasuredWorld[] => parseCalled(readFileSync(CALLED, 'utf8'));
