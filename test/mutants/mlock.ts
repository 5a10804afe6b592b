/** Mutants of mlock(): what it marks, what it keeps in memory, and what it leaves alone. */
import { anonMemory, faultDriver, fileMapping } from '../../model/drivers/driver.ts';
import { rmap_mlocks_small } from '../../model/mm/mlock_folio.ts';
import { try_to_unmap } from '../../model/mm/rmap_unmap.ts';
import { blocks } from '../../model/state/geometry.ts';
import { Result } from '../../model/state/mm_types.ts';
import { type Mutant, SLOT0 } from './mutant.ts';

const locked = {
  on: 'v7.1',
  geometry: { memory: [...blocks('anon', 2, 2), ...blocks('anon', 1, 2)], locks: 1 },
  alphabet: { drivers: [anonMemory('anon 2M', { at: 0, pages: 2 })], writes: [0], mlocks: [SLOT0], fork: false },
} as const;

export const MLOCK: readonly Mutant[] = [
  {
    ...locked,
    property: 'I-MLOCK',
    says: 'munlock() leaves the mark on the folio',
    patch: { munlock_folio: () => () => undefined },
    alphabet: { ...locked.alphabet, munlocks: [SLOT0] },
    length: 3,
  },
  {
    ...locked,
    property: 'I-MLOCK',
    says: 'mlock() counts a folio twice that is locked already',
    patch: {
      mlock_folio: (base) => (s, folio) => {
        base(s, folio);
        base(s, folio);
      },
    },
    length: 3,
  },
  {
    ...locked,
    property: 'I-MLOCK',
    says: 'a collapse of a file leaves mapped what is locked (no TTU_IGNORE_MLOCK), and marks it again',
    geometry: {
      memory: [...blocks('shmem', 2, 2), ...blocks('shmem', 1, 2)],
      locks: 1,
      pageCache: { use: 'shmem', pages: 2, largeFolios: true },
    },
    patch: { collapse_file_unmaps: () => (s, folio) => try_to_unmap(s, folio) },
    alphabet: {
      ...locked.alphabet,
      drivers: [fileMapping('shmem 2M', { at: 0, pages: 2 }, 'shmem', 'shared')],
      collapses: [0],
      collapsers: ['MADV_COLLAPSE'],
    },
    length: 3,
  },
  {
    ...locked,
    property: 'I-MLOCKED',
    says: 'mlock() marks nothing that is in memory already',
    patch: { mlock_pte_range: () => () => 0 },
    length: 3,
  },
  {
    ...locked,
    property: 'I-MLOCKED',
    says: 'the end of a migration marks small folios only',
    geometry: { ...locked.geometry, migrations: 1 },
    patch: { rmap_mlocks: () => rmap_mlocks_small },
    alphabet: { ...locked.alphabet, migrations: [{ page: 0, to: 'move' }] },
    length: 4,
  },
  {
    ...locked,
    property: 'I-RESIDENT',
    says: 'mlock() faults nothing in',
    patch: { populate_vma_page_range: () => () => Result.ok },
    length: 2,
  },
  {
    ...locked,
    property: 'I-RESIDENT',
    says: 'mlock() locks a BAR',
    patch: { vma_supports_mlock: () => () => true },
    alphabet: { ...locked.alphabet, drivers: [faultDriver('BAR', { at: 0, pages: 2 })] },
    length: 2,
  },
];
