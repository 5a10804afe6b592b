/** Who reads page tables, and mbind(), on v7.1, step by step: what is still there afterwards. A PMD leaf has 2 pages. */
import { anonMemory, faultDriver, fileMapping } from '../../model/drivers/driver.ts';
import { blocks, type Geometry, SMALL } from '../../model/state/geometry.ts';
import { BY_LEAF, BY_PTES, CHILD, type Numbered, ONE_PAGE, PARENT, SHMEM_BY_LEAF } from './numbered.ts';
import {
  fork,
  mbind,
  migrate,
  mincore,
  mmap,
  mprotect,
  munmap,
  nodeOf,
  pin,
  procRead,
  read,
  type Stage,
  write,
} from './play.ts';

const ANON: Geometry = {
  ...SMALL,
  policies: 1,
  migrations: 1,
  pins: 1,
  memory: [...blocks('anon', 2, 2), ...blocks('anon', 1, 3)],
};
const MEMORY: Stage = { geometry: ANON };
const BAR: Stage = { geometry: { ...SMALL, policies: 1, migrations: 1, memory: [] } };
const FILE: Stage = { geometry: { ...SMALL, memory: blocks('shmem', 2, 1) } };

const gib = [mmap(faultDriver('BAR 1G', { at: 0, pages: 4 })), write(PARENT, 0)];
const mib = [mmap(faultDriver('BAR 2M', { at: 0, pages: 2 })), write(PARENT, 0)];
const huge = [mmap(anonMemory('anon 2M', { at: 0, pages: 2 })), write(PARENT, 0)];
const small = [mmap(anonMemory('anon page', { at: 0, pages: 1 })), write(PARENT, 0)];
const shmem = [mmap(fileMapping('shmem 2M', { at: 0, pages: 2 }, 'shmem', 'shared')), read(PARENT, 0)];

const LAZY = { nodes: 'elsewhere', strict: false } as const;
const STRICT = { nodes: 'elsewhere', strict: true } as const;
const MOVE = { nodes: 'elsewhere', strict: true, move: true } as const;

