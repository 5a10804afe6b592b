/**
 * What a violation rests on, found by going its way again on kernels that differ in one setting: it rests on a
 * setting without which the way does no harm, and a value that a toggle could have mends it if with it the way does none.
 */
import {
  type Catalogue,
  isGuess,
  type KernelChoice,
  ownValue,
  type Placed,
  type ToggleEntry,
  touches,
} from './catalogue.ts';
import type { OwnPatch } from './own_file/patch_file.ts';
import type { AnyWorld } from './outcomes.ts';
import { explainedBy } from './explained_by.ts';
import { harms, remembering, violates, type Way } from './harm.ts';

export interface Rest {
  /** The base kernel, with none of the settings, breaks the same property: then nothing else is asked. */
  readonly base: boolean;
  readonly on: readonly Placed[];
  /** Patches of somebody's own without which the way does no harm. */
  readonly own?: readonly string[];
  /** As `toggle=value`. */
  readonly mendedBy: readonly string[];
  /**
   * Names of the findings without which the way does no harm, those that list the world before all others; absent of a kernel
   * of which nothing is known.
   */
  readonly findings?: readonly string[];
}

export const restFinder = (
  make: (settings: readonly Placed[], own: readonly OwnPatch[]) => AnyWorld,
  { kernels, toggles, findings, worlds }: Pick<Catalogue, 'kernels' | 'toggles' | 'findings' | 'worlds'>,
  {
    kernel,
    settings,
    exact,
    own = [],
    world,
  }: Pick<KernelChoice, 'kernel' | 'settings' | 'exact' | 'own'> & { readonly world: string },
): ((way: Way) => Rest) => {
  const build = remembering((some) => make(some, own));
  const release = own.length === 0 ? build : remembering((some) => make(some, []));
  const changed = settings.length + own.length > 0;
  const entry = worlds.find(({ name }) => name === world)!;
  const here = toggles.filter((one) => touches(one, entry));
  const baseOf = new Map(toggles.map(({ name }) => [name, ownValue({ kernels, toggles }, kernel, name)]));
  const valuesOf = new Map(toggles.map(({ name, values }) => [name, values.map(({ value }) => value)]));
  const others = (toggle: string): readonly Placed[] => settings.filter((one) => one.toggle !== toggle);
  const at = (toggle: string, value: string): readonly Placed[] =>
    value === baseOf.get(toggle) ? others(toggle) : others(toggle).concat({ toggle, value, evidence: 'asked' });

  /** A setting without which the way does not end so: taken away or, where it is a guess, put at each other value. */
  const isNeeded = (way: Way, ends: typeof harms, { toggle, value, evidence }: Placed): boolean => {
    const instead = isGuess(evidence) ? (valuesOf.get(toggle) ?? []) : [baseOf.get(toggle) ?? value];
    return instead.some((one) => one !== value && !ends(build(at(toggle, one)), way));
  };
  /** Where no setting saves the way from all harm, those without which it does another one. */
  const needed = (way: Way): readonly Placed[] => {
    const saving = settings.filter((one) => isNeeded(way, harms, one));
    return saving.length > 0 ? saving : settings.filter((one) => isNeeded(way, violates, one));
  };
  /** Values that the kernel has neither now nor at its base. */
  const mending = (way: Way, { name, values, avoids = false }: ToggleEntry): readonly string[] => {
    const now = settings.find(({ toggle }) => toggle === name)?.value;
    const base = baseOf.get(name);
    const tried = avoids ? [] : values.filter(({ value }) => value !== now && value !== base);
    return tried.flatMap(({ value }) => (harms(build(at(name, value)), way) ? [] : [`${name}=${value}`]));
  };
  const needsOwn = (way: Way): readonly string[] =>
    own
      .filter(
        (one) =>
          !harms(
            make(
              settings,
              own.filter((other) => other !== one),
            ),
            way,
          ),
      )
      .map(({ name }) => name);
  const explaining = explainedBy(release, { findings }, { kernel, exact, world });
  return (way) => {
    if (changed && violates(release([]), way)) return { base: true, on: [], mendedBy: [], findings: explaining(way) };
    return {
      base: false,
      on: needed(way),
      ...(own.length === 0 ? {} : { own: needsOwn(way) }),
      mendedBy: here.flatMap((one) => mending(way, one)),
      ...(changed ? {} : { findings: explaining(way) }),
    };
  };
};
