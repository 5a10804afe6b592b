/** One world on two kernels: which of the changed functions it calls, where the two part, and what each violates. */
import type { Fault, FindsRest, Told } from '../narrate.ts';
import type { AnyWorld } from '../outcomes.ts';
import { explore, ModelFault, type Options } from '../search/index.ts';
import { searchWorld } from '../search_world.ts';
import type { Calls } from './calls.ts';
import type { Deciding } from './deciding.ts';
import { lockstep, type Lockstep } from './lockstep.ts';
import type { Observer } from './observer.ts';

export interface Compared {
  /** How often each changed function was called, on the way to all states; empty: the change does not touch this world. */
  readonly called: Readonly<Record<string, number>>;
  /** Those of them that did more than to pass each call on to what was there before; absent where that is not known. */
  readonly decided?: readonly string[];
  /** The search for calls was cut short before it met one. */
  readonly cutShort?: boolean;
  readonly together?: Lockstep;
  readonly before?: Told;
  readonly after?: Told;
  readonly fault?: Fault;
}

export interface Comparing {
  readonly a: AnyWorld;
  readonly b: AnyWorld;
  /** Of `b`, which passes its functions through it. */
  readonly calls: Calls;
  /** Of both. */
  readonly deciding: Deciding;
  /** Nothing names what is changed, so that calls say nothing. */
  readonly unnamed: boolean;
  readonly observer: Observer;
  readonly options: Options;
  /** Also what each violates; of these properties, or all where none is named. */
  readonly judges?: { readonly properties: readonly string[]; readonly restA: FindsRest; readonly restB: FindsRest };
}

/** Searches the changed kernel until it calls something that is changed. */
const probe = ({ b, calls, options }: Comparing): { readonly cutShort: boolean } => {
  const { cut } = explore(
    { ...b, properties: b.properties.filter(({ kind }) => kind === 'assertion') },
    { ...options, onProgress: (progress) => options.onProgress?.(progress) === true || calls.any },
  );
  return { cutShort: cut !== undefined && !calls.any };
};

type PlaceOf = (cause: unknown) => string | undefined;

const judged = (
  world: AnyWorld,
  { options, judges }: Comparing,
  rest: FindsRest,
  placeOf: PlaceOf,
): Told | undefined => {
  const wanted = new Set(judges!.properties);
  // Assertions end paths, whether anybody asks for them or not: what is said of the others is to be the same.
  const all = world.properties.filter(({ name, kind }) => kind === 'assertion' || wanted.has(name));
  const asked = wanted.size === 0 ? [] : all.map(({ name }) => name);
  const told = searchWorld(world, asked, options, rest, placeOf);
  return 'nothing' in told ? undefined : told;
};

const compare = (of: Comparing, placeOf: PlaceOf): Compared => {
  const { a, b, calls, deciding, unnamed, observer, options, judges } = of;
  if (!unnamed) {
    const { cutShort } = probe(of);
    if (!calls.any) return { called: {}, ...(cutShort ? { cutShort } : {}) };
  }
  const together = lockstep(a, b, observer, judges === undefined ? 'together' : 'behind b', options);
  const what = { called: calls.counts, ...(unnamed ? {} : { decided: deciding.names }), together };
  if (judges === undefined) return what;
  const before = judged(a, of, judges.restA, placeOf);
  const after = judged(b, of, judges.restB, placeOf);
  const fault = before?.fault ?? after?.fault;
  return {
    ...what,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    ...(fault === undefined ? {} : { fault }),
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
