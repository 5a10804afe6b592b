/** Files of proposals in a folder of this process. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const folder = mkdtempSync(join(tmpdir(), 'mmcheck-laws-'));
export const file = (name: string, ...lines: readonly string[]): string => {
  const path = join(folder, name);
  writeFileSync(path, lines.join('\n'));
  return path;
};
export const proposal = (name: string, patch: string): string =>
  file(
    name,
    "import { bit, has, or } from 'mmcheck/entries';",
    `export default { says: 'a try', patches: { 'x86_*': { ${patch} } } };`,
  );
