/**
 * What is seen of processes after an operation, by the runner on a real kernel and by `observe` in the model: the same
 * shape, and one normal form in which the two are compared.
 */
import { PTRS } from './placement.ts';

/** Real pages that are alike. */
export interface PageRun {
  readonly page: number;
  readonly count: number;
  /** H in a huge mapping, P present, S swapped, F of a file or shared, X mapped exactly once, Z a zero page, W uffd-wp. */
  readonly flags: string;
  /** Mappings of each page, where the observer may know. */
  readonly mapcount?: number;
  /** T part of a large folio, L hugetlb, a anonymous, z a zero page. */
  readonly kind?: string;
  /** Of a large folio, on a real kernel: the frame of the first page. */
  readonly pfn?: number;
  /** The same in terms of folios: which one, a number of the observer, and where in it. */
  readonly folio?: number;
  readonly offset?: number;
}

/** Frames in terms of large folios, which lie on a multiple of their size. */
export const inFolios = ({ pfn, ...run }: PageRun, pages: number): PageRun =>
  pfn === undefined ? run : { ...run, folio: Math.floor(pfn / pages), offset: pfn % pages };

export interface VmaSeen {
  readonly page: number;
  readonly count: number;
  /** As in /proc/PID/maps: "rw-p". */
  readonly perm: string;
}

/** An entry of a page table that maps `count` pages, alike, one after another: level, bits, what its folio counts. */
export interface EntryRun {
  readonly page: number;
  readonly count: number;
  readonly level: 'pud' | 'pmd' | 'pte';
  /** w writable, y accessed, d dirty, s special, n PROT_NONE, u uffd-wp; c and the PAT index where it is not 0. */
  readonly bits: string;
  /** References and pins of the folio; absent where there is no folio, or they cannot be known. */
  readonly refcount?: number;
  readonly pincount?: number;
  /** Of a real kernel: its word (that of the first entry) is not the one that such an entry has; see words.ts. */
  readonly wrong?: string;
}

export interface ProcessSeen {
  /** Pages in PTE and PMD tables, the deposited ones included. */
  readonly pt: number;
  /** RssFile, RssAnon, RssShmem in pages. */
  readonly rss?: readonly [number, number, number];
  /** HugetlbPages, in pages. */
  readonly hugetlb?: number;
  /** Shared_Hugetlb and Private_Hugetlb of smaps, of all VMAs, in pages. */
  readonly smaps?: readonly [shared: number, own: number];
  readonly vmas: readonly VmaSeen[];
  readonly pages: readonly PageRun[];
  readonly entries?: readonly EntryRun[];
  /** First page of what a PMD table covers, and how many tables are deposited in it. */
  readonly deposits?: readonly (readonly [page: number, tables: number])[];
  /** First page of what a PMD table covers, and how many others share it (pt_share_count); those that nobody shares are left out. */
  readonly shares?: readonly (readonly [page: number, others: number])[];
}

/** What an operation came to. `value`: the byte that a read found in every page, or 256 when they differ. */
export interface Answered {
  readonly ok: boolean;
  readonly errno?: number;
  readonly signal?: number;
  /** Pages of the access that had been reached when the signal came, if it was not the first. */
  readonly at?: number;
  readonly value?: number;
}

/** The pool of hugepages: those that nobody has, and those of them that somebody is promised. */
export interface Pool {
  readonly free: number;
  readonly reserved: number;
}

export interface Seen {
  readonly answer: Answered;
  /** Where hugetlb is played. */
  readonly pool?: Pool;
  /** By the number of the worker. */
  readonly processes: ReadonlyMap<number, ProcessSeen>;
}

/** What one window of the observer covers: runs end there. */
const WINDOW = PTRS;

const follows = (a: PageRun, b: PageRun): boolean =>
  a.page + a.count === b.page &&
  b.page % WINDOW !== 0 &&
  a.flags === b.flags &&
  a.mapcount === b.mapcount &&
  a.kind === b.kind &&
  a.folio === b.folio &&
  (a.offset === undefined || a.offset + a.count === b.offset);

/** Longest runs. */
export const joined = (runs: readonly PageRun[]): readonly PageRun[] => {
  const made: PageRun[] = [];
  for (const run of runs) {
    const last = made.at(-1);
    if (last !== undefined && follows(last, run)) made[made.length - 1] = { ...last, count: last.count + run.count };
    else made.push(run);
  }
  return made;
};

const nextEntry = (a: EntryRun, b: EntryRun): boolean =>
  a.level === 'pte' &&
  b.level === 'pte' &&
  a.page + a.count === b.page &&
  b.page % WINDOW !== 0 &&
  a.bits === b.bits &&
  a.refcount === b.refcount &&
  a.pincount === b.pincount &&
  a.wrong === b.wrong;

/** The same of entries; leaves stay by themselves. */
export const joinedEntries = (runs: readonly EntryRun[]): readonly EntryRun[] => {
  const made: EntryRun[] = [];
  for (const run of runs) {
    const last = made.at(-1);
    if (last !== undefined && nextEntry(last, run)) made[made.length - 1] = { ...last, count: last.count + run.count };
    else made.push(run);
  }
  return made;
};

/**
 * Names for folios: in order of appearance, so that frame numbers do not matter. A name lasts as long as each observation
 * shows its folio; memory that is freed and used again gets a new one.
 */
export class FolioNames {
  #names = new Map<number, number>();
  #next = 0;

  /** The names of one observation; `folios` in the order in which it shows them. */
  rename(folios: readonly number[]): ReadonlyMap<number, number> {
    const shown = new Map<number, number>();
    for (const folio of folios) {
      if (shown.has(folio)) continue;
      shown.set(folio, this.#names.get(folio) ?? this.#next++);
    }
    this.#names = shown;
    return shown;
  }
}

/** A, B, … Z, AA, … */
export const folioName = (n: number): string =>
  (n >= 26 ? folioName(Math.floor(n / 26) - 1) : '') + String.fromCodePoint(65 + (n % 26));
