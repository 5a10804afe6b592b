/**
 * What the README shows is what happens. A block ```console holds commands (`$ npx mmcheck …`), each followed by what
 * it prints; a block ```ts is a program whose `// =>` lines say what it logs. `DOCS=write npm test` writes the output
 * of the commands into the README.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@effect/vitest';

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
const programs = [...readme.matchAll(/```ts\n([^]*?)```/g)].map(([, source]) => source!);

/** Times and sizes of memory differ from run to run. */
const timeless = (text: string): string =>
  text
    .replaceAll(/\b\d+(\.\d+)? s\b/g, 'N s')
    .replaceAll(/\b[\d,]+ MiB\b/g, 'N MiB')
    .replaceAll(/ +\d+\.\d\d(?=\s)/g, ' N');

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

  it.each(consoles)('shows what "mmcheck $command" prints', ({ block, command, shown }) => {
    const printed = run(command);
    if (writes) {
      const text = readFileSync(path, 'utf8');
      writeFileSync(
        path,
        text.replace(block, () => `\`\`\`console\n$ npx mmcheck ${command}\n${printed.trimEnd()}\n\`\`\``),
      );
      return;
    }
    expect(timeless(shown.trim())).toBe(timeless(printed.trim()));
  });

  it.each(programs)('has a program that logs what it says: %#', (source) => {
    const said = [...source.matchAll(/\/\/ => (.*)$/gm)].map(([, text]) => text);
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', source], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(stdout.trim().split('\n')).toEqual(said);
  });
});
