/** Sequences of moves: all up to a length, or random ones that a seed gives again. */
import fc from 'fast-check';
import type { Move } from '../search/index.ts';
import type { Amount } from './asked.ts';
import { HugetlbWalk } from './hugetlb/walk.ts';
import type { HugetlbStage } from './hugetlb/stage.ts';
import type { Played } from './played.ts';
import { type Stage, Walk } from './walk.ts';

/** A stage of any model that is compared. */
export type AnyStage = Stage | HugetlbStage;
type WalkOn<S extends AnyStage> = S extends HugetlbStage ? HugetlbWalk : Walk;

/** A walk that has made no move yet. */
export const begin = <S extends AnyStage>(stage: S): WalkOn<S> =>
  ('subject' in stage ? new HugetlbWalk(stage) : new Walk(stage)) as WalkOn<S>;

/** The walk that takes exactly these moves; the first that is refused ends it. */
const follow = <W extends Played>(walk: W, moves: readonly Move[]): W => {
  for (const [i, move] of moves.entries()) if (!walk.take(move, i === moves.length - 1)) break;
  return walk;
};
export const walkOf = <S extends AnyStage>(stage: S, moves: readonly Move[]): WalkOn<S> => follow(begin(stage), moves);
/** The same on the stage of another walk. */
export const walkLike = (walk: Played, moves: readonly Move[]): Played => follow(walk.again(), moves);

/** The moves that the model can make now. */
const enabledOf = (walk: Played, moves: readonly Move[]): readonly Move[] =>
  moves.filter((move) => walk.isEnabled(move));

/** Whether a walk can go on to the last of these moves; what keeps it from that is noted. */
const goesOn = (walk: Played, moves: readonly Move[]): boolean => {
  const longer = walkLike(walk, moves);
  if (longer.steps.length > walk.steps.length) return true;
  walk.asserted.push(...longer.asserted);
  walk.refusals.push(...longer.refusals);
  return false;
};

/** The parent ends only where children are left: behind the last process nothing can be seen. */
const endsAll = (walk: Played, { name }: Move): boolean => walk.processes === 1 && EXITS.has(name);
const EXITS: ReadonlySet<string> = new Set(['exit', 'hugetlb_exit']);

/** A walk by draws: an operation first, so that one with many arguments does not drown the others, then its arguments. */
const drawnWalk = <S extends AnyStage>(
  stage: S,
  draws: readonly (readonly [operation: number, args: number])[],
): WalkOn<S> => {
  const walk = walkOf(stage, stage.prelude);
  const all = walk.moves();
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
export function* randomWalks<S extends AnyStage>(
  stages: readonly S[],
  seed: number,
  count: number,
  length: number,
): Generator<WalkOn<S>> {
  // Without its bias towards small numbers, which are names of moves here.
  const draws = fc.noBias(fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: length, maxLength: length }));
  for (const [i, drawn] of fc.sample(draws, { seed, numRuns: count }).entries())
    yield drawnWalk(stages[i % stages.length]!, drawn);
}

/**
 * Every sequence of `length` moves behind the prelude, and every shorter one that nothing can follow; what is shorter is the
 * beginning of one of them. Depth first, in the order of the moves.
 */
export function* allWalks<S extends AnyStage>(stage: S, length: number): Generator<WalkOn<S>> {
  const { prelude } = stage;
  const all = begin(stage).moves();
  const stack: (readonly Move[])[] = [[]];
  while (stack.length > 0) {
    const moves = stack.pop()!;
    const walk = walkOf(stage, [...prelude, ...moves]);
    const next =
      moves.length < length ? enabledOf(walk, all).filter((move) => goesOn(walk, [...prelude, ...moves, move])) : [];
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
export function* walksOn<S extends AnyStage>(
  stages: readonly S[],
  { length, seed, sequences }: Amount,
): Generator<WalkOn<S>> {
  if (length > 0) yield* allWalks(stages[0]!, length);
  yield* randomWalks(stages, seed, sequences, WALK_LENGTH);
}
