/** What a search is asked to do besides searching. */
import type { Checkpoint } from './checkpoint.ts';
import type { Limits } from './verdict.ts';

/** What a search shows of itself while it runs. */
export interface Progress {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly waiting: number;
  readonly bytes: number;
}

export interface Options extends Limits {
  /** Called every thousand states or so; `true` ends the search with what it knows. */
  readonly onProgress?: (progress: Progress) => boolean;
  /** Goes on from here; the world, with its properties, is the same. */
  readonly from?: Checkpoint;
  /** Takes a checkpoint: where a limit, or whoever watches, ends the search, and now and then before. */
  readonly save?: (checkpoint: Checkpoint) => void;
  /** Measures where the time goes; the search itself is slower then. */
  readonly shares?: Shares;
}

/**
 * Milliseconds spent on guards and effects, on properties, and on looking up batches; the rest goes into hashing,
 * states seen lately and book-keeping. The first two are sampled and scaled up.
 */
export interface Shares {
  moves: number;
  properties: number;
  lookup: number;
}
