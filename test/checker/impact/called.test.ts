/**
 * The table of what is called in which world, checker/impact/called.txt, against what is measured: a few small worlds of each model.
 * PIN=write measures all worlds anew (some minutes), PIN=new those that are not in the table yet, and keeps the others.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CALLED, type MeasuredWorld, parseCalled, readCalled, writeCalled } from '../../../checker/impact/called.ts';
import { readModelIndex, REPLACEABLE } from '../../../checker/impact/model_index.ts';
import { catalogue } from '../../../checker/mm_catalogue.ts';

const measured = (worlds: readonly string[]): readonly MeasuredWorld[] => {
  const script = fileURLToPath(new URL('./measure_run.ts', import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, ...worlds], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return parseCalled(stdout);
};

const inOrder = catalogue.worlds.map(({ name }) => name);
const pin = process.env['PIN'];
if (pin === 'write' || pin === 'new') {
  const kept = pin === 'write' ? [] : readCalled().filter(({ name }) => inOrder.includes(name));
  const missing = inOrder.filter((name) => !kept.some((one) => one.name === name));
  const all = [...kept, ...(missing.length === 0 ? [] : measured(missing))];
  writeFileSync(CALLED, writeCalled(all.toSorted((a, b) => inOrder.indexOf(a.name) - inOrder.indexOf(b.name))));
}

describe('what is called in each world', () => {
  const table = readCalled();

  it('is known of every world; PIN=new measures those that are missing', () => {
    expect(table.map(({ name }) => name)).toEqual(inOrder);
  });

  it('names functions that the model has', () => {
    const { declared } = readModelIndex();
    const gone = [...new Set(table.flatMap(({ functions }) => functions))].filter((one) => {
      const [file = '', name = ''] = one.split(' ');
      return file === 'kernel' ? !REPLACEABLE.has(name) : declared.get(name)?.includes(file) !== true;
    });
    expect(gone).toEqual([]);
  });

  const SMALL = ['pfnmap-one-lock', 'vfio-dontfork', 'hugetlb-pmd-share', 'hgm-fork'];
  it('is as it was measured; PIN=write measures it anew', () => {
    const named = (all: readonly MeasuredWorld[]) =>
      all
        .filter(({ name }) => SMALL.includes(name))
        .map((one) => ({ ...one, properties: one.properties.toSorted(), functions: one.functions.toSorted() }));
    expect(named(measured(SMALL))).toEqual(named(table));
  });

  it('is written so that it can be read again', () => {
    const all = table.slice(0, 3);
    expect(parseCalled(writeCalled(all))).toEqual(all);
  });
});
