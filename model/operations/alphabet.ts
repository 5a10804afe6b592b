/** What the operations of a world may be tried with. */
import type { Driver } from '../drivers/driver.ts';
import type { FileUse } from '../mm/filemap.ts';
import type { Collapser } from '../mm/khugepaged.ts';
import type { Advice } from '../mm/madvise.ts';
import type { DeviceMove } from '../mm/migrate_device.ts';
import type { LookupUser } from '../state/lookups.ts';
import type { Prot } from '../state/mm_types.ts';

export interface PageRange {
  readonly from: number;
  /** The page behind the last. */
  readonly to: number;
}
export interface Moving {
  readonly from: number;
  readonly to: number;
  readonly pages: number;
}
/** A file loses its pages from `from` on. */
export interface Truncation {
  readonly file: FileUse;
  readonly from: number;
}

/** A page whose folio is unmapped: `move`, so that another folio takes over, or `split`, so that it can be split. */
export interface Unmapping {
  readonly page: number;
  readonly to: 'move' | 'split';
}

/** Files under /proc/PID that are read by a walk over page tables. */
export type ProcFile = 'smaps' | 'numa_maps' | 'pagemap';

/** FOLL_GET, FOLL_PIN, FOLL_PIN | FOLL_LONGTERM, and FOLL_PIN | FOLL_PCI_P2PDMA. */
export type GupUse = 'reference' | 'pin' | 'long-term pin' | 'P2PDMA pin';

/** For the default, for the node that has all memory, or for another; strict: MPOL_MF_STRICT; move: MPOL_MF_MOVE. */
export interface MemoryPolicy {
  readonly nodes: 'default' | 'here' | 'elsewhere';
  readonly strict: boolean;
  readonly move?: boolean;
}
/** Pages from..to-1 of a DAX file go: a truncation, after which it grows again, empty, or a hole. */
export interface DaxCut {
  readonly file: number;
  readonly from: number;
  readonly to: number;
  readonly how: 'truncate' | 'punch';
}
/** A page, or some from it on, whose frames somebody looks up. */
export interface LookingUp {
  readonly by: (typeof LookupUser.names)[number];
  readonly page: number;
  /** One, unless said. */
  readonly pages?: number;
  readonly access: 'read' | 'write';
}

/** What a userfaultfd is told of: pages that are missing, or writes to what it protects. */
export type UffdMode = 'missing' | 'wp';

/** mlock(), or mlock2() with MLOCK_ONFAULT. */
export type LockHow = 'now' | 'on fault';

