/**
 * "fs/dax: Fix ZONE_DEVICE page reference counts", v3 to v9, as far as the versions differ: v6 is v5 with other guards of the
 * configuration, v7 and v8 are v9 for all that is modelled. Nearly every patch is there in each of them, so that each is told once.
 * 19/20 of v9 was read, the others are told by their titles, by the cover letters, and by the commits that they became.
 */
import { type Cover, knownBy, type Posted, postedWith, type SeriesVersion, type Setting, versionOf } from '../patch.ts';

const set = knownBy('mail');

/** Break layouts first: entries go with what they describe. */
const LAYOUTS: readonly Posted[] = [
  {
    title: 'fuse: Fix dax truncate/punch_hole fault path',
    commit: '7851bf649d42',
    says: 'nothing: fuse is no file system of these worlds',
  },
  {
    title: 'fs/dax: Return unmapped busy pages from dax_layout_busy_page_range()',
    commit: 'cee91fa13a8e',
    says: 'a file that nobody maps is searched for busy pages, too',
    sets: [set('dax-scans-unmapped', 'yes')],
  },
  {
    title: "fs/dax: Don't skip locked entries when scanning entries",
    commit: '6be3e21d25ca',
    says: 'nothing: no entry is locked between two operations',
  },
  {
    title: 'fs/dax: Refactor wait for dax idle page',
    commit: 'e6fa3963a30d',
    says: 'nothing: three file systems wait by one helper',
  },
  {
    title: 'fs/dax: Create a common implementation to break DAX layouts',
    commit: 'd5b3afea22a5',
    says: 'nothing: the same by one function',
  },
  {
    title: 'fs/dax: Always remove DAX page-cache entries when breaking layouts',
    commit: 'bde708f1a65d',
    says: 'entries go when their layout is broken',
    sets: [set('dax-break-deletes', 'yes')],
  },
  {
    title: 'fs/dax: Ensure all pages are idle prior to filesystem unmount',
    commit: '0e2f80afcfa6',
    says: 'the end of an inode waits for pages that are in use',
    sets: [set('dax-evict-waits', 'yes')],
  },
  {
    title: 'fs/dax: Remove PAGE_MAPPING_DAX_SHARED mapping flag',
    commit: 'cbe298d82cf7',
    says: 'nothing: a page that files share has a share count and no mapping, where it had a flag',
  },
];

const gup = (title: string): Posted => ({
  title,
  commit: 'a58c6fb6623d',
  says: 'nothing: GUP refuses such pages already',
});
const p2pdma = (title: string): Posted => ({
  title,
  commit: 'b7e282378773',
  says: 'nothing here: how a pool counts its idle pages is a toggle of releases (p2pdma-idle-refs)',
});

/** What 'fs/dax: Properly refcount fs dax pages' will call. */
const INSERTION: readonly Posted[] = [
  {
    title: 'mm: Allow compound zone device pages',
    commit: '82ba975e4c43',
    says: 'nothing yet: there are no large folios of FS-DAX before they are counted',
  },
  {
    title: 'mm/memory: Enhance insert_page_into_pte_locked() to create writable mappings',
    commit: '15a64311e0ae',
    says: 'nothing yet: nobody asks for one',
  },
  { title: 'mm/memory: Add vmf_insert_page_mkwrite()', commit: 'ec2e0cc67f9c', says: 'nothing yet: nobody calls it' },
];

const rmapOfPuds = (title: string, says: string, ...sets: readonly Setting[]): Posted => ({
  title,
  commit: '349994cf61e6',
  says: `${says}; nobody maps by it before pages are counted`,
  sets,
});
/** That leaves of folios are special, like those of frames, is set where somebody makes some. */
const INSERTS = 'nothing yet: nobody maps by it before pages are counted';
const insertPud = (title: string): Posted => ({ title, commit: 'dbe54153296d', says: INSERTS });
const insertPmd = (title: string): Posted => ({ title, commit: '6c88f72691f8', says: INSERTS });
const insertPmdThatFrees = (title: string): Posted => ({
  title,
  says: 'the table that a leaf has in reserve is freed; nobody maps by it before pages are counted',
  sets: [set('dax-deposit', 'freed')],
});

