/**
 * What the README shows is what happens. A block ```console holds commands (`$ npx mmcheck …`), each followed by what
 * it prints; a block ```ts is a program, and the block ```text behind it what it prints. `DOCS=write npm test` writes
 * all that is printed into the README.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { takesAll } from './checker/pinned_line.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const path = fileURLToPath(new URL('../README.md', import.meta.url));
const readme = readFileSync(path, 'utf8');
const writes = process.env['DOCS'] === 'write';

const consoles = [...readme.matchAll(/```console\n\$ npx mmcheck (.*)\n([^]*?)```/g)].map(
  ([block, command, shown]) => ({
    block,
    command: command!,
    shown: shown!,
  }),
);
const programs = [...readme.matchAll(/```ts\n([^]*?)```\n\n```text\n([^]*?)```/g)].map(([block, source, shown]) => ({
  block,
  source: source!,
  shown: shown!,
}));

/** A question of eleven searches on five kernels; test/checker/ask.test.ts asks smaller ones. */
const LONG = 'ask hgm-mapcount';

/** Times and sizes of memory differ from run to run. */
const timeless = (text: string): string =>
  text
    .replaceAll(/\b\d+(\.\d+)? s\b/g, 'N s')
    .replaceAll(/\b[\d,]+ MiB\b/g, 'N MiB')
    .replaceAll(/ +\d+\.\d\d(?=\s)/g, ' N');

const write = (block: string, instead: string): void =>
  writeFileSync(
    path,
    readFileSync(path, 'utf8').replace(block, () => instead),
  );

const run = (command: string): string => {
  const args = command.split(' ');
  const { stdout, stderr } = spawnSync(process.execPath, ['checker/bin.mjs', ...args], { cwd: root, encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  return stdout;
};

describe('the README', () => {
  it('has examples', () => {
    expect(consoles.length).toBeGreaterThanOrEqual(4);
    expect(programs.length).toBeGreaterThanOrEqual(1);
  });

  it.for(consoles)('shows what "mmcheck $command" prints', { timeout: 240_000 }, (one, { skip }) => {
    const { block, command, shown } = one;
    if (command.startsWith(LONG) && !writes && !takesAll) skip('it searches for a minute; PIN=all asks');
    const printed = run(command);
    if (writes) write(block, `\`\`\`console\n$ npx mmcheck ${command}\n${printed.trimEnd()}\n\`\`\``);
    expect(timeless((writes ? printed : shown).trim())).toBe(timeless(printed.trim()));
  });

  it.each(programs)('has a program that prints what it says: %#', ({ block, source, shown }) => {
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', source], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    if (writes) write(block, `\`\`\`ts\n${source}\`\`\`\n\n\`\`\`text\n${stdout.trimEnd()}\n\`\`\``);
    expect(writes ? stdout : shown).toBe(stdout);
  });
});
