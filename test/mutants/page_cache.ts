/** Mutants of what collapses pages of a file, and of what an open for writing makes of them. */
import { fileMapping, notifiedFile } from '../../model/drivers/driver.ts';
import { set_page_flag } from '../../model/mm/page_flags.ts';
import { folio_ref_count } from '../../model/mm/page_ref.ts';
import { mm_dec_nr_ptes } from '../../model/mm/pgalloc.ts';
import { NONE_PMD, pmd_offset, pmd_table } from '../../model/mm/pgtable.ts';
import { blocks, DEVICE_FRAMES, slotsOf } from '../../model/state/geometry.ts';
import { Page } from '../../model/state/memmap.ts';
import { Pmd, Vma } from '../../model/state/mm_types.ts';
import { type Mutant, setting, SLOT0 } from './mutant.ts';

const MADVISED = ['MADV_COLLAPSE'] as const;
const BY_KHUGEPAGED = ['khugepaged'] as const;
const shared = fileMapping('shmem 2M', { at: 0, pages: 2 }, 'shmem', 'shared');
const of = (use: 'shmem' | 'file', pages: number) => ({
  memory: [...blocks(use, 2, 2), ...blocks(use, 1, 4), ...blocks('anon', 1, 2)],
  pageCache: { use, pages, largeFolios: use === 'shmem' },
});
const shmem = {
  geometry: of('shmem', 2),
  alphabet: { drivers: [shared], writes: [0], collapses: [0], collapsers: MADVISED, fork: false },
};
const written = {
  ...shmem,
  geometry: { ...of('file', 2), pageCache: { use: 'file', pages: 2, largeFolios: true } as const },
  alphabet: {
    ...shmem.alphabet,
    drivers: [fileMapping('file 2M', { at: 0, pages: 2 }, 'file', 'shared')],
    reads: [0],
  },
};
const readonly = {
  geometry: { ...of('file', 3), vmas: 3 },
  alphabet: {
    drivers: [
      fileMapping('private file 2M', { at: 0, pages: 2 }, 'file', 'private'),
      notifiedFile('page 2 of the file', { at: 2, pages: 1, pfn: 2 }),
    ],
    writes: [0, 2],
    munmaps: [{ from: 2, to: 3 }],
    collapses: [0],
    collapsers: MADVISED,
    fork: false,
  },
};

