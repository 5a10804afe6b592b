/** The guide to patches of one's own: its files are written into a folder, and its commands run there. `DOCS=write` writes what they print. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const path = at('../../../checker/own_file/README.md');
const guide = readFileSync(path, 'utf8');
const writes = process.env['DOCS'] === 'write';

const files = [...guide.matchAll(/```ts (\S+)\n([^]*?)```/g)].map(([, name, text]) => ({ name: name!, text: text! }));
const commands = [...guide.matchAll(/```console\n\$ npx mmcheck (.*)\n([^]*?)```/g)].map(([block, command, shown]) => ({
  block,
  command: command!,
  shown: shown!,
}));

const folder = mkdtempSync(join(tmpdir(), 'mmcheck-guide-'));
for (const { name, text } of files) writeFileSync(join(folder, name), text);

const timeless = (text: string): string => text.replaceAll(/ +\d+\.\d\d(?=\s)/g, ' N').trim();

const run = (command: string): string => {
  const { stdout, stderr } = spawnSync(process.execPath, [at('../../../checker/bin.mjs'), ...command.split(' ')], {
    cwd: folder,
    encoding: 'utf8',
  });
  return stdout === '' ? stderr : stdout;
};

describe('the guide to patches', () => {
  it('has three examples', () => {
    expect([files.length, commands.length]).toEqual([3, 3]);
  });
  it.each(commands)('shows what "mmcheck $command" prints', ({ block, command, shown }) => {
    const printed = run(command);
    if (writes)
      writeFileSync(
        path,
        readFileSync(path, 'utf8').replace(
          block,
          () => `\`\`\`console\n$ npx mmcheck ${command}\n${printed.trimEnd()}\n\`\`\``,
        ),
      );
    expect(timeless(writes ? printed : shown)).toBe(timeless(printed));
  });
});
