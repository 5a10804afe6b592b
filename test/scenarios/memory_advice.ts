/** madvise(), and reclaim of what is given up. See memory.ts. */
import type { Accounted } from './accounted.ts';
import { anon, MTHP, PARENT, SMALL_PAGES, THPS } from './memory.ts';
import { fork, madvise, mmap, pin, type Played, reclaim, unpin, write } from './play.ts';

const thp: readonly Played[] = [mmap(anon), write(PARENT, 0)];
const givenUp: readonly Played[] = [...thp, madvise(PARENT, 0, 2, 'FREE')];
/** It stays, and is dirty. */
const writtenTo: readonly Played[] = [...givenUp, write(PARENT, 0), reclaim(PARENT, 0)];
const DROPPED = madvise(PARENT, 0, 2, 'DONTNEED');

export const ADVICE: readonly Accounted[] = [
  {
    name: 'M1',
    says: 'a leaf that is given up is dropped with its deposit',
    plays: [...givenUp, reclaim(PARENT, 0)],
    geometry: THPS,
    counts: [],
    has: ['parent alive, 1 page-table page'],
  },
  {
    name: 'M2',
    says: 'one that is written to again stays, and is not given up any more',
    plays: [...givenUp, write(PARENT, 1), reclaim(PARENT, 0)],
    geometry: THPS,
    counts: [
      '16: refcount 1, entire mapcount 1, large mapcount 1, nr_pages_mapped ENTIRELY_MAPPED',
      'parent MM_ANONPAGES 2',
      'NR_ANON_MAPPED 2, NR_ANON_THPS 2',
    ],
    has: ['parent pmd[0] leaf pfn 16 RW young dirty WB', 'page 16 anon head AnonExclusive dirty'],
  },
  {
    name: 'M3',
    says: 'one that is pinned stays, still given up',
    plays: [...givenUp, pin(PARENT, 0, 'read'), reclaim(PARENT, 0)],
    geometry: THPS,
    counts: [
      '16: refcount 2, pincount 1, entire mapcount 1, large mapcount 1, nr_pages_mapped ENTIRELY_MAPPED',
      'parent MM_ANONPAGES 2',
      'NR_ANON_MAPPED 2, NR_ANON_THPS 2',
    ],
    has: ['parent pmd[0] leaf pfn 16 RW WB', 'page 16 anon head AnonExclusive referenced lazyfree'],
  },
  {
    name: 'M4',
    says: 'and goes when it is let go',
    plays: [...givenUp, pin(PARENT, 0, 'read'), reclaim(PARENT, 0), unpin(0), reclaim(PARENT, 0)],
    geometry: THPS,
    counts: [],
  },
  {
    name: 'M5',
    says: 'a leaf that another process maps is not given up',
    plays: [...thp, fork, madvise(PARENT, 0, 2, 'FREE')],
    geometry: THPS,
    counts: [
      '16: refcount 2, entire mapcount 2, large mapcount 2, nr_pages_mapped ENTIRELY_MAPPED',
      'parent MM_ANONPAGES 2, child MM_ANONPAGES 2',
      'NR_ANON_MAPPED 2, NR_ANON_THPS 2',
    ],
    has: ['page 16 anon head'],
  },
  {
    name: 'M6',
    says: 'the folio of a leaf is split when a part of it is given up, and the rest stays as it was',
    plays: [...thp, madvise(PARENT, 1, 2, 'FREE')],
    geometry: THPS,
    counts: ['16: refcount 1, mapcount 1', '17: refcount 1, mapcount 1', 'parent MM_ANONPAGES 2', 'NR_ANON_MAPPED 2'],
    has: [
      'table 0 pte[0] pfn 16 RW young dirty WB',
      'page 16 anon AnonExclusive dirty',
      'table 0 pte[1] pfn 17 RW WB',
      'page 17 anon AnonExclusive lazyfree',
    ],
  },
  {
    name: 'M6, pinned',
    says: 'one that is pinned is not split, and nothing of it is given up',
    plays: [...thp, pin(PARENT, 0, 'write'), madvise(PARENT, 1, 2, 'FREE')],
    geometry: { ...THPS, pins: 1 },
    counts: [
      '16: refcount 2, pincount 1, entire mapcount 1, large mapcount 1, nr_pages_mapped ENTIRELY_MAPPED',
      'parent MM_ANONPAGES 2',
      'NR_ANON_MAPPED 2, NR_ANON_THPS 2',
    ],
    has: ['parent pmd[0] leaf pfn 16 RW young dirty WB', 'page 16 anon head AnonExclusive referenced'],
  },
  {
    name: 'M7',
    says: 'a leaf that is given up before a fork is dropped from both',
    plays: [...givenUp, fork, reclaim(PARENT, 0)],
    geometry: THPS,
    counts: [],
    has: ['child alive, 1 page-table page'],
  },
  {
    name: 'M8',
    says: 'PTEs of a folio that is given up are dropped, VMA by VMA',
    plays: [...givenUp, madvise(PARENT, 0, 1, 'DONTFORK'), reclaim(PARENT, 1)],
    geometry: MTHP,
    counts: [],
  },
  {
    name: 'M9',
    says: 'PTEs of one that is pinned stay as they were',
    plays: [...givenUp, pin(PARENT, 1, 'read'), reclaim(PARENT, 1)],
    geometry: MTHP,
    counts: [
      '16: refcount 3, mapcount 1, pincount 1, large mapcount 2, nr_pages_mapped 2',
      '17: mapcount 1',
      'parent MM_ANONPAGES 2',
      'NR_ANON_MAPPED 2',
    ],
    has: [
      'table 0 pte[0] pfn 16 RW WB',
      'table 0 pte[1] pfn 17 RW WB',
      'page 16 anon head AnonExclusive referenced lazyfree',
    ],
  },
  {
    name: 'M10',
    says: 'a folio of which a part is given up is split',
    plays: [...thp, madvise(PARENT, 0, 1, 'FREE')],
    geometry: MTHP,
    counts: ['16: refcount 1, mapcount 1', '17: refcount 1, mapcount 1', 'parent MM_ANONPAGES 2', 'NR_ANON_MAPPED 2'],
    has: [
      'table 0 pte[0] pfn 16 RW WB',
      'table 0 pte[1] pfn 17 RW young dirty WB',
      'page 16 anon AnonExclusive lazyfree',
      'page 17 anon AnonExclusive dirty',
    ],
  },
  {
    name: 'M11',
    says: 'a small page is',
    plays: [...thp, madvise(PARENT, 0, 1, 'FREE')],
    geometry: SMALL_PAGES,
    counts: ['16: refcount 1, mapcount 1', 'parent MM_ANONPAGES 1', 'NR_ANON_MAPPED 1'],
    has: ['table 0 pte[0] pfn 16 RW WB', 'page 16 anon AnonExclusive lazyfree'],
  },
  {
    name: 'M12',
    says: 'a folio that was written to is given up again',
    plays: [...writtenTo, madvise(PARENT, 0, 2, 'FREE')],
    geometry: MTHP,
    counts: [
      '16: refcount 2, mapcount 1, large mapcount 2, nr_pages_mapped 2',
      '17: mapcount 1',
      'parent MM_ANONPAGES 2',
      'NR_ANON_MAPPED 2',
    ],
    has: ['table 0 pte[0] pfn 16 RW WB', 'table 0 pte[1] pfn 17 RW WB', 'page 16 anon head AnonExclusive lazyfree'],
  },
  {
    name: 'M13',
    says: 'but not while another process maps a part of it',
    plays: [
      ...thp,
      madvise(PARENT, 0, 1, 'DONTFORK'),
      fork,
      madvise(PARENT, 0, 1, 'DOFORK'),
      ...writtenTo.slice(2),
      madvise(PARENT, 0, 2, 'FREE'),
    ],
    geometry: MTHP,
    counts: [
      '16: refcount 3, mapcount 1, large mapcount 3, nr_pages_mapped 2',
      '17: mapcount 2',
      'parent MM_ANONPAGES 2, child MM_ANONPAGES 1',
      'NR_ANON_MAPPED 2',
    ],
    has: [
      'table 0 pte[0] pfn 16 RW young dirty WB',
      'table 0 pte[1] pfn 17 RO WB',
      'page 16 anon head AnonExclusive dirty',
    ],
  },
  {
    name: 'M14',
    says: 'a folio that is mapped in part only is split, its other pages are free, and what is left is given up',
    plays: [...thp, madvise(PARENT, 1, 2, 'DONTNEED'), madvise(PARENT, 0, 2, 'FREE')],
    geometry: MTHP,
    counts: ['16: refcount 1, mapcount 1', 'parent MM_ANONPAGES 1', 'NR_ANON_MAPPED 1'],
    has: ['table 0 pte[0] pfn 16 RW WB', 'page 16 anon AnonExclusive lazyfree'],
  },
  {
    name: 'M15',
    says: 'half of a THP is dropped (V3)',
    plays: [...thp, madvise(PARENT, 0, 1, 'DONTNEED')],
    geometry: THPS,
    counts: [
      '16: refcount 1, large mapcount 1, nr_pages_mapped 1',
      '17: mapcount 1',
      'parent MM_ANONPAGES 1',
      'NR_ANON_MAPPED 1',
    ],
    has: ['table 0 pte[1] pfn 17 RW young dirty WB', 'page 16 anon head AnonExclusive dirty partially mapped'],
  },
  {
    name: 'M16',
    says: 'a table that is emptied as a whole is freed',
    plays: [...thp, DROPPED],
    geometry: SMALL_PAGES,
    counts: [],
    has: ['parent alive, 1 page-table page'],
  },
  {
    name: 'M16, before v6.14',
    says: 'it stays',
    plays: [...thp, DROPPED],
    geometry: SMALL_PAGES,
    patch: { reclaims_empty_tables: () => () => false },
    counts: [],
    has: ['parent alive, 2 page-table pages', 'parent pmd[0] table 0'],
  },
  {
    name: 'M17',
    says: 'a leaf across the border of the new VMA is split (V2)',
    plays: [...thp, madvise(PARENT, 0, 1, 'DONTFORK')],
    geometry: THPS,
    counts: [
      '16: refcount 2, mapcount 1, large mapcount 2, nr_pages_mapped 2',
      '17: mapcount 1',
      'parent MM_ANONPAGES 2',
      'NR_ANON_MAPPED 2',
    ],
    has: [
      'parent vma 0 anon pages 0..0 pgoff 0 RW private VM_DONTCOPY anon_vma',
      'parent vma 1 anon pages 1..1 pgoff 1 RW private anon_vma',
      'table 0 pte[0] pfn 16 RW young dirty WB',
      'table 0 pte[1] pfn 17 RW young dirty WB',
    ],
  },
  {
    name: 'M18',
    says: 'the child gets the part that is not left out',
    plays: [...thp, madvise(PARENT, 0, 1, 'DONTFORK'), fork],
    geometry: THPS,
    counts: [
      '16: refcount 3, mapcount 1, large mapcount 3, nr_pages_mapped 2',
      '17: mapcount 2',
      'parent MM_ANONPAGES 2, child MM_ANONPAGES 1',
      'NR_ANON_MAPPED 2',
    ],
    has: [
      'child vma 0 anon pages 1..1 pgoff 1 RW private anon_vma',
      'table 0 pte[0] pfn 16 RW young dirty WB',
      'table 0 pte[1] pfn 17 RO young dirty WB',
      'table 1 pte[1] pfn 17 RO dirty WB',
    ],
  },
  {
    name: 'M19',
    says: 'one VMA again: the child gets all of it',
    plays: [...thp, madvise(PARENT, 0, 1, 'DONTFORK'), madvise(PARENT, 0, 1, 'DOFORK'), fork],
    geometry: THPS,
    counts: [
      '16: refcount 4, mapcount 2, large mapcount 4, nr_pages_mapped 2',
      '17: mapcount 2',
      'parent MM_ANONPAGES 2, child MM_ANONPAGES 2',
      'NR_ANON_MAPPED 2',
    ],
    has: [
      'parent vma 1 anon pages 0..1 pgoff 0 RW private anon_vma',
      'child vma 0 anon pages 0..1 pgoff 0 RW private anon_vma',
    ],
  },
];
