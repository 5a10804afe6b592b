/** A few small worlds that call much between them, so that a table of what is called can be compared with little work. */
import type { MeasuredWorld } from '../../../checker/impact/called.ts';

/** What a world costs besides its states: it is built, and what was called is asked for. */
const OF_ITSELF = 150;

/** One after another the world that calls the most of what is left, for what it costs, up to so many states in all. */
export const tellingWorlds = (table: readonly MeasuredWorld[], statesMax: number): readonly string[] => {
  const left = new Set(table.flatMap(({ functions }) => functions));
  const chosen: string[] = [];
  let states = 0;
  const worth = (one: MeasuredWorld): number =>
    states + one.states > statesMax
      ? 0
      : one.functions.filter((name) => left.has(name)).length / (one.states + OF_ITSELF);
  for (;;) {
    const best = table.map((one) => ({ one, is: worth(one) })).reduce((a, b) => (b.is > a.is ? b : a));
    if (best.is === 0) return chosen;
    for (const name of best.one.functions) left.delete(name);
    states += best.one.states;
    chosen.push(best.one.name);
  }
};
