/** A version of a series as a proposal of its own, to be tried by `mmcheck laws --patch` on any release. */
import { ARCHITECTURES } from '../arch/architectures.ts';
import type { PgtablePatch } from '../formats/pgtable.ts';
import type { Proposal } from '../formats/proposal.ts';

/** What the version changes, by architecture; those that it leaves alone are not named. */
export const patchesOf = (version: string): Proposal['patches'] =>
  Object.fromEntries(
    ARCHITECTURES.flatMap(({ name, series }): readonly (readonly [string, PgtablePatch])[] => {
      const patch: PgtablePatch = Object.assign({}, ...(series[version] ?? []).map((change) => change.patch));
      return Object.keys(patch).length === 0 ? [] : [[name, patch]];
    }),
  );
