/** Functions of files that never return: each is found in a process of its own, which its watch ends. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { type Asked, askedOf, type Loop, loopIn } from '../../../checker/own_file/endless_loop.ts';
import { toWorker } from '../../../checker/own_file/inspector_wire.ts';
import { ThreadInspector } from '../../../checker/own_file/thread_inspector.ts';
import { mmcheckProcess } from '../command_line.ts';
import { file, folder, patchOf } from './files.ts';

// Of all processes that begin here. As little as a busy machine allows: what is waited for is spent in a loop.
process.env['MMCHECK_PATIENCE_MS'] = '100';

const inOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

const LOOP = ['  for (let i = 0; s.failuresMax < 1000; ) i += 1;', '},'];
file(
  'spin.ts',
  'export const spin = (): void => {',
  '  for (let i = 1; i > 0; ) i = half(i) + half(i);',
  '};',
  'const half = (n: number): number => n / 2;',
);
const inHelper = file(
  'helped.ts',
  "import { spin } from './spin.ts';",
  "export default { title: 'a', mm: { pfn_pmd: (base) => {",
  '  spin();',
  '  return base;',
  '} } };',
);

// Nothing stops it, not even the debugger, nor worker.terminate().
const FOREVER = 'Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)';
const atTop = file(
  'top.ts',
  "import { setTimeout as rest } from 'node:timers/promises';",
  'const had = () => process.cpuUsage().user;',
  'for (const since = had(); had() - since < 450_000; );',
  `await rest(100), ${FOREVER};`,
);
const inSearch = file('forever.mjs', `export default { title: 'a', mm: { zap_huge_pmd: () => () => ${FOREVER} } };`);

describe('a loop that does not end', { timeout: 60_000 }, () => {
  const CHECK = ['check', '--world', 'vfio-arm64', '--patch'];
  it.concurrent('where a function is made, in a module that the file imports, is named with its line', async () => {
    const { code, out, err } = await mmcheckProcess([...CHECK, inHelper]);
    expect([code, out, inOneLine(err)]).toEqual([2, '', `mmcheck: ${folder}/spin.ts:2 has not returned after 0.1 s`]);
  });

  it.concurrent('in a function of entries, which laws call, is named with its line', async () => {
    const path = file(
      'entries.mjs',
      "export default { says: 'a try', patches: { x86_64: {",
      '  pmd_mkdirty: (base) => (e) => {',
      '    for (let n = e.lo; n === e.lo; ) n = e.lo;',
      '    return base(e);',
      '  } } } };',
    );
    const { code, out, err } = await mmcheckProcess(['laws', '--arch', 'x86_64', '--patch', path]);
    expect([code, out, inOneLine(err)]).toEqual([2, '', `mmcheck: ${path}:3 has not returned after 0.1 s`]);
  });

  it.concurrent('in a replay is named with its line', async () => {
    const answers = [{ question: 'vm_area_alloc', answer: 'succeeds' }];
    const run = { kernel: 'v7.1', series: [], settings: {}, world: 'vfio-dontfork', size: 'quick', initial: 0 };
    const trace = {
      tool: 'mmcheck',
      version: '0.1.0',
      ...run,
      property: 'I-TRANS',
      steps: [
        { op: 'mmap', args: { mm: 0, driver: 'BAR 1G' }, answers, changes: [] },
        { op: 'madvise', args: { mm: 0, range: { from: 0, to: 2 }, advice: 'DONTFORK' }, answers, changes: [] },
      ],
    };
    const path = patchOf('replayed.mjs', 'vma_adjust_trans_huge: () => (s) => {', ...LOOP);
    const asked = ['replay', file('trace.json', JSON.stringify(trace)), '--patch', path];
    const { code, out, err } = await mmcheckProcess(asked);
    expect([code, out, inOneLine(err)]).toEqual([2, '', `mmcheck: ${path}:5 has not returned after 0.1 s`]);
  });

  it.concurrent('is ended at once by a signal, too', async () => {
    const path = file('signal.ts', "process.kill(process.pid, 'SIGTERM');", 'for (let i = 0; i >= 0; ) i = 0;');
    expect(await mmcheckProcess([...CHECK, path])).toEqual({ code: null, out: '', err: '' });
  });

  it.concurrent.each([
    ['at the top of a file, which may take its time before, and wait', atTop],
    ['in a search', inSearch],
  ])('in a function of JavaScript itself, %s, ends the command, and its file is named', async (_where, path) => {
    const { code, out, err } = await mmcheckProcess([...CHECK, path]);
    const why = 'in a built-in function of JavaScript that has not returned after 0.6 s (its line cannot be known)';
    expect([code, out]).toEqual([2, '']);
    expect(inOneLine(err)).toContain(`mmcheck: ${path} seems to be ${why}`);
  });

  it.concurrent('in a search is named with its line', async () => {
    const path = patchOf('loop.mjs', 'zap_huge_pmd: () => (s) => {', ...LOOP);
    const { code, out } = await mmcheckProcess([...CHECK, path]);
    expect(code).toBe(2);
    expect(inOneLine(out)).toContain(`${path}:5: has not returned after 0.1 s`);
  });
});

describe('a function of a file', () => {
  let worker: Worker;
  afterEach(() => worker.terminate());

  const look = async (patience: number, asked: Asked): Promise<Loop | undefined> => {
    const thread = new ThreadInspector();
    try {
      await thread.begin(toWorker(worker));
      return await loopIn(thread, asked, patience);
    } finally {
      await thread.end();
    }
  };

  /** Where a thread loops that calls a function again and again, from what is no file. */
  const foundIn = async (path: string, asked: Asked = askedOf([])): Promise<Loop | undefined> => {
    const calls = `const { f } = await import(${JSON.stringify(path)});
      require('node:worker_threads').parentPort.postMessage('begins');
      for (;;) f();`;
    worker = new Worker(`(async () => { ${calls} })()`, { eval: true });
    await once(worker, 'message');
    // The first look gives it no time to stop, and must not leave it standing still.
    await look(0, asked);
    return look(100, asked);
  };

  it('that is called without end returns each time', async () => {
    const hot = file(
      'hot.ts',
      'export const f = () => {',
      '  for (let i = 0; i < 1000; ) i += Math.ceil(Math.random());',
      '};',
    );
    expect(await foundIn(hot)).toBeUndefined();
  });
  it('does not return where what it calls returns each time', async () => {
    const calls = file(
      'calls.ts',
      'const g = (i: number) => i;',
      'export const f = () => {',
      '  for (let i = 1; i > 0; ) i = g(i);',
      '};',
    );
    expect(await foundIn(calls)).toEqual({ place: `${calls}:3`, why: 'has not returned after 0.1 s' });
  });
  it('that makes the kernel call it without end is named with that loop', async () => {
    file('again.ts', 'export const again = () => true;');
    const kernel = file(
      'kernel.ts',
      "import { again } from './again.ts';",
      'export const f = () => {',
      '  while (again());',
      '};',
    );
    const calls = file('search.ts', "import { f as step } from './kernel.ts';", 'export const f = () => step();');
    const asked = { own: (path: string) => path.endsWith('/again.ts'), kernel: (path: string) => path === kernel };
    expect((await foundIn(calls, asked))?.why).toMatch(/^makes .*kernel.ts:3 loop: it has not returned after 0.1 s$/);
  });
});
