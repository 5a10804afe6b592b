import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { note, numbered, progressLine, sayingOnce, watch, watchProgress } from '../../checker/progress.ts';
import { paintFor, plain } from '../../checker/report/paint.ts';
import { capture } from './command_line.ts';

const shown = { states: 1_234_567, transitions: 5_000_000, depth: 12, waiting: 34_567, bytes: 64 * 2 ** 20 };

describe('progress', () => {
  it('says how many states, how fast, how deep, how many wait, and what it holds', () => {
    expect(progressLine('reserve', shown, 2)).toMatchInlineSnapshot(
      `"reserve: 1,234,567 states  617,284/s  depth 12  34,567 waiting  64 MiB  2 s"`,
    );
  });
  it('fits 80 columns: the rate and the memory are left out, then names are cut', () => {
    const long = { ...shown, states: 123_456_789, waiting: 12_345_678, bytes: 12_345 * 2 ** 20 };
    expect(
      ['[3/177] pfnmap', '[3/177] pfnmap-fork, patch 19/19', 'w'.repeat(90)].map((one) => progressLine(one, long, 1e4)),
    ).toMatchInlineSnapshot(`
        [
          "[3/177] pfnmap: 123,456,789 states  depth 12  12,345,678 waiting  10000 s",
          "[3/177] pfnmap-fo...: 123,456,789 states  depth 12  12,345,678 waiting  10000 s",
          "wwwwwwwwwwwwwwwww...: 123,456,789 states  depth 12  12,345,678 waiting  10000 s",
        ]
      `);
    expect(progressLine('w'.repeat(90), shown, 2)).toHaveLength(79);
  });
  it('names the one of several', () => {
    expect([numbered(2, 177, 'pfnmap'), numbered(0, 1, 'pfnmap')]).toEqual(['[3/177] pfnmap', 'pfnmap']);
  });
  it('is erased before something is said beside it', () => {
    const [terminal, file] = [capture(true), capture()];
    for (const out of [terminal, file]) note(out, 'I-DEP is violated');
    expect([terminal.text(), file.text()]).toEqual([
      '\r\u001B[2Kmmcheck: I-DEP is violated\n',
      'mmcheck: I-DEP is violated\n',
    ]);
  });
  it('says nothing twice', () => {
    const out = capture();
    const once = sayingOnce(out);
    for (const text of ['a', 'b', 'a']) once.write(text);
    expect(out.text()).toBe('ab');
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
