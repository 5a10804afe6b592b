/**
 * How small the modelled machine is. A page of address space has a number; page `a` lies in PMD slot
 * `a / ptrsPerPte`, and that slot in PUD slot `slot / ptrsPerPmd` (the real fan-outs are 512 and 512).
 *
 * Frames 0..15 belong to a device and have no struct page. Behind them comes memory, in the blocks that a world lists.
 */
export interface Geometry {
  /** Processes: 0 is the parent, the others its children. */
  readonly mms: number;
  /** PUD slots of an mm: each covers what is 1 GiB on x86-64, and its PMD table has a lock and a deposit list. */
  readonly puds: number;
  readonly ptrsPerPmd: number;
  readonly ptrsPerPte: number;
  /** VMAs that an mm may have (sysctl max_map_count). */
  readonly vmas: number;
  /** Pages of memory for PTE tables, for all processes together; without one, an allocation fails. */
  readonly pteTables: number;
  /** Memory with struct pages, in the order of its frames. */
  readonly memory: readonly Block[];
  /** Pins that user space can hold at a time (one io_uring buffer each). */
  readonly pins: number;
  /** Folios that can be under migration at a time. */
  readonly migrations: 0 | 1;
  /** Frames of the device, from 0 on, of which a driver keeps track whether they have been written to. */
  readonly trackedFrames: number;
  /** Faults that another thread can be half-way through at a time. */
  readonly halfFaults: 0 | 1;
  /** GUP_PIN_COUNTING_BIAS: what a pin adds to the reference count of a small folio. */
  readonly pinBias: number;
  /** Whether VMAs have policies. */
  readonly policies: 0 | 1;
  /** Whether VMAs can be registered with a userfaultfd. */
  readonly uffd: 0 | 1;
  /** Whether memory can break. */
  readonly poison: 0 | 1;
  /** Files of a DAX file system, by what they begin with. A clone shares its blocks with the first file (reflink). */
  readonly daxFiles: readonly ('written' | 'unwritten' | 'hole' | 'clone')[];
  /** Pages of each of them. */
  readonly daxFilePages: number;
  /** Slots of the swap device, a page each; none: there is no swap. */
  readonly swapSlots: number;
  /** Whether memory can be locked (mlock()). */
  readonly locks: 0 | 1;
  /** Look-ups of frames (follow_pfnmap_start()) that can be in flight at a time. */
  readonly lookups: 0 | 1;
  /** Pages of a guest whose memory is the parent's, from page 0 on. */
  readonly guestPages: number;
  /** Mappings of an IOMMU, or of another hypervisor, that looked-up frames can be put into. */
  readonly dmaMappings: number;
  /** Reservations of cache modes that there can be (x86 PAT), each by a context at most; none: modes are not tracked. */
  readonly memtypes: number;
  /** The file whose page cache is a table; without one, which frames a file has is fixed. */
  readonly pageCache?: PageCache;
}

/**
 * A file of so many pages, all holes at first, whose frames are those blocks that are free. `largeFolios`: its file system
 * has folios of PMD size in any file (mapping_pmd_folio_support()); shmem has, whatever is said here. `mthp`: pages of the
 * folio that a fault on shmem allocates, if it can; by default one.
 */
export interface PageCache {
  readonly use: 'shmem' | 'file';
  readonly pages: number;
  readonly largeFolios: boolean;
  readonly mthp?: number;
}

/**
 * What a block of memory is for. `anon`: allocated by faults. `shmem`, `file`: the page cache of one file, in the
 * order of its pages. `dax`: device memory with struct pages (ZONE_DEVICE); `fsdax`: the same, as the blocks of a file system. `driver`: pages that a driver has
 * allocated and inserts; `p2pdma`: pages of a BAR (MEMORY_DEVICE_PCI_P2PDMA), in the pool of their driver at first.
 * `private`: memory that only a device reaches (MEMORY_DEVICE_PRIVATE), whose driver has its free pages. `zero page`, `huge zero`: what reads of anonymous memory find; without them they allocate.
 */
export type Use =
  | 'zero page'
  | 'huge zero'
  | 'anon'
  | 'shmem'
  | 'file'
  | 'dax'
  | 'driver'
  | 'fsdax'
  | 'p2pdma'
  | 'private';

/** Frames that form one folio: 1, those of a PMD leaf, those of a PUD leaf, or, of anonymous memory, some between (mTHP). */
export interface Block {
  readonly use: Use;
  readonly pages: number;
}

