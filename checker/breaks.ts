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

/** A state as properties see it: without scratch tables. */
const storedOf = ({ layout: { width } }: AnyWorld, state: Words): Words => {
  const stored = state.slice();
  stored.fill(0, width);
  return stored;
};

/**
 * Whether anything that a property speaks of comes up in a state, or in the step that led to it, as a search has it: `holds` is
 * only asked there. An assertion may fail in any step; what is to be reached comes up where it is reached.
 */
export const occurs = (world: AnyWorld, name: string, state: Words, step: TraceStep | undefined): boolean => {
  const property = world.properties.find((one) => one.name === name);
  const { viewOf } = world.layout;
  switch (property?.kind) {
    case 'always':
      return step?.bug === undefined && property.subject?.(viewOf(storedOf(world, state))) !== false;
    case 'step':
      if (step === undefined || step.bug !== undefined) return false;
      return property.subject?.(viewOf(step.before), step.move, viewOf(step.after)) !== false;
    case 'assertion':
      return step !== undefined;
    case 'never stuck':
      return true;
    case 'sometimes':
      return property.holds(viewOf(storedOf(world, state)));
    case undefined:
      return false;
  }
};

/** Whether a property is broken by a state, or by the step that led to it. */
export const breaks = (world: AnyWorld, name: string, state: Words, step: TraceStep | undefined): boolean => {
  const property = world.properties.find((one) => one.name === name);
  const { viewOf } = world.layout;
  switch (property?.kind) {
    case 'always':
      return occurs(world, name, state, step) && !property.holds(viewOf(storedOf(world, state)));
    case 'step':
      if (step === undefined || !occurs(world, name, state, step)) return false;
      return !property.holds(viewOf(step.before), step.move, viewOf(step.after));
    case 'assertion':
      return step?.bug?.name === name;
    case 'never stuck': {
      const stored = storedOf(world, state);
      return property.final?.(viewOf(stored)) !== true && outcomesOf(world, stored).next().done === true;
    }
    case 'sometimes':
    case undefined:
      return false;
  }
};
