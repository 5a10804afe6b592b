/** The number of letters to insert, delete or replace to make one name of the other. */
export const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
};

const lettersOf = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** The known name that was probably meant: one that contains what was typed, or differs in few letters. */
export const nearest = (asked: string, known: readonly string[]): string | undefined => {
  const typed = lettersOf(asked);
  if (typed === '') return undefined;
  const ranked = known
    .map((name) => {
      const letters = lettersOf(name);
      const within = typed.length > 2 && (letters.includes(typed) || typed.includes(letters));
      const far = distance(typed, letters);
      // Of several that contain it the shortest is meant.
      return { name, far: within ? Math.min(far, 0.5 + far / 1000) : far };
    })
    .toSorted((a, b) => a.far - b.far);
  const best = ranked[0];
  return best !== undefined && best.far <= Math.max(1, typed.length / 2) ? best.name : undefined;
};
