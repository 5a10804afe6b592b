/**
 * A trace as it would have gone without symmetry. The search stores representatives, so a move's arguments
 * name things as the representative before it does; run one after another they would mix the names up.
 * Here the states are run as they are, and each move is the one that leads to the next representative.
 */
import { type AnyWorld, type Outcome, outcomesOf } from './outcomes.ts';
import { initialState, makeMove, movesOf, retrace } from './search/index.ts';
import type { Words } from './search/layout.ts';
import type { Trace, TracedMove } from './search/verdict.ts';

const sameText = (a: Words, b: Words, width: number): boolean => a.subarray(0, width).every((word, i) => word === b[i]);

const representative = ({ layout, canonical }: AnyWorld, words: Words): Words => {
  const copy = words.slice();
  copy.fill(0, layout.width);
  canonical?.(layout.draftOf(copy));
  return copy;
};

/** The outcome that the search took for the last move of this property's trace. */
const ends = (world: AnyWorld, name: string | undefined, { step }: Outcome): boolean => {
  const property = world.properties.find((one) => one.name === name);
  if (property?.kind === 'assertion') return step.bug?.name === name;
  if (property?.kind !== 'step') return true;
  const { viewOf } = world.layout;
  return !property.holds(viewOf(step.before), step.move, viewOf(step.after));
};

const firstThat = <T>(all: Iterable<T>, fits: (one: T) => boolean): T | undefined => {
  for (const one of all) if (fits(one)) return one;
  return undefined;
};

const unfold = (world: AnyWorld, trace: Trace, name: string | undefined): readonly Outcome[] => {
  const { layout } = world;
  const moves = movesOf(world);
  let shown = initialState(world, trace.initial);
  let stored = representative(world, shown);
  return trace.moves.map(({ move, answers }: TracedMove, i) => {
    const made = makeMove(world, moves[move]!, answers, stored);
    if (!made.enabled) throw new Error(`${world.name}: step ${i + 1}, ${moves[move]!.name}, is not enabled`);
    const next = made.step.bug === undefined ? representative(world, made.step.after) : undefined;
    const last = i === trace.moves.length - 1;
    const fits = (one: Outcome): boolean =>
      one.step.move.name === moves[move]!.name &&
      (next === undefined
        ? one.step.bug !== undefined
        : one.step.bug === undefined && sameText(representative(world, one.step.after), next, layout.width)) &&
      (!last || ends(world, name, one));
    const found = firstThat(outcomesOf(world, shown), fits);
    if (found === undefined)
      throw new Error(`${world.name}: step ${i + 1}, ${moves[move]!.name}, has no counterpart; is the symmetry sound?`);
    shown = found.step.after;
    stored = next ?? stored;
    return found;
  });
};

/** The steps of a trace, named alike from the first to the last; `name` is the property that its end breaks. */
export const stepsOf = (world: AnyWorld, trace: Trace, name?: string): readonly Outcome[] =>
  world.canonical === undefined
    ? retrace(world, trace).map((step, i) => ({ move: trace.moves[i]!.move, answers: trace.moves[i]!.answers, step }))
    : unfold(world, trace, name);
