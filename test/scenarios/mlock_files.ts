/** mlock() of files on v7.1, step by step: several that lock a folio, and who takes it away all the same. */
import { fileMapping } from '../../model/drivers/driver.ts';
import { blocks, SMALL } from '../../model/state/geometry.ts';
import { CHILD, type Numbered, PARENT, SHMEM_BY_LEAF } from './numbered.ts';
import { collapse, fork, mlock, mmap, munlock, pin, read, type Stage, truncate } from './play.ts';

const FILE: Stage = { geometry: { ...SMALL, locks: 1, memory: blocks('file', 2, 1) } };
const PINNED: Stage = { geometry: { ...SMALL, locks: 1, pins: 1, memory: blocks('file', 2, 1) } };
const TABLE: Stage = {
  geometry: {
    ...SMALL,
    locks: 1,
    memory: [...blocks('shmem', 2, 1), ...blocks('shmem', 1, 2)],
    pageCache: { use: 'shmem', pages: 2, largeFolios: true },
  },
};

const shmem = mmap(fileMapping('shmem 2M', { at: 0, pages: 2 }, 'shmem', 'shared'));
const file = mmap(fileMapping('file 2M', { at: 0, pages: 2 }, 'file', 'shared'));
const pageOfFile = mmap(fileMapping('a page of it', { at: 2, pages: 1 }, 'file', 'shared'));

export const LOCKED_FILES: readonly Numbered[] = [
  {
    name: 'file, locked by the child',
    says: 'two mappings that are locked: two counts',
    plays: [file, read(PARENT, 0), fork, mlock(PARENT, 0, 2), mlock(CHILD, 0, 2)],
    place: FILE,
    accounts: [
      'file 16: ref 4 em 2 lm 2 npm E parent:1 child:1 S pm 0 0 mlocked 2',
      'parent: MM_FILEPAGES 2',
      'child: MM_FILEPAGES 2',
      'NR_FILE_MAPPED 2, NR_FILE_PMDMAPPED 2',
    ],
    parent: ['pmd[0] leaf pfn 16 RW young WB'],
    child: ['pmd[0] leaf pfn 16 RW young WB'],
  },
  {
    name: 'file, locked by the child, munlock',
    says: 'one is left',
    plays: [file, read(PARENT, 0), fork, mlock(PARENT, 0, 2), mlock(CHILD, 0, 2), munlock(PARENT, 0, 2)],
    place: FILE,
    accounts: [
      'file 16: ref 4 em 2 lm 2 npm E parent:1 child:1 S pm 0 0 mlocked 1',
      'parent: MM_FILEPAGES 2',
      'child: MM_FILEPAGES 2',
      'NR_FILE_MAPPED 2, NR_FILE_PMDMAPPED 2',
    ],
    parent: ['pmd[0] leaf pfn 16 RW young WB'],
    child: ['pmd[0] leaf pfn 16 RW young WB'],
  },
  {
    name: 'shmem in small pages, MADV_COLLAPSE',
    says: 'a lock keeps no page where it is: the folio is mapped in their place, and marked',
    plays: [shmem, mlock(PARENT, 0, 2), collapse(PARENT, 0)],
    place: TABLE,
    accounts: ['shmem 16: ref 3 em 1 lm 1 npm E parent:1 pm 0 0 mlocked 1', ...SHMEM_BY_LEAF],
    parent: ['pmd[0] leaf pfn 16 RW young WB'],
  },
  {
    name: 'shmem in small pages, khugepaged',
    says: 'nor does it keep them mapped: the next fault finds the folio',
    plays: [shmem, mlock(PARENT, 0, 2), collapse(PARENT, 0, 'khugepaged')],
    place: TABLE,
    accounts: ['shmem 16: ref 2 em 0 lm 0 npm 0 pm 0 0'],
  },
  {
    name: 'file, pinned, truncation of a part',
    says: 'what cannot be split is unmapped, its first page too, although it is locked',
    plays: [pageOfFile, mlock(PARENT, 2, 3), pin(PARENT, 2, 'read'), truncate('file', 1)],
    place: PINNED,
    accounts: ['file 16: ref 1 em 0 lm 0 npm 0 pm 0 0'],
  },
];
