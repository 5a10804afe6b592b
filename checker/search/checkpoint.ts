/** A search that was cut short, as plain arrays: all that it takes to go on as if nothing had happened. */
import type { Found } from './watch.ts';

/** Entries of a chunk, as a power of two. */
export const CHUNK_LOG2 = 16;
export const CHUNK = 2 ** CHUNK_LOG2;

/** Numbered entries of one width, in chunks, of which the last may be filled in part. */
export interface Chunked {
  /** Words of an entry. */
  readonly width: number;
  readonly count: number;
  readonly chunks: readonly Int32Array[];
}

/** Of each property, in the order of the world. */
export interface Watched {
  readonly found: readonly (Found | undefined)[];
  readonly exercised: readonly boolean[];
}

/** Valid for the same world with the same properties alone. */
export interface Checkpoint {
  readonly states: Chunked;
  readonly parents: Chunked;
  /** The state whose turn it is. */
  readonly state: number;
  /** Its level ends before this state. */
  readonly levelEnd: number;
  /** Distance of that level from the initial states. */
  readonly depth: number;
  readonly expanded: number;
  /** Spent so far. */
  readonly seconds: number;
  /** By move: states in which it was enabled, its outcomes, and those that were new. */
  readonly enabled: Float64Array;
  readonly fired: Float64Array;
  readonly newStates: Float64Array;
  readonly watched: Watched;
}
