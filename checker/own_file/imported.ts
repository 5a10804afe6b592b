/** Which files a file of one's own is made of: itself, and what it imports that is not of the program. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ofOurs } from './place.ts';

/** The program itself, which is digested as a whole (kept_run.ts). */
const isOfProgram = (path: string): boolean => /^(?:checker|model|spec)\//.test(ofOurs(path));

/** By path, what it has imported since this process began: Node resolves an import once. */
const imports = new Map<string, Set<string>>();

/** Gets each import as it is resolved, as URLs. */
export const noteImport = (by: string | undefined, url: string): void => {
  if (by === undefined || !by.startsWith('file:') || !url.startsWith('file:')) return;
  const [from, to] = [fileURLToPath(by), fileURLToPath(url)];
  if (!isOfProgram(to)) imports.set(from, (imports.get(from) ?? new Set()).add(to));
};

/** Paths: of a file that is imported, and of all that it imports, in an order that stays the same. */
export const filesOf = (path: string): readonly string[] => {
  const found = new Set([path]);
  for (const one of found) for (const each of imports.get(one) ?? []) found.add(each);
  return [...found].toSorted();
};

/** Of the text of a file that is imported, and of all that it imports. */
export const digestOf = (path: string): string => {
  const hash = createHash('sha256');
  for (const file of filesOf(path)) hash.update(readFileSync(file));
  return hash.digest('hex');
};
