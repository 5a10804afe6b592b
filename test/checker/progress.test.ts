import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { progressLine, watch, watchProgress } from '../../checker/progress.ts';
import { paintFor, plain } from '../../checker/report/paint.ts';
import { capture } from './command_line.ts';

const shown = { states: 1_234_567, transitions: 5_000_000, depth: 12, waiting: 34_567, bytes: 64 * 2 ** 20 };

describe('progress', () => {
  it('says how many states, how fast, how deep, how many wait, and what it holds', () => {
    expect(progressLine('v6.18 reserve', shown, 2)).toMatchInlineSnapshot(
      `"v6.18 reserve: 1,234,567 states  617,284/s  depth 12  34,567 waiting  64 MiB  2 s"`,
    );
  });
  it('is a line now and then where there is no terminal', async () => {
    const out = capture();
    const watched = watchProgress(out, 'v6.18 reserve', () => shown, 20);
    await sleep(150);
    watched.done();
    const lines = out.text().trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line).toMatch(/^v6\.18 reserve: 1,234,567 states/);
  });
  it('says what there is to say by then', async () => {
    const out = capture();
    let law = 'PG1';
    const watched = watch(out, (elapsed) => `${law} ${elapsed < 60}`, 20);
    await sleep(50);
    law = 'PG2';
    await sleep(50);
    watched.done();
    expect([...new Set(out.text().trimEnd().split('\n'))]).toEqual(['PG1 true', 'PG2 true']);
  });
  it('is redrawn in place on a terminal, within its width, and erased at the end', async () => {
    const out = capture(true);
    const watched = watchProgress(out, 'a kernel with a long name + a series with a long name', () => shown, 20);
    await sleep(100);
    watched.done();
    expect(out.text()).not.toContain('\n');
    expect(out.text().endsWith('\r\u001B[2K')).toBe(true);
    for (const line of out.text().split('\r\u001B[2K')) expect(line.length).toBeLessThan(80);
  });
  it('says nothing of a run that is over at once', () => {
    const out = capture(true);
    watchProgress(out, 'quick', () => shown).done();
    expect(out.text()).toBe('');
  });
});

describe('colour', () => {
  it('is for terminals without NO_COLOR', () => {
    const before = process.env['NO_COLOR'];
    delete process.env['NO_COLOR'];
    expect(paintFor({ isTTY: true }).bad('x')).toContain('\u001B[');
    expect(paintFor({ isTTY: false })).toBe(plain);
    process.env['NO_COLOR'] = '1';
    expect(paintFor({ isTTY: true })).toBe(plain);
    if (before === undefined) delete process.env['NO_COLOR'];
    else process.env['NO_COLOR'] = before;
  });
});
