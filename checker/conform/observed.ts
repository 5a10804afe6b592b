/** Traces that are only looked at, where the model has nothing to compare them with. */
import { readFileSync } from 'node:fs';
import * as Effect from 'effect/Effect';
import { type Eye, Side } from './compare.ts';
import type { Ground } from './ground.ts';
import { PTRS } from './placement.ts';
import type { RunnerLine } from './read_seen.ts';

/** By machine: a trace in the language of the runner. */
const TRACES: Readonly<Record<string, string>> = { dax: './vm/dax.trace' };

export interface Observed {
  readonly sequence: string;
  readonly op: string;
  /** What came of it: each process in lines. */
  readonly lines: readonly string[];
}

const told = (side: Side, { seen }: RunnerLine & { _tag: 'step' }): readonly string[] => {
  const { ok, errno, signal } = seen.answer;
  const answer = signal === undefined ? `errno ${errno ?? '?'}` : `signal ${signal}`;
  const lines = [...side.linesOf(seen)].flatMap(([worker, one]) =>
    [...one].flatMap(([what, all]) => (all.length === 0 ? [] : [`worker ${worker} ${what}: ${all.join('; ')}`])),
  );
  return ok ? lines : [answer, ...lines];
};

/** What a machine shows beside the comparison; nothing where there is nothing to show. */
export const observedOn = Effect.fnUntraced(function* ({ machine, play }: Ground, eye: Eye) {
  const path = TRACES[machine];
  const observed: Observed[] = [];
  if (path === undefined) return observed;
  let [sequence, side] = ['', new Side(eye, PTRS)];
  yield* play(readFileSync(new URL(path, import.meta.url), 'utf8'), (line) => {
    if (line._tag === 'begin') [sequence, side] = [line.name, new Side(eye, PTRS)];
    else if (line._tag === 'step') observed.push({ sequence, op: line.op, lines: told(side, line) });
  });
  return observed;
});
