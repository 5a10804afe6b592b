/** Mutants of when memory goes: given up by MADV_FREE, lost with the end of its file, found through the wrong VMA. */
import { anonMemory, fileMapping } from '../../model/drivers/driver.ts';
import type { Patch } from '../../model/mm/kernel.ts';
import { set_page_flag } from '../../model/mm/page_flags.ts';
import { pmd_offset } from '../../model/mm/pgtable.ts';
import { vma_lookup } from '../../model/mm/vma.ts';
import { blocks } from '../../model/state/geometry.ts';
import { Page } from '../../model/state/memmap.ts';
import { Pmd, Vma } from '../../model/state/mm_types.ts';
import { type Mutant, PAGE0, SLOT0 } from './mutant.ts';

const anonPage = {
  geometry: { memory: blocks('anon', 1, 3) },
  alphabet: { drivers: [anonMemory('anon page', { at: 0, pages: 1 })], writes: [0], fork: false },
};
const lazyPage = { ...anonPage.alphabet, madvises: [PAGE0], advice: ['FREE'] } as const;

/** No pin is seen while pages move. */
const movesPinned: Patch = {
  move_pages: (base) => (s, mm, from, to, pages) => {
    const counts = Array.from({ length: s.pincount.rows }, (_, row) => s.pincount.at(row));
    for (const row of counts.keys()) s.pincount.put(row, 0);
    const result = base(s, mm, from, to, pages);
    for (const [row, pins] of counts.entries()) s.pincount.put(row, pins);
    return result;
  },
};
const moving = {
  drivers: [anonMemory('anon 2M', { at: 0, pages: 2 }), anonMemory('anon 2M at 2', { at: 2, pages: 2 })],
  writes: [0],
  pins: [0],
  pinsFor: ['write'],
  fork: false,
} as const;

export const GIVEN_BACK: readonly Mutant[] = [
  {
    geometry: { memory: [...blocks('anon', 2, 1), ...blocks('anon', 1, 2)] },
    property: 'I-LAZYFREE',
    says: 'a split forgets that the leaf was dirty, in its PTEs and in the folio',
    on: 'v7.1',
    patch: {
      split_anon_pmd: (base) => (s, mm, vma, slot, freeze) => {
        const row = pmd_offset(s.geometry, mm, slot);
        s.pmd.put(row, Pmd.mkDirty(s.pmd.at(row), 0));
        base(s, mm, vma, slot, freeze);
      },
    },
    alphabet: {
      drivers: [anonMemory('anon 2M', { at: 0, pages: 2 })],
      writes: [0],
      madvises: [SLOT0],
      advice: ['FREE'],
      munmaps: [PAGE0],
      fork: false,
    },
    length: 5,
  },
  {
    ...anonPage,
    property: 'I-LAZYFREE',
    says: 'a migration leaves the dirty flag behind, and so its PTEs come back clean',
    on: 'v7.1',
    geometry: { ...anonPage.geometry, migrations: 1 },
    patch: {
      remove_migration_ptes: (base) => (s, src, dst) => {
        if (dst !== src) set_page_flag(s, dst, Page.mkDirty, 0);
        base(s, src, dst);
      },
    },
    alphabet: { ...lazyPage, migrations: [{ page: 0, to: 'move' }] },
    length: 6,
  },
  {
    property: 'I-TRUNC',
    says: 'a truncation leaves private copies, as if a hole were punched',
    on: 'v7.1',
    geometry: { memory: [...blocks('file', 1, 1), ...blocks('anon', 1, 2)] },
    patch: {
      unmap_mapping_range_tree: (base) => (s, use, first, last) =>
        base(s, use, first, last, { evenCows: false, reclaimPt: false }),
    },
    alphabet: {
      drivers: [fileMapping('private file', { at: 0, pages: 1 }, 'file', 'private')],
      writes: [0],
      truncates: [{ file: 'file', from: 0 }],
      fork: false,
    },
    length: 3,
  },
  {
    property: 'I-PGOFF',
    says: 'the upper part of a VMA that is split keeps vm_pgoff, before anything is mapped',
    on: 'v7.1',
    geometry: { memory: blocks('shmem', 2, 1) },
    patch: {
      split_vma: (base) => (s, mm, row, at) => {
        const error = base(s, mm, row, at);
        const upper = vma_lookup(s, mm, at);
        s.vma.put(upper, Vma.mkPgoff(s.vma.at(upper), Vma.pgoff(s.vma.at(row))));
        return error;
      },
    },
    alphabet: {
      drivers: [fileMapping('shmem 2M', { at: 0, pages: 2 }, 'shmem', 'shared')],
      writes: [0],
      mprotects: [PAGE0],
      prots: ['R'],
      fork: false,
    },
    length: 2,
  },
  {
    property: 'I-PINMOVE',
    says: 'UFFDIO_MOVE moves a leaf that is pinned',
    on: 'v7.1',
    geometry: { memory: [...blocks('anon', 2, 1), ...blocks('anon', 1, 2)], pins: 1 },
    patch: movesPinned,
    alphabet: { ...moving, uffdMoves: [{ from: 0, to: 2, pages: 2 }] },
    length: 4,
  },
  {
    property: 'I-PINMOVE',
    says: 'UFFDIO_MOVE moves a page that is pinned',
    on: 'v7.1',
    geometry: { memory: blocks('anon', 1, 3), pins: 1 },
    patch: movesPinned,
    alphabet: { ...moving, uffdMoves: [{ from: 0, to: 2, pages: 1 }] },
    length: 4,
  },
];
