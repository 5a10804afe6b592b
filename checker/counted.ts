/** Functions, and records of facts or of functions, that tell each time that they are called or read. */
type AnyFunction = (...args: readonly unknown[]) => unknown;

/** With as many parameters as any function of a kernel has: nothing is allocated for a call. */
const countedFunction = (one: AnyFunction, count: () => void): AnyFunction =>
  function through(a, b, c, d, e, f, g, h, i, j) {
    count();
    return one(a, b, c, d, e, f, g, h, i, j);
  };

/** The same, which tells; undefined where it is neither. */
export const counted = (one: unknown, count: () => void): unknown => {
  if (typeof one === 'function') return countedFunction(one as AnyFunction, count);
  if (typeof one !== 'object' || one === null) return undefined;
  return new Proxy(one, { get: (target, key) => (count(), Reflect.get(target, key) as unknown) });
};

/** A patch, whose functions tell by name. */
export const countedPatch = <P extends object>(patch: P, count: (name: string) => void): P =>
  Object.fromEntries(
    Object.entries(patch as Readonly<Record<string, AnyFunction>>).map(([name, replace]) => {
      const tell = (): void => count(name);
      const made = (...given: readonly unknown[]): unknown => {
        const one = replace(...given);
        return counted(one, tell) ?? one;
      };
      return [name, made];
    }),
  ) as P;
