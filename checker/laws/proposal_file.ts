/** Reads the file of `--patch`: TypeScript that exports a proposal by default. What is wrong with it is said with its place. */
import { basename } from 'node:path';
import * as Effect from 'effect/Effect';
import { isMatching, P } from 'ts-pattern';
import { ARCHITECTURES } from '../../model/arch/architectures.ts';
import type { Proposal } from '../../model/formats/proposal.ts';
import { importFile, pathOf } from '../own_file/import_file.ts';
import { readPatch } from '../own_file/patch_file.ts';
import { didYouMean, shown } from '../own_file/words.ts';
import { fits } from '../pattern.ts';
import { BadFile } from '../unusable.ts';

/** A proposal by the name of its file. */
export interface Proposed extends Proposal {
  readonly name: string;
  readonly path: string;
}

const HINT =
  "it exports by default { says: 'a sentence', patches: { x86_64: { pfn_pmd: (base, t) => (pfn, prot) => … } } }; " +
  'patterns of the same architecture are put one on the other in their order; examples: model/proposals';

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

/** What a patch of kernel functions changes of entries. */
const ofPatch = Effect.fnUntraced(function* (asked: string) {
  const { name, path, title, says, source, evidence, entries } = yield* readPatch(asked);
  if (entries === undefined)
    return yield* new BadFile({ path: asked, why: 'has no entries, and laws judge nothing else', hint: HINT });
  return {
    name,
    path,
    says: says ?? title,
    ...(source === undefined ? {} : { cites: source }),
    ...(evidence === undefined || evidence === 'memory' ? {} : { evidence }),
    patches: entries,
  } satisfies Proposed;
});

const isPatch = isMatching({ title: P.string });

export const readProposal = Effect.fnUntraced(function* (asked: string) {
  const path = yield* pathOf(asked, '--patch', HINT);
  const loaded = yield* importFile(path);
  if (isPatch(loaded['default'])) return yield* ofPatch(asked);
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
