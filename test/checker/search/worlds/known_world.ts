/** A world whose size is known beforehand. */
import type { World } from 'mmcheck/search';

export interface KnownWorld {
  readonly world: World<never, never>;
  /** Distinct states. */
  readonly states: number;
  readonly transitions?: number;
  /** Distance of the farthest state. */
  readonly depth?: number;
  /** Too large for the slow twin. */
  readonly large?: boolean;
  /** Where the figures come from. */
  readonly source: string;
  /** Length of the shortest counterexample of each property that is violated. */
  readonly violated?: Readonly<Record<string, number>>;
}

/** Forgets what a state looks like: only the search, which passes it on, still needs to know. */
export const known = <V, D>(world: World<V, D>, facts: Omit<KnownWorld, 'world'>): KnownWorld => ({
  ...facts,
  world: world as unknown as World<never, never>,
});
