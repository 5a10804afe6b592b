/** `validate --resume` and `equiv --resume`: in pieces the same as in one, search by search; as resume.test.ts of `check`. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { mmcheck } from '../command_line.ts';
import { patchOf } from '../own_file/files.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'resume-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const kept = (): readonly string[] => readdirSync(directory).toSorted();
const resume = (command: readonly string[], ...more: readonly string[]) =>
  mmcheck([...command, '--resume', directory, ...more]);
const COMMAND = ['validate', 'huge-remap-pfn-range@v3', '--world', 'pfnmap-install', '--property', 'I-NRPTES'];
const FILE = /^v7\.1\+huge-remap-pfn-range@v3\+pfnmap-install\+quick\+[0-9a-f]{12}\.run/;

it('goes on in each search where a limit stopped it, to the same report', async () => {
  const cut = await resume(COMMAND, '--states-max', '4');
  expect(cut.out).toMatch(/incomplete +pfnmap-install/);
  expect(kept().map((one) => one.replace(FILE, ''))).toEqual(['.after', '.before', '.together']);
  const { code, out, err } = await resume(COMMAND);
  expect(err.replaceAll(/\s+/g, ' ')).toMatch(
    /with the change, goes on behind \d+ states.*in lockstep, goes on behind \d+ /,
  );
  const whole = await mmcheck(COMMAND);
  expect({ code, out }).toEqual({ code: 1, out: whole.out });
  expect(out).toMatch(/calls +.*remap_pmd_allowed/s);
  // What the searches have left is in one file then.
  expect(kept()).toEqual([expect.stringMatching(new RegExp(`${FILE.source}$`))]);
  expect(await resume(COMMAND)).toMatchObject({ code, out, err: '' });
});

it('refuses a file of something else, and leaves it alone', async () => {
  await resume(COMMAND, '--states-max', '4');
  const part = join(directory, kept()[1]!);
  writeFileSync(part, 'hello, this is no run');
  const { code, out, err } = await resume(COMMAND);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain('remove it, or name another directory with --resume');
  expect(readFileSync(part, 'utf8')).toBe('hello, this is no run');
});

const comparing = (text: string) => ['equiv', 'v7.1', `v7.1+${patchOf('own.ts', text)}`, '--world', 'vfio-arm64'];

it('makes no comparison twice, and keeps apart patches that say something else', async () => {
  const same = comparing('zap_huge_pmd: (base) => (s, ...more) => base({ ...s }, ...more),');
  const first = await resume(same);
  expect([first.code, kept().length]).toEqual([0, 1]);
  // Seconds and all: nothing is compared again.
  expect(await resume(same)).toEqual(first);
  const other = comparing('zap_huge_pmd: () => () => undefined,');
  expect((await resume(other, '--depth-max', '3')).code).toBe(1);
  expect(kept()).toHaveLength(2);
});
