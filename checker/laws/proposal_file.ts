/** Reads the file of `--patch`: TypeScript that exports a proposal by default. What is wrong with it is said with its place. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import module from 'node:module';
import { basename, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import * as Effect from 'effect/Effect';
import { isMatching, P } from 'ts-pattern';
import { ARCHITECTURES } from '../../model/arch/architectures.ts';
import * as entries from '../../model/entries.ts';
import type { Proposal } from '../../model/formats/proposal.ts';
import { nearest } from '../nearest.ts';
import { fits } from '../pattern.ts';
import { BadFile } from '../unusable.ts';

/** A proposal by the name of its file. */
export interface Proposed extends Proposal {
  readonly name: string;
  readonly path: string;
}

const ENTRIES = 'mmcheck/entries';
const ENTRIES_URL = new URL('../../model/entries.ts', import.meta.url).href;

const HINT =
  "it exports by default { says: 'a sentence', patches: { x86_64: { pfn_pmd: (base, t) => (pfn, prot) => … } } }; " +
  'patterns of the same architecture are put one on the other in their order; examples: model/proposals';

/** A value as an error shows it. */
export const shown = (value: unknown): string =>
  value === undefined ? 'nothing' : inspect(value, { depth: 1, breakLength: Infinity });

export const didYouMean = (asked: string, known: readonly string[]): string => {
  const close = nearest(asked, known);
  return close === undefined ? '' : `; did you mean ${close}?`;
};

/** The line of a file that imports something, as ':12'. */
const lineOf = (path: string, specifier: string): string => {
  const at = readFileSync(path, 'utf8')
    .split('\n')
    .findIndex((line) => [`'${specifier}'`, `"${specifier}"`].some((one) => line.includes(one)));
  return at < 0 ? '' : `:${at + 1}`;
};

/** A file anywhere may import 'mmcheck/entries', with no package of its own. Of other imports that are not there the line is said. */
const resolveEntries = () =>
  module.registerHooks({
    resolve: (specifier, context, next) => {
      if (specifier === ENTRIES) return { url: ENTRIES_URL, shortCircuit: true };
      try {
        return next(specifier, context);
      } catch {
        const from = fileURLToPath(context.parentURL!);
        const why = `imports '${specifier}', which is not there${didYouMean(specifier, [ENTRIES])}`;
        throw new BadFile({ path: `${from}${lineOf(from, specifier)}`, why });
      }
    },
  });

/** Node tells where the parser of TypeScript fails, but where that of JavaScript does only to who asks for nothing else. */
const parsed = (path: string): string => spawnSync(process.execPath, ['--check', path], { encoding: 'utf8' }).stderr;

const OURS = fileURLToPath(new URL('../../', import.meta.url));