const helpersOfPages = (title: string): Posted => ({ title, says: 'nothing: helpers' });
const noLongtermPins = (title: string): Posted => ({
  title,
  commit: 'e5cb23256347',
  says: 'nothing: long-term pins are those of memory that does not move',
});
const inProc = (title: string): Posted => ({
  title,
  says: 'nothing: what /proc says of pages of DAX is not asked',
});
const MLOCK: Posted = {
  title: 'mm/mlock: Skip ZONE_DEVICE PMDs during mlock',
  says: 'nothing: no world locks pages of DAX',
};

/** `special`: how well it is known that leaves of folios are special, `zeroes`: that an entry for zeroes is taken for one with a page. */
const counted = (special: Setting['evidence'], zeroes: Setting['evidence']): readonly Posted[] => [
  {
    title: 'fs/dax: Properly refcount fs dax pages',
    commit: '38607c62b34b',
    says: 'pages of FS-DAX are counted as any others, and idle at 0; those of device-dax, which the next patch counts, by the same toggle. Their leaves are special like those of frames',
    sets: [
      set('dax-counted', 'yes'),
      set('huge-special', 'folios-too', special),
      set('dax-put', 'mapping'),
      set('dax-zero-entries', 'taken', zeroes),
    ],
  },
  {
    title: 'device/dax: Properly refcount device dax pages when mapping',
    commit: 'aed877c2b425',
    says: 'nothing more: the toggle of the patch before has it',
  },
];
/** The leaves were read in v6 and v9, which insert them by insert_pfn_pmd(); of v3 to v5, 16/25 of v5 changes the same function. */
const COUNTED = counted('inferred', 'inferred');
const DEVMAP: readonly Posted[] = [
  { title: 'mm: Remove pXX_devmap callers', says: 'nothing: no entry has the bit any more' },
  { title: 'mm: Remove devmap related functions and page table bits', says: 'nothing: nobody is left who asks for it' },
  { title: 'Revert "riscv: mm: Add support for ZONE_DEVICE"', says: 'nothing: the bit of riscv goes as well' },
];

const IN_PAGES = 'nothing yet: the rmap of PUD leaves, which count in NR_FILE_MAPPED, as without a setting';

const V3: readonly Posted[] = [
  ...LAYOUTS,
  gup('mm/gup.c: Remove redundant check for PCI P2PDMA page'),
  p2pdma("pci/p2pdma: Don't initialise page refcount to one"),
  ...INSERTION,
  rmapOfPuds(
    'huge_memory: Allow mappings of PUD sized pages',
    'the rmap of PUD leaves, which falls into the code of PMD leaves',
    set('pud-rmap', 'pmd-mapped'),
  ),
  insertPmdThatFrees('huge_memory: Allow mappings of PMD sized pages'),
  helpersOfPages('memremap: Add is_device_dax_page() and is_fsdax_page() helpers'),
  noLongtermPins("gup: Don't allow FOLL_LONGTERM pinning of FS DAX pages"),
  inProc('proc/task_mmu: Ignore ZONE_DEVICE pages'),
  inProc('memcontrol-v1: Ignore ZONE_DEVICE pages'),
  MLOCK,
  ...COUNTED,
  ...DEVMAP,
];
const V4: readonly Posted[] = [
  ...LAYOUTS,
  gup('mm/gup.c: Remove redundant check for PCI P2PDMA page'),
  p2pdma('mm/mm_init: Move p2pdma page refcount initialisation to p2pdma'),
  ...INSERTION,
  rmapOfPuds(
    'rmap: Add support for PUD sized mappings to rmap',
    'the rmap of PUD leaves, which moves mapcounts only',
    set('pud-rmap', 'mapcounts-only'),
  ),
  insertPud('huge_memory: Add vmf_insert_folio_pud()'),
  insertPmdThatFrees('huge_memory: Add vmf_insert_folio_pmd()'),
  helpersOfPages('memremap: Add is_device_dax_page() and is_fsdax_page() helpers'),
  noLongtermPins("gup: Don't allow FOLL_LONGTERM pinning of FS DAX pages"),
  inProc('proc/task_mmu: Ignore ZONE_DEVICE pages'),
  MLOCK,
  ...COUNTED,
  ...DEVMAP,
];
const V5: readonly Posted[] = [
  ...LAYOUTS,
  gup('mm/gup: Remove redundant check for PCI P2PDMA page'),
  p2pdma('mm/mm_init: Move p2pdma page refcount initialisation to p2pdma'),
  ...INSERTION,
  rmapOfPuds('rmap: Add support for PUD sized mappings to rmap', IN_PAGES),
  insertPud('huge_memory: Add vmf_insert_folio_pud()'),
  insertPmdThatFrees('huge_memory: Add vmf_insert_folio_pmd()'),
  helpersOfPages('memremap: Add is_devdax_page() and is_fsdax_page() helpers'),
  noLongtermPins("mm/gup: Don't allow FOLL_LONGTERM pinning of FS DAX pages"),
  inProc('proc/task_mmu: Mark devdax and fsdax pages as always unpinned'),
  MLOCK,
  ...COUNTED,
  ...DEVMAP,
];
const V9: readonly Posted[] = [
  ...LAYOUTS,
  gup('mm/gup: Remove redundant check for PCI P2PDMA page'),
  p2pdma('mm/mm_init: Move p2pdma page refcount initialisation to p2pdma'),
  ...INSERTION,
  rmapOfPuds('mm/rmap: Add support for PUD sized mappings to rmap', IN_PAGES),
  insertPud('mm/huge_memory: Add vmf_insert_folio_pud()'),
  insertPmd('mm/huge_memory: Add vmf_insert_folio_pmd()'),
  noLongtermPins("mm/gup: Don't allow FOLL_LONGTERM pinning of FS DAX pages"),
  {
    title: 'dcssblk: Mark DAX broken, remove FS_DAX_LIMITED support',
    author: 'Dan Williams',
    commit: '653d7825c149',
    says: 'nothing: a driver of s390 without struct pages',
  },
  ...counted('mail', 'mail'),
];

