/** The same operations on another world: with which answers, and whether a property breaks there. */
import { type AnyWorld, outcomesOf } from './outcomes.ts';
import type { Answer } from './search/choices.ts';
import { type Choose, isEnabled, ModelBug, type Move, type TraceStep } from './search/index.ts';
import type { Words } from './search/layout.ts';
import { runSteps } from './search/transition.ts';

/**
 * The recorded answers as numbers, for the questions that are asked here: the n-th time a question is asked it gets
 * its n-th recorded answer, and the first answer where there is none. None where the move is not possible here.
 */
export const codesFor = (
  world: AnyWorld,
  move: Move,
  before: Words,
  recorded: readonly Answer[],
): readonly number[] => {
  if (!isEnabled(world.actions[move.action]!, world.layout.viewOf(before), move.args)) return [];
  const left = [...recorded];
  const codes: number[] = [];
  const choose: Choose = (question, answers) => {
    const at = left.findIndex((one) => one.question === question);
    const [one] = at < 0 ? [] : left.splice(at, 1);
    const code = one === undefined ? 0 : Math.max(0, answers.indexOf(one.answer));
    codes.push(code);
    return code;
  };
  const after = before.slice();
  after.fill(0, world.layout.width);
  try {
    runSteps(world.actions[move.action]!, world.layout.draftOf(after), move.args, choose);
  } catch (error) {
    if (!(error instanceof ModelBug)) throw error;
  }
  return codes;
};

/** Whether a property is broken by a state, or by the step that led to it. */
export const breaks = (world: AnyWorld, name: string, state: Words, step: TraceStep | undefined): boolean => {
  const property = world.properties.find((one) => one.name === name);
  const { viewOf, width } = world.layout;
  const stored = state.slice();
  stored.fill(0, width);
  switch (property?.kind) {
    // `holds` is only asked where the subject occurs.
    case 'always':
      return step?.bug === undefined && property.subject?.(viewOf(stored)) !== false && !property.holds(viewOf(stored));
    case 'step': {
      if (step === undefined || step.bug !== undefined) return false;
      const [before, after] = [viewOf(step.before), viewOf(step.after)];
      return property.subject?.(before, step.move, after) !== false && !property.holds(before, step.move, after);
    }
    case 'assertion':
      return step?.bug?.name === name;
    case 'never stuck':
      return property.final?.(viewOf(stored)) !== true && outcomesOf(world, stored).next().done === true;
    case 'sometimes':
    case undefined:
      return false;
  }
};
