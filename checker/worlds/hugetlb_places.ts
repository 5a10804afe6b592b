/** Mappings and places that worlds of hugetlb have alike. Hugepages have four pages (1G), or two (2M). */
import type { PageRange, UffdFeature } from '../../model/hugetlb/operations/alphabet.ts';
import type { Mapping } from '../../model/hugetlb/mmap.ts';
import type { HugetlbGeometry } from '../../model/state/hugetlb/geometry.ts';

/** Two hugepages of 1G of a file, shared. */
export const SHARED: Mapping = { name: 'shared', file: 0, at: 0, pages: 8, pgoff: 0, shared: true };
/** One of them. */
export const ONE: Mapping = { name: 'one hugepage', file: 0, at: 0, pages: 4, pgoff: 0, shared: true };
/** The same one once more. */
export const AGAIN: Mapping = { name: 'the same again', file: 0, at: 4, pages: 4, pgoff: 0, shared: true };
export const PRIVATE: Mapping = { name: 'private', file: 0, at: 0, pages: 4, pgoff: 0, shared: false };

export const page = (from: number): PageRange => ({ from, to: from + 1 });
export const pages = (from: number, to: number): PageRange => ({ from, to });
/** A hugepage of four pages. */
export const hugepage = (i: number): PageRange => ({ from: 4 * i, to: 4 * i + 4 });

/** With high granularity, as RFC v2 asks for it, and without: later versions know the feature no more. */
export const APIS: readonly (readonly UffdFeature[])[] = [
  ['WP_HUGETLBFS_SHMEM'],
  ['MINOR_HUGETLBFS_HGM', 'EXACT_ADDRESS', 'WP_HUGETLBFS_SHMEM'],
];

/** Hugepages of 1G, in two PUDs. */
export const one: Partial<HugetlbGeometry> = {
  puds: 2,
  vmas: 2,
  folios: 2,
  fileHugepages: 2,
  smaller: [],
  pmdTables: 0,
  pteTables: 0,
};
/** Hugepages of 2M, in two PUDs. */
export const of2M: Partial<HugetlbGeometry> = {
  hugepage: 2,
  smaller: [],
  fileHugepages: 2,
  pmdTables: 4,
  pteTables: 0,
  usage: 0,
};
/** A PUD of them at its own place, and once more behind it: the two can share a PMD table. */
export const WHOLE: Mapping = { name: 'a PUD', file: 0, at: 0, pages: 4, pgoff: 0, shared: true };
export const BEHIND: Mapping = { name: 'the same behind it', file: 0, at: 4, pages: 4, pgoff: 0, shared: true };
