/** What the spec takes for the cache mode that a driver asks for is what the model's drivers ask of each architecture. */
import { describe, expect, it } from 'vitest';
import { CARRIED } from '../../model/arch/carried_all.ts';
import { assemble, type Functions } from '../../model/formats/pgtable.ts';
import { u64 } from '../../model/formats/u64.ts';
import type { MmView } from '../../model/state/mm_types.ts';
import { modeAsked } from '../../spec/exact_modes.ts';
import { MMUS } from '../../spec/laws/mmus.ts';

const INDICES = [0, 1, 2, 3, 4, 5, 6, 7];

describe('the cache mode that a driver asks for', () => {
  it.each(CARRIED.map((one) => [one.architecture.name, one] as const))(
    'of %s',
    (name, { architecture, asks, modes, prots }) => {
      const t = assemble(architecture.define) as Functions;
      const mmu = MMUS[name]!;
      const state = { exact: { modes } } as unknown as MmView;
      const made = INDICES.map(
        (index) => mmu.modes[mmu.mode('pte', t.pfn_pte(u64(0x80000), asks(t, prots.RW, index)))],
      );
      expect(made).toEqual(INDICES.map((index) => modeAsked(state, index)));
    },
  );
});
