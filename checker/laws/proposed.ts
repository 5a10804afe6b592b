/** The functions of a proposal, put to the laws: each is called once before they call it a million times, and watched then. */
import * as Data from 'effect/Data';
import * as Effect from 'effect/Effect';
import { ARCHITECTURES } from '../../model/arch/architectures.ts';
import type { Architecture, PgtableChange } from '../../model/formats/architecture.ts';
import { assemble, type FunctionName, type PgtablePatch } from '../../model/formats/pgtable.ts';
import { shortHex, type U64, u64 } from '../../model/formats/u64.ts';
import { fits } from '../pattern.ts';
import { BadFile } from '../unusable.ts';
import { placeOf } from '../own_file/place.ts';
import { didYouMean, messageOf, shown } from '../own_file/words.ts';
import type { Proposed } from './proposal_file.ts';
import type { UnderTest } from './under_test.ts';

type Called = (...words: readonly unknown[]) => unknown;

const isHalf = (half: unknown): boolean => typeof half === 'number' && (half | 0) === half;
const isWord = (value: unknown): value is U64 =>
  typeof value === 'object' && value !== null && isHalf((value as U64).hi) && isHalf((value as U64).lo);

const FRAME = u64(0x80200);
const PROT = u64(0x27);
/** What a function is called with for once. */
const sampleOf = (name: string): readonly unknown[] => {
  if (name === 'swp_pte' || name === 'swp_pmd') return [1, FRAME];
  return name === 'arch_make_huge_pte' ? [FRAME, 21] : [FRAME, PROT];
};
const call = (name: string, one: unknown): unknown => (one as Called)(...sampleOf(name));

const answersOfAll = (): ReadonlyMap<string, string> =>
  new Map([
    ...ARCHITECTURES.flatMap(({ define }) =>
      Object.entries(assemble(define)).map(([name, one]) => [name, typeof call(name, one)] as const),
    ),
    // It comes with a version of a series.
    ['split_pfnmap_pte', 'object'],
  ]);
let known: ReadonlyMap<string, string> | undefined;
/** Of every function that some architecture has, what a call of it gives: a word ('object'), a condition or a number. */
const answers = (): ReadonlyMap<string, string> => (known ??= answersOfAll());

const inWords = (value: unknown): string => (isWord(value) ? shortHex(value) : shown(value));
const called = (name: string, args: readonly unknown[]): string => `${name}(${args.map(inWords).join(', ')})`;

/** An exception of a function of a file. It is put into words where it ends: here there may be no more stack. */
class Threw extends Data.TaggedError('Threw')<{
  readonly path: string;
  readonly name: string;
  readonly args: readonly unknown[];
  readonly error: unknown;
}> {}

/** What came through the laws from a function of a proposal, as an error of its file; undefined of anything else. */
export const errorOfFile = (thrown: unknown): BadFile | undefined => {
  if (thrown instanceof BadFile) return thrown;
  if (!(thrown instanceof Threw)) return undefined;
  const { path, name, args, error } = thrown;
  return new BadFile({
    path: placeOf(path, error),
    why: `cannot be used: ${called(name, args)} throws: ${messageOf(error)}`,
  });
};

/** The function of a file: an exception, or an answer of another kind, is thrown through the laws as an error of the file. */
const watched = (path: string, name: string, one: Called): Called => {
  const expected = answers().get(name);
  return (...args) => {
    let answer: unknown;
    try {
      answer = one(...args);
    } catch (error) {
      if (error instanceof BadFile || error instanceof Threw) throw error;
      throw new Threw({ path, name, args, error });
    }
    if (expected === 'object' ? isWord(answer) : typeof answer === expected) return answer;
    const takes =
      expected === 'object' ? 'a word { hi, lo } of 64 bits, as u64() and hex() make them' : `a ${expected}`;
    throw new BadFile({
      path,
      why: `cannot be used: ${called(name, args)} gives ${inWords(answer)}, and not ${takes}`,
    });
  };
};

const watchedPatch = (path: string, patch: PgtablePatch): PgtablePatch =>
  Object.fromEntries(
    Object.entries(patch).map(([name, replace]) => [
      name,
      (...given: readonly unknown[]) => {
        const one = (replace as Called)(...given);
        return typeof one === 'function' ? watched(path, name, one as Called) : one;
      },
    ]),
  );

type NamedChange = PgtableChange & { readonly name: string };

/** Two patches as one: where both replace a function, the second has that of the first for a base. */
const onTop = (first: PgtablePatch, second: PgtablePatch): PgtablePatch => {
  const under = first as Readonly<Record<string, Called>>;
  const both = Object.entries(second).map(([name, replace]) => {
    const over = replace as Called;
    const below = under[name];
    return [name, below === undefined ? over : (base: unknown, t: unknown) => over(below(base, t), t)];
  });
  return { ...first, ...Object.fromEntries(both) };
};

/** What a proposal changes of an architecture, by all patterns that fit it; nothing where none does. */
export const changesFor = (
  { name, says, cites, evidence = 'asked', patches, path }: Proposed,
  architecture: Architecture,
): readonly NamedChange[] => {
  const some = Object.entries(patches)
    .filter(([pattern]) => fits(pattern, architecture.name))
    .map(([, patch]) => watchedPatch(path, patch));
  return some.length === 0
    ? []
    : [{ name, says, cites: cites ?? name, evidence, patch: some.reduce((all, one) => onTop(all, one)) }];
};

/** What a change needs to know of the kernel that it is put on. */
type Without = Pick<UnderTest, 'architecture' | 'kernel' | 't' | 'changes'>;

/** Calls a function of a proposal once. Throws what is wrong with it. */
const tryOnce = (
  path: string,
  { architecture, kernel, t, changes }: Without,
  patch: PgtablePatch,
  name: FunctionName,
) => {
  const of = `${architecture.name}, ${kernel},`;
  if (!answers().has(name))
    throw new BadFile({
      path,
      why: `cannot be used: ${of} has no ${name}()${didYouMean(name, [...answers().keys()])}`,
    });
  const base = t[name] === undefined ? ` (${of} has no ${name}(), so that base is undefined)` : '';
  try {
    const after: unknown = assemble(architecture.define, [...changes.map((one) => one.patch), patch])[name];
    if (typeof after !== 'function')
      throw new BadFile({ path, why: `cannot be used: ${name} is to be (base, t) => a function` });
    call(name, after);
  } catch (error) {
    const { path: place, why } = errorOfFile(error) ?? {
      path: placeOf(path, error),
      why: `cannot be used: ${name} throws: ${messageOf(error)}`,
    };
    throw new BadFile({ path: place, why: `${why}${base}` });
  }
};

/** Fails where a function of a proposal cannot be used on a kernel. */
export const tried = (path: string, without: Without, changes: readonly NamedChange[]): Effect.Effect<void, BadFile> =>
  Effect.try({
    try: () => {
      for (const { patch } of changes)
        for (const name of Object.keys(patch)) tryOnce(path, without, patch, name as FunctionName);
    },
    catch: (error) => error as BadFile,
  });
