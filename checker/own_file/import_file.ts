/** Imports a file of one's own: TypeScript anywhere, which has 'mmcheck/...' without a package of its own. */
import { existsSync, globSync, statSync } from 'node:fs';
import module from 'node:module';
import { basename, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as Effect from 'effect/Effect';
import { distance } from '../nearest.ts';
import { BadFile } from '../unusable.ts';
import { importedWithoutExit } from './blame.ts';
import { Guard } from './guard.ts';
import { filesOf, noteImport } from './imported.ts';
import { lineWith, placeOf } from './place.ts';
import { settled } from './settles.ts';
import { didYouMean, EXPORTED, messageOf } from './words.ts';

/** The module that an import of 'mmcheck/...' stands for; of any file of the model, 'mmcheck/model/mm/memory.ts'. */
const ours = (specifier: string): string | undefined => {
  if (specifier in EXPORTED) return new URL(`../../model/${specifier.slice(8)}.ts`, import.meta.url).href;
  return specifier.startsWith('mmcheck/model/')
    ? new URL(`../../${specifier.slice(8)}`, import.meta.url).href
    : undefined;
};

/** The file of the model that was meant, by its name, wherever it is. */
const modelFileLike = (specifier: string): string => {
  const files = globSync('model/**/*.ts', { cwd: new URL('../../', import.meta.url) });
  const asked = basename(specifier, '.ts');
  const isClose = (file: string): boolean => distance(basename(file, '.ts'), asked) <= Math.max(1, asked.length / 4);
  const named = files.filter(isClose).map((file) => `mmcheck/${file}`);
  return named.length === 0
    ? "; its files are imported as 'mmcheck/model/mm/memory.ts'"
    : `; did you mean ${named.slice(0, 3).join(' or ')}?`;
};

const meant = (specifier: string): string =>
  specifier.startsWith('mmcheck/model/') ? modelFileLike(specifier) : didYouMean(specifier, Object.keys(EXPORTED));

/** Of other imports that are not there the line is said. */
const resolveOurs = () =>
  module.registerHooks({
    resolve: (specifier, context, next) => {
      try {
        const resolved = next(ours(specifier) ?? specifier, context);
        noteImport(context.parentURL, resolved.url);
        return resolved;
      } catch {
        const from = fileURLToPath(context.parentURL!);
        const why = `imports '${specifier}', which is not there${meant(specifier)}`;
        const line = lineWith(from, (one) => [`'${specifier}'`, `"${specifier}"`].some((each) => one.includes(each)));
        throw new BadFile({ path: `${from}${line}`, why });
      }
    },
  });

/** Where a file is that was asked for; `flag` asked for it, and `hint` says what it is to be. */
export const pathOf = Effect.fnUntraced(function* (asked: string, flag: string, hint: string) {
  if (asked === '') return yield* new BadFile({ path: flag, why: 'takes a path', hint });
  const path = resolve(asked);
  if (!existsSync(path)) return yield* new BadFile({ path: asked, why: 'cannot be read: no such file' });
  if (statSync(path).isDirectory()) return yield* new BadFile({ path: asked, why: 'is a directory', hint });
  return path;
});

const imported = (path: string): Promise<Readonly<Record<string, unknown>>> => import(pathToFileURL(path).href);

/** What a file exports. Fails with the place of what is wrong. */
export const importFile = Effect.fnUntraced(function* (path: string) {
  const guard = yield* Guard;
  guard.runs(path);
  return yield* Effect.tryPromise({
    try: async () => {
      const hooks = resolveOurs();
      try {
        return await importedWithoutExit(() => settled(imported(path), path, () => filesOf(path)));
      } finally {
        hooks.deregister();
      }
    },
    catch: (error) =>
      error instanceof BadFile
        ? error
        : new BadFile({ path: placeOf(path, error), why: `cannot be run: ${messageOf(error)}` }),
  });
});
