/**
 * What a violation rests on, found by going its way again on kernels that differ in one setting: it rests on a
 * setting without which the way does no harm, and a value that a toggle could have mends it if with it the way does
 * none. A way does harm when it breaks the property, or ends in an assertion that failed. A kernel with entries that the
 * state has no room for (--arch) tells nothing, and mends nothing.
 */
import { breaks, codesFor } from './breaks.ts';
import {
  type Catalogue,
  type FindingEntry,
  findingsOf,
  isGuess,
  type KernelChoice,
  ownValue,
  type Placed,
  repairOf,
  type ToggleEntry,
} from './catalogue.ts';
import type { AnyWorld } from './outcomes.ts';
import { initialState, makeMove, type TraceStep } from './search/index.ts';

/** A way to a violation, found on one world, to be gone on others that differ in the kernel only. */
export interface Way {
  readonly property: string;
  readonly initial: number;
  readonly steps: readonly TraceStep[];
}

export interface Rest {
  /** The base kernel, with none of the settings, is harmed too: then nothing else is asked. */
  readonly base: boolean;
  readonly on: readonly Placed[];
  /** As `toggle=value`. */
  readonly mendedBy: readonly string[];
  /**
   * Names of the findings without which the way does no harm, those that list the world before all others; absent of a kernel
   * of which nothing is known.
   */
  readonly findings?: readonly string[];
}

/** Makes the world with these settings in place of the kernel's. */
export type Build = (settings: readonly Placed[]) => AnyWorld;

/** Whether the way does harm. @throws RangeError where a word has no room in the state. */
const goes = (world: AnyWorld, { property, initial, steps }: Way): boolean => {
  let state = initialState(world, initial);
  if (breaks(world, property, state, undefined)) return true;
  for (const { move, answers } of steps) {
    const made = makeMove(world, move, codesFor(world, move, state, answers), state);
    if (!made.enabled) return false;
    if (made.step.bug !== undefined || breaks(world, property, made.step.after, made.step)) return true;
    state = made.step.after;
  }
  return false;
};

const harms = (world: AnyWorld, way: Way): boolean => {
  try {
    return goes(world, way);
  } catch (error) {
    if (error instanceof RangeError) return true;
    throw error;
  }
};

/** Worlds are built once for each list of settings. */
const remembering = (build: Build): Build => {
  const built = new Map<string, AnyWorld>();
  return (settings) => {
    const key = settings.map(({ toggle, value }) => `${toggle}=${value}`).join();
    const world = built.get(key) ?? build(settings);
    built.set(key, world);
    return world;
  };
};

export const restFinder = (
  make: Build,
  { kernels, toggles, findings }: Pick<Catalogue, 'kernels' | 'toggles' | 'findings'>,
  { kernel, settings, exact, world }: Pick<KernelChoice, 'kernel' | 'settings' | 'exact'> & { readonly world: string },
): ((way: Way) => Rest) => {
  const build = remembering(make);
  const baseOf = new Map(toggles.map(({ name }) => [name, ownValue({ kernels, toggles }, kernel, name)]));
  const valuesOf = new Map(toggles.map(({ name, values }) => [name, values.map(({ value }) => value)]));
  const others = (toggle: string): readonly Placed[] => settings.filter((one) => one.toggle !== toggle);
  const at = (toggle: string, value: string): readonly Placed[] =>
    value === baseOf.get(toggle) ? others(toggle) : others(toggle).concat({ toggle, value, evidence: 'asked' });

  /** A setting taken away or, where it is a guess, put at each other value. */
  const isNeeded = (way: Way, { toggle, value, evidence }: Placed): boolean => {
    const instead = isGuess(evidence) ? (valuesOf.get(toggle) ?? []) : [baseOf.get(toggle) ?? value];
    return instead.some((one) => one !== value && !harms(build(at(toggle, one)), way));
  };
  /** Values that the kernel has neither now nor at its base. */
  const mending = (way: Way, { name, values, avoids = false }: ToggleEntry): readonly string[] => {
    const now = settings.find(({ toggle }) => toggle === name)?.value;
    const base = baseOf.get(name);
    const tried = avoids ? [] : values.filter(({ value }) => value !== now && value !== base);
    return tried.flatMap(({ value }) => (harms(build(at(name, value)), way) ? [] : [`${name}=${value}`]));
  };
  const known = findingsOf({ findings }, { kernel, exact });
  const explains = (way: Way, finding: FindingEntry): boolean =>
    [...finding.properties, ...(finding.exactly ?? [])].includes(way.property) && !harms(build(repairOf(finding)), way);
  const explaining = (way: Way): readonly string[] => {
    const all = known.filter((one) => explains(way, one));
    const here = all.filter(({ worlds }) => worlds.includes(world));
    return (here.length > 0 ? here : all).map(({ name }) => name);
  };
  return (way) => {
    if (settings.length > 0 && harms(build([]), way))
      return { base: true, on: [], mendedBy: [], findings: explaining(way) };
    return {
      base: false,
      on: settings.filter((one) => isNeeded(way, one)),
      mendedBy: toggles.flatMap((one) => mending(way, one)),
      ...(settings.length > 0 ? {} : { findings: explaining(way) }),
    };
  };
};
