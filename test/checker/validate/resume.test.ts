/** `validate --resume` and `equiv --resume`: in pieces the same as in one, search by search; as resume.test.ts of `check`. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as Effect from 'effect/Effect';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keepingIn } from '../../../checker/resume.ts';
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

it('refuses a file of something else, and goes on in each search where a limit stopped it, to the same report', async () => {
  const cut = await resume(COMMAND, '--states-max', '4');
  expect(cut.out).toMatch(/incomplete +pfnmap-install/);
  expect(kept().map((one) => one.replace(FILE, ''))).toEqual(['.after', '.before', '.together']);
  const part = join(directory, kept()[1]!);
  const bytes = readFileSync(part);
  writeFileSync(part, 'hello, this is no run');
  const refused = await resume(COMMAND);
  expect(refused).toMatchObject({ code: 2, out: '' });
  expect(refused.err).toContain('remove it, or name another directory with --resume');
  expect(readFileSync(part, 'utf8')).toBe('hello, this is no run');
  writeFileSync(part, bytes);

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

it('makes no comparison twice', async () => {
  const command = ['equiv', 'v7.1', 'v7.1+remap-leaf=yes', '--world', 'pfnmap-install'];
  const first = await resume(command);
  expect([first.code, kept().length]).toEqual([1, 1]);
  // Seconds and all.
  expect(await resume(command)).toEqual(first);
});

it('keeps apart kernels, patches that say something else, worlds, sizes and what is asked', async () => {
  const keeping = await Effect.runPromise(keepingIn(directory, import.meta.url));
  const kernel = { kernel: 'v7.1', arch: 'x86_64', series: [], settings: [], set: [] };
  const path = patchOf('own.ts', 'zap_huge_pmd: () => () => undefined,');
  const own = [{ path, name: 'own.ts', title: '' }];
  const of = { kernels: [kernel, { ...kernel, own }], world: 'a', size: 'quick', asked: ['mm'] } as const;
  const all = [
    of,
    { ...of, kernels: of.kernels.toReversed() },
    { ...of, world: 'b' },
    { ...of, size: 'deep' as const },
    { ...of, asked: ['user'] },
  ].map((one) => keeping(one).path);
  writeFileSync(path, `${readFileSync(path, 'utf8')}// and more`);
  expect(new Set([...all, keeping(of).path]).size).toBe(6);
});
