/**
 * One world on two kernels: which of the changed functions it calls, what each violates, and where the two part. The changed kernel is
 * judged first, then the other one, and then both go in lockstep, so that who stops it keeps what matters most.
 */
import type { Fault, FindsRest, Told } from '../narrate.ts';
import type { AnyWorld } from '../outcomes.ts';
import type { Uncalled } from '../own_file/called_files.ts';
import { explore, ModelFault, type Options } from '../search/index.ts';
import { searchWorld } from '../search_world.ts';
import type { Calls } from './calls.ts';
import type { Deciding } from './deciding.ts';
import type { Making } from './kept_parts.ts';
import { lockstep, type Lockstep } from './lockstep.ts';
import type { Observer } from './observer.ts';

export interface Compared {
  /** How often each changed function was called, on the way to all states; empty: the change does not touch this world. */
  readonly called: Readonly<Record<string, number>>;
  /** Those of them that did more than to pass each call on to what was there before; absent where that is not known. */
  readonly decided?: readonly string[];
  /** What is asked of the two differs: they are judged, whatever is called. */
  readonly asked?: true;
  /** The search for calls was cut short before it met one. */
  readonly cutShort?: boolean;
  /** Files of the changed kernel of which nothing was called; absent where there are none. */
  readonly uncalled?: readonly Uncalled[];
  readonly together?: Lockstep;
  readonly before?: Told;
  readonly after?: Told;
  readonly fault?: Fault;
}

/** It was stopped while the changed kernel was judged: so long the other one is judged all the same, as deep as that was violated. */
const GRACE_SECONDS = 2;

export interface Comparing {
  readonly a: AnyWorld;
  readonly b: AnyWorld;
  /** Of `b`, which passes its functions through it. */
  readonly calls: Calls;
  /** What was called while the worlds were built, and has decided nothing there. */
  readonly whileBuilt: Readonly<Record<string, number>>;
  /** Of both. */
  readonly deciding: Deciding;
  /** What is changed can be felt where none of these is called, and nobody knows whether it decides anything. */
  readonly unseen: boolean;
  /** What is asked of the two differs, so that they are judged even where nothing that is changed is called. */
  readonly asked: boolean;
  /** Entries of an architecture are changed, of either kernel. */
  readonly entries: boolean;
  readonly observer: Observer;
  readonly options: Options;
  /** How the searches are made. */
  readonly making: Making;
  /** Gets what both violate as soon as it is known. */
  readonly onJudged?: (judged: Pick<Compared, 'before' | 'after'>) => void;
  /** Also what each violates; of these properties, or all where none is named. */
  readonly judges?: { readonly properties: readonly string[]; readonly restA: FindsRest; readonly restB: FindsRest };
}

/** Searches a kernel until it calls something that is changed. */
const probeOne = (world: AnyWorld, { calls, options }: Comparing): { readonly cutShort: boolean } => {
  const { cut } = explore(
    { ...world, properties: world.properties.filter(({ kind }) => kind === 'assertion') },
    { ...options, onProgress: (progress) => options.onProgress?.(progress) === true || calls.any },
  );
  return { cutShort: cut !== undefined && !calls.any };
};

/** Functions of entries are counted on the kernel that has them changed, the others on the changed kernel alone. */
const probe = (of: Comparing): { readonly cutShort: boolean } => {
  const { a, b, calls, entries } = of;
  const probed = probeOne(b, of);
  return !entries || calls.any ? probed : probeOne(a, of);
};

type PlaceOf = (cause: unknown) => string | undefined;

/** One of the two as far as it is asked; nothing where the world has none of the properties asked. */
const judging = (world: AnyWorld, { judges }: Comparing, rest: FindsRest, placeOf: PlaceOf) => {
  const wanted = new Set(judges!.properties);
  // Assertions end paths, whether anybody asks for them or not: what is said of the others is to be the same.
  const all = world.properties.filter(({ name, kind }) => kind === 'assertion' || wanted.has(name));
  if (wanted.size > 0 && !all.some(({ name }) => wanted.has(name))) return undefined;
  const asked = wanted.size === 0 ? [] : all.map(({ name }) => name);
  return (options: Options): Told => searchWorld(world, asked, options, rest, placeOf) as Told;
};

const longest = ({ properties }: Told): number =>
  Math.max(0, ...properties.map(({ counterexample }) => counterexample?.length ?? 0));

/** What each violates, the changed one first. */
const bothJudged = (of: Comparing, placeOf: PlaceOf): Pick<Compared, 'before' | 'after'> => {
  const { a, b, judges, making, options } = of;
  const search = judging(b, of, judges!.restB, placeOf);
  const searchBase = judging(a, of, judges!.restA, placeOf);
  const after = search === undefined ? undefined : making('after', search);
  if (after?.fault !== undefined || searchBase === undefined) return after === undefined ? {} : { after };
  const before =
    after !== undefined && after.cut === 'interrupted' && longest(after) > 0
      ? searchBase({ ...options, onProgress: () => false, secondsMax: GRACE_SECONDS, depthMax: longest(after) })
      : making('before', searchBase);
  return { before, ...(after === undefined ? {} : { after }) };
};

const compare = (of: Comparing, placeOf: PlaceOf): Compared => {
  const { a, b, calls, whileBuilt, deciding, unseen, asked, observer, judges, making, onJudged } = of;
  if (!unseen && !asked) {
    const { cutShort } = probe(of);
    if (!calls.any) return { called: whileBuilt, decided: [], ...(cutShort ? { cutShort } : {}) };
  }
  const judged = judges === undefined ? {} : bothJudged(of, placeOf);
  const fault = judged.after?.fault ?? judged.before?.fault;
  // Nothing is to be compared with what throws.
  if (fault !== undefined) return { called: calls.counts, fault };
  onJudged?.(judged);
  const going = judges === undefined ? 'together' : 'behind b';
  const together = making('together', (options) => lockstep(a, b, observer, going, options));
  return {
    called: calls.counts,
    ...(unseen ? {} : { decided: deciding.names }),
    ...(asked ? { asked } : {}),
    together,
    ...judged,
  };
};

/** @param placeOf the line of a patch of somebody's own that an exception comes from. */
export const compareWorlds = (of: Comparing, placeOf: PlaceOf): Compared => {
  try {
    return compare(of, placeOf);
  } catch (error) {
    if (!(error instanceof ModelFault)) throw error;
    const place = placeOf(error.cause);
    return {
      called: {},
      fault: { message: error.message, length: 0, steps: [], ...(place === undefined ? {} : { place }) },
    };
  }
};
