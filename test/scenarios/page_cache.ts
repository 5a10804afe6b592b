/** Small pages of a file that become one folio: what is counted, and what is in the page cache. Frames 16 and 18 are huge. */
import { fileMapping, notifiedFile } from '../../model/drivers/driver.ts';
import { blocks, type Geometry, type PageCache } from '../../model/state/geometry.ts';
import type { Accounted } from './accounted.ts';
import {
  collapse,
  exit,
  failing,
  fork,
  mmap,
  munmap,
  pin,
  type Played,
  read,
  truncate,
  uffdProtect,
  uffdRegister,
  write,
} from './play.ts';

const PARENT = 0;
const CHILD = 1;

const cacheOf = (use: 'shmem' | 'file', pages: number, largeFolios = true): Partial<Geometry> => {
  const pageCache: PageCache = { use, pages, largeFolios };
  return {
    puds: 1,
    pins: 1,
    uffd: 1,
    memory: [...blocks(use, 2, 2), ...blocks(use, 1, 3), ...blocks('anon', 1, 1)],
    pageCache,
  };
};
const SHMEM = cacheOf('shmem', 2);
const shared = mmap(fileMapping('shmem 2M', { at: 0, pages: 2 }, 'shmem', 'shared'));
const copies = mmap(fileMapping('private shmem 2M', { at: 2, pages: 2 }, 'shmem', 'private'));
const both: readonly Played[] = [shared, write(PARENT, 0), read(PARENT, 1)];
const one: readonly Played[] = [shared, write(PARENT, 0)];

const BY_LEAF = '16: refcount 3, entire mapcount 1, large mapcount 1, nr_pages_mapped ENTIRELY_MAPPED';
const MAPPED = ['parent MM_SHMEMPAGES 2', 'NR_FILE_MAPPED 2, NR_SHMEM_PMDMAPPED 2'];
const CACHED = ['i_pages[0] page 16', 'i_pages[1] page 17', 'address_space nrpages 2'];
const NEW = 'page 16 shmem head dirty in the page cache';
const OLD = ['i_pages[0] page 20', 'address_space nrpages 1'];

const COLLAPSED: readonly Accounted[] = [
  {
    name: 'F1',
    says: 'MADV_COLLAPSE: the page cache has 2 references to the new folio, its leaf the third; the table is gone',
    plays: [...both, collapse(PARENT, 0)],
    geometry: SHMEM,
    counts: [BY_LEAF, ...MAPPED],
    has: [...CACHED, NEW, 'parent alive, 1 page-table page', 'parent pmd[0] leaf pfn 16 RW young WB'],
  },
  {
    name: 'F2',
    says: 'khugepaged: nobody maps it yet',
    plays: [...both, collapse(PARENT, 0, 'khugepaged')],
    geometry: SHMEM,
    counts: ['16: refcount 2'],
    has: [...CACHED, NEW, 'parent alive, 1 page-table page'],
  },
  {
    name: 'F3',
    says: 'a fault maps it by a leaf then',
    plays: [...both, collapse(PARENT, 0, 'khugepaged'), read(PARENT, 1)],
    geometry: SHMEM,
    counts: [BY_LEAF, ...MAPPED],
    has: CACHED,
  },
  {
    name: 'F4',
    says: 'a hole is filled, and counted',
    plays: [...one, collapse(PARENT, 0)],
    geometry: SHMEM,
    counts: [BY_LEAF, ...MAPPED],
    has: CACHED,
  },
  {
    name: 'F5',
    says: 'both page tables of a forked process go, its own and that of the child',
    plays: [...both, fork, read(CHILD, 0), collapse(PARENT, 0)],
    geometry: SHMEM,
    counts: [BY_LEAF, ...MAPPED],
    has: [...CACHED, 'child alive, 1 page-table page', 'parent alive, 1 page-table page'],
  },
  {
    name: 'F6',
    says: 'a private copy stays, with its table; the file is collapsed all the same, and MADV_COLLAPSE fails',
    plays: [...both, copies, write(PARENT, 2), read(PARENT, 3), collapse(PARENT, 1)],
    geometry: SHMEM,
    outcome: 'EINVAL@7',
    counts: ['16: refcount 2', '23: refcount 1, mapcount 1', 'parent MM_ANONPAGES 1', 'NR_ANON_MAPPED 1'],
    has: [...CACHED, 'parent alive, 2 page-table pages', 'table 1 pte[0] pfn 23 RW young dirty WB'],
  },
  {
    name: 'F7',
    says: 'truncation in the middle splits it again; the hole is counted out',
    plays: [...both, collapse(PARENT, 0), truncate('shmem', 1)],
    geometry: SHMEM,
    counts: ['16: refcount 1'],
    has: ['i_pages[0] page 16', 'address_space nrpages 1', 'page 16 shmem dirty referenced in the page cache'],
  },
];

