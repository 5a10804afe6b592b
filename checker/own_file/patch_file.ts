/** Reads a file that exports a patch by default. What is wrong with it is said with its line. */
import { basename } from 'node:path';
import * as Effect from 'effect/Effect';
import { isMatching, P } from 'ts-pattern';
import { ARCHITECTURES } from '../../model/arch/architectures.ts';
import { hugetlb_v7_1 } from '../../model/hugetlb/releases/v7_1.ts';
import type { KernelPatch } from '../../model/patch.ts';
import { v7_1 } from '../../model/releases/v7_1.ts';
import { fits } from '../pattern.ts';
import { BadFile } from '../unusable.ts';
import { withoutExit } from './blame.ts';
import { importFile, pathOf } from './import_file.ts';
import { lineOf, placeOf } from './place.ts';
import { typeCheck } from './type_check.ts';
import { didYouMean, messageOf, shown } from './words.ts';

/** A patch by the name of its file. */
export interface OwnPatch extends KernelPatch {
  readonly name: string;
  readonly path: string;
}

const HINT =
  "it exports by default patch({ title: '…', mm: { pfn_pmd: (base) => (pfn, prot) => … } }), patch imported from " +
  "'mmcheck/patch'; `mmcheck new-patch NAME` writes one to begin with";

const isObject = isMatching(P.record(P.string, P.any));
const isText = isMatching(P.union(undefined, P.string));
const EVIDENCE = ['source', 'mail', 'cover letter', 'inferred', 'memory', 'asked'] as const;
const isFunctions = isMatching(P.union(undefined, P.record(P.string, P.any)));

const KEYS: Readonly<Record<keyof KernelPatch, readonly [takes: string, is: (value: unknown) => boolean]>> = {
  title: ['a sentence, as the subject of a mail', isMatching(P.string.minLength(1))],
  author: ['a name', isText],
  source: ['a commit or a mail', isText],
  says: ['a sentence', isText],
  evidence: [EVIDENCE.map((one) => `'${one}'`).join(', '), isMatching(P.union(undefined, ...EVIDENCE))],
  base: ["a kernel, as 'v7.1' or 'v6.11+huge-pfnmaps@v2'", isText],
  sets: [
    "toggles with values, as { 'mprotect-pud': 'clears' }",
    isMatching(P.union(undefined, P.record(P.string, P.string))),
  ],
  mm: ['functions of mm by name', isFunctions],
  hugetlb: ['functions of hugetlb by name', isFunctions],
  bug: ['what it brings back (model/bugs)', isFunctions],
  entries: ["functions of entries by architecture, as { 'x86_*': { … } }", isFunctions],
};

interface Wrong {
  /** The word in whose line it is. */
  readonly at: string;
  readonly why: string;
}

const wrongKey = (given: object): Wrong | undefined => {
  const keys = Object.keys(given);
  const unknown = keys.find((key) => !(key in KEYS));
  if (unknown !== undefined)
    return { at: unknown, why: `has ${unknown}, which no patch has${didYouMean(unknown, Object.keys(KEYS))}` };
  for (const [key, [takes, is]] of Object.entries(KEYS)) {
    const value: unknown = (given as Record<string, unknown>)[key];
    if (is(value)) continue;
    return value === undefined
      ? { at: 'patch', why: `has no ${key}, which takes ${takes}` }
      : { at: key, why: `has ${shown(value)} for ${key}, which takes ${takes}` };
  }
  return undefined;
};

/** The functions of each section that can be replaced. */
const REPLACED = { mm: v7_1, hugetlb: hugetlb_v7_1 } as const;

const wrongFunction = (section: keyof typeof REPLACED, name: string, value: unknown): Wrong | undefined => {
  const known = Object.keys(REPLACED[section]).filter((one) => one !== 'name');
  const other = section === 'mm' ? 'hugetlb' : 'mm';
  if (!known.includes(name)) {
    const elsewhere = name in REPLACED[other] && name !== 'name' ? `; ${other} has it` : didYouMean(name, known);
    return { at: name, why: `replaces ${name}, which is no function of ${section}${elsewhere}` };
  }
  return typeof value === 'function'
    ? undefined
    : { at: name, why: `has ${shown(value)} for ${name}, and not (base) => a function` };
};

