/** Sequences of moves: all up to a length, or random ones that a seed gives again. */
import fc from 'fast-check';
import { isEnabled, type Move, movesOf } from '../search/index.ts';
import type { Amount } from './asked.ts';
import { type Stage, Walk } from './walk.ts';

/** The walk that takes exactly these moves; the first that is refused ends it. */
export const walkOf = (stage: Stage, moves: readonly Move[]): Walk => {
  const walk = new Walk(stage);
  for (const [i, move] of moves.entries()) if (!walk.take(move, i === moves.length - 1)) break;
  return walk;
};

/** The moves that the model can make now. */
const enabledOf = (walk: Walk, moves: readonly Move[]): readonly Move[] => {
  const { actions } = walk.stage.world;
  const view = walk.state;
  return moves.filter((move) => isEnabled(actions[move.action]!, view, move.args));
};

/** Whether a walk can go on to the last of these moves; what keeps it from that is noted. */
const goesOn = (walk: Walk, moves: readonly Move[]): boolean => {
  const longer = walkOf(walk.stage, moves);
  if (longer.steps.length > walk.steps.length) return true;
  walk.asserted.push(...longer.asserted);
  walk.refusals.push(...longer.refusals);
  return false;
};

/** What every sequence begins with: all that the stage maps is mapped. */
const prelude = (moves: readonly Move[]): readonly Move[] => moves.filter(({ name }) => name === 'mmap');

/** The parent ends only where children are left: behind the last process nothing can be seen. */
const endsAll = (walk: Walk, { name }: Move): boolean => name === 'exit' && walk.processes === 1;

/** A walk by draws: an operation first, so that one with many arguments does not drown the others, then its arguments. */
const drawnWalk = (stage: Stage, draws: readonly (readonly [operation: number, args: number])[]): Walk => {
  const all = movesOf(stage.world);
  const walk = walkOf(stage, prelude(all));
  for (const [operation, args] of draws) {
    const possible = enabledOf(walk, all).filter((move) => !endsAll(walk, move));
    const groups = [...Map.groupBy(possible, ({ name }) => name).values()];
    if (groups.length === 0) break;
    const group = groups[operation % groups.length]!;
    walk.take(group[args % group.length]!);
  }
  return walk;
};

/** `count` random walks of up to `length` moves; the stages take turns. fast-check makes the same for the same seed. */
export function* randomWalks(stages: readonly Stage[], seed: number, count: number, length: number): Generator<Walk> {
  // Without its bias towards small numbers, which are names of moves here.
  const draws = fc.noBias(fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: length, maxLength: length }));
  for (const [i, drawn] of fc.sample(draws, { seed, numRuns: count }).entries())
    yield drawnWalk(stages[i % stages.length]!, drawn);
}

/**
 * Every sequence of `length` moves behind the prelude, and every shorter one that nothing can follow; what is shorter is the
 * beginning of one of them. Depth first, in the order of the moves.
 */
export function* allWalks(stage: Stage, length: number): Generator<Walk> {
  const all = movesOf(stage.world);
  const begin = prelude(all);
  const stack: (readonly Move[])[] = [[]];
  while (stack.length > 0) {
    const moves = stack.pop()!;
    const walk = walkOf(stage, [...begin, ...moves]);
    const next =
      moves.length < length ? enabledOf(walk, all).filter((move) => goesOn(walk, [...begin, ...moves, move])) : [];
    if (next.length === 0) yield walk;
    else stack.push(...next.map((move) => [...moves, move]).toReversed());
    // What it was kept from is to be told, also where it is no sequence by itself.
    if (next.length > 0 && walk.asserted.length > 0) yield walk;
  }
}

/** Operations of a random sequence behind its prelude. */
const WALK_LENGTH = 10;

/** What each of `scopes` scopes gets of an amount. */
export const amountEach = (amount: Amount, scopes: number): Amount => ({
  ...amount,
  sequences: Math.ceil(amount.sequences / Math.max(1, scopes)),
});

/** All that is played on the stages of a scope: every sequence of a length with its first cuts, then random ones with all. */
export function* walksOn(stages: readonly Stage[], { length, seed, sequences }: Amount): Generator<Walk> {
  if (length > 0) yield* allWalks(stages[0]!, length);
  yield* randomWalks(stages, seed, sequences, WALK_LENGTH);
}
