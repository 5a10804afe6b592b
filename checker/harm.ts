/**
 * Whether a way to a violation, gone again on another kernel, does harm there too: it breaks the property, or ends in an
 * assertion that failed. A kernel with entries that the state has no room for (--arch) tells nothing, and mends nothing.
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

/** Makes the world with these settings in place of the kernel's. */
export type Build = (settings: readonly Placed[]) => AnyWorld;

/** What becomes of a kernel that goes the way: it breaks the property, breaks off at another assertion, or goes unharmed. */
type End = 'violated' | 'broken-off' | 'unharmed';

/** @throws RangeError where a word has no room in the state. */
const goes = (world: AnyWorld, { property, initial, steps }: Way): End => {
  let state = initialState(world, initial);
  if (breaks(world, property, state, undefined)) return 'violated';
  for (const { move, answers } of steps) {
    const made = makeMove(world, move, codesFor(world, move, state, answers), state);
    if (!made.enabled) return 'unharmed';
    if (breaks(world, property, made.step.after, made.step)) return 'violated';
    if (made.step.bug !== undefined) return 'broken-off';
    state = made.step.after;
  }
  return 'unharmed';
};

const endOf = (world: AnyWorld, way: Way): End => {
  try {
    return goes(world, way);
  } catch (error) {
    if (error instanceof RangeError) return 'broken-off';
    throw error;
  }
};

export const harms = (world: AnyWorld, way: Way): boolean => endOf(world, way) !== 'unharmed';

/** Whether the kernel breaks the same property: another assertion that fails on the way is another violation. */
export const violates = (world: AnyWorld, way: Way): boolean => endOf(world, way) === 'violated';

/** Worlds are built once for each list of settings. */
export const remembering = (build: Build): Build => {
  const built = new Map<string, AnyWorld>();
  return (settings) => {
    const key = settings.map(({ toggle, value }) => `${toggle}=${value}`).join();
    const world = built.get(key) ?? build(settings);
    built.set(key, world);
    return world;
  };
};
