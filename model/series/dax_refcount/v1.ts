/**
 * "fs/dax: Fix FS DAX page reference counts", its first posting: 13 patches. 04/13, 07/13 and 10/13 were read, the others are told by
 * their titles.
 */
import { type Cover, knownBy, type Posted, postedWith, type SeriesVersion, versionOf } from '../patch.ts';

const set = knownBy('mail');

const NOT_CALLED = 'nothing yet: 10/13 calls it';

const PATCHES: readonly Posted[] = [
  {
    title: 'mm/gup.c: Remove redundant check for PCI P2PDMA page',
    says: 'nothing: GUP refuses such pages already',
  },
  {
    title: "pci/p2pdma: Don't initialise page refcount to one",
    says: 'nothing here: how a pool counts its idle pages is a toggle of releases (p2pdma-idle-refs)',
  },
  { title: 'fs/dax: Refactor wait for dax idle page', says: 'nothing: three file systems wait by one helper' },
  {
    title: 'fs/dax: Add dax_page_free callback',
    says: 'nothing yet: who is woken where a count falls to 0, which no count does',
  },
  {
    title: 'mm: Allow compound zone device pages',
    says: 'nothing yet: there are no large folios of FS-DAX before 10/13',
  },
  { title: 'mm/memory: Add dax_insert_pfn', says: NOT_CALLED },
  {
    title: 'huge_memory: Allow mappings of PUD sized pages',
    id: 'bd332b0d3971b03152b3541f97470817c5147b51.1719386613.git-series.apopple@nvidia.com',
    says: 'the rmap of PUD leaves, which falls into the code of PMD leaves; nobody maps by it before 10/13',
    sets: [set('pud-rmap', 'pmd-mapped', 'source')],
  },
  { title: 'huge_memory: Allow mappings of PMD sized pages', says: NOT_CALLED },
  {
    title: "gup: Don't allow FOLL_LONGTERM pinning of FS DAX pages",
    says: 'nothing: long-term pins are those of memory that does not move',
  },
  {
    title: 'fs/dax: Properly refcount fs dax pages',
    says: 'pages of FS-DAX and of device-dax are counted as any others, and idle at 0; what files share, and the file of an idle page, is forgotten',
    sets: [
      set('dax-counted', 'yes', 'source'),
      set('dax-mapping-until', 'reference'),
      set('dax-sharing', 'last'),
      set('dax-busy-by', 'any'),
      set('dax-wp', 'page'),
      set('dax-put', 'mapping', 'inferred'),
    ],
  },
  { title: 'huge_memory: Remove dead vmf_insert_pXd code', says: 'nothing: nobody is left who calls it' },
  { title: 'mm: Remove pXX_devmap callers', says: 'nothing: no entry has the bit any more' },
  { title: 'mm: Remove devmap related functions and page table bits', says: 'nothing: nobody is left who asks for it' },
];

const COVER: Cover = {
  tag: 'PATCH',
  title: 'fs/dax: Fix FS DAX page reference counts',
  author: 'Alistair Popple',
  source: {
    list: 'nvdimm',
    date: '2024-06-27',
    id: 'cover.66009f59a7fe77320d413011386c3ae5c2ee82eb.1719386613.git-series.apopple@nvidia.com',
  },
};

export const DAX_V1: SeriesVersion = versionOf({
  version: 'v1',
  says: 'first posting: pages are counted, idle at 0; what files share, and the file of an idle page, is forgotten',
  cover: COVER,
  patches: postedWith(COVER, PATCHES),
});
