/** One thing that user space can find out of a state. */

/** Of two states that are alike to a user, it reads the same number. */
export interface Observable<V> {
  readonly aspect: 'result' | 'mapping' | 'translation' | 'permission' | 'counter';
  readonly where: string;
  readonly read: (s: V) => number;
  readonly show: (code: number) => string;
}

export const plain = (code: number): string => `${code}`;
export const range = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i);

/** A number that is read off somewhere. */
export const counted = <V>(
  where: string,
  read: (s: V) => number,
  show: (code: number) => string = plain,
): Observable<V> => ({ aspect: 'counter', where, read, show });

export const RIGHTS = ['nothing', 'no access', 'reading', 'reading and writing'];
