/** Which law holds where, pinned (`PIN=write` writes it anew): table.pinned.txt every kernel, whole.pinned.txt v7.1 with all cases counted. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LAWS } from '../../../spec/laws/all.ts';

const at = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const node = at('../../../node_modules/.bin/node');

const linesOf = (what: string): readonly string[] => {
  const { stdout, stderr } = spawnSync(node, [at('./table_bin.ts'), what], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (stderr !== '') throw new Error(stderr);
  return stdout.trimEnd().split('\n');
};

const pinned = (name: string, lines: readonly string[]): readonly string[] => {
  if (process.env['PIN'] === 'write') writeFileSync(at(name), `${lines.join('\n')}\n`);
  return readFileSync(at(name), 'utf8').trimEnd().split('\n');
};

/** Of v7.1, the laws and levels that fail. */
const failing = (lines: readonly string[]): readonly string[] =>
  lines
    .filter((line) => / v7\.1 PG/.test(line) && /: (fails|[1-9]\d* of)/.test(line))
    .map((line) => line.split(':')[0]!);

describe('the laws', () => {
  const [few, all] = [linesOf('few'), linesOf('all')];
  it('hold and fail where they did, on every kernel', () => {
    expect(few).toEqual(pinned('./table.pinned.txt', few));
  });
  it('have as many cases as they had on v7.1, and as many of them fail', () => {
    expect(all).toEqual(pinned('./whole.pinned.txt', all));
  });
  it('fail of a part of the cases where they fail of all', () => {
    expect(failing(few)).toEqual(failing(all));
  });
  it('are each decided somewhere', () => {
    const decided = LAWS.filter(({ name }) => few.some((line) => line.includes(` ${name} `) && !line.includes(': -')));
    expect(decided).toEqual(LAWS);
  });
});
