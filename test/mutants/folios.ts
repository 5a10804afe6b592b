/** Mutants of what counts folios: references, mapcounts, rss, statistics, flags, and their end. */
import { anonMemory, daxDevice, faultDriver, fileMapping } from '../../model/drivers/driver.ts';
import { pmd_mkwritten } from '../../model/mm/huge_memory.ts';
import type { Patch } from '../../model/mm/kernel.ts';
import { vm_insert_page } from '../../model/mm/memory_insert.ts';
import { pfn_to_page, set_page_flag } from '../../model/mm/page_flags.ts';
import { folio_put } from '../../model/mm/page_ref.ts';
import { pmd_offset } from '../../model/mm/pgtable.ts';
import { add_mm_counter, mm_counter } from '../../model/mm/vmstat.ts';
import { PUD_RMAP } from '../../model/series/pud_rmap.ts';
import { blocks } from '../../model/state/geometry.ts';
import { frameOf, Page } from '../../model/state/memmap.ts';
import { Pmd, Pte, Pud, Result } from '../../model/state/mm_types.ts';
import { type Mutant, PAGE0, setting, SLOT0 } from './mutant.ts';

/** A folio of a file, which a leaf maps. */
const shmem2M = {
  geometry: { memory: blocks('shmem', 2, 1) },
  alphabet: { drivers: [fileMapping('shmem 2M', { at: 0, pages: 2 }, 'shmem', 'shared')], reads: [0] },
};
const anon2M = {
  geometry: { memory: blocks('anon', 2, 1) },
  alphabet: { drivers: [anonMemory('anon 2M', { at: 0, pages: 2 })], writes: [0], fork: false },
};
const anonPage = {
  geometry: { memory: blocks('anon', 1, 3) },
  alphabet: { drivers: [anonMemory('anon page', { at: 0, pages: 1 })], writes: [0] },
};
const zeroPage = {
  geometry: { memory: [...blocks('zero page', 1, 1), ...blocks('anon', 1, 2)] },
  alphabet: { drivers: [anonMemory('anon page', { at: 0, pages: 1 })], reads: [0] },
};
const dax1G = {
  geometry: { memory: blocks('dax', 4, 1) },
  alphabet: { drivers: [daxDevice('dax 1G', { at: 0, pages: 4 })], reads: [0] },
};

const pudRmap = (name: string): Patch => PUD_RMAP.values.find(({ value }) => value === name)!.patch;

