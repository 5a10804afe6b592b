/** A counter of the kernel that may go wrong: it can fall below zero, and is then reported, not hidden. */
import type { Bits } from '../../checker/search/index.ts';

/** A signed number in -max..max, kept in two's complement. It sticks at its ends, where it is wrong by far already. */
export interface Counter extends Bits {
  readonly valueOf: (code: number) => number;
  /** The code of the value that is `by` larger. */
  readonly add: (code: number, by: number) => number;
}

/** Bits of a number in -largest..largest. */
const widthOf = (largest: number): number => 33 - Math.clz32(largest);
const signed = (largest: number, code: number): number => (code > largest ? code - (1 << widthOf(largest)) : code);

/** Counter.add() of a counter that ends at `largest`, without the counter: the search makes none for a state. */
export const addTo = (largest: number, code: number, by: number): number =>
  Math.max(-largest, Math.min(largest, signed(largest, code) + by)) & ((1 << widthOf(largest)) - 1);

export const counter = (largest: number): Counter => {
  const width = widthOf(largest);
  const valueOf = (code: number): number => signed(largest, code);
  return {
    width,
    max: (1 << width) - 1,
    show: (code) => String(valueOf(code)),
    valueOf,
    add: (code, by) => addTo(largest, code, by),
  };
};
