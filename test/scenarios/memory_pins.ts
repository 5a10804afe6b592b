/** Pins: of what is shared, small, unmapped, zero. See memory.ts. */
import type { Driver } from '../../model/drivers/driver.ts';
import type { Patch } from '../../model/mm/kernel.ts';
import { blocks } from '../../model/state/geometry.ts';
import { Prot, Vma, VmaKind } from '../../model/state/mm_types.ts';
import type { Accounted } from './accounted.ts';
import { anon, CHILD, PARENT, SMALL_PAGES, THPS } from './memory.ts';
import { exit, fork, mmap, pin, type Played, read, unpin, write } from './play.ts';

/** Device DAX with folios of PUD size. */
const dax: Driver = {
  name: 'device DAX',
  says: '',
  remaps: [],
  vma: Vma.of({ kind: VmaKind.dax, end: 4, prot: Prot.RW, shared: 1, mayWrite: 1, fault: 1, hugeFault: 1 }),
};
const PUD_DAX = { pins: 1, memory: blocks('dax', 4, 1) };
const shared: readonly Played[] = [mmap(anon), write(PARENT, 0), fork, pin(PARENT, 1, 'read')];
const unmapped: readonly Played[] = [mmap(anon), write(PARENT, 0), pin(PARENT, 0, 'write'), exit(PARENT)];
const sharesPinned: Patch = {
  folio_try_dup_anon_rmap_ptes: (base) => (s, page, nr, dst) => base(s, page, nr, dst, false),
};

