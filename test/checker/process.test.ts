import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { mmProcess } from './command_line.ts';

const timeout = 60_000;

/** Whether a process catches SIGHUP, as mmcheck does; SIGINT and SIGTERM node itself catches before. */
const listens = (pid: number): boolean =>
  Number.parseInt(/^SigCgt:.*([0-9a-f])$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]!, 16) % 2 === 1;

/** As soon as the process listens, which takes long on a busy machine, and searches. */
const whenItListens = async (pid: number, send: () => void): Promise<void> => {
  while (!listens(pid)) await sleep(50);
  await sleep(1500);
  send();
};

describe('the process', { timeout }, () => {
  it('ends with 0 when all holds', async () => {
    expect(await mmProcess(['check', '--world', 'reserve'])).toMatchObject({ code: 0, err: '' });
  });
  it('ends with 1 when something is violated', async () => {
    expect(await mmProcess(['check', '--world', 'mirror'])).toMatchObject({ code: 1, err: '' });
  });
  it('ends with 2 when it is asked for what does not exist', async () => {
    expect(await mmProcess(['check', '--world', 'nowhere'])).toMatchObject({ code: 2, out: '' });
  });
  it('ends with 3 when the search is incomplete', async () => {
    expect(await mmProcess(['check', '--world', 'counters', '--depth-max', '3'])).toMatchObject({ code: 3, err: '' });
  });
  it.each(['SIGINT', 'SIGTERM'] as const)('ends with 130 after %s, with the verdict so far', async (signal) => {
    const argv = ['check', '--world', 'counters', '--size', 'deep', '--json'];
    const { code, out, err } = await mmProcess(argv, (pid) => void whenItListens(pid, () => process.kill(pid, signal)));
    expect(code).toBe(130);
    expect(JSON.parse(out)).toMatchObject({ runs: [{ verdict: 'incomplete', cut: 'interrupted' }] });
    expect(err).toContain('interrupted');
  });
  it('ends the search once when a signal comes twice at once, as from a terminal and a parent', async () => {
    const argv = ['check', '--world', 'counters', '--size', 'deep'];
    const { code, out } = await mmProcess(
      argv,
      (pid) =>
        void whenItListens(pid, () => {
          process.kill(pid, 'SIGINT');
          setTimeout(() => process.kill(pid, 'SIGINT'), 5);
        }),
    );
    expect(code).toBe(130);
    expect(out).toContain('not all seen   interrupted');
  });
});
