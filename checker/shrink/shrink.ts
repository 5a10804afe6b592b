/**
 * From a trace that breaks a property to a minimal one that breaks the same. The passes are taken in turn until none of them
 * finds a plainer trace; each accepts only what is plainer (plainness.ts), so the order in which they stand decides how soon
 * that is, and not whether.
 */
import type { AnyWorld } from '../outcomes.ts';
import type { Trace } from '../search/index.ts';
import { cutLoops } from './cut_loops.ts';
import { dropRuns, dropSome } from './drop_steps.ts';
import { orderOfSteps } from './order_of_steps.ts';
import type { Pass, Tools } from './pass.ts';
import { plainerAnswers } from './plainer_answers.ts';
import { plainerElsewhere } from './plainer_elsewhere.ts';
import { plainerOperations } from './plainer_operations.ts';
import { Plainness } from './plainness.ts';
import { type Played, Player, type Step } from './player.ts';
import { replacements } from './replacements.ts';
import { shortcuts } from './shortcuts.ts';
import { smallerArguments } from './smaller_arguments.ts';

/** Fewer steps. */
export const SHORTENING: readonly Pass[] = [cutLoops, dropRuns, dropSome, shortcuts, replacements];
/** As many, and plainer ones. */
export const PLAINER: readonly Pass[] = [
  plainerAnswers,
  smallerArguments,
  plainerOperations,
  plainerElsewhere,
  orderOfSteps,
];

const ALL: readonly Pass[] = [...SHORTENING, ...PLAINER];

export interface Shrinking {
  readonly passes?: readonly Pass[];
  /** Asked between two tries: what is best by then is taken. */
  readonly stop?: () => boolean;
}

const NEVER = (): boolean => false;

/** The best trace that one pass finds. */
const runPass = (pass: Pass, tools: Tools, from: Played, stop: () => boolean): Played => {
  let best = from;
  const tries = pass(tools, best);
  for (let next = tries.next(); next.done !== true && !stop(); next = tries.next(best)) {
    const played = tools.player.play(best, next.value.keep, next.value.rest);
    if (played !== undefined && tools.plainness.compare(played.steps, best.steps) < 0) best = played;
  }
  return best;
};

/** The passes in turn, until none of them finds anything. */
const minimal = (player: Player, begun: Played, { passes = ALL, stop = NEVER }: Shrinking): Trace => {
  const tools: Tools = { player, plainness: new Plainness(player.world) };
  let best = begun;
  for (let before: Played | undefined; best !== before && !stop();) {
    before = best;
    for (const pass of passes) best = runPass(pass, tools, best, stop);
  }
  return { initial: best.initial, moves: best.steps.map(({ move, answers }) => ({ move, answers })) };
};

/** @throws Error when the trace cannot be gone, or does not break the property. */
export const shrink = (world: AnyWorld, property: string, trace: Trace, how: Shrinking = {}): Trace => {
  const player = new Player(world, property);
  const begun = player.begin(trace);
  if (begun === undefined) throw new Error(`${world.name}: the trace does not break ${property}`);
  return minimal(player, begun, how);
};

/** Steps by what they answered in words, perhaps on another kernel. */
export interface Recorded {
  readonly initial: number;
  readonly steps: readonly Pick<Step, 'move' | 'said'>[];
}

/** The same of steps of which some may not be possible here; undefined where the others do not break the property. */
export const shrinkRecorded = (
  world: AnyWorld,
  property: string,
  { initial, steps }: Recorded,
  how: Shrinking = {},
): Trace | undefined => {
  const player = new Player(world, property);
  const begun = player.from(
    initial,
    steps.map(({ move, said }) => ({ move, said, answers: [] })),
  );
  return begun === undefined ? undefined : minimal(player, begun, how);
};