export const PINS: readonly Accounted[] = [
  {
    name: 'P1',
    says: 'a read pin of a leaf that is shared: split, and a page copied, which stays read-only',
    plays: shared,
    geometry: THPS,
    counts: [
      '16: refcount 2, mapcount 1, entire mapcount 1, large mapcount 2, nr_pages_mapped ENTIRELY_MAPPED + 1',
      '20: refcount 1, mapcount 1, pincount 1',
      'parent MM_ANONPAGES 2, child MM_ANONPAGES 2',
      'NR_ANON_MAPPED 3, NR_ANON_THPS 2',
    ],
    has: [
      'child pmd[0] leaf pfn 16 RO dirty WB',
      'table 0 pte[0] pfn 16 RO young dirty WB',
      'table 0 pte[1] pfn 20 RO young WB',
      'pin 0 frame 20, for reading, by parent at page 1',
      'page 20 anon AnonExclusive referenced',
    ],
  },
  {
    name: 'P2',
    says: 'and a write goes to the pinned page',
    plays: [...shared, write(PARENT, 1)],
    geometry: THPS,
    counts: [
      '16: refcount 2, mapcount 1, entire mapcount 1, large mapcount 2, nr_pages_mapped ENTIRELY_MAPPED + 1',
      '20: refcount 1, mapcount 1, pincount 1',
      'parent MM_ANONPAGES 2, child MM_ANONPAGES 2',
      'NR_ANON_MAPPED 3, NR_ANON_THPS 2',
    ],
    has: ['table 0 pte[1] pfn 20 RW young dirty WB'],
  },
  {
    name: 'P3',
    says: 'a read pin of a leaf that was shared: it is our own again, and stays read-only',
    plays: [mmap(anon), write(PARENT, 0), fork, exit(CHILD), pin(PARENT, 1, 'read')],
    geometry: THPS,
    counts: [
      '16: refcount 2, pincount 1, entire mapcount 1, large mapcount 1, nr_pages_mapped ENTIRELY_MAPPED',
      'parent MM_ANONPAGES 2',
      'NR_ANON_MAPPED 2, NR_ANON_THPS 2',
    ],
    has: ['parent pmd[0] leaf pfn 16 RO young dirty WB', 'page 16 anon head AnonExclusive'],
  },
  {
    name: 'P4',
    says: 'a pinned small page is copied at once by fork, the other one is shared',
    plays: [mmap(anon), write(PARENT, 0), write(PARENT, 1), pin(PARENT, 0, 'write'), fork],
    geometry: SMALL_PAGES,
    counts: [
      '16: refcount 1, mapcount 1, pincount 1',
      '17: refcount 2, mapcount 2',
      '18: refcount 1, mapcount 1',
      'parent MM_ANONPAGES 2, child MM_ANONPAGES 2',
      'NR_ANON_MAPPED 3',
    ],
    has: [
      'table 0 pte[0] pfn 16 RW young dirty WB',
      'table 0 pte[1] pfn 17 RO young dirty WB',
      'table 1 pte[0] pfn 18 RW young dirty WB',
      'table 1 pte[1] pfn 17 RO dirty WB',
    ],
  },
  {
    name: 'P5',
    says: 'a read pin of a small page that is shared: it is copied, and stays read-only',
    plays: [mmap(anon), write(PARENT, 0), fork, pin(PARENT, 0, 'read')],
    geometry: SMALL_PAGES,
    counts: [
      '16: refcount 1, mapcount 1',
      '17: refcount 1, mapcount 1, pincount 1',
      'parent MM_ANONPAGES 1, child MM_ANONPAGES 1',
      'NR_ANON_MAPPED 2',
    ],
    has: [
      'table 0 pte[0] pfn 17 RO young WB',
      'table 1 pte[0] pfn 16 RO dirty WB',
      'page 17 anon AnonExclusive referenced',
    ],
  },
  {
    name: 'P6',
    says: 'what is pinned lives on unmapped',
    plays: unmapped,
    geometry: SMALL_PAGES,
    counts: ['16: pincount 1'],
    has: ['page 16 anon AnonExclusive referenced'],
  },
  { name: 'P7', says: 'until it is let go', plays: [...unmapped, unpin(0)], geometry: SMALL_PAGES, counts: [] },
  {
    name: 'P8',
    says: 'two pins of one folio',
    plays: [mmap(anon), write(PARENT, 0), pin(PARENT, 0, 'read'), pin(PARENT, 1, 'write')],
    geometry: THPS,
    counts: [
      '16: refcount 3, pincount 2, entire mapcount 1, large mapcount 1, nr_pages_mapped ENTIRELY_MAPPED',
      'parent MM_ANONPAGES 2',
      'NR_ANON_MAPPED 2, NR_ANON_THPS 2',
    ],
    has: ['pin 0 frame 16, for reading, by parent at page 0', 'pin 1 frame 17, for writing, by parent at page 1'],
  },
  {
    name: 'P9',
    says: 'the zero page is pinned without a count',
    plays: [mmap(anon), read(PARENT, 0), pin(PARENT, 0, 'read')],
    geometry: { pins: 1, memory: blocks('zero page', 1, 1) },
    counts: ['16: refcount 1'],
    has: ['pin 0 frame 16, for reading, by parent at page 0'],
  },
  {
    name: 'P10',
    says: 'the huge zero folio is counted like any other',
    plays: [mmap(anon), read(PARENT, 0), pin(PARENT, 1, 'read')],
    geometry: { pins: 1, memory: [...blocks('huge zero', 2, 1), ...blocks('zero page', 1, 1)] },
    counts: ['16: refcount 3, pincount 1', '18: refcount 1'],
    has: ['pin 0 frame 17, for reading, by parent at page 1'],
  },
  {
    name: 'P11',
    says: 'a PUD leaf of device DAX',
    plays: [mmap(dax), write(PARENT, 0), pin(PARENT, 3, 'write')],
    geometry: PUD_DAX,
    counts: [
      '16: refcount 3, pincount 1, entire mapcount 1, large mapcount 1, nr_pages_mapped ENTIRELY_MAPPED',
      'parent MM_FILEPAGES 4',
      'NR_FILE_MAPPED 4',
    ],
    has: ['parent pud[0] leaf pfn 16 RW young dirty WB', 'pin 0 frame 19, for writing, by parent at page 3'],
  },
  {
    name: 'P12',
    says: 'the same by the slow path, which faults it in',
    plays: [mmap(dax), pin(PARENT, 2, 'read')],
    geometry: PUD_DAX,
    counts: [
      '16: refcount 3, pincount 1, entire mapcount 1, large mapcount 1, nr_pages_mapped ENTIRELY_MAPPED',
      'parent MM_FILEPAGES 4',
      'NR_FILE_MAPPED 4',
    ],
    has: ['parent pud[0] leaf pfn 16 RW young WB', 'pin 0 frame 18, for reading, by parent at page 2'],
  },
  {
    name: 'P13',
    says: 'a fork that shares a pinned page is found out when it is let go',
    plays: [mmap(anon), write(PARENT, 0), pin(PARENT, 0, 'write'), fork, unpin(0)],
    geometry: SMALL_PAGES,
    patch: sharesPinned,
    outcome: 'I-PIN@4 pin-not-exclusive@5',
    counts: [
      '16: refcount 2, mapcount 2, pincount 1',
      'parent MM_ANONPAGES 1, child MM_ANONPAGES 1',
      'NR_ANON_MAPPED 1',
    ],
    has: ['table 0 pte[0] pfn 16 RO young dirty WB', 'table 1 pte[0] pfn 16 RO dirty WB', 'page 16 anon referenced'],
  },
  {
    name: 'P14',
    says: 'a write pin of a page that nobody has touched faults it in',
    plays: [mmap(anon), pin(PARENT, 1, 'write')],
    geometry: THPS,
    counts: [
      '16: refcount 2, pincount 1, entire mapcount 1, large mapcount 1, nr_pages_mapped ENTIRELY_MAPPED',
      'parent MM_ANONPAGES 2',
      'NR_ANON_MAPPED 2, NR_ANON_THPS 2',
    ],
    has: ['parent pmd[0] leaf pfn 16 RW young dirty WB', 'page 16 anon head AnonExclusive'],
  },
];