const REFUSED: readonly Accounted[] = [
  {
    name: 'F8',
    says: 'EINVAL: there is nothing (SCAN_TRUNCATED)',
    plays: [shared, collapse(PARENT, 0)],
    geometry: SHMEM,
    outcome: 'EINVAL@2',
    counts: [],
  },
  {
    name: 'F9',
    says: 'EBUSY for khugepaged (SCAN_EXCEED_NONE_PTE)',
    plays: [shared, collapse(PARENT, 0, 'khugepaged')],
    geometry: SHMEM,
    outcome: 'EBUSY@2',
    counts: [],
  },
  {
    name: 'F10',
    says: 'EAGAIN: a pin is a reference too many (SCAN_PAGE_COUNT), and everything stays mapped',
    plays: [...one, pin(PARENT, 0, 'write'), collapse(PARENT, 0)],
    geometry: SHMEM,
    outcome: 'EAGAIN@4',
    counts: ['20: refcount 2, mapcount 1, pincount 1', 'parent MM_SHMEMPAGES 1', 'NR_FILE_MAPPED 1'],
    has: OLD,
  },
  {
    name: 'F11',
    says: 'a copy that fails (SCAN_COPY_MC): unmapped, nrpages as before',
    plays: [...one, failing(collapse(PARENT, 0), 2)],
    geometry: SHMEM,
    outcome: 'EINVAL@3',
    counts: ['20: refcount 1'],
    has: [...OLD, 'page 20 shmem dirty in the page cache', 'parent alive, 2 page-table pages'],
  },
  {
    name: 'F12',
    says: 'EBUSY: user space is to fill the hole',
    plays: [...one, uffdRegister(PARENT, 0, 2, 'missing'), collapse(PARENT, 0)],
    geometry: SHMEM,
    outcome: 'EBUSY@4',
    counts: ['20: refcount 1'],
    has: OLD,
  },
  {
    name: 'F13',
    says: 'a protected page is a marker then, and its table stays; the other mapping has the leaf',
    plays: [
      ...both,
      uffdRegister(PARENT, 0, 2, 'wp'),
      uffdProtect(PARENT, 0, 'on'),
      mmap(fileMapping('shmem 2M again', { at: 2, pages: 2 }, 'shmem', 'shared')),
      collapse(PARENT, 1),
    ],
    geometry: SHMEM,
    counts: [BY_LEAF, ...MAPPED],
    has: [...CACHED, 'table 0 pte[0] uffd-wp marker', 'parent alive, 2 page-table pages'],
  },
  {
    name: 'F14',
    says: 'EINVAL: its own table is not replaced (SCAN_PTE_UFFD_WP); a read maps the page protected',
    plays: [
      ...both,
      uffdRegister(PARENT, 0, 2, 'wp'),
      uffdProtect(PARENT, 0, 'on'),
      collapse(PARENT, 0),
      read(PARENT, 0),
    ],
    geometry: SHMEM,
    outcome: 'EINVAL@6',
    counts: [
      '16: refcount 3, mapcount 1, large mapcount 1, nr_pages_mapped 1',
      'parent MM_SHMEMPAGES 1',
      'NR_FILE_MAPPED 1',
    ],
    has: [...CACHED, 'table 0 pte[0] pfn 16 RO young dirty WB uffd-wp'],
  },
];

