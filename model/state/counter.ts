/** A counter of the kernel that may go wrong: it can fall below zero, and is then reported, not hidden. */
import type { Bits } from '../../checker/search/index.ts';

/** A signed number in -max..max, kept in two's complement. It sticks at its ends, where it is wrong by far already. */
export interface Counter extends Bits {
  readonly valueOf: (code: number) => number;
  /** The code of the value that is `by` larger. */
  readonly add: (code: number, by: number) => number;
}

export const counter = (largest: number): Counter => {
  const width = 33 - Math.clz32(largest);
  const codes = 2 ** width;
  const valueOf = (code: number): number => (code > largest ? code - codes : code);
  const add = (code: number, by: number): number =>
    Math.max(-largest, Math.min(largest, valueOf(code) + by)) & (codes - 1);
  return { width, max: codes - 1, show: (code) => String(valueOf(code)), valueOf, add };
};
