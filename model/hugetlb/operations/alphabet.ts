/** What the operations of a world of hugetlb may be tried with; an empty list leaves an operation out. */
import type { Prot } from '../../state/hugetlb/hugetlb_types.ts';
import type { Mapping } from '../mmap.ts';

export interface PageRange {
  readonly from: number;
  /** The page behind the last. */
  readonly to: number;
}

/** What a userfaultfd is asked for by UFFDIO_API. */
export type UffdFeature = 'MINOR_HUGETLBFS_HGM' | 'EXACT_ADDRESS' | 'WP_HUGETLBFS_SHMEM' | 'EVENT_FORK' | 'EVENT_REMAP';
/** What pages are registered for. */
export type UffdMode = 'missing' | 'minor' | 'wp';

export interface HugetlbAlphabet {
  /** Processes that do anything but fork and exit. */
  readonly mms: readonly number[];
  readonly mappings: readonly Mapping[];
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  readonly munmaps: readonly PageRange[];
  readonly mprotects: readonly PageRange[];
  readonly prots: readonly (typeof Prot.names)[number][];
  readonly mremaps: readonly { readonly from: number; readonly to: number; readonly pages: number }[];
  readonly fork: boolean;
  readonly uffdApis: readonly (readonly UffdFeature[])[];
  readonly registers: readonly PageRange[];
  readonly registerFor: readonly (readonly UffdMode[])[];
  readonly unregisters: readonly PageRange[];
  readonly continues: readonly PageRange[];
  readonly copies: readonly PageRange[];
  readonly poisons: readonly PageRange[];
  readonly writeprotects: readonly PageRange[];
  readonly collapses: readonly PageRange[];
  readonly splits: readonly PageRange[];
  readonly dontneeds: readonly PageRange[];
  /** Files are cut to so many hugepages. */
  readonly truncates: readonly { readonly file: number; readonly to: number }[];
  /** Hugepages from..to-1 of a file become a hole. */
  readonly punches: readonly { readonly file: number; readonly from: number; readonly to: number }[];
  /** Another process writes to these hugepages of a file, without mapping them: fallocate(). */
  readonly fallocates: readonly { readonly file: number; readonly index: number }[];
  /** Pages whose folio is migrated. */
  readonly migrations: readonly number[];
  /** Pages whose memory breaks. */
  readonly failures: readonly number[];
  readonly gups: readonly PageRange[];
  readonly pins: readonly number[];
  readonly smaps: boolean;
  readonly mincores: readonly PageRange[];
  readonly mbinds: readonly PageRange[];
  /** Pages that move_pages() asks for their node. */
  readonly pageStats: readonly number[];
  /** Pages that a guest accesses; the world must have guest pages. */
  readonly guestReads: readonly number[];
  readonly guestWrites: readonly number[];
}

export const NO_HUGETLB_OPERATIONS: HugetlbAlphabet = {
  mms: [0],
  mappings: [],
  reads: [],
  writes: [],
  munmaps: [],
  mprotects: [],
  prots: [],
  mremaps: [],
  fork: false,
  uffdApis: [],
  registers: [],
  registerFor: [],
  unregisters: [],
  continues: [],
  copies: [],
  poisons: [],
  writeprotects: [],
  collapses: [],
  splits: [],
  dontneeds: [],
  truncates: [],
  punches: [],
  fallocates: [],
  migrations: [],
  failures: [],
  gups: [],
  pins: [],
  smaps: false,
  mincores: [],
  mbinds: [],
  pageStats: [],
  guestReads: [],
  guestWrites: [],
};
