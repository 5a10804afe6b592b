/** Counts the calls of some functions of a kernel while it is searched: where none is called, they decide nothing. */
type Record_ = Readonly<Record<string, unknown>>;
type AnyFunction = (...args: readonly unknown[]) => unknown;

/** With as many parameters as any function of a kernel has: nothing is allocated for a call. */
const counted = (one: AnyFunction, count: () => void): AnyFunction =>
  function through(a, b, c, d, e, f, g, h, i, j) {
    count();
    return one(a, b, c, d, e, f, g, h, i, j);
  };

export class Calls {
  readonly names: readonly string[];
  readonly #counts = new Map<string, number>();
  #all = 0;

  constructor(names: readonly string[]) {
    this.names = names;
  }

  #countOf(name: string): () => void {
    return () => {
      this.#all++;
      this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    };
  }

  /** What a patch changes of the entries of an architecture, whose calls are counted as well. */
  readonly ofEntries = <P extends object>(patch: P): P =>
    Object.fromEntries(
      Object.entries(patch as Readonly<Record<string, AnyFunction>>).map(([name, replace]) => {
        const count = this.#countOf(name);
        return [
          name,
          (...given: readonly unknown[]) => {
            const made = replace(...given);
            return typeof made === 'function' ? counted(made as AnyFunction, count) : made;
          },
        ];
      }),
    ) as P;

  /** The kernel, whose functions of these names are counted; records of functions too. */
  readonly through = <K extends object>(kernel: K): K => {
    const own = kernel as Record_;
    const replaced = this.names.flatMap((name) => {
      const one = own[name];
      const count = this.#countOf(name);
      if (typeof one === 'function') return [[name, counted(one as AnyFunction, count)] as const];
      // A record of facts, or of functions, has been used when any of it was read.
      if (typeof one !== 'object' || one === null) return [];
      return [
        [name, new Proxy(one, { get: (target, key) => (count(), Reflect.get(target, key) as unknown) })] as const,
      ];
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
