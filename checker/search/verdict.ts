/** What a search found: plain data, fit to be sent between threads. */
import type { Property } from './world.ts';

/** One move of a trace: its number in `movesOf(world)` and the answers to what its effect asks. */
export interface TracedMove {
  readonly move: number;
  readonly answers: readonly number[];
}

/** A sequence of moves from an initial state. */
export interface Trace {
  readonly initial: number;
  readonly moves: readonly TracedMove[];
}

/**
 * `violated` and `reached` come with a trace. `unexercised`: the subject never occurred, or a `sometimes` was
 * never reached, in a search that saw everything. `unknown`: the search was cut short before it could tell.
 */
export interface PropertyVerdict {
  readonly name: string;
  readonly kind: Property<never>['kind'];
  readonly verdict: 'holds' | 'violated' | 'unexercised' | 'unknown';
  readonly exercised: boolean;
  /** The shortest counterexample; for a `sometimes` that holds, its shortest witness. */
  readonly trace?: Trace;
}

export interface ActionCount {
  readonly name: string;
  /** States times arguments in which the guard held. */
  readonly enabled: number;
  /** Transitions. */
  readonly fired: number;
  /** Transitions that led to a state not seen before. */
  readonly newStates: number;
}

/** Why a search ended before it had seen everything; `walks`: it went ways at random. */
export type Cut = 'first' | 'states' | 'depth' | 'seconds' | 'memory' | 'interrupted' | 'walks';

/** How much a search has seen. */
export interface Searched {
  readonly states: number;
  readonly transitions: number;
  /** The longest distance from an initial state at which a state was found. */
  readonly depth: number;
  /** States found but not expanded. */
  readonly waiting: number;
  readonly seconds: number;
  readonly peakBytes: number;
}

export interface Verdict extends Searched {
  readonly verdict: 'holds' | 'violated' | 'incomplete';
  readonly cut?: Cut;
  readonly properties: readonly PropertyVerdict[];
  readonly actions: readonly ActionCount[];
}

/** Where a search may stop. Sizes in bytes, times in seconds. */
export interface Limits {
  /** Stop at the first violation. */
  readonly first?: boolean;
  /** Stop when more states than this have been found. */
  readonly statesMax?: number;
  /** States at this distance are checked, but not expanded. */
  readonly depthMax?: number;
  readonly secondsMax?: number;
  /** By default nine tenths of what the machine has free when the search begins. */
  readonly bytesMax?: number;
}

/** Violated wins; a search that was cut short never holds. */
export const overall = (properties: readonly PropertyVerdict[], cut: string | undefined): Verdict['verdict'] => {
  if (properties.some(({ verdict }) => verdict === 'violated')) return 'violated';
  return cut === undefined ? 'holds' : 'incomplete';
};

export const countActions = (
  names: readonly string[],
  moves: readonly { readonly action: number }[],
  counts: { readonly enabled: Float64Array; readonly fired: Float64Array; readonly newStates: Float64Array },
): readonly ActionCount[] => {
  const sum = (of: Float64Array, action: number): number =>
    moves.reduce((total, move, i) => (move.action === action ? total + of[i]! : total), 0);
  return names.map((name, action) => ({
    name,
    enabled: sum(counts.enabled, action),
    fired: sum(counts.fired, action),
    newStates: sum(counts.newStates, action),
  }));
};
