/** Mutants of soft-dirty tracking. */
import { anonMemory } from '../../model/drivers/driver.ts';
import { pmd_is_huge } from '../../model/mm/pgtable.ts';
import { blocks } from '../../model/state/geometry.ts';
import type { Mutant } from './mutant.ts';

const thp = { drivers: [anonMemory('anon 2M', { at: 0, pages: 2 })], writes: [0], clearRefs: true, fork: false };
const page = { ...thp, drivers: [anonMemory('anon page', { at: 0, pages: 1 })] };

export const SOFT_DIRTY: readonly Mutant[] = [
  {
    on: 'v7.1',
    property: 'I-SOFTDIRTY',
    says: 'clear_refs looks at no entry',
    geometry: { memory: blocks('anon', 1, 3) },
    patch: { clear_refs_pte_range: () => () => 0 },
    alphabet: page,
    length: 3,
  },
  {
    on: 'v7.1',
    property: 'I-SOFTDIRTY',
    says: 'clear_refs leaves the right to write to a leaf',
    geometry: { memory: blocks('anon', 2, 2) },
    patch: {
      clear_refs_pte_range: (base) => (s, walk, row, start, end) =>
        pmd_is_huge(s.pmd.at(row)) ? 0 : base(s, walk, row, start, end),
    },
    alphabet: thp,
    length: 3,
  },
];
