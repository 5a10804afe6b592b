/**
 * What a violation rests on: the settings of the kernel without any one of which the same operations, with the
 * same answers, no longer break the property. A setting that is a guess is also tried at its other values.
 */
import { breaks, codesFor } from './breaks.ts';
import { isGuess, type Placed } from './catalogue.ts';
import type { AnyWorld } from './outcomes.ts';
import { initialState, makeMove, type TraceStep } from './search/index.ts';

/** A way to a violation, found on one world, to be gone on others that differ in the kernel only. */
export interface Way {
  readonly property: string;
  readonly initial: number;
  readonly steps: readonly TraceStep[];
}

const stillBreaks = (world: AnyWorld, { property, initial, steps }: Way): boolean => {
  let state = initialState(world, initial);
  if (breaks(world, property, state, undefined)) return true;
  for (const { move, answers } of steps) {
    const made = makeMove(world, move, codesFor(world, move, state, answers), state);
    if (!made.enabled) return false;
    if (breaks(world, property, made.step.after, made.step)) return true;
    if (made.step.bug !== undefined) return false;
    state = made.step.after;
  }
  return false;
};

/** The settings that one of them leaves behind: itself taken away or, where it is a guess, at each other value. */
const without = (
  settings: readonly Placed[],
  one: Placed,
  values: readonly string[],
): readonly (readonly Placed[])[] => {
  const others = settings.filter((other) => other !== one);
  if (!isGuess(one.evidence)) return [others];
  return values.flatMap((value) => (value === one.value ? [] : [others.concat({ ...one, value })]));
};

/** `build` makes the world with these settings in place of the kernel's, `valuesOf` gives the values of a toggle. */
export const restsOn = (
  build: (settings: readonly Placed[]) => AnyWorld,
  valuesOf: (toggle: string) => readonly string[],
  settings: readonly Placed[],
  way: Way,
): readonly Placed[] =>
  settings.filter((one) =>
    without(settings, one, valuesOf(one.toggle)).some((others) => !stillBreaks(build(others), way)),
  );
