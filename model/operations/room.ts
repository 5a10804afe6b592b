/** What a machine without such bounds would do next, and the modelled one has no room for, is not tried. */
import { NEVER } from '../../checker/search/index.ts';
import type { Op } from './op.ts';

/** The operation in a world with reservations of cache modes, of which a kernel has any number. */
export const with_room = (one: Op): Op => ({
  ...one,
  steps: one.steps.map(({ name, run }) => ({
    name,
    run: (s, args, choose) => {
      try {
        const result = run(s, args, choose);
        return s.full.at(0) === 1 ? NEVER : result;
      } catch (error) {
        // What goes wrong because of the bound does not go wrong.
        if (s.full.at(0) === 1) return NEVER;
        throw error;
      }
    },
  })),
});
