/** Which files of patches a run has called nothing of: it says nothing about them. */
import { type Catalogue, type KernelChoice, ownValue, type Watch } from '../catalogue.ts';
import { countedPatch, passingPatch } from '../counted.ts';
import type { OwnPatch } from './patch_file.ts';

/** A file, and what it replaces. */
export interface Uncalled {
  readonly path: string;
  /** Its name; its path, where another one is called the same. */
  readonly file: string;
  readonly functions: readonly string[];
}

/** A kernel with files on it. */
type On = Pick<KernelChoice, 'kernel' | 'series' | 'exact' | 'own'>;
type Of = Pick<Catalogue, 'kernels' | 'toggles'>;

/** What a file replaces by a toggle that it sets; undefined where that does more than to replace functions, or takes some away. */
const replacedBySetting = (
  catalogue: Of,
  { kernel, series, exact, own = [] }: On,
  toggle: string,
  value: string,
): readonly string[] | undefined => {
  const { values = [], alsoOfEntries = false, entriesOf } = catalogue.toggles.find(({ name }) => name === toggle) ?? {};
  const isAlone = series.length === 0 && own.filter(({ sets = {} }) => toggle in sets).length === 1;
  if (isAlone && value === ownValue(catalogue, kernel, toggle)) return [];
  const { replaces = [] } = values.find((one) => one.value === value) ?? {};
  const isUnknown = replaces.length === 0 || entriesOf !== undefined || (alsoOfEntries && exact !== undefined);
  return isUnknown ? undefined : replaces;
};

/** All that a file does, where that is to replace functions. */
const functionsIn = (of: Of, on: On, { mm, hugetlb, entries, sets = {} }: OwnPatch): readonly string[] | undefined => {
  const set = Object.entries(sets).map(([toggle, value]) => replacedBySetting(of, on, toggle, value));
  if (set.includes(undefined)) return undefined;
  const own = [mm, hugetlb, ...Object.values(entries ?? {})].flatMap((one) => Object.keys(one ?? {}));
  return [...new Set([...own, ...set.flatMap((one) => one ?? [])])];
};

export class CalledFiles {
  readonly #files: ReadonlyMap<string, Uncalled>;
  /** In their order on the kernel. */
  readonly #paths: readonly string[];
  /** Files by the toggles that they set. */
  readonly #setting = new Map<string, readonly string[]>();
  readonly #called = new Set<string>();

  constructor(of: Of, on: On) {
    const { own = [] } = on;
    const files = own.flatMap((one) => {
      const { path, name } = one;
      const functions = functionsIn(of, on, one);
      const file = own.filter((each) => each.name === name).length > 1 ? path : name;
      return functions === undefined ? [] : [[path, { path, file, functions }] as const];
    });
    this.#files = new Map(files);
    this.#paths = own.map(({ path }) => path);
    for (const { path, sets = {} } of own)
      for (const toggle of Object.keys(sets)) this.#setting.set(toggle, [...(this.#setting.get(toggle) ?? []), path]);
  }

  /** For the building of a world: of what its kernel calls, and of the entries that it carries. */
  readonly watch: Watch = (by, patch) => {
    const paths = (this.#setting.get(by) ?? [by]).filter((path) => this.#files.has(path));
    if (paths.length === 0) return passingPatch(patch);
    return countedPatch(patch, () => {
      for (const path of paths) this.#called.add(path);
    });
  };

  /** Also what was called in a search that this one goes on from, of the same files in this order, wherever they were. */
  goOnFrom(before: readonly number[]): void {
    for (const i of before) this.#called.add(this.#paths[i]!);
  }

  /** By their places in the order of the files. */
  get called(): readonly number[] {
    return [...this.#called].map((path) => this.#paths.indexOf(path));
  }

  get uncalled(): readonly Uncalled[] {
    return [...this.#files.values()].filter(({ path }) => !this.#called.has(path));
  }
}
