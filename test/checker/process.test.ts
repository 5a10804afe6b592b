import { describe, expect, it } from 'vitest';
import { mmProcess } from './command_line.ts';

const timeout = 60_000;

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
    const { code, out, err } = await mmProcess(argv, (pid) => setTimeout(() => process.kill(pid, signal), 1500));
    expect(code).toBe(130);
    expect(JSON.parse(out)).toMatchObject({ runs: [{ verdict: 'incomplete', cut: 'interrupted' }] });
    expect(err).toContain('interrupted');
  });
  it('ends the search once when a signal comes twice at once, as from a terminal and a parent', async () => {
    const argv = ['check', '--world', 'counters', '--size', 'deep'];
    const { code, out } = await mmProcess(argv, (pid) =>
      setTimeout(() => {
        process.kill(pid, 'SIGINT');
        setTimeout(() => process.kill(pid, 'SIGINT'), 5);
      }, 1500),
    );
    expect(code).toBe(130);
    expect(out).toContain('not all seen   interrupted');
  });
});
