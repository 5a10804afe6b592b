/** Mutants of folios that are split, and of pages that are collapsed. */
import { anonMemory, fileMapping } from '../../model/drivers/driver.ts';
import { frame_of_index, NO_FRAME } from '../../model/mm/filemap.ts';
import { page_folio, set_page_flag } from '../../model/mm/page_flags.ts';
import { folio_ref_add } from '../../model/mm/page_ref.ts';
import { NONE_PTE } from '../../model/mm/pgtable.ts';
import { blocks } from '../../model/state/geometry.ts';
import { Page } from '../../model/state/memmap.ts';
import { Result } from '../../model/state/mm_types.ts';
import { type Mutant, PAGE0, setting, SLOT0 } from './mutant.ts';

const MEMORY = [...blocks('anon', 2, 2), ...blocks('anon', 1, 2)];
const anon2M = {
  geometry: { memory: MEMORY },
  alphabet: { drivers: [anonMemory('anon 2M', { at: 0, pages: 2 })], writes: [0], folioSplits: [0], fork: false },
};
const pinned = {
  geometry: { memory: MEMORY, pins: 1 },
  alphabet: { ...anon2M.alphabet, pins: [1], pinsFor: ['write'] as const },
};
const collapsing = {
  geometry: { memory: MEMORY },
  alphabet: { ...anon2M.alphabet, collapses: [0], collapsers: ['MADV_COLLAPSE'] as const },
};

export const FOLIO_SIZES: readonly Mutant[] = [
  {
    ...anon2M,
    property: 'I-SPLIT',
    says: 'v6.18 as it is: the split of a folio ends at the first leaf that it has split',
    on: 'v7.1',
    set: [setting('migrate-split-walk', 'ends')],
    alphabet: { ...anon2M.alphabet, fork: true },
    length: 4,
  },
  {
    ...anon2M,
    property: 'I-SPLIT',
    says: 'remap_page() forgets that pages were exclusive',
    on: 'v7.1',
    patch: {
      remap_page: (base) => (s, folio, pages) => {
        base(s, folio, pages);
        for (let i = 0; i < pages; i++) set_page_flag(s, folio + i, Page.mkAnonExclusive, 0);
      },
    },
    alphabet: { ...anon2M.alphabet, mprotects: [SLOT0], prots: ['R'] },
    length: 3,
  },
  {
    ...anon2M,
    property: 'I-SPLIT',
    says: 'remap_page() ends at the first folio',
    on: 'v7.1',
    patch: { remap_page: () => (s, folio) => s.kernel.remove_migration_ptes(s, folio, folio) },
    length: 3,
  },
  {
    ...pinned,
    property: 'I-DEFER',
    says: 'v6.9 as it was: a folio of which nothing is mapped any more is queued for a deferred split',
    on: 'v7.1',
    set: [setting('deferred-split-queue', 'any')],
    alphabet: { ...pinned.alphabet, folioSplits: [], munmaps: [SLOT0], mprotects: [PAGE0], prots: ['R', 'RW'] },
    length: 5,
  },
  {
    ...anon2M,
    property: 'I-DEFER',
    says: 'v6.18 as it is: a migration forgets that its folio was queued for a deferred split',
    on: 'v7.1',
    geometry: { memory: MEMORY, migrations: 1 },
    set: [setting('migration-deferred', 'no')],
    alphabet: {
      ...anon2M.alphabet,
      folioSplits: [],
      munmaps: [PAGE0],
      mprotects: [PAGE0],
      prots: ['R'],
      migrations: [{ page: 1, to: 'move' }],
    },
    length: 6,
  },
  {
    property: 'I-UNCACHED',
    says: 'a fault finds a folio that has been truncated, and that a pin keeps',
    on: 'v7.1',
    geometry: { memory: blocks('shmem', 1, 1), pins: 1 },
    patch: {
      filemap_get_folio: (base) => (s, use, index) => {
        const found = base(s, use, index);
        if (found !== NO_FRAME) return found;
        const pfn = frame_of_index(s, use, index);
        folio_ref_add(s, page_folio(s, pfn), 1);
        return pfn;
      },
    },
    alphabet: {
      drivers: [fileMapping('shmem page', { at: 0, pages: 1 }, 'shmem', 'shared')],
      reads: [0],
      pins: [0],
      pinsFor: ['read'],
      truncates: [{ file: 'shmem', from: 0 }],
    },
    length: 4,
  },
  {
    ...collapsing,
    property: 'I-PINCOLLAPSE',
    says: 'a collapse does not ask for references that are no mappings',
    on: 'v7.1',
    geometry: pinned.geometry,
    patch: { collapse_scan_folio: () => () => Result.ok },
    alphabet: { ...collapsing.alphabet, pins: [1], pinsFor: ['write'] },
    length: 5,
  },
  {
    ...collapsing,
    property: 'I-KEPT',
    says: 'a collapse that fails leaves its slot empty',
    on: 'v7.1',
    failuresMax: 1,
    patch: { collapse_restores_table: () => () => undefined },
    length: 3,
  },
  {
    ...collapsing,
    property: 'I-ZERO',
    says: 'a collapse deposits its table with the old PTEs',
    on: 'v7.1',
    patch: {
      collapse_copied_ptes: (base) => (s, mm, vma, row, max, first) => {
        const pte = s.pte.at(row);
        const nr = base(s, mm, vma, row, max, first);
        s.pte.put(row, pte);
        return nr;
      },
    },
    length: 4,
  },
  {
    ...collapsing,
    property: 'I-RSS',
    says: 'a collapse does not count what was none',
    on: 'v7.1',
    patch: {
      collapse_copied_ptes: (base) => (s, mm, vma, row, max, first) =>
        s.pte.at(row) === NONE_PTE ? 1 : base(s, mm, vma, row, max, first),
    },
    alphabet: { ...collapsing.alphabet, madvises: [PAGE0], advice: ['DONTNEED'] },
    length: 4,
  },
  {
    property: 'I-DIRTY',
    says: 'v7.1 as it is: a collapse of what PTEs map of a large folio of shmem forgets that they were dirty',
    on: 'v7.1',
    geometry: { memory: blocks('shmem', 2, 1) },
    with: [
      setting('collapse-pte-dirty', 'keeps'),
      setting('zap-pmd-dirty', 'yes'),
      setting('pmd-modify-dirty', 'keeps'),
    ],
    set: [setting('collapse-pte-dirty', 'drops')],
    alphabet: {
      drivers: [fileMapping('shmem 2M', { at: 0, pages: 2 }, 'shmem', 'shared')],
      reads: [1],
      writes: [1],
      mprotects: [PAGE0],
      prots: ['R', 'RW'],
      collapses: [0],
      collapsers: ['MADV_COLLAPSE'],
      fork: false,
    },
    length: 6,
  },
];
