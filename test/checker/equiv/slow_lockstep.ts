/**
 * The plain twin of checker/equiv/product.ts: walks pairs of states one by one, in the order of their distance, each kept as text, and
 * makes every move on both worlds as they are.
 */
import { codesFor } from '../../../checker/breaks.ts';
import type { Observer } from '../../../checker/equiv/observer.ts';
import { type AnyWorld, outcomesOf } from '../../../checker/outcomes.ts';
import { initialState, makeMove, type Move, movesOf, type TraceStep } from '../../../checker/search/index.ts';
import type { Words } from '../../../checker/search/layout.ts';

interface Pair {
  readonly a: Words;
  readonly b: Words;
  readonly depth: number;
}

export interface SlowLockstep {
  readonly states: number;
  /** By operation: after how many operations it first differs. */
  readonly parts: ReadonlyMap<string, number>;
  /** Both failed the same assertion somewhere. */
  readonly bothFail: boolean;
  /** By operation: after how many operations the second first fails an assertion that the first does not. */
  readonly fails: ReadonlyMap<string, number>;
}

const canonical = (world: AnyWorld, state: Words, keepScratch = true): Words => {
  const copy = state.slice();
  world.canonical?.(world.layout.draftOf(copy));
  if (!keepScratch) copy.fill(0, world.layout.width);
  return copy;
};

/** The answers that a step got, by name, so that the other world gets the same. */
const answersOf = ({ answers }: TraceStep) => answers;

const followed = (world: AnyWorld, move: Move, state: Words, step: TraceStep) =>
  makeMove(world, move, codesFor(world, move, state, answersOf(step)), state);

const sameEnd = (x: TraceStep, y: TraceStep, a: AnyWorld, b: AnyWorld, observer: Observer): boolean =>
  x.bug === undefined && y.bug === undefined
    ? observer.alike(canonical(a, x.after), canonical(b, y.after))
    : x.bug?.name === y.bug?.name;

export const slowLockstep = (a: AnyWorld, b: AnyWorld, observer: Observer, behindB = false): SlowLockstep => {
  const parts = new Map<string, number>();
  const fails = new Map<string, number>();
  let bothFail = false;
  const note = (name: string, depth: number): void => {
    if (!parts.has(name)) parts.set(name, depth);
  };
  const noteBugs = (name: string, x: TraceStep, y: TraceStep, depth: number): void => {
    if (x.bug !== undefined && x.bug.name === y.bug?.name) bothFail = true;
    if (y.bug !== undefined && x.bug?.name !== y.bug.name && !fails.has(name)) fails.set(name, depth);
  };
  const seen = new Set<string>();
  const queue: Pair[] = [];
  const add = (pair: Pair): void => {
    const key = [canonical(a, pair.a, false), canonical(b, pair.b, false)].map((one) => one.join()).join('|');
    if (seen.has(key)) return;
    seen.add(key);
    queue.push(pair);
  };
  /** Both ends of a move with the same answers, seen from either side, so that a question that one alone asks is asked, too. */
  const step = ({ a: from, b: other, depth }: Pair): void => {
    const moves = movesOf(a);
    const [ofA, ofB] = [[...outcomesOf(a, from)], [...outcomesOf(b, other)]];
    for (const [number, move] of moves.entries()) {
      const [left, right] = [ofA, ofB].map((all) => all.filter((one) => one.move === number).map((one) => one.step));
      for (const x of left!) {
        const y = followed(b, move, other, x);
        if (y.enabled) noteBugs(move.name, x, y.step, depth + 1);
        if (!y.enabled || !sameEnd(x, y.step, a, b, observer)) note(move.name, depth + 1);
        else if (!behindB && x.bug === undefined) add({ a: x.after, b: y.step.after, depth: depth + 1 });
      }
      for (const y of right!) {
        const x = followed(a, move, from, y);
        if (x.enabled) noteBugs(move.name, x.step, y, depth + 1);
        else if (y.bug !== undefined && !fails.has(move.name)) fails.set(move.name, depth + 1);
        if (!x.enabled || !sameEnd(x.step, y, a, b, observer)) note(move.name, depth + 1);
        else if (!behindB && y.bug === undefined) add({ a: x.step.after, b: y.after, depth: depth + 1 });
        if (behindB && y.bug === undefined) add({ a: y.after, b: y.after, depth: depth + 1 });
      }
    }
  };
  for (const i of a.initial.keys()) add({ a: initialState(behindB ? b : a, i), b: initialState(b, i), depth: 0 });
  for (const pair of queue) step(pair);
  return { states: queue.length, parts, bothFail, fails };
};
