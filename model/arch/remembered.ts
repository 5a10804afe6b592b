/** Functions of small numbers that are computed once for each: a search asks the same ones again and again. */

export const remembered = <A extends number, R>(make: (a: A) => R): ((a: A) => R) => {
  const made = new Map<number, R>();
  return (a) => {
    const known = made.get(a);
    if (known !== undefined) return known;
    const result = make(a);
    made.set(a, result);
    return result;
  };
};

/** Of two arguments, of which `b` is an index into an array, and small. */
export const rememberedPairs = <A extends number, B extends number, R>(
  make: (a: A, b: B) => R,
): ((a: A, b: B) => R) => {
  const rows: ((a: A) => R)[] = [];
  return (a, b) => (rows[b] ??= remembered((one: A) => make(one, b)))(a);
};
