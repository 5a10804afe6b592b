/** Functions, and records of facts or of functions, that tell each time that they are called or read. */
import { notedRecord, plainOf, tellOf, untold, watchedRecord } from './watched_record.ts';

type AnyFunction = (...args: readonly unknown[]) => unknown;

/** With as many parameters as any function of a kernel has: nothing is allocated for a call. */
const countedFunction = (one: AnyFunction, count: () => void): AnyFunction =>
  function through(a, b, c, d, e, f, g, h, i, j) {
    count();
    return one(a, b, c, d, e, f, g, h, i, j);
  };

/** The same, which tells; undefined where it is neither. */
export const counted = (one: unknown, count: (key?: string) => void): unknown => {
  if (typeof one === 'function') return countedFunction(one as AnyFunction, count);
  return typeof one === 'object' && one !== null ? watchedRecord(one, count) : undefined;
};

/** What a patch makes of the one before. Of a record that tells it is what it has read of it, and tells for both. */
const onTop = (replace: AnyFunction, [base, ...more]: readonly unknown[], tell?: () => void): unknown => {
  const tellUnder = tellOf(base);
  if (tellUnder === undefined) {
    const one = replace(base, ...more);
    return tell === undefined ? one : (counted(one, tell) ?? one);
  }
  let taken = false;
  const before = notedRecord(base as object, () => {
    taken = true;
  });
  const one = untold(() => replace(before, ...more));
  taken ||= plainOf(one) === plainOf(base);
  const both = (key = ''): void => {
    tell?.();
    if (taken) tellUnder(key);
  };
  return counted(one, both) ?? one;
};

/** A patch with something else made of each of its replacements. */
export const eachReplaced = <P extends object>(
  patch: P,
  made: (name: string, replace: AnyFunction) => AnyFunction,
): P =>
  Object.fromEntries(
    Object.entries(patch as Readonly<Record<string, AnyFunction>>).map(([name, replace]) => [
      name,
      made(name, replace),
    ]),
  ) as P;

/** A patch, whose functions tell by name. */
export const countedPatch = <P extends object>(patch: P, count: (name: string) => void): P =>
  eachReplaced(
    patch,
    (name, replace) =>
      (...given) =>
        onTop(replace, given, () => count(name)),
  );

/** A patch that tells nothing by itself: what tells and comes through it goes on to tell. */
export const passingPatch = <P extends object>(patch: P): P =>
  eachReplaced(
    patch,
    (_name, replace) =>
      (...given) =>
        onTop(replace, given),
  );