export const DEVICE_FRAMES = 16;
/** The largest frame number that an entry can hold. */
export const FRAME_MAX = 63;

/** `count` blocks of one kind. */
export const blocks = (use: Use, pages: number, count: number): readonly Block[] =>
  Array.from({ length: count }, () => ({ use, pages }));

/** A shmem file of one PMD-sized folio, two anonymous ones, and ten small pages; at fan-out 2. */
export const MEMORY: readonly Block[] = [...blocks('shmem', 2, 1), ...blocks('anon', 2, 2), ...blocks('anon', 1, 10)];

/** Fan-out 2, two PUD slots, two processes: the least in which deposit lists per table and sharing matter. */
export const SMALL: Geometry = {
  mms: 2,
  puds: 2,
  ptrsPerPmd: 2,
  ptrsPerPte: 2,
  vmas: 4,
  pteTables: 10,
  memory: [],
  pins: 0,
  migrations: 0,
  trackedFrames: 0,
  halfFaults: 0,
  pinBias: 1024,
  policies: 0,
  uffd: 0,
  poison: 0,
  daxFiles: [],
  daxFilePages: 0,
  swapSlots: 0,
  lookups: 0,
  guestPages: 0,
  dmaMappings: 0,
  memtypes: 0,
  locks: 0,
};

/** Pages from the first page of one DAX file to that of the next, in vm_pgoff of their VMAs: room between files. */
export const DAX_FILE_STRIDE = 8;

export const slotsOf = ({ puds, ptrsPerPmd }: Geometry): number => puds * ptrsPerPmd;
export const pagesOf = (g: Geometry): number => slotsOf(g) * g.ptrsPerPte;
/** HPAGE_PUD_NR of the small machine. */
export const pudPages = (g: Geometry): number => g.ptrsPerPmd * g.ptrsPerPte;

/** @throws RangeError when frames, tables or pages do not fit the fields of an entry. */
export const checkGeometry = (g: Geometry): Geometry => {
  const frames = g.memory.reduce((sum, { pages }) => sum + pages, DEVICE_FRAMES);
  if (frames > FRAME_MAX + 1) throw new RangeError(`memory ends at frame ${frames}; an entry can name ${FRAME_MAX}`);
  if (g.pteTables > 31) throw new RangeError(`${g.pteTables} PTE tables; a set of them has 31 bits`);
  // The counter of PTE tables sticks at 15, and must not before they are all in use.
  if (g.pteTables > 15) throw new RangeError(`${g.pteTables} PTE tables; an mm can count 15`);
  if (g.puds > 3) throw new RangeError(`${g.puds} PMD tables; an mm can count 3`);
  if (pagesOf(g) > 15) throw new RangeError(`${pagesOf(g)} pages of address space; a VMA can end at 15`);
  const uses = new Set(g.memory.map(({ use }) => use));
  if (g.memory.some(({ use, pages }) => use === 'p2pdma' && pages > 1))
    throw new RangeError('a folio of a PCI BAR has one page');
  if (uses.has('huge zero') && !uses.has('zero page'))
    throw new RangeError('a huge zero folio is split into PTEs of the zero page, which is missing');
  if (g.trackedFrames > DEVICE_FRAMES)
    throw new RangeError(`${g.trackedFrames} tracked frames; the device has ${DEVICE_FRAMES}`);
  if (g.daxFiles.length > 3 || g.daxFilePages > DAX_FILE_STRIDE)
    throw new RangeError(
      `${g.daxFiles.length} DAX files of ${g.daxFilePages} pages; there is room for 3 of ${DAX_FILE_STRIDE}`,
    );
  if (g.daxFiles.length > 0 && !uses.has('zero page'))
    throw new RangeError('a hole of a DAX file reads as the zero page, which is missing');
  if (g.swapSlots > FRAME_MAX + 1)
    throw new RangeError(`${g.swapSlots} swap slots; an entry can name ${FRAME_MAX + 1}`);
  if (g.pageCache !== undefined && g.pageCache.pages > 15)
    throw new RangeError(`a file of ${g.pageCache.pages} pages; nrpages counts 15`);
  if (g.guestPages > pagesOf(g)) throw new RangeError(`a guest of ${g.guestPages} pages; an mm has ${pagesOf(g)}`);
  if (g.memtypes > 15) throw new RangeError(`${g.memtypes} reservations; a VMA can name 15`);
  if (g.mms > 3) throw new RangeError(`${g.mms} processes; there are names for 3`);
  return g;
};
