/** A trace gone again on one kernel, with every state of it: what each form is written from. */
import * as Effect from 'effect/Effect';
import { findingsOf, type Placed, type WorldEntry } from '../catalogue.ts';
import type { Setting } from '../check.ts';
import type { Finished } from '../finished.ts';
import { find } from '../named.ts';
import type { Story, ToldProperty } from '../narrate.ts';
import type { AnyWorld } from '../outcomes.ts';
import type { OwnPatch } from '../own_file/patch_file.ts';
import type { PlannedKernel } from '../plan.ts';
import type { TraceFile } from '../read_trace.ts';
import { movesIn, trying } from '../replay.ts';
import { type Replayed, replayOn } from '../replay_world.ts';
import { restFinder } from '../rests_on.ts';
import type { Words } from '../search/layout.ts';
import type { TraceStep } from '../search/index.ts';

/** What it is a trace of. */
export type AskedProperty = Pick<ToldProperty, 'name' | 'kind' | 'says' | 'cites'>;

export interface Retold {
  readonly version: string;
  readonly run: Omit<Finished, 'told'>;
  readonly entry: WorldEntry;
  readonly world: AnyWorld;
  readonly property: AskedProperty;
  readonly story: Story;
  /** Whether the property is broken at its end. */
  readonly broken: boolean;
  /** The state that it begins in, and what each step made of it. */
  readonly start: Words;
  readonly taken: readonly TraceStep[];
  /** What the file says of its steps. */
  readonly trace: TraceFile;
  readonly partings: Replayed['partings'];
}

const propertyOf = Effect.fnUntraced(function* (setting: Setting, world: AnyWorld, name: string) {
  const here = world.properties.find((one) => one.name === name);
  const { says, cites } = here ?? (yield* find('property', name, setting.catalogue.properties));
  const property: AskedProperty = {
    name,
    kind: here?.kind ?? 'always',
    says,
    ...(cites === undefined ? {} : { cites }),
  };
  return property;
});

/** Goes the trace on this kernel. */
export const retell = Effect.fnUntraced(function* (
  setting: Setting,
  path: string,
  trace: TraceFile,
  kernel: PlannedKernel,
) {
  const entry = yield* find('world', trace.world, setting.catalogue.worlds);
  const world = yield* trying(() => entry.build(kernel, trace.size), kernel);
  const property = yield* propertyOf(setting, world, trace.property);
  const moves = yield* movesIn(path, world, trace);
  const done = yield* trying(() => replayOn(world, trace, moves), kernel);
  const broken = done.brokenAt !== undefined;
  const arch = entry.arch === undefined || kernel.exact !== undefined ? {} : { arch: entry.arch };
  const retold: Retold = {
    version: setting.version,
    run: {
      kernel: { ...kernel, ...arch },
      world: trace.world,
      size: trace.size,
      traces: {},
    },
    entry,
    world,
    property,
    story: {
      length: done.steps.length,
      ...(world.bounds === undefined ? {} : { bounds: world.bounds }),
      from: trace.initial,
      initial: done.initial,
      steps: done.steps,
      explanation: done.explanation,
    },
    broken,
    start: done.start,
    taken: done.taken,
    trace,
    partings: done.partings,
  };
  return retold;
});

/** The same, with what the violation rests on, and the findings that explain it: it takes many kernels to find out. */
export const withRest = (setting: Setting, retold: Retold): Retold => {
  const { run, entry, property, story, broken, trace, taken } = retold;
  if (!broken) return retold;
  const { kernel, size } = run;
  const build = (settings: readonly Placed[], own: readonly OwnPatch[]): AnyWorld =>
    entry.build({ ...kernel, settings, own }, size);
  const finder = restFinder(build, setting.catalogue, { ...kernel, world: entry.name });
  const rest = finder({ property: property.name, initial: trace.initial, steps: taken });
  const known = findingsOf(setting.catalogue, kernel).filter(({ name }) => rest.findings?.includes(name));
  const findings = rest.findings === undefined ? {} : { findings: { [property.name]: known } };
  return { ...retold, run: { ...run, ...findings }, story: { ...story, rest } };
};
