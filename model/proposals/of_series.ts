/** A version of a series as a proposal of its own, to be tried by `mmcheck laws --patch` on any release. */
import { ARCHITECTURES } from '../arch/architectures.ts';
import type { PgtablePatch } from '../formats/pgtable.ts';
import type { Proposal } from '../formats/proposal.ts';

/** What the version changes, by architecture; those that it leaves alone are not named. */
export const patchesOf = (version: string): Proposal['patches'] =>
  Object.fromEntries(
    ARCHITECTURES.flatMap(({ name, series }): readonly (readonly [string, PgtablePatch])[] => {
      const changes = series[version] ?? [];
      return changes.length === 0 ? [] : [[name, Object.assign({}, ...changes.map(({ patch }) => patch))]];
    }),
  );
