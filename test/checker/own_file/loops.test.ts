/** Functions of files that never return: each is found in a process of its own, which its watch ends. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { loopIn, ownIn } from '../../../checker/own_file/endless_loop.ts';
import { ThreadInspector, toWorker } from '../../../checker/own_file/thread_inspector.ts';
import { mmcheck, mmcheckProcess } from '../command_line.ts';
import { file, folder, patchOf } from './files.ts';

// Of all processes that begin here. As little as a busy machine allows: what is waited for is spent in a loop.
process.env['MMCHECK_PATIENCE_MS'] = '300';

const inOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

const LOOP = ['(s) => {', '  for (let i = 0; s.failuresMax < 1000; ) i += 1;', '},'];
const atTop = file('top.ts', 'let i = 0;', 'while (i >= 0)', '  i = 0;', 'export default {};');
const inBase = patchOf(
  'base.ts',
  'pfn_pmd: (base) => {',
  '  for (let i = 0; i >= 0; )',
  '    i = 0;',
  '  return base;',
  '},',
);
file('spin.ts', 'const half = (n: number): number => n / 2;', 'for (let i = 1; i > 0; ) i = half(i) + half(i);');
const inHelper = file('helped.ts', "import './spin.ts';", 'export default {};');

describe('a loop that does not end', { timeout: 60_000 }, () => {
  const CHECK = ['check', '--world', 'vfio-arm64', '--patch'];
  it.concurrent.each([
    ['at the top of a file', atTop, 'top.ts', [2, 3]],
    ['where a function is made', inBase, 'base.ts', [5, 6]],
    ['in a module that a file imports', inHelper, 'spin.ts', [2]],
  ] as const)('%s is named with its line', async (_what, path, name, lines) => {
    const { code, out, err } = await mmcheckProcess([...CHECK, path]);
    expect([code, out]).toEqual([2, '']);
    expect(lines.map((line) => `mmcheck: ${folder}/${name}:${line} loops without end`)).toContain(inOneLine(err));
  });

  it.concurrent('in a function of entries, which laws call, is named with its line', async () => {
    const path = file(
      'entries.ts',
      "export default { says: 'a try', patches: { x86_64: {",
      '  pmd_mkdirty: (base) => (e) => {',
      '    for (let n = e.lo; n === e.lo; ) n = e.lo;',
      '    return base(e);',
      '  } } } };',
    );
    const { code, out, err } = await mmcheckProcess(['laws', '--arch', 'x86_64', '--patch', path]);
    expect([code, out, inOneLine(err)]).toEqual([2, '', `mmcheck: ${path}:3 loops without end`]);
  });

  it.concurrent('in a replay is named with its line', async () => {
    const writes = ['--world', 'vfio-dontfork', '--property', 'I-TRANS', '--trace-dir', folder];
    await mmcheck(['check', '--kernel', 'v7.1', ...writes]);
    const path = patchOf('replayed.ts', `vma_adjust_trans_huge: () => ${LOOP[0]}`, ...LOOP.slice(1));
    const trace = join(folder, 'v7.1+vfio-dontfork+quick+I-TRANS.json');
    expect(JSON.parse(readFileSync(trace, 'utf8'))).toMatchObject({ property: 'I-TRANS' });
    const { code, out, err } = await mmcheckProcess(['replay', trace, '--patch', path]);
    expect([code, out, inOneLine(err)]).toEqual([2, '', `mmcheck: ${path}:5 loops without end`]);
  });

  it.concurrent('in a search is named with its line, in every world', async () => {
    const path = patchOf('loop.ts', `zap_huge_pmd: () => ${LOOP[0]}`, ...LOOP.slice(1));
    const { code, out } = await mmcheckProcess([...CHECK, path, '--world', 'vfio-parts']);
    expect(code).toBe(2);
    expect(inOneLine(out).split(`${path}:5, after 0 operations: loops without end`)).toHaveLength(3);
  });
});

describe('a function of a file', () => {
  const workers: Worker[] = [];
  afterEach(() => Promise.all(workers.splice(0).map((one) => one.terminate())));

  /** Where a thread loops that calls a function again and again, in what is no file. */
  const foundIn = async (path: string): Promise<string | undefined> => {
    const worker = new Worker(`import(${JSON.stringify(path)}).then(({ f }) => { for (;;) f(); })`, { eval: true });
    workers.push(worker);
    await sleep(500);
    const thread = new ThreadInspector(300);
    try {
      await thread.begin(toWorker(worker));
      return await loopIn(thread, ownIn([]), 300);
    } finally {
      await thread.end();
    }
  };

  it('that is called without end does not loop without end', async () => {
    const path = join(folder, 'hot.ts');
    writeFileSync(
      path,
      'export const f = (): void => {\n  for (let i = 0; i < 1000; ) i += Math.ceil(Math.random());\n};\n',
    );
    expect(await foundIn(path)).toBeUndefined();
  });
  it('loops without end where what it calls returns each time', async () => {
    const path = join(folder, 'calls.ts');
    writeFileSync(
      path,
      'const g = (i: number): number => i;\nexport const f = (): void => {\n  for (let i = 1; i > 0; ) i = g(i);\n};\n',
    );
    expect(await foundIn(path)).toBe(`${path}:3`);
  });
});
