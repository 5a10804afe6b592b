/** Which law holds where, pinned (`PIN=write` writes it anew): table.pinned.txt every kernel, whole.pinned.txt v7.1 with all cases counted. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { LAWS } from '../../../spec/laws/all.ts';
import { failingOnBase, pinnedLines, tablePath } from './table.ts';

const at = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const linesOf = async (what: 'few' | 'each' | 'all', names: readonly string[] = []): Promise<readonly string[]> => {
  const node = at('../../../node_modules/.bin/node');
  const { stdout, stderr } = await promisify(execFile)(node, [at('./table_bin.ts'), what, ...names], {
    maxBuffer: 2 ** 26,
  });
  if (stderr !== '') throw new Error(stderr);
  return stdout.trimEnd().split('\n');
};

const pinned = (name: 'table' | 'whole', lines: readonly string[]): readonly string[] => {
  if (process.env['PIN'] === 'write') writeFileSync(tablePath(name), `${lines.join('\n')}\n`);
  return pinnedLines(name);
};

/** Of every architecture the build with the fewest protections: all of them (PIN=all) take minutes. */
const QUICK =
  'x86_pae arm64_16k ppc64_radix_64k ppc64_hash_4k riscv64 riscv64_thead loongarch64 loongarch64_4k s390'.split(' ');

const [few, all] = await Promise.all([linesOf('few'), linesOf('all')]);

describe('the laws', () => {
  it('hold and fail where they did, on every kernel', () => {
    expect(few).toEqual(pinned('table', few));
  });
  it('have as many cases as they had on v7.1, and as many of them fail', () => {
    expect(all).toEqual(pinned('whole', all));
  });
  it('fail of a part of the cases where they fail of all', () => {
    expect(failingOnBase(few)).toEqual(failingOnBase(all));
  });
  it('do so on every release and version of a series', { timeout: 1_800_000 }, async () => {
    const names = process.env['PIN'] === 'all' ? [] : QUICK;
    const verdicts = async (what: 'few' | 'each') =>
      (await linesOf(what, names)).map((line) => line.replace(/ fails: .*/, ' fails'));
    const whole = await verdicts('each');
    expect(whole.length).toBeGreaterThan(0);
    expect(whole).toEqual(await verdicts('few'));
  });
  it('are each decided somewhere', () => {
    const undecided = LAWS.filter(({ name }) => !all.some((line) => line.startsWith(`  ${name} `)));
    expect(undecided).toEqual([]);
  });
});