export const FOLIOS: readonly Mutant[] = [
  {
    ...dax1G,
    property: 'I-PARTIAL',
    says: 'the last PUD mapping of a folio queues it for a deferred split',
    on: 'v7.1',
    patch: {
      folio_remove_rmap_pud: (base) => (s, page, mm, level) => {
        base(s, page, mm, level);
        set_page_flag(s, page, Page.mkPartiallyMapped, 1);
      },
    },
    length: 3,
  },
  {
    ...zeroPage,
    property: 'I-ZEROPAGE',
    says: 'the zero page is mapped with the right to write',
    on: 'v7.1',
    patch: { zero_pte: (base) => (s, prot) => Pte.mkWrite(base(s, prot), 1) },
    length: 2,
  },
  {
    property: 'I-ZEROPAGE',
    says: 'a write to the huge zero folio makes its leaf writable',
    on: 'v7.1',
    geometry: { memory: [...blocks('huge zero', 2, 1), ...blocks('zero page', 1, 1)] },
    patch: {
      do_huge_zero_wp_pmd: () => (s, mm, _vma, slot) => {
        const row = pmd_offset(s.geometry, mm, slot);
        s.pmd.put(row, pmd_mkwritten(s.pmd.at(row)));
        return Result.ok;
      },
    },
    alphabet: { drivers: anon2M.alphabet.drivers, reads: [0], writes: [0] },
    length: 3,
  },
  {
    ...dax1G,
    property: 'I-REF',
    says: 'insert_pud() takes no reference',
    on: 'v7.1',
    patch: {
      insert_pud_entry: (base) => (s, mm, pfn, prot, fop) => {
        const e = base(s, mm, pfn, prot, fop);
        folio_put(s, pfn);
        return e;
      },
    },
    length: 2,
  },
  {
    ...dax1G,
    property: 'I-RSS',
    says: 'a PUD leaf is counted as a PMD leaf when it comes',
    on: 'v7.1',
    patch: {
      insert_pud_entry: (base) => (s, mm, pfn, prot, fop) => {
        const { ptrsPerPmd, ptrsPerPte } = s.geometry;
        add_mm_counter(s, mm, mm_counter(s, pfn), ptrsPerPte - ptrsPerPmd * ptrsPerPte);
        return base(s, mm, pfn, prot, fop);
      },
    },
    length: 2,
  },
  {
    ...shmem2M,
    property: 'I-DIRTY',
    says: 'v7.1 as it is: zap_huge_pmd() forgets that the leaf was dirty',
    on: 'v7.1',
    with: [setting('zap-pmd-dirty', 'yes')],
    set: [setting('zap-pmd-dirty', 'no')],
    alphabet: { ...shmem2M.alphabet, writes: [0] },
    length: 4,
  },
  {
    ...dax1G,
    property: 'I-REF',
    says: 'zap_huge_pud() keeps the reference of the leaf',
    on: 'v7.1',
    patch: {
      zap_normal_pud: (base) => (s, mm, vma, e) => {
        const row = pfn_to_page(Pud.pfn(e));
        s.refcount.put(row, s.refcount.at(row) + 1);
        base(s, mm, vma, e);
      },
    },
    length: 3,
  },
  {
    ...anonPage,
    property: 'I-MAPCOUNT',
    says: 'fork does not count the mapping of the child',
    on: 'v7.1',
    patch: {
      folio_try_dup_anon_rmap_ptes: () => (s, page, nr) => {
        for (let i = 0; i < nr; i++) set_page_flag(s, page + i, Page.mkAnonExclusive, 0);
        return true;
      },
    },
    length: 3,
  },
  {
    ...shmem2M,
    property: 'I-RSS',
    says: "a split of a file's leaf leaves the counter of the mm as it is",
    on: 'v7.1',
    patch: {
      split_file_counts: () => (s, _mm, pfn, present) => {
        if (present) folio_put(s, pfn);
      },
    },
    alphabet: { ...shmem2M.alphabet, munmaps: [PAGE0] },
    length: 3,
  },
  {
    ...dax1G,
    property: 'I-STAT',
    says: 'a PUD mapping is counted as a PMD mapping, too (the series that counted device memory, v1 to v3)',
    on: 'v7.1',
    patch: pudRmap('pmd-mapped'),
    length: 2,
  },
  {
    ...dax1G,
    property: 'I-MAPCOUNT',
    says: 'a PUD mapping is counted in no statistic (the same series, v4)',
    on: 'v7.1',
    patch: pudRmap('mapcounts-only'),
    length: 2,
  },
  {
    ...shmem2M,
    property: 'I-DIRTY',
    says: 'v7.1 as it is: pmd_modify() loses the dirty bit of a writable leaf',
    on: 'v7.1',
    with: [setting('pmd-modify-dirty', 'keeps'), setting('zap-pmd-dirty', 'yes')],
    set: [setting('pmd-modify-dirty', 'drops')],
    alphabet: { ...shmem2M.alphabet, writes: [0], mprotects: [SLOT0], prots: ['R'] },
    length: 4,
  },
  {
    ...shmem2M,
    property: 'bad-page-map',
    says: "a split takes the migration entry of a file's leaf for the leaf",
    on: 'v7.1',
    geometry: { ...shmem2M.geometry, migrations: 1 },
    set: [setting('split-file-migration', 'leaf')],
    alphabet: { ...shmem2M.alphabet, munmaps: [PAGE0], migrations: [{ page: 0, to: 'move' }] },
    length: 4,
  },
  {
    ...zeroPage,
    property: 'rmap-sanity',
    says: 'vm_normal_page() takes the zero page for one like any other',
    on: 'v7.1',
    patch: { vm_normal_page: () => (_s, _vma, pte) => Pte.pfn(pte) },
    length: 3,
  },
  {
    property: 'rmap-sanity',
    says: 'zap takes the frame of a special leaf for a folio',
    on: 'v7.1',
    patch: { zap_counts_pmd: () => () => true },
    alphabet: { drivers: [faultDriver('BAR 2M', { at: 0, pages: 2 })], reads: [0] },
    length: 3,
  },
  {
    ...anonPage,
    property: 'refcount-of-free',
    says: 'a migration lets its folio go before it is mapped again',
    on: 'v7.1',
    geometry: { ...anonPage.geometry, migrations: 1 },
    patch: {
      remove_migration_ptes: (base) => (s, src, dst) => {
        folio_put(s, src);
        base(s, src, dst);
      },
    },
    alphabet: { ...anonPage.alphabet, migrations: [{ page: 0, to: 'move' }] },
    length: 4,
  },
  {
    ...anon2M,
    property: 'refcount-underflow',
    says: 'zap puts the folio of a leaf twice',
    on: 'v7.1',
    patch: {
      zap_huge_pmd: (base) => (s, mm, vma, slot) => {
        const e = s.pmd.at(pmd_offset(s.geometry, mm, slot));
        base(s, mm, vma, slot);
        folio_put(s, Pmd.pfn(e));
      },
    },
    length: 3,
  },
  {
    ...anon2M,
    property: 'bad-page',
    says: 'zap puts the folio of a leaf before its mapping is gone',
    on: 'v7.1',
    patch: {
      zap_huge_pmd: (base) => (s, mm, vma, slot) => {
        folio_put(s, Pmd.pfn(s.pmd.at(pmd_offset(s.geometry, mm, slot))));
        base(s, mm, vma, slot);
      },
    },
    length: 3,
  },
  {
    property: 'BUG_ON(insert-page)',
    says: 'a driver inserts a page of its memory into its VM_PFNMAP mapping',
    on: 'v7.1',
    geometry: { memory: blocks('driver', 1, 1) },
    patch: {
      driver_fault: () => (s, mm, vmaRow, page, write) =>
        vm_insert_page(s, mm, vmaRow, page, frameOf(s.memmap, 'driver', 0), write),
    },
    alphabet: { drivers: [faultDriver('BAR page', { at: 0, pages: 1 })], reads: [0] },
    length: 2,
  },
  {
    property: 'VM_BUG_ON(folio_mapped)',
    says: 'zap_pte_range() stops one page early',
    on: 'v7.1',
    geometry: { memory: blocks('file', 1, 1) },
    patch: {
      zap_pte_range: (base) => (s, mm, vma, slot, start, end, details) =>
        base(s, mm, vma, slot, start, end - 1, details),
    },
    alphabet: {
      drivers: [fileMapping('file page', { at: 0, pages: 1 }, 'file', 'shared')],
      reads: [0],
      truncates: [{ file: 'file', from: 0 }],
    },
    length: 3,
  },
];