const placesIn = (text = ''): readonly string[] =>
  [...text.matchAll(/(?:^|\s|\(|file:\/\/)(\/[^\s:()]+:\d+)/gm)].map(([, place]) => decodeURI(place!));

/** Where an error comes from, as 'pfn_pmd.ts:12': the file, another one that it imports, or just the file. */
export const placeOf = (path: string, error: unknown): string => {
  const ofFile = (place: string): boolean => place.startsWith(`${path}:`);
  const places = error instanceof Error ? placesIn(error.stack) : [];
  return (
    places.find(ofFile) ??
    places.find((place) => !place.startsWith(OURS)) ??
    (error instanceof SyntaxError ? placesIn(parsed(path)).find(ofFile) : undefined) ??
    path
  );
};

/** What an exception says, and which name was meant where the file imports one that is not there. */
export const messageOf = (error: unknown): string => {
  const message = error instanceof Error ? error.message.split('\n')[0]! : shown(error);
  const name = /'mmcheck\/entries' does not provide an export named '(\w+)'/.exec(message)?.[1];
  return name === undefined ? message : `${message}${didYouMean(name, Object.keys(entries))}`;
};

const isObject = isMatching(P.record(P.string, P.any));

const KEYS: readonly { readonly key: string; readonly takes: string; readonly is: (value: unknown) => boolean }[] = [
  { key: 'says', takes: 'a sentence on what is changed', is: isMatching(P.string.minLength(1)) },
  { key: 'cites', takes: 'a sentence on where it was proposed', is: isMatching(P.union(undefined, P.string)) },
  {
    key: 'evidence',
    takes: "'source', 'mail', 'cover letter', 'inferred' or 'asked'",
    is: isMatching(P.union(undefined, 'source', 'mail', 'cover letter', 'inferred', 'asked')),
  },
  { key: 'patches', takes: "functions by architecture, or by a pattern as 'x86*'", is: isObject },
];

const wrongKey = (given: object): string | undefined => {
  const wrong = KEYS.find(({ key, is }) => !is((given as Record<string, unknown>)[key]));
  if (wrong === undefined) return undefined;
  const value: unknown = (given as Record<string, unknown>)[wrong.key];
  return value === undefined
    ? `has no ${wrong.key}, which takes ${wrong.takes}`
    : `has ${shown(value)} for ${wrong.key}, which takes ${wrong.takes}`;
};

/** What is wrong with the functions of one pattern. */
const wrongPatch = (pattern: string, patch: unknown): string | undefined => {
  if (!isObject(patch) || Object.keys(patch).length === 0)
    return `has ${shown(patch)} for the patches of ${pattern}, which take functions by name, as { pfn_pmd: … }`;
  const [name, value] = Object.entries(patch).find(([, one]) => typeof one !== 'function') ?? [];
  return name === undefined
    ? undefined
    : `has ${shown(value)} for ${name} of ${pattern}, and not (base, t) => a function`;
};

/** What is wrong with what a file exports; undefined where it is a proposal. */
const wrongExport = ({ default: given, ...others }: Readonly<Record<string, unknown>>): string | undefined => {
  const names = Object.keys(others);
  if (given === undefined) return `exports nothing by default${names.length === 0 ? '' : `, only ${names.join(', ')}`}`;
  if (!isObject(given)) return `exports ${shown(given)} by default, which is no proposal`;
  const wrong = wrongKey(given);
  if (wrong !== undefined) return wrong;
  const patches = Object.entries((given as unknown as Proposal).patches);
  if (patches.length === 0) return 'has patches of no architecture';
  return patches.map(([pattern, patch]) => wrongPatch(pattern, patch)).find((one) => one !== undefined);
};

const load = Effect.fnUntraced(function* (path: string) {
  return yield* Effect.tryPromise({
    try: async () => {
      const hooks = resolveEntries();
      try {
        return (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
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

export const readProposal = Effect.fnUntraced(function* (asked: string) {
  if (asked === '') return yield* new BadFile({ path: '--patch', why: 'takes a path', hint: HINT });
  const path = resolve(asked);
  if (!existsSync(path)) return yield* new BadFile({ path: asked, why: 'cannot be read: no such file' });
  if (statSync(path).isDirectory()) return yield* new BadFile({ path: asked, why: 'is a directory', hint: HINT });
  const loaded = yield* load(path);
  const wrong = wrongExport(loaded);
  if (wrong !== undefined) return yield* new BadFile({ path: asked, why: wrong, hint: HINT });
  const proposed = loaded['default'] as Proposal;
  const names = ARCHITECTURES.map(({ name }) => name);
  const unknown = Object.keys(proposed.patches).find((key) => !names.some((name) => fits(key, name)));
  if (unknown !== undefined)
    return yield* new BadFile({
      path: asked,
      why: `has patches of "${unknown}", which ${unknown.includes('*') ? 'fits' : 'is'} no architecture${didYouMean(unknown, names)}`,
      hint: `there are: ${names.join(', ')}; a pattern as 'arm64*' stands for several`,
    });
  return { ...proposed, name: basename(path), path } satisfies Proposed;
});
