/** The worlds in which two kernels are compared. */
import * as Effect from 'effect/Effect';
import { isModelledOn, type WorldEntry } from '../catalogue.ts';
import type { Setting } from '../check.ts';
import type { Asked, PlannedKernel } from '../plan.ts';
import { worldsFor } from '../plan_worlds.ts';
import { note } from '../progress.ts';
import { NoWorldFits, someWorlds } from '../unusable.ts';

/** The worlds in which both kernels are modelled, and that what they are made of can change. */
export const worldsOfBoth = Effect.fnUntraced(function* (
  { catalogue, err }: Setting,
  asked: Pick<Asked, 'world'>,
  a: PlannedKernel,
  b: PlannedKernel,
) {
  const series = [...a.series, ...b.series].filter((one) => !(a.series.includes(one) && b.series.includes(one)));
  const own = [...(a.own ?? []), ...(b.own ?? [])];
  const set = [...a.set, ...b.set].filter((one) => !(a.set.includes(one) && b.set.includes(one)));
  // Releases may differ in any world.
  const released = a.kernel !== b.kernel;
  const flags: Asked = {
    kernel: [],
    series: released ? [] : series,
    set: released ? [] : set,
    world: asked.world,
    property: [],
    first: false,
    arch: b.exact,
  };
  const { worlds, leftOut } = yield* worldsFor(catalogue, flags, [{ ...a, own: released ? [] : own }, b]);
  for (const { worlds: names, why } of leftOut) note(err, `left out, not ${why}: ${someWorlds(names)}`);
  const isOnBoth = (one: WorldEntry): boolean => isModelledOn(one, a.kernel) && isModelledOn(one, b.kernel);
  const both = worlds.filter(isOnBoth);
  if (both.length > 0) return both;
  return yield* new NoWorldFits({
    leftOut: [{ worlds: worlds.map(({ name }) => name), why: `modelled on both ${a.kernel} and ${b.kernel}` }],
    modelledOn: [],
    fitting: catalogue.worlds.filter(isOnBoth).map(({ name }) => name),
  });
});
