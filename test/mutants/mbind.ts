/** Mutants of mbind() with MPOL_MF_MOVE. */
import { anonMemory } from '../../model/drivers/driver.ts';
import { blocks } from '../../model/state/geometry.ts';
import { type Mutant, PAGE0 } from './mutant.ts';

export const MBIND: readonly Mutant[] = [
  {
    on: 'v7.1',
    property: 'I-MBIND',
    says: 'mbind() moves what other processes map, too',
    geometry: { memory: blocks('anon', 1, 3), policies: 1, migrations: 1 },
    patch: { folio_maybe_mapped_shared: () => () => false },
    alphabet: {
      drivers: [anonMemory('anon page', { at: 0, pages: 1 })],
      writes: [0],
      mbinds: [PAGE0],
      policies: [{ nodes: 'elsewhere', strict: false, move: true }],
    },
    length: 4,
  },
  {
    on: 'v7.1',
    property: 'I-MBIND',
    says: 'mbind() moves nothing of what it has queued, and does not say so',
    geometry: { memory: blocks('anon', 1, 3), policies: 1, migrations: 1 },
    patch: { migrate_queued: () => () => 0 },
    alphabet: {
      drivers: [anonMemory('anon page', { at: 0, pages: 1 })],
      writes: [0],
      mbinds: [PAGE0],
      policies: [{ nodes: 'elsewhere', strict: true, move: true }],
    },
    length: 3,
  },
];
