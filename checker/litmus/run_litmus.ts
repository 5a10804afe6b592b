/** What comes of a scenario, held against what its file says. */
import { match } from 'ts-pattern';
import type { AnyWorld } from '../outcomes.ts';
import type { Uncalled } from '../own_file/called_files.ts';
import { movesNamed, type Replayed, replayOn } from '../replay_world.ts';
import type { TraceFile } from '../read_trace.ts';
import type { Scenario } from './read_litmus.ts';

/** Steps are counted from 1; 0 is the initial state. */
export type Came =
  | { readonly came: 'violated'; readonly after: number }
  | { readonly came: 'holds' }
  /** It is not broken, and nothing that it speaks of came up. */
  | { readonly came: 'not exercised' }
  | { readonly came: 'not possible'; readonly step: number }
  | { readonly came: 'not asked'; readonly step: number; readonly question: string; readonly asks: readonly string[] }
  | { readonly came: 'assertion'; readonly step: number; readonly says: string };

export interface RanScenario {
  readonly came: Came;
  /** `not exercised`: a file that says that a property holds, on a way on which nothing could have broken it. */
  readonly verdict: 'as expected' | 'differs' | 'not exercised';
  /** Files of patches of which nothing was called on the way. */
  readonly uncalled: readonly Uncalled[];
  readonly replayed: Replayed;
}

/** The first answer that a file has to a question that nothing asks, or that is no answer to it. */
const unasked = ({ steps }: TraceFile, done: Replayed): Came | undefined => {
  for (const [i, { answers }] of done.steps.entries()) {
    const left = answers.map(({ question, answer }) => `${question}: ${answer}`);
    for (const { question, answer } of steps[i]!.answers) {
      const at = left.indexOf(`${question}: ${answer}`);
      if (at < 0)
        return {
          came: 'not asked',
          step: i + 1,
          question: `${question}: ${answer}`,
          asks: answers.map((one) => one.question),
        };
      left.splice(at, 1);
    }
  }
  return undefined;
};

const cameOf = (trace: TraceFile, done: Replayed): Came => {
  const wrong = unasked(trace, done);
  if (wrong !== undefined) return wrong;
  if (done.brokenAt !== undefined) return { came: 'violated', after: done.brokenAt };
  const { length } = done.steps;
  const says = done.steps.at(-1)?.bug;
  if (says !== undefined) return { came: 'assertion', step: length, says };
  if (length < trace.steps.length) return { came: 'not possible', step: length + 1 };
  return { came: done.exercised ? 'holds' : 'not exercised' };
};

const verdictOf = ({ outcome, trace }: Scenario, came: Came): RanScenario['verdict'] =>
  match(came)
    .with({ came: 'violated' }, ({ after }) =>
      outcome === 'is violated' && after === trace.steps.length ? ('as expected' as const) : ('differs' as const),
    )
    .with({ came: 'holds' }, () => (outcome === 'holds' ? ('as expected' as const) : ('differs' as const)))
    .with({ came: 'not exercised' }, () => (outcome === 'holds' ? ('not exercised' as const) : ('differs' as const)))
    .otherwise(() => 'differs' as const);

/** Runs the operations of a scenario one after another. */
export const runScenario = (scenario: Scenario): RanScenario => {
  const { trace } = scenario;
  const world: AnyWorld = scenario.world;
  const moves = movesNamed(world, trace.steps);
  if ('kind' in moves) throw new Error(`${scenario.path}: ${moves.kind} ${moves.asked}`);
  const replayed = replayOn(world, trace, moves);
  const came = cameOf(trace, replayed);
  return { came, verdict: verdictOf(scenario, came), uncalled: scenario.files.uncalled, replayed };
};
