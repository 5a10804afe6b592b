/** Two models in one catalogue: which worlds are searched for a kernel, a series, a toggle, and what is said of the others. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as Effect from 'effect/Effect';
import { afterAll, describe, expect, it } from 'vitest';
import { Cells } from '../../checker/cells.ts';
import { main } from '../../checker/cli.ts';
import { catalogue } from '../../checker/mm_catalogue.ts';
import { type Asked, planOf } from '../../checker/plan.ts';
import { capture } from './command_line.ts';

const module = new URL('../../checker/mm_catalogue.ts', import.meta.url).href;
const mmcheck = async (...argv: readonly string[]) => {
  const [out, err] = [capture(), capture()];
  const setting = { catalogue, module, version: '0.0.0', out, err, cells: new Cells() };
  const code = await Effect.runPromise(main(argv, setting));
  return { code, out: out.text(), err: err.text() };
};

const planned = async (asked: Partial<Asked>) => {
  const plan = await Effect.runPromise(
    planOf(catalogue, { kernel: [], series: [], set: [], property: [], world: [], first: false, ...asked }),
  );
  return { worlds: plan.runs.map(({ world }) => world), leftOut: plan.leftOut };
};
const namesOf = (model: string): readonly string[] =>
  catalogue.worlds.filter((one) => one.model === model).map(({ name }) => name);

describe('worlds', () => {
  it('are those that a series can change', async () => {
    const { worlds, leftOut } = await planned({ series: ['hgm@v2'], kernel: ['v7.1'] });
    expect(worlds).toEqual(namesOf('hugetlb'));
    expect(leftOut).toEqual([{ why: 'changed by hgm', worlds: namesOf('mm') }]);
  });
  it('are those that one of several changes', async () => {
    const { worlds } = await planned({ series: ['hgm@v2'], set: ['remap-leaf=yes'], kernel: ['v7.1'] });
    expect(worlds).toEqual(catalogue.worlds.map(({ name }) => name));
  });
  it('are all where nothing is changed, but those of which the kernel is not modelled', async () => {
    const { worlds, leftOut } = await planned({ kernel: ['v6.17'] });
    expect(worlds).toEqual(namesOf('mm'));
    expect(leftOut).toEqual([{ why: 'modelled on v6.17', worlds: namesOf('hugetlb') }]);
  });
});

describe('says why none is left', () => {
  it('of a series that cannot change it', async () => {
    const { code, err } = await mmcheck('check', '--series', 'hgm@v2', '--world', 'pfnmap', '--kernel', 'v7.1');
    expect(code).toBe(2);
    expect(err).toContain('no world is left to search\n  not changed by hgm: pfnmap\n  worlds that can be searched: ');
  });
  it('of a kernel without them', async () => {
    const { code, err } = await mmcheck('check', '--kernel', 'v6.17', '--world', 'hugetlb-pmd-m*');
    expect(code).toBe(2);
    expect(err).toContain(
      '  not modelled on v6.17: hugetlb-pmd-move\n  modelled on: v7.1, v7.3, v6.18, v6.12.117, v6.12, v6.1.192, v6.1\n',
    );
  });
});

describe('a trace on all kernels', () => {
  const directory = mkdtempSync(join(tmpdir(), 'mmcheck-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  it('is replayed on those that its world is modelled on', async () => {
    await mmcheck('check', '--world', 'hugetlb-pmd-move', '--trace-dir', directory);
    const [file = ''] = readdirSync(directory);
    const { code, out, err } = await mmcheck('replay', join(directory, file), '--kernel', 'all');
    expect(code).toBe(1);
    expect(out).toContain('v6.1.192');
    expect(err).toMatchInlineSnapshot(`
      "mmcheck: left out, hugetlb-pmd-move is not modelled on them: v6.17, v6.15,
               v6.11, v6.10, v6.9
      "
    `);
  });
});

it('names the pattern where several worlds begin as what was asked', async () => {
  const { code, err } = await mmcheck('check', '--world', 'hgm');
  expect(code).toBe(2);
  expect(err).toContain(`there is no world "hgm"\n  did you mean: 'hgm-*'`);
});