export const PAGE_CACHE: readonly Mutant[] = [
  {
    ...shmem,
    property: 'I-REF',
    says: 'before v4.20: a collapse leaves its folio frozen in the page cache, without a reference (87c460a0bded)',
    on: 'v7.1',
    patch: {
      collapse_file_replaces: (base) => (s, use, folio, start) => {
        base(s, use, folio, start);
        s.refcount.put(folio - DEVICE_FRAMES, 0);
      },
    },
    alphabet: { ...shmem.alphabet, collapsers: BY_KHUGEPAGED },
    length: 3,
  },
  {
    ...shmem,
    property: 'I-PAGECACHE',
    says: 'before v4.20: a collapse that fails leaves the holes that it was to fill in nrpages ("misaccounted holes")',
    on: 'v7.1',
    failuresMax: 1,
    patch: { collapse_file_rollback: (base) => (s, use, folio) => base(s, use, folio, 0) },
    length: 3,
  },
  {
    ...shmem,
    property: 'I-PAGECACHE',
    says: 'a collapse enters only the first page of its folio',
    on: 'v7.1',
    patch: {
      collapse_file_replaces: (base) => (s, use, folio, start) => {
        base(s, use, folio, start);
        s.iPages.put(start + 1, 0);
      },
    },
    alphabet: { ...shmem.alphabet, collapsers: BY_KHUGEPAGED },
    length: 3,
  },
  {
    ...shmem,
    property: 'I-TRANS',
    says: 'a collapse leaves the old pages mapped, stale',
    on: 'v7.1',
    patch: {
      collapse_file_unmaps: () => () => undefined,
      collapse_file_owns: () => () => true,
      retract_page_tables: () => () => undefined,
    },
    length: 3,
  },
  {
    ...shmem,
    property: 'I-FILEDATA',
    says: 'a collapse of shmem leaves its folio clean',
    on: 'v7.1',
    patch: {
      collapse_file_replaces: (base) => (s, use, folio, start) => {
        base(s, use, folio, start);
        set_page_flag(s, folio, Page.mkDirty, 0);
      },
    },
    length: 3,
  },
  {
    ...shmem,
    property: 'I-COLLAPSE',
    says: 'MADV_COLLAPSE of a file is content with the page cache, and leaves the leaf to a fault, as khugepaged does',
    on: 'v7.1',
    patch: { collapse_file: (base) => (s, use, start) => base(s, use, start, 'khugepaged') },
    length: 3,
  },
  {
    ...shmem,
    property: 'I-PINFILE',
    says: 'a collapse of a file does not ask for references that are no mappings',
    on: 'v7.1',
    geometry: { ...of('shmem', 2), pins: 1 },
    patch: { folio_expected_ref_count: () => folio_ref_count, collapse_file_owns: () => () => true },
    alphabet: { ...shmem.alphabet, pins: [0], pinsFor: ['read'] },
    length: 3,
  },
  {
    ...shmem,
    property: 'I-KEPT',
    says: 'retract_page_tables() takes the tables of a VMA with private copies (023f47a8250c)',
    on: 'v7.1',
    patch: { file_backed_vma_is_retractable: () => () => true },
    alphabet: {
      ...shmem.alphabet,
      drivers: [fileMapping('private shmem 2M', { at: 0, pages: 2 }, 'shmem', 'private')],
    },
    length: 3,
  },
  {
    ...shmem,
    property: 'I-REF',
    says: 'retract_page_tables() takes tables with PTEs of another part of the file',
    on: 'v7.1',
    geometry: of('shmem', 4),
    patch: {
      retract_page_tables: () => (s) => {
        for (let slot = 0; slot < slotsOf(s.geometry); slot++)
          if (pmd_table(s.pmd.at(pmd_offset(s.geometry, 0, slot)))) s.kernel.remove_page_table(s, 0, slot);
      },
    },
    alphabet: {
      ...shmem.alphabet,
      drivers: [shared, fileMapping('shmem from its page 1', { at: 2, pages: 2, pfn: 1 }, 'shmem', 'shared')],
      reads: [3],
    },
    length: 5,
  },
  {
    ...shmem,
    property: 'I-LIVE',
    says: 'before v4.11: a page table that a collapse of a file has emptied is lost',
    on: 'v7.1',
    patch: {
      remove_page_table: () => (s, mm, slot) => {
        s.pmd.put(pmd_offset(s.geometry, mm, slot), NONE_PMD);
        mm_dec_nr_ptes(s, mm);
      },
    },
    length: 3,
  },
  {
    ...shmem,
    property: 'I-NRPTES',
    says: 'retract_page_tables() does not count its tables down',
    on: 'v7.1',
    patch: {
      remove_page_table: () => (s, mm, slot) => {
        const row = pmd_offset(s.geometry, mm, slot);
        const table = Pmd.pfn(s.pmd.at(row));
        s.pmd.put(row, NONE_PMD);
        s.kernel.pte_free(s, table);
      },
    },
    length: 3,
  },
  {
    ...shmem,
    property: 'I-UFFDWP',
    says: 'retract_page_tables() does not ask for userfaultfd: what user space has protected is not any more',
    on: 'v7.1',
    geometry: { ...of('shmem', 2), uffd: 1 },
    patch: { file_backed_vma_is_retractable: () => (_s, _mm, vma) => Vma.anonVma(vma) === 0 },
    alphabet: { ...shmem.alphabet, uffdRegisters: [SLOT0], uffdModes: ['wp'], uffdProtects: [0, 1] },
    length: 5,
  },
  {
    ...shmem,
    property: 'I-UFFDMISSING',
    says: 'a collapse fills holes that user space is to fill',
    on: 'v7.1',
    geometry: { ...of('shmem', 2), uffd: 1 },
    patch: { collapse_file_fills_missing: () => () => false },
    alphabet: { ...shmem.alphabet, uffdRegisters: [SLOT0], uffdModes: ['missing'] },
    length: 4,
  },
  {
    ...readonly,
    property: 'I-KEPT',
    says: 'before v5.16: an open for writing that empties the page cache takes private copies, too (8468e937df1f)',
    on: 'v7.1',
    patch: {
      unmap_mapping_range_tree: (base) => (s, use, first, last, details) =>
        base(s, use, first, last, { ...details, evenCows: true }),
    },
    alphabet: { ...readonly.alphabet, munmaps: [] },
    length: 4,
  },
  {
    ...readonly,
    property: 'I-PAGECACHE',
    says: 'a collapse of a file that cannot be written to by its file system does not count its folio in nr_thps',
    on: 'v7.1',
    patch: { collapse_file_counts_thp: () => () => undefined },
    alphabet: { ...readonly.alphabet, munmaps: [] },
    length: 2,
  },
  {
    ...readonly,
    property: 'I-FILEDATA',
    says: 'v7.1 as it is: an open for writing drops dirty pages of a file of which a part is collapsed',
    on: 'v7.1',
    with: [setting('collapse-writes-rest', 'yes')],
    set: [setting('collapse-writes-rest', 'no')],
    length: 6,
  },
  {
    ...written,
    property: 'I-FILEDATA',
    says: 'a file is collapsed that is open for writing, by a kernel that looks for dirty folios only before it unmaps them',
    on: 'v7.1',
    patch: { file_thp_enabled: () => () => true },
    length: 4,
  },
  {
    ...written,
    property: 'I-FILEDATA',
    says: 'a collapse of a file does not look whether a PTE was dirty',
    on: 'v7.3',
    with: [setting('collapse-pte-dirty', 'keeps')],
    patch: { collapse_file_checks_dirty: () => () => false },
    length: 4,
  },
  {
    ...written,
    property: 'I-DIRTY',
    says: 'MADV_COLLAPSE, that writes its own pages, takes the rest of the file for clean as well',
    on: 'v7.3',
    with: [setting('collapse-pte-dirty', 'keeps')],
    geometry: { ...of('file', 4), pageCache: { use: 'file', pages: 4, largeFolios: true } },
    patch: {
      filemap_write_and_wait_range: (base) => (s, use, first, last) => {
        base(s, use, first, last);
        for (let row = 0; row < s.iPages.rows; row++) {
          const pfn = s.iPages.at(row);
          if ((first <= row && row <= last) || pfn === 0) continue;
          s.kernel.folio_mkclean(s, pfn);
          set_page_flag(s, pfn, Page.mkDirty, 0);
        }
      },
    },
    alphabet: {
      ...written.alphabet,
      drivers: [fileMapping('file of 4 pages', { at: 0, pages: 4 }, 'file', 'shared')],
      writes: [0, 2],
    },
    length: 4,
  },
];
