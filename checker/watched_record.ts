/**
 * Records of facts, or of functions, of a kernel that tell when they are read. A patch on top of one reads it while the kernel is
 * made, which is no call: it is to get the plain record, and what it makes is to tell in its place.
 */
export interface Watched {
  readonly plain: object;
  readonly tell: (key: string) => void;
}

const WATCHED = new WeakMap<object, Watched>();

const isRecord = (one: unknown): one is object => typeof one === 'object' && one !== null;

export const watchedRecord = <R extends object>(plain: R, tell: (key: string) => void): R => {
  const record = new Proxy(plain, {
    get: (target, key) => (tell(key as string), Reflect.get(target, key) as unknown),
  });
  WATCHED.set(record, { plain, tell });
  return record;
};

/** Who watches it, and what; undefined of what nobody does. */
export const watchedAs = (one: unknown): Watched | undefined => (isRecord(one) ? WATCHED.get(one) : undefined);

export const plainOf = (one: unknown): unknown => watchedAs(one)?.plain ?? one;