const FILE = cacheOf('file', 2);
const SMALL_ONLY = cacheOf('file', 3, false);
const file = mmap(notifiedFile('file 2M', { at: 0, pages: 2 }));
const reader = mmap(fileMapping('private file 2M', { at: 2, pages: 2 }, 'file', 'private'));
const text = mmap(fileMapping('private file 2M', { at: 0, pages: 2 }, 'file', 'private'));
const page2 = mmap(notifiedFile('page 2 of the file', { at: 2, pages: 1, pfn: 2 }));
const closed: readonly Played[] = [file, write(PARENT, 0), munmap(PARENT, 0, 2), reader];

const OF_FILES: readonly Accounted[] = [
  {
    name: 'F15',
    says: 'what nobody mapped is read in, and nr_thps counts the folio',
    plays: [text, collapse(PARENT, 0)],
    geometry: SMALL_ONLY,
    counts: [BY_LEAF, 'parent MM_FILEPAGES 2', 'NR_FILE_MAPPED 2, NR_FILE_PMDMAPPED 2'],
    has: ['address_space nrpages 2, nr_thps 1', 'parent pmd[0] leaf pfn 16 RO young WB'],
  },
  {
    name: 'F16',
    says: 'whoever opens it for writing empties the page cache; private copies stay (v5.16)',
    plays: [text, write(PARENT, 0), collapse(PARENT, 0), page2],
    geometry: SMALL_ONLY,
    outcome: 'EINVAL@3',
    counts: ['23: refcount 1, mapcount 1', 'parent MM_ANONPAGES 1', 'NR_ANON_MAPPED 1'],
    has: ['table 0 pte[0] pfn 23 RW young dirty WB'],
  },
  {
    name: 'F17',
    says: 'and with it a dirty page elsewhere in the file is lost',
    plays: [page2, write(PARENT, 2), munmap(PARENT, 2, 3), text, collapse(PARENT, 0), page2],
    geometry: SMALL_ONLY,
    outcome: 'I-FILEDATA@6',
    counts: [],
  },
  {
    name: 'F18',
    says: 'but for 6.12.117, which writes it when it collapses',
    plays: [page2, write(PARENT, 2), munmap(PARENT, 2, 3), text, read(PARENT, 0), collapse(PARENT, 0), page2],
    geometry: SMALL_ONLY,
    kernel: 'v6.12.117',
    counts: [],
  },
  {
    name: 'F19',
    says: 'EINVAL: the file is open for writing',
    plays: [file, read(PARENT, 0), collapse(PARENT, 0)],
    geometry: FILE,
    outcome: 'EINVAL@3',
    counts: ['20: refcount 2, mapcount 1', 'parent MM_FILEPAGES 1', 'NR_FILE_MAPPED 1'],
  },
  {
    name: 'F20',
    says: 'since v7.2 that is no reason: what is dirty is written, and collapsed clean',
    plays: [file, write(PARENT, 0), collapse(PARENT, 0)],
    geometry: FILE,
    kernel: 'v7.3',
    counts: [BY_LEAF, 'parent MM_FILEPAGES 2', 'NR_FILE_MAPPED 2, NR_FILE_PMDMAPPED 2'],
    has: ['page 16 file head in the page cache', 'parent pmd[0] leaf pfn 16 RO young WB'],
  },
  {
    name: 'F21',
    says: 'khugepaged leaves dirty pages of a file that is open for writing alone',
    plays: [file, write(PARENT, 0), collapse(PARENT, 0, 'khugepaged')],
    geometry: FILE,
    kernel: 'v7.3',
    outcome: 'EAGAIN@3',
    counts: ['20: refcount 2, mapcount 1', 'parent MM_FILEPAGES 1', 'NR_FILE_MAPPED 1'],
    has: ['page 20 file dirty in the page cache'],
  },
  {
    name: 'F22',
    says: 'a file that is closed again, and still dirty, is written, and collapsed (v7.0)',
    plays: [...closed, collapse(PARENT, 1)],
    geometry: FILE,
    counts: [BY_LEAF, 'parent MM_FILEPAGES 2', 'NR_FILE_MAPPED 2, NR_FILE_PMDMAPPED 2'],
    has: ['page 16 file head in the page cache'],
  },
  {
    name: 'F23',
    says: 'until v6.18 it is written, and MADV_COLLAPSE fails; the next one does not',
    plays: [...closed, collapse(PARENT, 1)],
    geometry: FILE,
    kernel: 'v6.18',
    outcome: 'EINVAL@5',
    counts: ['20: refcount 1'],
    has: ['page 20 file referenced in the page cache'],
  },
  {
    name: 'F24',
    says: 'EINVAL: no large folios on this file system (v7.2)',
    plays: [text, collapse(PARENT, 0)],
    geometry: SMALL_ONLY,
    kernel: 'v7.3',
    outcome: 'EINVAL@2',
    counts: [],
  },
  {
    name: 'F25',
    says: 'EINVAL, until v6.17: no leaf where there is no PMD table; the file is collapsed all the same',
    plays: [...both, fork, exit(PARENT), collapse(CHILD, 0)],
    geometry: SHMEM,
    kernel: 'v6.17',
    outcome: 'EINVAL@6',
    counts: ['16: refcount 2'],
    has: CACHED,
  },
];

