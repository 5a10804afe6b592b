/**
 * "fs/dax: Fix FS DAX page reference counts", its first two postings, of 13 and 12 patches. Of v1 04/13, 07/13 and 10/13 were read, of
 * v2 07/12 and 10/12; the others are told by their titles.
 */
import { type Cover, knownBy, type Posted, postedWith, type SeriesVersion, versionOf } from '../patch.ts';

const set = knownBy('mail');

const NOT_CALLED = 'nothing yet: nobody calls it before pages are counted';

const FIRST: readonly Posted[] = [
  {
    title: 'mm/gup.c: Remove redundant check for PCI P2PDMA page',
    says: 'nothing: GUP refuses such pages already',
  },
  {
    title: "pci/p2pdma: Don't initialise page refcount to one",
    says: 'nothing here: how a pool counts its idle pages is a toggle of releases (p2pdma-idle-refs)',
  },
  { title: 'fs/dax: Refactor wait for dax idle page', says: 'nothing: three file systems wait by one helper' },
];
const COMPOUND: Posted = {
  title: 'mm: Allow compound zone device pages',
  says: 'nothing yet: there are no large folios of FS-DAX before they are counted',
};
const INSERT: Posted = { title: 'mm/memory: Add dax_insert_pfn', says: NOT_CALLED };
const NO_LONGTERM: Posted = {
  title: "gup: Don't allow FOLL_LONGTERM pinning of FS DAX pages",
  says: 'nothing: long-term pins are those of memory that does not move',
};
const DEVMAP: readonly Posted[] = [
  { title: 'mm: Remove pXX_devmap callers', says: 'nothing: no entry has the bit any more' },
  { title: 'mm: Remove devmap related functions and page table bits', says: 'nothing: nobody is left who asks for it' },
];

const PUD_TITLE = 'huge_memory: Allow mappings of PUD sized pages';
const PUD_SAYS =
  'the rmap of PUD leaves, which falls into the code of PMD leaves; nobody maps by it before pages are counted';
const PMD_TITLE = 'huge_memory: Allow mappings of PMD sized pages';
const COUNT_TITLE = 'fs/dax: Properly refcount fs dax pages';
const COUNT_SAYS =
  'pages of FS-DAX and of device-dax are counted as any others, and idle at 0; what files share, and the file of an idle page, is forgotten';
/** What is forgotten. */
const FORGOTTEN = [
  set('dax-mapping-until', 'reference'),
  set('dax-sharing', 'last'),
  set('dax-busy-by', 'any'),
] as const;

const V1: readonly Posted[] = [
  ...FIRST,
  {
    title: 'fs/dax: Add dax_page_free callback',
    says: 'nothing yet: who is woken where a count falls to 0, which no count does',
  },
  COMPOUND,
  INSERT,
  {
    title: PUD_TITLE,
    id: 'bd332b0d3971b03152b3541f97470817c5147b51.1719386613.git-series.apopple@nvidia.com',
    says: PUD_SAYS,
    sets: [set('pud-rmap', 'pmd-mapped', 'source')],
  },
  { title: PMD_TITLE, says: NOT_CALLED },
  NO_LONGTERM,
  {
    title: COUNT_TITLE,
    says: `${COUNT_SAYS}; a write to a read-only PTE takes its page for any other`,
    sets: [
      set('dax-counted', 'yes', 'source'),
      ...FORGOTTEN,
      set('dax-wp', 'page'),
      set('dax-put', 'mapping', 'inferred'),
    ],
  },
  { title: 'huge_memory: Remove dead vmf_insert_pXd code', says: 'nothing: nobody is left who calls it' },
  ...DEVMAP,
];

const V2: readonly Posted[] = [
  ...FIRST,
  COMPOUND,
  INSERT,
  { title: PUD_TITLE, says: PUD_SAYS, sets: [set('pud-rmap', 'pmd-mapped')] },
  {
    title: PMD_TITLE,
    says: 'the table that a leaf has in reserve is freed; nobody maps by it before pages are counted',
    sets: [set('dax-deposit', 'freed')],
  },
  NO_LONGTERM,
  {
    title: 'mm: Update vm_normal_page() callers to accept FS DAX pages',
    says: 'nothing yet: no entry of FS-DAX is taken for that of a page',
  },
  {
    title: COUNT_TITLE,
    says: `${COUNT_SAYS}; a write to a read-only PTE tells the file system`,
    sets: [set('dax-counted', 'yes'), ...FORGOTTEN, set('dax-put', 'mapping', 'inferred')],
  },
  ...DEVMAP,
];

const coverOf = (date: string, id: string): Cover => ({
  tag: 'PATCH',
  title: 'fs/dax: Fix FS DAX page reference counts',
  author: 'Alistair Popple',
  source: { list: 'nvdimm', date, id: `cover.${id}.git-series.apopple@nvidia.com` },
});
const COVERS = {
  v1: coverOf('2024-06-27', '66009f59a7fe77320d413011386c3ae5c2ee82eb.1719386613'),
  v2: coverOf('2024-09-10', '9f0e45d52f5cff58807831b6b867084d0b14b61c.1725941415'),
};

export const DAX_UNTIL_V2: readonly SeriesVersion[] = [
  versionOf({
    version: 'v1',
    says: 'first posting: pages are counted, idle at 0; what files share, and the file of an idle page, is forgotten',
    cover: COVERS.v1,
    patches: postedWith(COVERS.v1, V1),
  }),
  versionOf({
    version: 'v2',
    says: 'writes to read-only PTEs tell the file system; the table that a leaf has in reserve is freed',
    cover: COVERS.v2,
    patches: postedWith(COVERS.v2, V2),
  }),
];