/** What each operation may be tried with in a world; an empty list leaves the operation out. */
export interface Alphabet {
  /** Processes that do anything but fork and exit: 0 the parent, 1 the child. */
  readonly mms: readonly number[];
  readonly drivers: readonly Driver[];
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  readonly munmaps: readonly PageRange[];
  readonly mprotects: readonly PageRange[];
  readonly prots: readonly (typeof Prot.names)[number][];
  readonly mremaps: readonly Moving[];
  readonly migrations: readonly Unmapping[];
  readonly uffdMoves: readonly Moving[];
  readonly madvises: readonly PageRange[];
  readonly advice: readonly Advice[];
  /** Pages that are pinned, and for what; the world must have pins. */
  readonly pins: readonly number[];
  readonly pinsFor: readonly ('read' | 'write')[];
  /** Whether they are meant to stay (FOLL_LONGTERM), as io_uring's are. */
  readonly pinsLongterm: boolean;
  readonly truncates: readonly Truncation[];
  /** Pages whose folio may be reclaimed, once MADV_FREE has given it up. */
  readonly reclaims: readonly number[];
  readonly fork: boolean;
  readonly revoke: boolean;
  /** Write 4 to /proc/PID/clear_refs. */
  readonly clearRefs: boolean;
  /** The memory-enable bit of the vfio device is cleared and set. */
  readonly memoryEnable: boolean;
  /** The driver with ->pfn_mkwrite collects the pages that have been written to. */
  readonly dirtyScan: boolean;
  /** Pages that another thread may fault at, in two steps; the world must have half faults. */
  readonly halfFaults: readonly number[];
  readonly procReads: readonly ProcFile[];
  readonly mincores: readonly PageRange[];
  /** Pages of which move_pages() is asked for the node. */
  readonly pageStats: readonly number[];
  /** Pages that GUP takes in one call, and as what; for reading and writing as `pinsFor` says. */
  readonly gups: readonly PageRange[];
  readonly gupAs: readonly GupUse[];
  /** Pages that are read and written through /proc/PID/mem. */
  readonly remotes: readonly number[];
  readonly mbinds: readonly PageRange[];
  readonly policies: readonly MemoryPolicy[];
  /** Pages whose memory may break; only those of drivers. */
  readonly poisons: readonly number[];
  /** Parts of DAX files that are cut off; files whose inode may come to its end. */
  readonly daxCuts: readonly DaxCut[];
  readonly daxEvicts: readonly number[];
  /** Pages whose folio is split. */
  readonly folioSplits: readonly number[];
  /** The shrinker splits what is partially mapped. */
  readonly deferredScan: boolean;
  /** PMD slots whose pages are collapsed into one folio, and by whom. */
  readonly collapses: readonly number[];
  readonly collapsers: readonly Collapser[];
  /** Pages of shmem that are registered with a userfaultfd, and for what; pages that it protects. The world must have it. */
  readonly uffdRegisters: readonly PageRange[];
  readonly uffdModes: readonly UffdMode[];
  readonly uffdProtects: readonly number[];
  /** Look-ups of frames; the world must have lookups. */
  readonly lookups: readonly LookingUp[];
  /** Pages that are locked, how, and let go; the world must have locks. */
  readonly mlocks: readonly PageRange[];
  readonly mlockHow: readonly LockHow[];
  readonly munlocks: readonly PageRange[];
  /** Pages that a driver moves to memory of its device, or back. */
  readonly deviceMoves: readonly number[];
  readonly deviceMovesTo: readonly DeviceMove[];
  /** The same in two steps; the world must have migrations, and no other ones. */
  readonly halfDeviceMoves: readonly number[];
  /** Pages that a device writes to while it has them. */
  readonly deviceWrites: readonly number[];
}

/** Nothing but exit: what a world does not name stays as it is here. */
export const NO_OPERATIONS: Alphabet = {
  mms: [0, 1],
  drivers: [],
  reads: [],
  writes: [],
  munmaps: [],
  mprotects: [],
  prots: [],
  mremaps: [],
  migrations: [],
  uffdMoves: [],
  madvises: [],
  advice: [],
  pins: [],
  pinsFor: [],
  pinsLongterm: false,
  truncates: [],
  reclaims: [],
  fork: false,
  revoke: false,
  clearRefs: false,
  memoryEnable: false,
  dirtyScan: false,
  halfFaults: [],
  procReads: [],
  mincores: [],
  pageStats: [],
  gups: [],
  gupAs: [],
  remotes: [],
  mbinds: [],
  policies: [],
  poisons: [],
  daxCuts: [],
  daxEvicts: [],
  folioSplits: [],
  deferredScan: false,
  collapses: [],
  collapsers: [],
  uffdRegisters: [],
  uffdModes: [],
  uffdProtects: [],
  lookups: [],
  mlocks: [],
  mlockHow: ['now'],
  munlocks: [],
  deviceMoves: [],
  deviceMovesTo: ['device', 'system'],
  halfDeviceMoves: [],
  deviceWrites: [],
};

/** Whether anything here only looks at page tables, or for something in them. */
export const canRead = ({ procReads, mincores, pageStats, mbinds, poisons }: Alphabet): boolean =>
  procReads.length + mincores.length + pageStats.length + mbinds.length + poisons.length > 0;
/** Whether mbind() may move pages. */
export const canMove = ({ mbinds, policies }: Alphabet): boolean =>
  mbinds.length > 0 && policies.some(({ move }) => move === true);
