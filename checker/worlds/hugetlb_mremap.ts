/** The worlds of mremap() of hugetlb. */
import type { HugetlbGeometry } from '../../model/state/hugetlb/geometry.ts';
import { hugepage, of2M, one, PRIVATE, pages, SHARED, WHOLE } from './hugetlb_places.ts';
import { hugetlbScope, type HugetlbWorldEntry } from './hugetlb_scope.ts';
import { sized } from './scope.ts';

/** Two mappings, and room for a third one that one of them moves to. */
const movesTables = {
  mappings: [WHOLE],
  reads: [0],
  munmaps: [pages(0, 4)],
  mremaps: [{ from: 0, to: 4, pages: 4 }],
} as const;
const moves = {
  mappings: [{ ...SHARED, pages: 4 }],
  reads: [0],
  writes: [4],
  mremaps: [
    { from: 0, to: 4, pages: 4 },
    { from: 4, to: 0, pages: 4 },
  ],
  uffdApis: [['WP_HUGETLBFS_SHMEM'], ['WP_HUGETLBFS_SHMEM', 'EVENT_REMAP']],
  registers: [hugepage(0)],
  registerFor: [['wp']],
  writeprotects: [hugepage(0), hugepage(1)],
} as const;
/** Hugepages of 2M on both sides of a PUD's end, and room for them two PUDs further, where they end with it. */
const movesFar = {
  mappings: [{ name: 'on both sides of a PUD', file: 0, at: 2, pages: 4, pgoff: 0, shared: false }],
  writes: [4, 10],
  mremaps: [{ from: 2, to: 8, pages: 4 }],
};
const farPuds: Partial<HugetlbGeometry> = { ...of2M, mms: 1, puds: 3, folios: 3, fileHugepages: 3 };
/** A page that the parent has written, and a child has as well when one of them moves. */
const movesOwner = { mappings: [PRIVATE], writes: [0, 4], mremaps: [{ from: 0, to: 4, pages: 4 }], fork: true };
/** One hugepage of two that are private, and room for it behind them. */
const movesPart = {
  mappings: [{ ...PRIVATE, pages: 8 }],
  writes: [4],
  mremaps: [{ from: 0, to: 8, pages: 4 }],
};
const threePuds: Partial<HugetlbGeometry> = { ...one, mms: 1, puds: 3, vmas: 3 };
/** Hugepages of 2M, for which a table may be missing: that of the first one, or, where they go to two tables, of the second. */
const movesWithout = {
  mappings: [{ ...PRIVATE, name: 'two hugepages' }],
  writes: [0, 2],
  mremaps: [{ from: 0, to: 4, pages: 4 }],
};
const protectsAndMoves = {
  ...movesWithout,
  mremaps: [{ from: 0, to: 6, pages: 4 }],
  uffdApis: [['WP_HUGETLBFS_SHMEM'], ['WP_HUGETLBFS_SHMEM', 'EVENT_REMAP']],
  registers: [pages(0, 4)],
  registerFor: [['wp']],
  writeprotects: [pages(0, 4)],
} as const;
const of2MPrivate: Partial<HugetlbGeometry> = { ...of2M, mms: 1, usage: 1 };

export const HUGETLB_MREMAP_WORLDS: readonly HugetlbWorldEntry[] = [
  {
    name: 'hugetlb-pmd-move',
    says: 'Does mremap() move a mapping whose PMD tables can be shared?',
    sizes: sized(
      hugetlbScope(movesTables, { ...of2M, mms: 1 }),
      hugetlbScope({ ...movesTables, reads: [0, 2] }, { ...of2M, mms: 1 }, 1),
      hugetlbScope({ ...movesTables, reads: [0, 2], fork: true }, of2M, 1),
    ),
  },
  {
    name: 'hugetlb-move',
    says: 'Does mremap() move hugepages, and what userfaultfd protects of them?',
    sizes: sized(
      hugetlbScope(moves, { ...one, mms: 1, fileHugepages: 1 }),
      hugetlbScope({ ...moves, mprotects: [hugepage(0)], prots: ['R', 'RW'] }, { ...one, mms: 1, fileHugepages: 1 }),
      hugetlbScope({ ...moves, mappings: [SHARED], munmaps: [hugepage(1)] }, { ...one, mms: 1 }, 1),
    ),
  },
  {
    name: 'hugetlb-move-far',
    says: 'Does mremap() put each hugepage where its place is, also behind page tables that are missing?',
    sizes: sized(
      hugetlbScope(movesFar, farPuds),
      hugetlbScope({ ...movesFar, writes: [2, 4, 10] }, farPuds, 1),
      hugetlbScope({ ...movesFar, writes: [2, 4, 8, 10], dontneeds: [pages(8, 10)] }, farPuds, 1),
    ),
  },
  {
    name: 'hugetlb-move-owner',
    says: 'Does a parent that has moved get from its child what it was promised, where the pool is empty?',
    sizes: sized(
      hugetlbScope(movesOwner, { ...one, folios: 1, fileHugepages: 1 }),
      hugetlbScope({ ...movesOwner, mms: [0, 1], reads: [0] }, { ...one, folios: 1, fileHugepages: 1 }),
      hugetlbScope({ ...movesOwner, mms: [0, 1], reads: [0] }, { ...one, folios: 2, fileHugepages: 1 }, 1),
    ),
  },
  {
    name: 'hugetlb-move-private',
    says: 'Does mremap() keep what a private mapping is promised, of what moves and of what stays?',
    sizes: sized(
      hugetlbScope(movesPart, threePuds),
      hugetlbScope({ ...movesPart, munmaps: [hugepage(0), hugepage(1)] }, threePuds),
      hugetlbScope({ ...movesPart, munmaps: [hugepage(0)], fork: true }, { ...threePuds, mms: 2 }, 1),
    ),
  },
  {
    name: 'hugetlb-move-fails',
    says: 'Does an mremap() that fails leave a private mapping as it was, with what it was promised?',
    sizes: sized(
      hugetlbScope(movesWithout, of2MPrivate, 1),
      hugetlbScope(protectsAndMoves, { ...of2MPrivate, puds: 3 }, 1),
      hugetlbScope({ ...protectsAndMoves, munmaps: [pages(0, 4)], fork: true }, { ...of2MPrivate, mms: 2, puds: 3 }, 1),
    ),
  },
];
