/** Which law holds where, pinned (`PIN=write` writes it anew): table.pinned.txt every kernel, whole.pinned.txt v7.1 with all cases counted. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LAWS } from '../../../spec/laws/all.ts';
import { failingOnBase, pinnedLines, tablePath } from './table.ts';

const at = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const linesOf = (what: 'few' | 'all'): readonly string[] => {
  const { stdout, stderr } = spawnSync(at('../../../node_modules/.bin/node'), [at('./table_bin.ts'), what], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (stderr !== '') throw new Error(stderr);
  return stdout.trimEnd().split('\n');
};

const pinned = (name: 'table' | 'whole', lines: readonly string[]): readonly string[] => {
  if (process.env['PIN'] === 'write') writeFileSync(tablePath(name), `${lines.join('\n')}\n`);
  return pinnedLines(name);
};

describe('the laws', () => {
  const [few, all] = [linesOf('few'), linesOf('all')];
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
    const decided = (name: string): boolean => all.some((line) => line.startsWith(`  ${name} `));
    expect(LAWS.filter(({ name }) => !decided(name))).toEqual([]);
  });
});