/** Of v3 to v5, no patch is the commit that it became later. */
const unmerged = (patches: readonly Posted[]): readonly Posted[] => patches.map(({ commit: _later, ...one }) => one);

const coverOf = (tag: string, date: string, id: string): Cover => ({
  tag,
  title: 'fs/dax: Fix ZONE_DEVICE page reference counts',
  author: 'Alistair Popple',
  source: { list: 'nvdimm', date, id: `cover.${id}.git-series.apopple@nvidia.com` },
});
const COVERS = {
  v3: coverOf('PATCH v3', '2024-11-22', 'e1ebdd6cab9bde0d232c1810deacf0bae25e6707.1732239628'),
  v4: coverOf('PATCH v4', '2024-12-17', '18cbcff3638c6aacc051c44533ebc6c002bf2bd9.1734407924'),
  v5: coverOf('PATCH v5', '2025-01-07', '425da7c4e76c2749d0ad1734f972b06114e02d52.1736221254'),
  v9: coverOf('PATCH v9', '2025-02-28', '8068ad144a7eea4a813670301f4d2a86a8e68ec4.1740713401'),
};

export const DAX_SINCE_V3: readonly SeriesVersion[] = [
  versionOf({
    version: 'v3',
    says: 'vmf_insert_folio_pmd() and _pud(); share counts are back, mappings make nothing busy, and layouts are broken with their entries, of unmapped files and at the end of an inode, too',
    cover: COVERS.v3,
    patches: postedWith(COVERS.v3, unmerged(V3)),
  }),
  versionOf({
    version: 'v4',
    says: 'the PUD level of rmap is a case of its own, that moves mapcounts only',
    cover: COVERS.v4,
    patches: postedWith(COVERS.v4, unmerged(V4)),
  }),
  versionOf({
    version: 'v5',
    says: 'the PUD level shares the code of the PMD level, but for NR_FILE_PMDMAPPED',
    cover: COVERS.v5,
    patches: postedWith(COVERS.v5, unmerged(V5)),
  }),
  versionOf({
    version: 'v9',
    says: 'as merged for v6.15: a table that a fault has deposited is not freed any more',
    cover: COVERS.v9,
    patches: postedWith(COVERS.v9, V9),
  }),
];
