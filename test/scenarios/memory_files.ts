/** Truncation: copies, pins, a folio across the new end. See memory.ts. */
import { blocks } from '../../model/state/geometry.ts';
import { Vma, VmaKind } from '../../model/state/mm_types.ts';
import type { Accounted } from './accounted.ts';
import { PARENT, SHMEM, shmem } from './memory.ts';
import { mmap, munmap, pin, type Played, read, truncate, unpin, write } from './play.ts';

/** The same file once more, privately, in slot 1. */
const copies = { ...shmem, name: 'private', vma: Vma.mkStart(Vma.mkEnd(Vma.mkShared(shmem.vma, 0), 4), 2) };
/** A file of the page cache that is no shmem. */
const file = { ...shmem, name: 'file 2M', vma: Vma.mkKind(shmem.vma, VmaKind.file) };
const FILE = { memory: [...blocks('file', 2, 1), ...blocks('anon', 1, 2)], pins: 1 };

const pinned: readonly Played[] = [mmap(shmem), write(PARENT, 0), pin(PARENT, 0, 'write'), truncate('shmem', 0)];
/** By a PTE, after the leaf has gone in part; clean, and dirty; pinned, so that it cannot be split. */
const clean: readonly Played[] = [
  mmap(file),
  read(PARENT, 0),
  munmap(PARENT, 1, 2),
  read(PARENT, 0),
  pin(PARENT, 0, 'read'),
  truncate('file', 1),
];
const dirty: readonly Played[] = [
  mmap(file),
  write(PARENT, 0),
  munmap(PARENT, 1, 2),
  read(PARENT, 0),
  pin(PARENT, 0, 'read'),
  truncate('file', 1),
];
const before_v6_18 = { truncate_unmaps_unsplit: () => () => false };

export const FILES: readonly Accounted[] = [
  {
    name: 'T1',
    says: 'private copies of what is truncated go, too; those of the rest stay',
    plays: [mmap(shmem), mmap(copies), write(PARENT, 0), write(PARENT, 2), write(PARENT, 3), truncate('shmem', 1)],
    geometry: SHMEM,
    counts: ['16: refcount 1', '18: refcount 1, mapcount 1', 'parent MM_ANONPAGES 1', 'NR_ANON_MAPPED 1'],
    has: ['table 0 pte[0] pfn 18 RW young dirty WB', 'page 16 shmem dirty referenced in the page cache'],
  },
  {
    name: 'T2',
    says: 'a pinned folio leaves the page cache, and the file has no other frames until it is let go',
    plays: [...pinned, read(PARENT, 0)],
    geometry: SHMEM,
    outcome: 'OOM@5',
    counts: ['16: refcount 1, pincount 1'],
    has: ['page 16 shmem head referenced'],
  },
  {
    name: 'T3',
    says: 'then it has a new folio',
    plays: [...pinned, unpin(0), read(PARENT, 0)],
    geometry: SHMEM,
    counts: [
      '16: refcount 3, entire mapcount 1, large mapcount 1, nr_pages_mapped ENTIRELY_MAPPED',
      'parent MM_SHMEMPAGES 2',
      'NR_FILE_MAPPED 2, NR_SHMEM_PMDMAPPED 2',
    ],
    has: ['parent pmd[0] leaf pfn 16 RW young WB', 'page 16 shmem head in the page cache'],
  },
  {
    name: 'T4',
    says: 'a shmem folio across the new end is split, and what is behind it goes; a new page is a small one then',
    plays: [mmap(shmem), read(PARENT, 0), truncate('shmem', 1), read(PARENT, 1)],
    geometry: SHMEM,
    counts: ['16: refcount 1', '17: refcount 2, mapcount 1', 'parent MM_SHMEMPAGES 1', 'NR_FILE_MAPPED 1'],
    has: [
      'page 16 shmem dirty referenced in the page cache',
      'page 17 shmem in the page cache',
      'table 0 pte[1] pfn 17 RW young WB',
    ],
  },
  {
    name: 'T4, once all of it has gone',
    says: 'it has a large folio again',
    plays: [mmap(shmem), read(PARENT, 0), truncate('shmem', 1), truncate('shmem', 0), read(PARENT, 1)],
    geometry: SHMEM,
    counts: [
      '16: refcount 3, entire mapcount 1, large mapcount 1, nr_pages_mapped ENTIRELY_MAPPED',
      'parent MM_SHMEMPAGES 2',
      'NR_FILE_MAPPED 2, NR_SHMEM_PMDMAPPED 2',
    ],
  },
  {
    name: 'T4, pinned',
    says: 'one that is pinned cannot be split, and stays; its pages come back by PTEs that are there, or by a leaf',
    plays: [mmap(shmem), read(PARENT, 0), pin(PARENT, 0, 'read'), truncate('shmem', 1), read(PARENT, 1)],
    geometry: SHMEM,
    counts: [
      '16: refcount 4, pincount 1, entire mapcount 1, large mapcount 1, nr_pages_mapped ENTIRELY_MAPPED',
      'parent MM_SHMEMPAGES 2',
      'NR_FILE_MAPPED 2, NR_SHMEM_PMDMAPPED 2',
    ],
    has: ['parent pmd[0] leaf pfn 16 RW young WB', 'page 16 shmem head dirty referenced in the page cache'],
  },
  {
    name: 'T5',
    says: 'a clean folio across the new end that is pinned is unmapped, and leaves the page cache as a whole',
    plays: clean,
    geometry: FILE,
    counts: ['16: refcount 1, pincount 1'],
  },
  {
    name: 'T5, before v6.18',
    says: 'the same by unmap_mapping_folio()',
    plays: clean,
    geometry: FILE,
    patch: before_v6_18,
    counts: ['16: refcount 1, pincount 1'],
  },
  {
    name: 'T6',
    says: 'a dirty one is unmapped, and stays',
    plays: dirty,
    geometry: FILE,
    counts: ['16: refcount 3, pincount 1'],
    has: ['page 16 file head dirty referenced in the page cache'],
  },
  {
    name: 'T6, before v6.18',
    says: 'a dirty one stays, mapped',
    plays: dirty,
    geometry: FILE,
    patch: before_v6_18,
    counts: [
      '16: refcount 4, mapcount 1, pincount 1, large mapcount 1, nr_pages_mapped 1',
      'parent MM_FILEPAGES 1',
      'NR_FILE_MAPPED 1',
    ],
    has: ['table 0 pte[0] pfn 16 RW young dirty WB', 'page 16 file head dirty referenced in the page cache'],
  },
  {
    name: 'T7',
    says: 'a folio that is still mapped when it leaves the page cache',
    plays: [mmap(shmem), munmap(PARENT, 1, 2), read(PARENT, 0), truncate('shmem', 0)],
    geometry: SHMEM,
    patch: { zap_pte_range: () => () => undefined },
    outcome: 'VM_BUG_ON(folio_mapped)@4',
    counts: [
      '16: refcount 3, mapcount 1, large mapcount 1, nr_pages_mapped 1',
      'parent MM_SHMEMPAGES 1',
      'NR_FILE_MAPPED 1',
    ],
    has: ['table 0 pte[0] pfn 16 RW young WB'],
  },
];
