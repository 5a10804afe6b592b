/** What a pass of the shrinker is given, and what it gives. */
import type { Plainness } from './plainness.ts';
import type { Played, Player, Step } from './player.ts';

export interface Tools {
  readonly player: Player;
  readonly plainness: Plainness;
}

/** The first `keep` steps of the best trace so far, and then these. */
export interface Candidate {
  readonly keep: number;
  readonly rest: readonly Step[];
}

/**
 * A pass proposes traces. It is told after each which is the best now: the one that it proposed, without the steps that came to
 * nothing, if that breaks the property and is the plainer one; else the one before. It tries all that it knows once, and
 * leaves it to the shrinker to come back.
 */
export type Pass = (tools: Tools, best: Played) => Generator<Candidate, void, Played>;
