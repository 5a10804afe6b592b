/** Files of patches in a folder of this process. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const folder = mkdtempSync(join(tmpdir(), 'mmcheck-patch-'));

export const file = (name: string, ...lines: readonly string[]): string => {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
};

/** A patch whose functions of mm are these lines, the first of which is the fourth of the file. */
export const patchOf = (name: string, ...lines: readonly string[]): string =>
  file(
    name,
    "import { patch } from 'mmcheck/patch';",
    'export default patch({',
    "  title: 'mm: a try', mm: {",
    ...lines.map((line) => `    ${line}`),
    '  },',
    '});',
  );