export const READ: readonly Numbered[] = [
  {
    name: 'smaps of a PUD leaf',
    says: 'the walk splits it on the way: nothing is mapped',
    plays: [...gib, procRead(PARENT, 'smaps')],
    place: BAR,
  },
  {
    name: 'smaps of a PUD leaf that stays',
    says: 'what no release does',
    plays: [...gib, procRead(PARENT, 'smaps')],
    place: BAR,
    toggle: 'readers-pud=kept',
    parent: ['pud[0] (from page 0) leaf pfn 0 RW young dirty special UC-'],
  },
  { name: 'numa_maps of a PUD leaf', says: 'likewise', plays: [...gib, procRead(PARENT, 'numa_maps')], place: BAR },
  {
    name: 'pagemap of a PUD leaf',
    says: 'pagemap skips VM_PFNMAP',
    plays: [...gib, procRead(PARENT, 'pagemap')],
    place: BAR,
    parent: ['pud[0] (from page 0) leaf pfn 0 RW young dirty special UC-'],
  },
  {
    name: 'mincore of a PUD leaf',
    says: 'mincore() skips VM_PFNMAP',
    plays: [...gib, mincore(PARENT, 0, 4)],
    place: BAR,
    parent: ['pud[0] (from page 0) leaf pfn 0 RW young dirty special UC-'],
  },
  {
    name: 'mincore of a PUD leaf, v7.3',
    says: 'it is counted, and stays',
    plays: [...gib, mincore(PARENT, 0, 4)],
    place: BAR,
    toggle: 'mincore-walk=vma',
    parent: ['pud[0] (from page 0) leaf pfn 0 RW young dirty special UC-'],
  },
  {
    name: 'move_pages of a PUD leaf',
    says: 'no page: nothing changes',
    plays: [...gib, nodeOf(PARENT, 3)],
    place: BAR,
    result: 'ENOENT@3',
    parent: ['pud[0] (from page 0) leaf pfn 0 RW young dirty special UC-'],
  },
  {
    name: 'smaps of a PMD leaf',
    says: 'a leaf of frames stays',
    plays: [...mib, procRead(PARENT, 'smaps'), procRead(PARENT, 'numa_maps')],
    place: BAR,
    parent: ['pmd[0] leaf pfn 0 RW young dirty special UC-'],
  },
  {
    name: 'all of a THP',
    says: 'nothing changes',
    plays: [
      ...huge,
      procRead(PARENT, 'smaps'),
      procRead(PARENT, 'numa_maps'),
      procRead(PARENT, 'pagemap'),
      mincore(PARENT, 0, 2),
      nodeOf(PARENT, 1),
    ],
    place: MEMORY,
    accounts: ['anon 16: ref 1 em 1 lm 1 npm E parent:1 pm 0 0 AE 0', ...BY_LEAF],
    parent: ['pmd[0] leaf pfn 16 RW young dirty WB'],
  },
  {
    name: 'all of a migration entry',
    says: 'nothing changes',
    plays: [
      ...huge,
      migrate(PARENT, 0),
      procRead(PARENT, 'smaps'),
      procRead(PARENT, 'numa_maps'),
      procRead(PARENT, 'pagemap'),
      mincore(PARENT, 0, 2),
    ],
    place: MEMORY,
    accounts: ['anon 16: ref 1 em 0 lm 0 npm 0 pm 0 0', 'parent: MM_ANONPAGES 2'],
    parent: ['pmd[0] writable migration entry pfn 16'],
  },
  {
    name: 'all of PTEs and a hole',
    says: 'nothing changes',
    plays: [
      ...huge,
      munmap(PARENT, 1, 2),
      procRead(PARENT, 'smaps'),
      procRead(PARENT, 'numa_maps'),
      procRead(PARENT, 'pagemap'),
      mincore(PARENT, 0, 1),
    ],
    place: MEMORY,
    accounts: ['anon 16: ref 1 em 0 lm 1 npm 1 parent:1 pm 1 0 AE 0 1 defer', ...ONE_PAGE],
    parent: ['page 0 pfn 16 RW young dirty WB'],
  },
  {
    name: 'all of shmem',
    says: 'nothing changes',
    plays: [
      ...shmem,
      procRead(PARENT, 'smaps'),
      procRead(PARENT, 'numa_maps'),
      procRead(PARENT, 'pagemap'),
      mincore(PARENT, 0, 2),
      nodeOf(PARENT, 0),
    ],
    place: FILE,
    accounts: ['shmem 16: ref 3 em 1 lm 1 npm E parent:1 pm 0 0', ...SHMEM_BY_LEAF],
    parent: ['pmd[0] leaf pfn 16 RW young WB'],
  },
  {
    name: 'mbind',
    says: 'the policy alone: nothing moves',
    plays: [...huge, mbind(PARENT, 0, 2, LAZY)],
    place: MEMORY,
    accounts: ['anon 16: ref 1 em 1 lm 1 npm E parent:1 pm 0 0 AE 0', ...BY_LEAF],
    parent: ['pmd[0] leaf pfn 16 RW young dirty WB'],
  },
  {
    name: 'mbind of a page',
    says: 'the VMA is split, and the leaf with it',
    plays: [...huge, mbind(PARENT, 0, 1, LAZY)],
    place: MEMORY,
    accounts: ['anon 16: ref 2 em 0 lm 2 npm 2 parent:2 pm 1 1 AE 0 1', ...BY_PTES],
    parent: ['page 0 pfn 16 RW young dirty WB', 'page 1 pfn 17 RW young dirty WB'],
  },
  {
    name: 'mbind, strict',
    says: 'EIO, and the VMA as it was',
    plays: [...huge, mbind(PARENT, 0, 1, STRICT)],
    place: MEMORY,
    result: 'EIO@3',
    accounts: ['anon 16: ref 1 em 1 lm 1 npm E parent:1 pm 0 0 AE 0', ...BY_LEAF],
    parent: ['pmd[0] leaf pfn 16 RW young dirty WB'],
  },
  {
    name: 'mbind of a PUD leaf, strict',
    says: 'the walk splits it; no page is found',
    plays: [...gib, mbind(PARENT, 0, 4, STRICT)],
    place: BAR,
  },
  {
    name: 'mbind of a PMD leaf, strict',
    says: 'its frame is taken for a folio',
    plays: [...mib, mbind(PARENT, 0, 2, STRICT)],
    place: BAR,
    result: 'no-struct-page@3',
    parent: ['pmd[0] leaf pfn 0 RW young dirty special UC-'],
  },
  {
    name: 'mbind of a PMD leaf, strict, v7.3',
    says: 'a leaf of frames is none of a folio',
    plays: [...mib, mbind(PARENT, 0, 2, STRICT)],
    place: BAR,
    toggle: 'walked-leaf-page=normal',
    parent: ['pmd[0] leaf pfn 0 RW young dirty special UC-'],
  },
  {
    name: 'move a THP',
    says: 'as a whole',
    plays: [...huge, mbind(PARENT, 0, 2, MOVE)],
    place: MEMORY,
    accounts: ['anon 18: ref 1 em 1 lm 1 npm E parent:1 pm 0 0 AE 0', ...BY_LEAF],
    parent: ['pmd[0] leaf pfn 18 RW young dirty WB'],
  },
  {
    name: 'move a page of a THP',
    says: 'the leaf is split with its VMA, and all of the folio moves',
    plays: [...huge, mbind(PARENT, 0, 1, MOVE)],
    place: MEMORY,
    accounts: ['anon 18: ref 2 em 0 lm 2 npm 2 parent:2 pm 1 1 AE 0 1 defer', ...BY_PTES],
    parent: ['page 0 pfn 18 RW young dirty WB', 'page 1 pfn 19 RW young dirty WB'],
  },
  {
    name: 'move PTEs of a THP',
    says: 'all of the folio, once',
    plays: [...huge, mprotect(PARENT, 0, 1, 'R'), mbind(PARENT, 0, 2, MOVE)],
    place: MEMORY,
    accounts: ['anon 18: ref 2 em 0 lm 2 npm 2 parent:2 pm 1 1 AE 0 1 defer', ...BY_PTES],
    parent: ['page 0 pfn 18 RO young dirty WB', 'page 1 pfn 19 RW young dirty WB'],
  },
  {
    name: 'move what is shared',
    says: 'left alone, which is no failure',
    plays: [...small, fork, mbind(CHILD, 0, 1, MOVE)],
    place: MEMORY,
    accounts: ['anon 20: ref 2 pm 2', 'parent: MM_ANONPAGES 1', 'child: MM_ANONPAGES 1', 'NR_ANON_MAPPED 1'],
    parent: ['page 0 pfn 20 RO young dirty WB'],
    child: ['page 0 pfn 20 RO dirty WB'],
  },
  {
    name: 'move what is pinned',
    says: 'left alone; MPOL_MF_STRICT says so',
    plays: [...huge, pin(PARENT, 0, 'write'), mbind(PARENT, 0, 2, MOVE)],
    place: MEMORY,
    result: 'EIO@4',
    accounts: ['anon 16: ref 2 em 1 lm 1 npm E parent:1 pm 0 0 AE 0', ...BY_LEAF],
    parent: ['pmd[0] leaf pfn 16 RW young dirty WB'],
  },
  {
    name: 'move a BAR',
    says: 'VM_PFNMAP is skipped',
    plays: [...mib, mbind(PARENT, 0, 2, { ...LAZY, move: true })],
    place: BAR,
    parent: ['pmd[0] leaf pfn 0 RW young dirty special UC-'],
  },
  {
    name: 'move a BAR, strict',
    says: 'MPOL_MF_STRICT walks it: its frame is taken for a folio',
    plays: [...mib, mbind(PARENT, 0, 2, MOVE)],
    place: BAR,
    result: 'no-struct-page@3',
    parent: ['pmd[0] leaf pfn 0 RW young dirty special UC-'],
  },
];
