/** Mappings and places that worlds of hugetlb have alike. Hugepages have four pages (1G), or two (2M). */
import type { PageRange, UffdFeature } from '../../model/hugetlb/operations/alphabet.ts';
import type { Mapping } from '../../model/hugetlb/mmap.ts';

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
