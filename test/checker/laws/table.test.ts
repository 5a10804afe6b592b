/** Which law holds where, pinned (`PIN=write` writes it anew): table.pinned.txt every kernel, whole.pinned.txt v7.1 with all cases counted. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { LAWS } from '../../../spec/laws/all.ts';
import { failingOnBase, pinnedLines, tablePath } from './table.ts';

const at = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const linesOf = async (what: 'few' | 'all'): Promise<readonly string[]> => {
  const node = at('../../../node_modules/.bin/node');
  const { stdout, stderr } = await promisify(execFile)(node, [at('./table_bin.ts'), what], { maxBuffer: 2 ** 26 });
  if (stderr !== '') throw new Error(stderr);
  return stdout.trimEnd().split('\n');
};

const pinned = (name: 'table' | 'whole', lines: readonly string[]): readonly string[] => {
  if (process.env['PIN'] === 'write') writeFileSync(tablePath(name), `${lines.join('\n')}\n`);
  return pinnedLines(name);
};

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
  it('are each decided somewhere', () => {
    const undecided = LAWS.filter(({ name }) => !all.some((line) => line.startsWith(`  ${name} `)));
    expect(undecided).toEqual([]);
  });
});
