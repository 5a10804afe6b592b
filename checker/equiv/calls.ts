/** Counts the calls of some functions of a kernel while it is searched: where none is called, they decide nothing. */
import { counted, countedPatch } from '../counted.ts';

export class Calls {
  readonly names: readonly string[];
  readonly #counts = new Map<string, number>();
  #all = 0;

  constructor(names: readonly string[]) {
    this.names = names;
  }

  #count(name: string): void {
    this.#all++;
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  /** What a patch changes of the entries of an architecture, whose calls are counted as well. */
  readonly ofEntries = <P extends object>(patch: P): P => countedPatch(patch, (name) => this.#count(name));

  /** The kernel, whose functions of these names are counted; records of functions too. */
  readonly through = <K extends object>(kernel: K): K => {
    const replaced = this.names.flatMap((name) => {
      const one = counted((kernel as Readonly<Record<string, unknown>>)[name], () => this.#count(name));
      return one === undefined ? [] : [[name, one] as const];
    });
    return { ...kernel, ...Object.fromEntries(replaced) };
  };

  /** At least so many, of a search that this one goes on from. */
  goOnFrom(before: Readonly<Record<string, number>>): void {
    for (const [name, count] of Object.entries(before)) {
      const more = Math.max(0, count - (this.#counts.get(name) ?? 0));
      this.#counts.set(name, (this.#counts.get(name) ?? 0) + more);
      this.#all += more;
    }
  }

  forget(): void {
    this.#counts.clear();
    this.#all = 0;
  }

  get any(): boolean {
    return this.#all > 0;
  }

  /** By name, the most called first. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].toSorted(([, x], [, y]) => y - x));
  }
}
