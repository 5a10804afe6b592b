/** Where in a file of one's own something went wrong. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const OURS = fileURLToPath(new URL('../../', import.meta.url));

/** A path as it is from the root of this project. */
export const ofOurs = (path: string): string => relative(OURS, path);

/** Whether a module is of the kernels that files are put on. */
export const isOfModel = (path: string): boolean => path.startsWith(join(OURS, 'model/'));

/** Neither of this project nor of a package: what a file of one's own imports from beside it is. */
const isBeside = (path: string): boolean => !path.startsWith(OURS) && !path.includes('/node_modules/');

/** Whether a module is one of these files, or somebody's own otherwise. */
export const isOwn = (path: string, files: readonly string[]): boolean => files.includes(path) || isBeside(path);

/** Node tells where the parser of TypeScript fails, but where that of JavaScript does only to who asks for nothing else. */
const parsed = (path: string): string => spawnSync(process.execPath, ['--check', path], { encoding: 'utf8' }).stderr;

const placesIn = (text = ''): readonly string[] =>
  [...text.matchAll(/(?:^|\s|\(|file:\/\/)(\/[^\s:()]+:\d+)/gm)].map(([, place]) => decodeURI(place!));

/** The line of a file that an exception has come through; undefined where it has not. */
export const placeIn = (path: string, error: unknown): string | undefined =>
  error instanceof Error ? placesIn(error.stack).find((place) => place.startsWith(`${path}:`)) : undefined;

/** Where an error comes from, as 'pfn_pmd.ts:12': the file, another one that it imports, or just the file. */
export const placeOf = (path: string, error: unknown): string => {
  const ofFile = (place: string): boolean => place.startsWith(`${path}:`);
  const places = error instanceof Error ? placesIn(error.stack) : [];
  return (
    placeIn(path, error) ??
    places.find(isBeside) ??
    (error instanceof SyntaxError ? placesIn(parsed(path)).find(ofFile) : undefined) ??
    path
  );
};

/** The first line of a file in which `wanted` stands, as ':12'; nothing where it stands in none. */
export const lineWith = (path: string, wanted: (line: string) => boolean): string => {
  const at = readFileSync(path, 'utf8').split('\n').findIndex(wanted);
  return at < 0 ? '' : `:${at + 1}`;
};

/** The line in which a word stands by itself. */
export const lineOf = (path: string, word: string): string =>
  lineWith(path, (line) => line.split(/[^\w-]+/).includes(word));
