/**
 * What a violation rests on: the settings of the kernel without any one of which the same operations, with the
 * same answers, no longer break the property.
 */
import { breaks, codesFor } from './breaks.ts';
import type { Placed } from './catalogue.ts';
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

/** `build` makes the world with these settings in place of the kernel's. */
export const restsOn = (
  build: (settings: readonly Placed[]) => AnyWorld,
  settings: readonly Placed[],
  way: Way,
): readonly Placed[] => settings.filter((one) => !stillBreaks(build(settings.filter((other) => other !== one)), way));
