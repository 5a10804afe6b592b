/** Runs every trace of a verdict again, and says where one does not end in what it is a trace of. */
import { type Property, retrace, type Trace, type Verdict, type World, initialState } from 'mmcheck/search';

const endsAsSaid = <V, D>(world: World<V, D>, property: Property<V>, trace: Trace): boolean => {
  const steps = retrace(world, trace);
  const last = steps.at(-1);
  const state = last?.after ?? initialState(world, trace.initial);
  const view = world.layout.viewOf(state);
  if (property.kind === 'assertion') return last?.bug?.name === property.name;
  if (steps.some(({ bug }) => bug !== undefined)) return false;
  if (property.kind === 'always') return property.subject?.(view) !== false && !property.holds(view);
  if (property.kind === 'sometimes') return property.holds(view);
  if (property.kind === 'never stuck') return property.final?.(view) !== true;
  const before = world.layout.viewOf(last!.before);
  return property.subject?.(before, last!.move, view) !== false && !property.holds(before, last!.move, view);
};

/** The properties of `verdict` whose trace does not end in their violation, or witness: none, one hopes. */
export const strayTraces = <V, D>(world: World<V, D>, { properties }: Verdict): readonly string[] =>
  properties
    .filter(({ trace }, i) => trace !== undefined && !endsAsSaid(world, world.properties[i]!, trace))
    .map(({ name }) => name);
