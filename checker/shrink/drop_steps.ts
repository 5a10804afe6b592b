/**
 * Fewer steps: leaves out half of them, a quarter, and so on down to one (delta debugging), then each two and each three of
 * what is left, since a step may be needed only to undo another. Later steps go first: less depends on them.
 */
import type { Pass } from './pass.ts';

/** Traces longer than these are not searched for two, or three, steps at a time. */
const PAIRS_MAX = 40;
const TRIPLES_MAX = 16;

/** Each run of steps of every length that halving gives. */
export const dropRuns: Pass = function* (_tools, first) {
  let best = first;
  for (let run = Math.max(1, best.steps.length >> 1); run >= 1; run >>= 1)
    for (let at = best.steps.length - run; at >= 0; at = Math.min(at, best.steps.length) - 1)
      best = yield { keep: at, rest: best.steps.slice(at + run) };
};

/** Any two steps, and in short traces any three. */
export const dropSome: Pass = function* (_tools, first) {
  let best = first;
  for (let i = best.steps.length - 1; i > 0 && best.steps.length <= PAIRS_MAX; i--) {
    for (let j = i - 1; j >= 0; j--) {
      i = Math.min(i, best.steps.length - 1);
      if (j >= i) continue;
      best = yield { keep: j, rest: best.steps.slice(j + 1).toSpliced(i - j - 1, 1) };
    }
  }
  for (const [i, j, k] of triples(best.steps.length <= TRIPLES_MAX ? best.steps.length : 0)) {
    if (k >= best.steps.length) continue;
    best = yield { keep: i, rest: best.steps.filter((_, at) => at > i && at !== j && at !== k) };
  }
};

function* triples(n: number): Generator<readonly [number, number, number]> {
  for (let i = n - 3; i >= 0; i--) for (let j = n - 2; j > i; j--) for (let k = n - 1; k > j; k--) yield [i, j, k];
}