/** Four pages a leaf, two of which may be one folio: frames 16 and 20 are huge, 24 and 26 begin folios of 2 pages. */
const FOUR: Partial<Geometry> = {
  puds: 1,
  ptrsPerPmd: 1,
  ptrsPerPte: 4,
  memory: [...blocks('shmem', 4, 2), ...blocks('shmem', 2, 2), ...blocks('shmem', 1, 2)],
  pageCache: { use: 'shmem', pages: 4, largeFolios: true, mthp: 2 },
};
const four = mmap(fileMapping('shmem of 4 pages', { at: 0, pages: 4 }, 'shmem', 'shared'));

const OF_FOLIOS: readonly Accounted[] = [
  {
    name: 'F26',
    says: 'a folio of 2 pages and 2 holes: 4 references of the page cache, and the leaf',
    plays: [four, write(PARENT, 0), collapse(PARENT, 0)],
    geometry: FOUR,
    counts: [
      '16: refcount 5, entire mapcount 1, large mapcount 1, nr_pages_mapped ENTIRELY_MAPPED',
      'parent MM_SHMEMPAGES 4',
      'NR_FILE_MAPPED 4, NR_SHMEM_PMDMAPPED 4',
    ],
    has: ['i_pages[0] page 16', 'i_pages[3] page 19', 'address_space nrpages 4'],
  },
  {
    name: 'F27',
    says: 'EINVAL, in v6.11 (SCAN_PAGE_COMPOUND)',
    plays: [four, write(PARENT, 0), collapse(PARENT, 0)],
    geometry: FOUR,
    kernel: 'v6.11',
    outcome: 'EINVAL@3',
    counts: [
      '24: refcount 4, mapcount 1, large mapcount 2, nr_pages_mapped 2',
      '25: mapcount 1',
      'parent MM_SHMEMPAGES 2',
      'NR_FILE_MAPPED 2',
    ],
    has: ['i_pages[0] page 24', 'i_pages[1] page 25', 'address_space nrpages 2'],
  },
];

export const PAGE_CACHE: readonly Accounted[] = [...COLLAPSED, ...REFUSED, ...OF_FILES, ...OF_FOLIOS];
