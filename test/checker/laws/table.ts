/** The pinned tables of laws, as judged_kernels.ts writes them. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const tablePath = (name: 'table' | 'whole'): string =>
  fileURLToPath(new URL(`./${name}.pinned.txt`, import.meta.url));
export const pinnedLines = (name: 'table' | 'whole'): readonly string[] =>
  readFileSync(tablePath(name), 'utf8').trimEnd().split('\n');

/** The indented lines below the heads of architectures on v7.1, by architecture. */
const sectionsOf = (lines: readonly string[]): ReadonlyMap<string, readonly string[]> => {
  const sections = new Map<string, string[]>();
  let section: string[] | undefined;
  for (const line of lines) {
    const head = /^(\w+): (.*)$/.exec(line);
    if (head === null) section?.push(line);
    else if (head[2]!.split('; ').includes('v7.1')) sections.set(head[1]!, (section = []));
    else section = undefined;
  }
  return sections;
};

/** Of v7.1, by architecture, the laws with their levels that hold: `PG4 pmd`. */
export const holdingOnBase = (lines: readonly string[]): ReadonlyMap<string, readonly string[]> =>
  new Map(
    [...sectionsOf(lines)].map(([name, section]) => [
      name,
      section.flatMap((line) => (line.startsWith('  holds: ') ? line.slice(9).split(', ') : [])),
    ]),
  );

/** Of v7.1, by architecture, the laws with their levels that fail and do harm. */
export const failingOnBase = (lines: readonly string[]): ReadonlyMap<string, readonly string[]> =>
  new Map(
    [...sectionsOf(lines)].map(([name, section]) => [
      name,
      section.flatMap((line) => {
        const found = /^ {2}(\S+ \w+) fails: /.exec(line);
        return found === null ? [] : [found[1]!];
      }),
    ]),
  );
