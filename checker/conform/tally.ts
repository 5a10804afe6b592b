/** What a comparison has come to so far: counts by scope and by operation, and the sequences that differ. */
import type { Judged } from './judge.ts';
import type { Differing } from './shrink.ts';

export interface ScopeTally {
  sequences: number;
  /** Steps that were compared and found alike. */
  steps: number;
  disturbed: number;
  cut: number;
  differing: number;
  /** Why sequences could not be played, and how many. */
  readonly unavailable: Map<string, number>;
}

export class Tally {
  readonly scopes = new Map<string, ScopeTally>();
  /** Steps found alike, by operation. */
  readonly operations = new Map<string, number>();
  readonly differing: Differing[] = [];

  #scope(name: string): ScopeTally {
    let found = this.scopes.get(name);
    if (found === undefined) {
      found = { sequences: 0, steps: 0, disturbed: 0, cut: 0, differing: 0, unavailable: new Map() };
      this.scopes.set(name, found);
    }
    return found;
  }

  add(scope: string, one: Judged): void {
    const tally = this.#scope(scope);
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
    for (const { move } of one.walk.steps.slice(0, one.steps))
      this.operations.set(move.name, (this.operations.get(move.name) ?? 0) + 1);
    if (one._tag !== 'differs') return;
    tally.differing++;
    this.differing.push(one);
  }
}
