/** `mmcheck replay --shrink`: a trace file's steps, made as few and as plain as they can be. */
import { writeFile } from 'node:fs/promises';
import * as Effect from 'effect/Effect';
import { type Story, tellStory } from './narrate.ts';
import type { AnyWorld } from './outcomes.ts';
import type { PlannedKernel } from './plan.ts';
import type { TraceFile } from './read_trace.ts';
import { type Move, movesOf } from './search/index.ts';
import { shrinkRecorded } from './shrink/shrink.ts';
import { BadFile } from './unusable.ts';
import { reason, traceJson } from './write_trace.ts';

const keyOf = ({ action, args }: Move): string => JSON.stringify([action, args]);

/** The minimal trace; undefined where the steps, as far as they are possible here, do not break the property. */
export const shrunkOn = (world: AnyWorld, trace: TraceFile, moves: readonly Move[]): Story | undefined => {
  const numbers = new Map(movesOf(world).map((move, number) => [keyOf(move), number]));
  const steps = moves.map((move, i) => ({ move: numbers.get(keyOf(move))!, said: trace.steps[i]!.answers }));
  const shrunk = shrinkRecorded(world, trace.property, { initial: trace.initial, steps });
  const property = world.properties.find(({ name }) => name === trace.property)!;
  return shrunk && tellStory(world, property, shrunk);
};

/** Writes it as `check --trace-dir` does. */
export const writeShrunk = (
  path: string,
  version: string,
  { world, size, property }: TraceFile,
  kernel: PlannedKernel,
  story: Story,
): Effect.Effect<void, BadFile> =>
  Effect.tryPromise({
    try: () => writeFile(path, traceJson(version, { kernel, world, size }, property, story)),
    catch: (error) => new BadFile({ path, why: `cannot be written: ${reason(error)}`, hint: 'see --out' }),
  });
