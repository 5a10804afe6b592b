/**
 * Records of facts, or of functions, of a kernel that tell when they are read. A patch on top of one reads it while the kernel is
 * made, which is no call: it tells nothing then, and what the patch makes is to tell in its place. Several may watch the same one.
 */
type Tell = (key: string) => void;

/** By a record that tells, the one that it hands on. */
const WATCHED = new WeakMap<object, { readonly below: object; readonly tell: Tell }>();

let making = 0;

/** What a patch makes of a record: nothing that it reads meanwhile is told. */
export const untold = <T>(make: () => T): T => {
  making++;
  try {
    return make();
  } finally {
    making--;
  }
};

const layer = <R extends object>(below: R, tell: Tell, get: Tell): R => {
  const record = new Proxy(below, {
    get: (target, key) => (get(key as string), Reflect.get(target, key) as unknown),
  });
  WATCHED.set(record, { below, tell });
  return record;
};

export const watchedRecord = <R extends object>(below: R, tell: Tell): R =>
  layer(below, tell, (key) => {
    if (making === 0) tell(key);
  });

/** Tells also while a patch is made. */
export const notedRecord = <R extends object>(below: R, tell: Tell): R => layer(below, tell, tell);

/** Whoever watches it last. */
export const tellOf = (one: unknown): Tell | undefined => WATCHED.get(one as object)?.tell;

/** A record, and below it those that it hands on, the plain one last. */
export const layersOf = (one: unknown): readonly unknown[] => {
  const below = WATCHED.get(one as object)?.below;
  return below === undefined ? [one] : [one, ...layersOf(below)];
};

export const plainOf = (one: unknown): unknown => layersOf(one).at(-1);
