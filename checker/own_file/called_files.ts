/** Which files of patches a run has called nothing of: it says nothing about them. */
import type { Catalogue, Watch } from '../catalogue.ts';
import { countedPatch, passingPatch } from '../counted.ts';
import type { OwnPatch } from './patch_file.ts';

/** A file, and what it replaces. */
export interface Uncalled {
  readonly file: string;
  readonly functions: readonly string[];
}

type Toggles = Pick<Catalogue, 'toggles'>;

/** What a toggle replaces at a value; undefined where it does more than that, or less. */
const replacedAt = ({ toggles }: Toggles, toggle: string, value: string): readonly string[] | undefined => {
  const { values = [], alsoOfEntries = false, entriesOf } = toggles.find(({ name }) => name === toggle) ?? {};
  const { replaces = [] } = values.find((one) => one.value === value) ?? {};
  return replaces.length === 0 || alsoOfEntries || entriesOf !== undefined ? undefined : replaces;
};

/** All that a file does, where that is to replace functions. */
const replacedBy = (of: Toggles, { mm, hugetlb, entries, sets = {} }: OwnPatch): readonly string[] | undefined => {
  const set = Object.entries(sets).map(([toggle, value]) => replacedAt(of, toggle, value));
  if (set.includes(undefined)) return undefined;
  const own = [mm, hugetlb, ...Object.values(entries ?? {})].flatMap((one) => Object.keys(one ?? {}));
  return [...new Set([...own, ...set.flatMap((one) => one ?? [])])];
};

export class CalledFiles {
  readonly #files: ReadonlyMap<string, Uncalled>;
  /** Files by the toggles that they set. */
  readonly #setting = new Map<string, readonly string[]>();
  readonly #called = new Set<string>();

  constructor(of: Toggles, own: readonly OwnPatch[] = []) {
    const files = own.flatMap((one) => {
      const functions = replacedBy(of, one);
      return functions === undefined ? [] : [[one.path, { file: one.name, functions }] as const];
    });
    this.#files = new Map(files);
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

  /** Also what was called in a search that this one goes on from. */
  goOnFrom(before: readonly string[]): void {
    for (const path of before) this.#called.add(path);
  }

  /** Paths. */
  get called(): readonly string[] {
    return [...this.#called];
  }

  /** In the order in which the files are put on the kernel. */
  get uncalled(): readonly Uncalled[] {
    return [...this.#files].flatMap(([path, file]) => (this.#called.has(path) ? [] : [file]));
  }
}
