/** Reads the file of `--patch`: TypeScript that exports a proposal. What is wrong with it is said with the place in it. */
import { existsSync, statSync } from 'node:fs';
import module from 'node:module';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as Effect from 'effect/Effect';
import { isMatching, P } from 'ts-pattern';
import { ARCHITECTURES } from '../../model/arch/architectures.ts';
import type { Architecture, PgtableChange } from '../../model/formats/architecture.ts';
import { assemble, type FunctionName, type PgtablePatch } from '../../model/formats/pgtable.ts';
import type { Proposal } from '../../model/formats/proposal.ts';
import { type U64, u64 } from '../../model/formats/u64.ts';
import { nearest } from '../nearest.ts';
import { fits } from '../pattern.ts';
import { BadFile, UnknownName } from '../unusable.ts';

/** A proposal by the name of its file. */
export interface Proposed extends Proposal {
  readonly name: string;
  readonly path: string;
}

const ENTRIES = new URL('../../model/entries.ts', import.meta.url).href;
/** A file anywhere may import 'mmcheck/entries', with no package of its own. */
const resolveEntries = (): void => {
  module.registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'mmcheck/entries' ? { url: ENTRIES, shortCircuit: true } : next(specifier, context),
  });
};

const isProposal = isMatching({
  says: P.string,
  cites: P.optional(P.string),
  patches: P.record(P.string, P.record(P.string, P.any)),
});

const HINT =
  "it exports by default { says: 'a sentence', patches: { x86_64: { pfn_pmd: (base, t) => (pfn, prot) => … } } }; " +
  'examples: model/proposals';

/** The line of the file that an error comes from, as ':12'. */
const placeIn = (path: string, error: unknown): string => {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const at = stack.indexOf(pathToFileURL(path).href);
  return at < 0 ? '' : (/^:\d+/.exec(stack.slice(at + pathToFileURL(path).href.length))?.[0] ?? '');
};
const messageOf = (error: unknown): string => (error instanceof Error ? error.message.split('\n')[0]! : String(error));

export const readProposal = Effect.fnUntraced(function* (asked: string) {
  const path = resolve(asked);
  if (!existsSync(path)) return yield* new BadFile({ path: asked, why: 'cannot be read: no such file' });
  if (statSync(path).isDirectory()) return yield* new BadFile({ path: asked, why: 'is a directory', hint: HINT });
  const loaded: unknown = yield* Effect.tryPromise({
    try: async () => {
      resolveEntries();
      return ((await import(pathToFileURL(path).href)) as { readonly default?: unknown }).default;
    },
    catch: (error) =>
      new BadFile({ path: `${asked}${placeIn(path, error)}`, why: `cannot be run: ${messageOf(error)}` }),
  });
  if (!isProposal(loaded)) return yield* new BadFile({ path: asked, why: 'is no proposal', hint: HINT });
  const proposed = loaded as unknown as Proposal;
  const unknown = Object.keys(proposed.patches).find((key) => !ARCHITECTURES.some(({ name }) => fits(key, name)));
  if (unknown !== undefined)
    return yield* new UnknownName({
      kind: 'architecture',
      asked: unknown,
      known: ARCHITECTURES.map(({ name }) => name),
    });
  return { ...proposed, name: basename(path), path };
});

const isWord = (value: unknown): boolean =>
  isMatching({ hi: P.number, lo: P.number })(value) && [value.hi, value.lo].every((half) => (half | 0) === half);

const SAMPLE: readonly U64[] = [u64(0x80200), u64(0x27)];

/** Of every function that some architecture has, what a call of it gives: a word, a condition or a number. */
const answers = (): ReadonlyMap<string, string> =>
  new Map(
    ARCHITECTURES.flatMap(({ define }) =>
      Object.entries(assemble(define)).map(([name, one]) => [name, typeof call(one)] as const),
    ),
  );
const call = (one: unknown): unknown => (one as (...words: readonly U64[]) => unknown)(...SAMPLE);

/** What is wrong with a function of a proposal: it is called once before the laws call it a million times. */
const wrongWith = (
  architecture: Architecture,
  patch: PgtablePatch,
  name: FunctionName,
  known: ReadonlyMap<string, string>,
): string | undefined => {
  if (!known.has(name) && name !== 'split_pfnmap_pte')
    return `${architecture.name} has no ${name}()${didYouMean(name, [...known.keys()])}`;
  const after = assemble(architecture.define, [patch])[name];
  if (typeof after !== 'function') return `${name} is to be (base, t) => a function`;
  const answer = call(after);
  const expected = known.get(name) ?? 'object';
  if (expected === 'object' ? isWord(answer) : typeof answer === expected) return undefined;
  const takes = expected === 'object' ? 'a word { hi, lo } of 64 bits' : `a ${expected}`;
  return `${name}() gives ${JSON.stringify(answer) ?? 'nothing'}, and not ${takes}`;
};
const didYouMean = (name: string, known: readonly string[]): string => {
  const close = nearest(name, known);
  return close === undefined ? '' : `; did you mean ${close}?`;
};

/** What a proposal changes of an architecture; nothing where it says nothing of it. */
export const changesFor = Effect.fnUntraced(function* (proposed: Proposed, architecture: Architecture) {
  const { name, says, cites, evidence = 'asked', patches, path } = proposed;
  const found = Object.entries(patches).filter(([pattern]) => fits(pattern, architecture.name));
  const known = answers();
  for (const [, patch] of found)
    for (const replaced of Object.keys(patch)) {
      const wrong = yield* Effect.try({
        try: () => wrongWith(architecture, patch, replaced as FunctionName, known),
        catch: (error) =>
          new BadFile({ path: `${path}${placeIn(path, error)}`, why: `${replaced}() throws: ${messageOf(error)}` }),
      });
      if (wrong !== undefined) return yield* new BadFile({ path, why: `cannot be used: ${wrong}` });
    }
  return found.map(([, patch]): PgtableChange & { readonly name: string } => ({
    name,
    says,
    cites: cites ?? path,
    evidence,
    patch,
  }));
});
