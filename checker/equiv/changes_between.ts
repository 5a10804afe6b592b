/** What two kernels may differ in: toggles of different values, and patches of somebody's own. */
import { type Catalogue, type KernelChoice, ownValue, type ToggleEntry } from '../catalogue.ts';
import { entriesBetween, type OfRelease } from '../exact_world.ts';
import type { OwnPatch } from '../own_file/patch_file.ts';
import { replacedBy } from '../own_patches.ts';

export interface ChangesBetween {
  /** Toggles, paths of files, and what releases and series replace of the functions of entries. */
  readonly by: readonly string[];
  /** The functions that these replace. */
  readonly functions: readonly string[];
  /** Some change the entries of an architecture. */
  readonly entries: boolean;
  /** Functions of entries that one of the two lacks: nobody sees that they are not called. */
  readonly unwatched: readonly string[];
  /** Toggles that change what is asked of a kernel, and nothing that it does. */
  readonly asked: readonly ToggleEntry[];
}

const samePaths = (x: readonly OwnPatch[], y: readonly OwnPatch[]): boolean =>
  x.length === y.length && x.every(({ path }, i) => path === y[i]!.path);

const without = (x: readonly OwnPatch[], y: readonly OwnPatch[]): readonly OwnPatch[] =>
  x.filter(({ path }) => y.every((one) => one.path !== path));

const namesOf = (some: readonly ToggleEntry[]): readonly string[] => some.map(({ name }) => name);

/** Files that one kernel has alone; also those that both have, where these are in another order: they may do something else. */
const changedFiles = (a: readonly OwnPatch[], b: readonly OwnPatch[]): readonly OwnPatch[] => {
  const alone = [...without(a, b), ...without(b, a)];
  const [inA, inB] = [without(a, alone), without(b, alone)];
  return samePaths(inA, inB) ? alone : [...alone, ...inA];
};

/** It replaces no function, and changes no entries. */
const isAsked = ({ replaces, entriesOf = [] }: ToggleEntry): boolean => replaces.length + entriesOf.length === 0;

export const changesBetween = (catalogue: Catalogue, a: KernelChoice, b: KernelChoice): ChangesBetween => {
  const valueOn = ({ kernel, settings }: KernelChoice, toggle: string): string | undefined =>
    settings.find((one) => one.toggle === toggle)?.value ?? ownValue(catalogue, kernel, toggle);
  const toggles = catalogue.toggles.filter(({ name }) => valueOn(a, name) !== valueOn(b, name));
  const own = changedFiles(a.own ?? [], b.own ?? []);
  const exact = a.exact ?? b.exact;
  const ofRelease = (one: KernelChoice): OfRelease => ({
    release: one.kernel,
    valueOf: (toggle) => valueOn(one, toggle),
  });
  const ofEntries = exact === undefined ? undefined : entriesBetween(exact, ofRelease(a), ofRelease(b));
  return {
    by: [...namesOf(toggles), ...own.map(({ path }) => path), ...(ofEntries?.by ?? [])],
    functions: [...new Set([...toggles.flatMap(({ replaces }) => replaces), ...replacedBy(own)])],
    entries:
      ofEntries !== undefined &&
      (ofEntries.by.length > 0 || toggles.some((one) => one.entriesOf) || own.some((one) => one.entries)),
    unwatched: ofEntries?.lacked ?? [],
    asked: toggles.filter((one) => isAsked(one)),
  };
};
