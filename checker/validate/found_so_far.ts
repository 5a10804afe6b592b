/** Says what a change breaks and mends as soon as it is known, each property once. */
import type { Compared } from '../equiv/compare_worlds.ts';
import { note, type Out } from '../progress.ts';
import { operations } from '../report/text.ts';
import type { Pair } from './pairs.ts';
import { judgementsOf, lengthOf } from './status.ts';

export const sayingSoFar = (err: Out, properties: readonly string[]) => {
  const said = new Set<string>();
  return ({ change, world }: Pair, compared: Compared): void => {
    for (const one of judgementsOf(world, compared, properties)) {
      const { property, status } = one;
      if (status !== 'newly violated' && status !== 'mended') continue;
      const key = `${change.title} ${property} ${status}`;
      if (said.has(key)) continue;
      said.add(key);
      note(err, `${property}: ${status} by ${change.title} (${world}, after ${operations(lengthOf(one))})`);
    }
  };
};
