/**
 * The table of what is called in which world, checker/impact/called.txt, against what is known without a search: the functions that
 * the model has, and what is pinned of each world; and a few small worlds of it against what is measured. PIN=write measures all worlds
 * anew (some ten minutes), PIN=new those that are not in the table yet, and keeps the others.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CALLED, type MeasuredWorld, parseCalled, readCalled, writeCalled } from '../../../checker/impact/called.ts';
import { readModelIndex, REPLACEABLE } from '../../../checker/impact/model_index.ts';
import { catalogue } from '../../../checker/mm_catalogue.ts';
import { pinnedLines } from '../pinned_line.ts';
import { tellingWorlds } from './telling_worlds.ts';

const measured = (worlds: readonly string[], flags: readonly string[] = []): readonly MeasuredWorld[] => {
  const script = fileURLToPath(new URL('./measure_run.ts', import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, [...flags, script, ...worlds], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return parseCalled(stdout);
};

const { declared } = readModelIndex();
/** All functions that a row could be of. */
const functions = [
  ...[...declared].flatMap(([name, files]) => files.map((file) => `${file} ${name}`)),
  ...[...REPLACEABLE.keys()].map((name) => `kernel ${name}`),
];
/** Those that no world calls at size quick. */
const inNoRow = (table: readonly MeasuredWorld[]): readonly string[] => {
  const called = new Set(table.flatMap((one) => one.functions));
  return functions.filter((one) => !called.has(one)).toSorted();
};

/** 'hgm-protect on rfc2: 91 states, …' → 91 */
const statesOf = (line: string): number => Number(/(\d+) states/.exec(line)![1]);

const NOT_CALLED = new URL('not_called.txt', import.meta.url);
const inOrder = catalogue.worlds.map(({ name }) => name);
const pin = process.env['PIN'];
if (pin === 'write' || pin === 'new') {
  const kept = pin === 'write' ? [] : readCalled().filter(({ name }) => inOrder.includes(name));
  const missing = inOrder.filter((name) => !kept.some((one) => one.name === name));
  // A process for each: V8 does not see all calls of what it has optimized for the world before.
  const all = [...kept, ...missing.flatMap((name) => measured([name]))];
  const table = all.toSorted((a, b) => inOrder.indexOf(a.name) - inOrder.indexOf(b.name));
  writeFileSync(CALLED, writeCalled(table));
  writeFileSync(NOT_CALLED, `${inNoRow(table).join('\n')}\n`);
}

describe('what is called in each world', () => {
  const table = readCalled();

  it('is known of every world; PIN=new measures those that are missing', () => {
    expect(table.map(({ name }) => name)).toEqual(inOrder);
  });

  it('names functions that the model has', () => {
    const has = new Set(functions);
    expect([...new Set(table.flatMap((one) => one.functions))].filter((one) => !has.has(one))).toEqual([]);
  });

  it('is measured since the model has what it has; PIN=write measures it anew', () => {
    expect(inNoRow(table)).toEqual(readFileSync(NOT_CALLED, 'utf8').trimEnd().split('\n'));
  });

  /** What is searched elsewhere of the worlds of the table: a world of high granularity stands for all versions. */
  const pinned = [...pinnedLines('mm_releases.pinned.txt'), ...pinnedLines('hugetlb_series.pinned.txt')];
  const HGM = new Set(catalogue.series.find(({ name }) => name === 'hgm')!.versions.map(({ version }) => version));
  const linesOf = ({ name, kernel }: MeasuredWorld): readonly string[] =>
    pinned
      .filter((one) => one.world === name && (kernel === 'hgm' ? HGM.has(one.kernel) : one.kernel === kernel))
      .map(({ line }) => line);

  it('is of as many states as are pinned; PIN=write measures it anew', () => {
    expect(table.map(({ name, states }) => `${name}: ${states}`)).toEqual(
      table.map((one) => `${one.name}: ${Math.max(...linesOf(one).map(statesOf))}`),
    );
  });

  it('is of the properties that are exercised, as pinned; PIN=write measures it anew', () => {
    const choice = { kernel: 'v7.1', arch: 'x86_64', series: [], settings: [] };
    const exercised = (one: MeasuredWorld): readonly string[] => {
      const idle = /; unexercised ([^;]*)/.exec(linesOf(one)[0]!)?.[1]?.split(', ') ?? [];
      const { properties } = catalogue.worlds.find(({ name }) => name === one.name)!.build(choice, 'quick');
      return properties
        .filter(({ name, kind }) => (kind === 'always' || kind === 'step') && !idle.includes(name))
        .map(({ name }) => name)
        .toSorted();
    };
    const ofReleases = table.filter(({ kernel }) => kernel === choice.kernel);
    expect(ofReleases.map(({ name, properties }) => [name, properties.toSorted()])).toEqual(
      ofReleases.map((one) => [one.name, exercised(one)]),
    );
  });

  it('is as it is measured, of a few small worlds that call most of it; PIN=write measures it anew', () => {
    const small = tellingWorlds(table, 800);
    const named = (all: readonly MeasuredWorld[]) =>
      all
        .filter(({ name }) => small.includes(name))
        .map((one) => ({ ...one, properties: one.properties.toSorted(), functions: one.functions.toSorted() }));
    // Nothing is optimized, so that V8 sees what each calls.
    expect(named(measured(small, ['--no-opt', '--no-maglev']))).toEqual(named(table));
    const called = new Set(named(table).flatMap((one) => one.functions));
    expect(called.size).toBeGreaterThan((functions.length - inNoRow(table).length) * 0.7);
  });

  it('is written so that it can be read again', () => {
    const all = table.slice(0, 3);
    expect(parseCalled(writeCalled(all))).toEqual(all);
  });
});
