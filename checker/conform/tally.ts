/** What a comparison has come to so far: counts by scope and by operation, and the sequences that differ. */
import type { Judged } from './judge.ts';
import type { Differing } from './shrink.ts';
import type { Played } from './played.ts';

export interface ScopeTally {
  sequences: number;
  /** Steps that were compared and found alike. */
  steps: number;
  disturbed: number;
  cut: number;
  differing: number;
  /** Why sequences could not be played, and how many. */
  readonly unavailable: Map<string, number>;
  /** Assertions of the model, and the sequences in which they kept a move from being made. */
  readonly asserted: Map<string, number>;
}

export class Tally {
  readonly scopes = new Map<string, ScopeTally>();
  /** Steps found alike, by operation. */
  readonly operations = new Map<string, number>();
  readonly differing: Differing[] = [];
  /** What became of the walks that are kept. */
  readonly verdicts = new Map<Played, Judged>();
  readonly #kept: ReadonlySet<Played>;

  constructor(kept: ReadonlySet<Played> = new Set()) {
    this.#kept = kept;
  }
  /** Moves that were not made, by why, and how many. */
  readonly refused = new Map<string, number>();

  #scope(name: string): ScopeTally {
    let found = this.scopes.get(name);
    if (found === undefined) {
      found = {
        sequences: 0,
        steps: 0,
        disturbed: 0,
        cut: 0,
        differing: 0,
        unavailable: new Map(),
        asserted: new Map(),
      };
      this.scopes.set(name, found);
    }
    return found;
  }

  /** Whether a real kernel and the model part anywhere: also where the model stops by itself. */
  get parts(): boolean {
    return this.differing.length > 0 || [...this.scopes.values()].some(({ asserted }) => asserted.size > 0);
  }

  add(scope: string, one: Judged): void {
    const tally = this.#scope(scope);
    if (this.#kept.has(one.walk)) this.verdicts.set(one.walk, one);
    for (const { why, detail } of one.walk.refusals) {
      if (why === 'not enabled' || why === 'assertion') continue;
      const key = `${why}: ${detail}`;
      this.refused.set(key, (this.refused.get(key) ?? 0) + 1);
    }
    const unasked = one.walk.uncompared === undefined ? one.walk.asserted : [];
    for (const name of new Set(unasked.map((each) => each.name)))
      tally.asserted.set(name, (tally.asserted.get(name) ?? 0) + 1);
    if (one._tag === 'cut') {
      tally.cut++;
      return;
    }
    if (one._tag === 'unavailable') {
      tally.unavailable.set(one.what, (tally.unavailable.get(one.what) ?? 0) + 1);
      return;
    }
    tally.sequences++;
    if (one._tag === 'disturbed') {
      tally.disturbed++;
      return;
    }
    tally.steps += one.steps;
    for (const { operations } of one.walk.steps.slice(0, one.steps))
      for (const name of operations) this.operations.set(name, (this.operations.get(name) ?? 0) + 1);
    if (one._tag !== 'differs') return;
    tally.differing++;
    this.differing.push(one);
  }
}
