/** `check --resume`: in pieces the same as in one, and nothing of it is lost or taken for something else. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { mm, mmcheckProcess } from './command_line.ts';
import { file } from './own_file/files.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'resume-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const CHECK = ['check', '--world', 'reserve', '--set', 'split-table=fresh'];
const resume = (...more: readonly string[]) => mm([...CHECK, '--resume', directory, ...more]);
const timeless = (text: string): string => text.replaceAll(/\d+\.\d\d s?|\d+ MiB/g, 'N');
const kept = (): string => join(directory, readdirSync(directory)[0]!);

it('goes on where a limit stopped it, to the same report', async () => {
  const cut = await resume('--states-max', '3');
  expect(cut.out).toContain('not all seen');
  expect(readdirSync(directory)).toEqual([expect.stringMatching(/^v6\.18-x86\+reserve\+quick\+[0-9a-f]{12}\.run$/)]);
  const { code, out, err } = await resume();
  expect(err).toMatch(/^mmcheck: reserve goes on behind \d+ states\n$/);
  const whole = await mm(CHECK);
  expect(code).toBe(whole.code);
  expect(timeless(out)).toBe(timeless(whole.out));
});

it('does not make a run again that is over', async () => {
  const first = await resume();
  const again = await resume();
  expect(again).toEqual(first); // seconds and all
});

it('keeps apart what is asked for otherwise', async () => {
  await resume();
  await mm(['check', '--world', 'reserve', '--resume', directory]);
  await resume('--depth-max', '2');
  expect(readdirSync(directory)).toHaveLength(3);
});

const helper = (wrong: boolean): string => file('helper.mjs', `export const wrong = ${wrong};`);

it('makes a run again when a file that a patch imports has changed', { timeout: 30_000 }, async () => {
  helper(false);
  const path = file(
    'imports.mjs',
    "import { wrong } from './helper.mjs';",
    'const zap = (base) => (...all) => { if (wrong) throw new Error("is wrong"); return base(...all); };',
    "export default { title: 'mm: a try', mm: { zap_huge_pmd: zap } };",
  );
  const check = () =>
    mmcheckProcess(['check', '--world', 'vfio-arm64', '--patch', path, '--property', 'I-TRANS', '--resume', directory]);
  expect((await check()).code).toBe(0);
  helper(true);
  expect(await check()).toMatchObject({ code: 2, out: expect.stringContaining('imports.mjs:2, after 2 operations') });
});

it.each([
  ['text', 'hello, this is no run'],
  ['nothing', ''],
])('refuses a file that is %s, and leaves it alone', async (_what, text) => {
  await resume('--states-max', '3');
  writeFileSync(kept(), text);
  const { code, out, err } = await resume();
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain('remove it, or name another directory with --resume');
  expect(readFileSync(kept(), 'utf8')).toBe(text);
});

it('refuses what another version has kept', async () => {
  await resume('--states-max', '3');
  const bytes = readFileSync(kept());
  const digest = bytes.indexOf(/[0-9a-f]{64}/.exec(bytes.toString('latin1'))![0]);
  bytes.write('0'.repeat(64), digest);
  writeFileSync(kept(), bytes);
  const { code, err } = await resume();
  expect(code).toBe(2);
  expect(err.replaceAll(/\s+/g, ' ')).toContain('was written by another version of mmcheck or of its model');
});

it('says so when a checkpoint ends too early', async () => {
  await resume('--states-max', '3');
  writeFileSync(kept(), readFileSync(kept()).subarray(0, -4));
  const { code, out } = await resume();
  expect(code).toBe(2);
  expect(out).toContain('ends too early');
});

it('does not go with --first', async () => {
  const { code, err } = await resume('--first');
  expect(code).toBe(2);
  expect(err).toContain('--resume');
});