/** What takes the place of a function must be one, too, and of a record of functions, one with the same names. */
const wrongShape = (
  section: keyof typeof REPLACED,
  path: string,
  name: string,
  replace: unknown,
): Wrong | undefined => {
  const base: unknown = (REPLACED[section] as unknown as Readonly<Record<string, unknown>>)[name];
  let made: unknown;
  try {
    made = (replace as (base: unknown) => unknown)(base);
  } catch (error) {
    throw new BadFile({ path: placeOf(path, error), why: `cannot be used: ${name} throws: ${messageOf(error)}` });
  }
  if (typeof made !== typeof base)
    return {
      at: name,
      why: `has a ${name} that gives ${shown(made)}, and not a ${typeof base}: it is to be (base) => …`,
    };
  if (typeof base !== 'object' || base === null) return undefined;
  const missing = Object.keys(base).find((key) => !(key in (made as object)));
  return missing === undefined ? undefined : { at: name, why: `has a ${name} without ${missing}` };
};

const wrongEntries = (pattern: string): Wrong | undefined => {
  const names = ARCHITECTURES.map(({ name }) => name);
  return names.some((name) => fits(pattern, name))
    ? undefined
    : { at: pattern, why: `has entries of "${pattern}", which is no architecture${didYouMean(pattern, names)}` };
};

const wrongPatch = (path: string, given: KernelPatch): Wrong | undefined => {
  for (const section of ['mm', 'hugetlb'] as const)
    for (const [name, replace] of Object.entries(given[section] ?? {})) {
      const wrong = wrongFunction(section, name, replace) ?? wrongShape(section, path, name, replace);
      if (wrong !== undefined) return wrong;
    }
  const entries = Object.keys(given.entries ?? {}).map((one) => wrongEntries(one));
  const wrong = entries.find((one) => one !== undefined);
  if (wrong !== undefined) return wrong;
  const sections = [given.mm, given.hugetlb, given.entries, given.sets].flatMap((one) => Object.keys(one ?? {}));
  return sections.length > 0
    ? undefined
    : { at: 'patch', why: 'changes nothing: it has no functions (mm, hugetlb, entries) and sets no toggles (sets)' };
};

/** What is wrong with what a file exports; undefined where it is a patch. */
const wrongExport = (path: string, { default: given, ...others }: Readonly<Record<string, unknown>>) => {
  const names = Object.keys(others);
  if (given === undefined)
    return { at: 'export', why: `exports nothing by default${names.length === 0 ? '' : `, only ${names.join(', ')}`}` };
  if (!isObject(given)) return { at: 'default', why: `exports ${shown(given)} by default, which is no patch` };
  return wrongKey(given) ?? wrongPatch(path, given as unknown as KernelPatch);
};

/** Patches of files that have been read before, in a thread of their own. Throws what is wrong with one. */
export const readPatches = (paths: readonly string[]): Promise<readonly OwnPatch[]> =>
  Promise.all(
    paths.map(async (path) => ({
      ...((await Effect.runPromise(importFile(path)))['default'] as KernelPatch),
      name: basename(path),
      path,
    })),
  );

/** The patch of a file that `flag` names. */
export const readPatch = Effect.fnUntraced(function* (asked: string, flag = '--patch') {
  const path = yield* pathOf(asked, flag, HINT);
  const loaded = yield* importFile(path);
  const wrong = yield* Effect.try({
    try: () => withoutExit([path], () => wrongExport(path, loaded)),
    catch: (error) => error as BadFile,
  });
  if (wrong !== undefined)
    return yield* new BadFile({ path: `${asked}${lineOf(path, wrong.at)}`, why: wrong.why, hint: HINT });
  yield* typeCheck(path, asked);
  return { ...(loaded['default'] as KernelPatch), name: basename(path), path } satisfies OwnPatch;
});
