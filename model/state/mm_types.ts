/**
 * The state: VMAs, mms, page-table pages and pins, and how all of it is laid out.
 * Mirrors include/linux/mm_types.h (v7.1) as far as modelled; entries and folios are in files of their own.
 */
import {
  type Draft,
  entry,
  flag,
  type Layout,
  layoutOf,
  oneOf,
  shownAs,
  table,
  upTo,
  type View,
  type Word,
} from '../../checker/search/index.ts';
import { type Counter, counter } from './counter.ts';
import { DaxWarning, daxTables } from './dax.ts';
import { type ExactEntries, Handed, handedIn, shownExactly } from './exact_entries.ts';
import { DEVICE_FRAMES, checkGeometry, FRAME_MAX, type Geometry, pagesOf, slotsOf } from './geometry.ts';
import type { Machine } from './machine.ts';
import { folioTables, type Memmap, memmapOf } from './memmap.ts';
import { Found, lookupTables } from './lookups.ts';
import { memtypeTables } from './memtypes.ts';
import { party } from './party.ts';
import { cache, CACHE_MODES, Pmd, Pud } from './pgtable_types.ts';

export {
  isHwpoisonPte,
  isPrivatePte,
  isSwapPte,
  isUffdMarker,
  isUffdWp,
  Pgprot,
  Pmd,
  PmdKind,
  Pte,
  Pud,
  PudKind,
} from './pgtable_types.ts';

export const VmaKind = oneOf('none', 'device', 'anon', 'shmem', 'file', 'dax', 'mixed', 'fsdax');
export const Prot = oneOf('NONE', 'R', 'RW');
/**
 * A VMA covers pages start..end-1. `pgoff` is vm_pgoff: page start + i is frame pgoff + i of the device, or page
 * pgoff + i of the file, of the dax device, of the driver's pages. `fault`, `hugeFault` and `pfnMkwrite` are the vm_ops
 * it has, `cache` the attribute the driver asks for. `pfnmap`: VM_PFNMAP | VM_IO, set
 * by remap_pfn_range() or by the driver; `mixedmap`: VM_MIXEDMAP; `softClean`: VM_SOFTDIRTY has been cleared;
 * `anonVma`: it has had anonymous pages.
 */
const vma = entry('vma')({
  kind: VmaKind,
  start: upTo(15),
  end: upTo(15),
  pgoff: upTo(31),
  prot: Prot,
  shared: flag,
  mayWrite: flag,
  pfnmap: flag,
  mixedmap: flag,
  dontcopy: flag,
  softClean: flag,
  anonVma: flag,
  fault: flag,
  hugeFault: flag,
  pfnMkwrite: flag,
  cache,
});
export const Vma = shownAs(vma, (e) => {
  if (vma.kind(e) === VmaKind.none) return 'none';
  const words = [
    VmaKind.names[vma.kind(e)]!,
    `pages ${vma.start(e)}..${vma.end(e) - 1}`,
    `pgoff ${vma.pgoff(e)}`,
    Prot.names[vma.prot(e)]!,
    vma.shared(e) === 1 ? 'shared' : 'private',
    vma.mayWrite(e) === 1 ? '' : '!VM_MAYWRITE',
    vma.pfnmap(e) === 1 ? 'VM_PFNMAP' : '',
    vma.mixedmap(e) === 1 ? 'VM_MIXEDMAP' : '',
    vma.dontcopy(e) === 1 ? 'VM_DONTCOPY' : '',
    vma.softClean(e) === 1 ? '!VM_SOFTDIRTY' : '',
    vma.anonVma(e) === 1 ? 'anon_vma' : '',
    vma.fault(e) === 1 ? '->fault' : '',
    vma.hugeFault(e) === 1 ? '->huge_fault' : '',
    vma.pfnMkwrite(e) === 1 ? '->pfn_mkwrite' : '',
    vma.kind(e) === VmaKind.device ? CACHE_MODES[vma.cache(e)]! : '',
  ];
  return words.filter((word) => word !== '').join(' ');
});
export type Vma = Word<'vma'>;

/**
 * What a VMA has besides, by page: vm_policy, for the node that has the memory, or for another; VM_LOCKED; VM_LOCKONFAULT; and
 * whether it is registered with a userfaultfd, for pages that are missing or for writes to what is protected.
 */
const Policy = oneOf('default', 'here', 'elsewhere');
export const Uffd = oneOf('no', 'missing', 'wp');
const vmaAttributes = entry('vmaAttributes')({ policy: Policy, uffd: Uffd, locked: flag, onFault: flag });
export const VmaAttributes = {
  ...shownAs(vmaAttributes, (e) => {
    const lock = vmaAttributes.onFault(e) === 1 ? 'VM_LOCKED | VM_LOCKONFAULT' : 'VM_LOCKED';
    const words = [
      ...(vmaAttributes.policy(e) === Policy.default
        ? []
        : [`memory policy: ${Policy.names[vmaAttributes.policy(e)]!}`]),
      ...(vmaAttributes.uffd(e) === Uffd.no ? [] : [`userfaultfd: ${Uffd.names[vmaAttributes.uffd(e)]!}`]),
      ...(vmaAttributes.locked(e) === 1 ? [lock] : []),
    ];
    return words.length === 0 ? 'none' : words.join(', ');
  }),
  policies: Policy,
};
export type VmaAttributes = Word<'vmaAttributes'>;

/** mm->pgtables_bytes in pages, by level: PTE tables, the deposited ones included, and PMD tables. */
export const NrPtes: Counter = counter(15);
export const NrPmds: Counter = counter(3);
/**
 * An mm_struct. A dead one keeps the last values of its counters: check_mm() prints those that are not 0.
 * `hugeZero`: MMF_HUGE_ZERO_FOLIO, the mm holds a reference to the huge zero folio; `hasPinned`: MMF_HAS_PINNED.
 */
const mmStruct = entry('mm')({ alive: flag, nrPtes: NrPtes, nrPmds: NrPmds, hugeZero: flag, hasPinned: flag });
export const Mm = shownAs(mmStruct, (e) => {
  const pages = NrPtes.valueOf(mmStruct.nrPtes(e)) + NrPmds.valueOf(mmStruct.nrPmds(e));
  const words = [
    mmStruct.alive(e) === 1 ? `alive, ${pages} page-table ${pages === 1 ? 'page' : 'pages'}` : '',
    mmStruct.alive(e) === 0 ? (pages === 0 ? 'dead' : `freed with ${pages} page-table pages in its counter`) : '',
    mmStruct.hugeZero(e) === 1 ? 'MMF_HUGE_ZERO_FOLIO' : '',
    mmStruct.hasPinned(e) === 1 ? 'MMF_HAS_PINNED' : '',
  ];
  return words.filter((word) => word !== '').join(', ');
});
export type Mm = Word<'mm'>;

/**
 * A page that user space has pinned: the mm that did, where it was mapped, and whether it may be written to. `get`: a
 * plain reference (FOLL_GET); `longterm`: it is meant to stay (FOLL_LONGTERM).
 */
const pin = entry('pin')({
  taken: flag,
  mm: upTo(2),
  page: upTo(15),
  pfn: upTo(FRAME_MAX),
  write: flag,
  get: flag,
  longterm: flag,
});
export const Pin = shownAs(pin, (e) => {
  if (pin.taken(e) === 0) return 'none';
  const kind = pin.get(e) === 1 ? 'a reference to frame' : 'frame';
  const use = `${pin.write(e) === 1 ? 'writing' : 'reading'}${pin.longterm(e) === 1 ? ' on long term' : ''}`;
  return `${kind} ${pin.pfn(e)}, for ${use}, by ${party(pin.mm(e))} at page ${pin.page(e)}`;
});
export type Pin = Word<'pin'>;

/** A fault of another thread that has found the PMD table of its page, and has not looked into it yet. */
const halfFault = entry('halfFault')({ taken: flag, mm: upTo(2), page: upTo(15), write: flag });
export const HalfFault = shownAs(halfFault, (e) => {
  if (halfFault.taken(e) === 0) return 'none';
  const access = halfFault.write(e) === 1 ? 'write' : 'read';
  return `a ${access} by the ${party(halfFault.mm(e))} of page ${halfFault.page(e)} is in the PMD table`;
});
export type HalfFault = Word<'halfFault'>;

/** A page that is, or may become, a PTE table. `next` is the next table of a deposit list (lru.next), as number + 1. */
const ptePage = entry('ptePage')({ allocated: flag, next: upTo(31) });
export const PtePage = shownAs(ptePage, (e) => {
  if (ptePage.allocated(e) === 0) return 'free';
  return ptePage.next(e) === 0 ? 'allocated' : `deposited, next on the list table ${ptePage.next(e) - 1}`;
});
export type PtePage = Word<'ptePage'>;

/** What an operation returned: 0, a negative errno, a signal, or a fault that ran out of memory. */
export const Result = oneOf(
  'ok',
  'ENOMEM',
  'EINVAL',
  'EACCES',
  'SIGSEGV',
  'SIGBUS',
  'OOM',
  'EBUSY',
  'EAGAIN',
  'EEXIST',
  'ENOENT',
  'EFAULT',
  'EIO',
  'EOPNOTSUPP',
  'EREMOTEIO',
);

const DepositHead = {
  ...upTo(31),
  show: (code: number): string => (code === 0 ? 'empty' : `table ${code - 1} at its head`),
};

const tablesOf = (g: Geometry, memmap: Memmap, exact?: ExactEntries) => {
  const entries = shownExactly(exact);
  const slots = slotsOf(g);
  const slotOf = (row: number): string => `${party(Math.floor(row / slots))} pmd[${row % slots}]`;
  const pudOf = (row: number): string => `${party(Math.floor(row / g.puds))} pud[${row % g.puds}]`;
  const vmaOf = (row: number): string => `${party(Math.floor(row / g.vmas))} vma ${row % g.vmas}`;
  const atPage = (row: number): string => `${party(Math.floor(row / pagesOf(g)))} vma at page ${row % pagesOf(g)}`;
  const pteOf = (row: number): string => `table ${Math.floor(row / g.ptrsPerPte)} pte[${row % g.ptrsPerPte}]`;
  return {
    mm: table(g.mms, Mm, party),
    /** Row mm * vmas + i; in no order. */
    vma: table(g.mms * g.vmas, Vma, vmaOf),
    /** Row mm * puds + slot. */
    pud: table(g.mms * g.puds, entries.Pud, pudOf),
    /** Row mm * slots + slot. */
    pmd: table(g.mms * slots, entries.Pmd, slotOf),
    /**
     * Heads of deposit lists (pmd_huge_pte), as table number + 1. Row mm * slots + slot, but a list belongs to the
     * first slot of its PMD table, or of its mm without split PMD locks; powerpc's hash MMU has one for each slot.
     */
    deposit: table(g.mms * slots, DepositHead, (row) => `${slotOf(row)} deposit list`),
    ptePage: table(g.pteTables, PtePage, (row) => `table ${row}`),
    /** Row table * ptrsPerPte + i. */
    pte: table(g.pteTables * g.ptrsPerPte, entries.Pte, pteOf),
    pin: table(g.pins, Pin, (row) => `pin ${row}`),
    /** The memory-enable bit of the device, inverted: BARs may be mapped. */
    memoryDisabled: table(1, flag, () => 'device memory off'),
    /** The bitmap of struct vmw_bo_dirty, a bit a frame: it has been written to since the driver last collected dirty pages. */
    notedDirty: table(g.trackedFrames, flag, (row) => `frame ${row} noted as dirty`),
    halfFault: table(g.halfFaults, HalfFault, () => 'other thread'),
    ...folioTables(g, memmap),
    /** Row mm * pages + page. */
    vmaAttributes: table(Math.max(g.policies, g.uffd, g.locks) * g.mms * pagesOf(g), VmaAttributes, atPage),
    ...daxTables(g, memmap),
    ...lookupTables(g, exact?.architecture.startsWith('x86') !== false),
    ...memtypeTables(g),
  };
};

const Happened = oneOf('no', 'yes');
const InCore = {
  ...upTo(0xffff),
  show: (mask: number): string =>
    `pages ${Array.from({ length: 16 }, (_, page) => page)
      .filter((page) => ((mask >> page) & 1) === 1)
      .join(', ')}`,
};
const Reached = {
  ...upTo(FRAME_MAX + 1),
  show: (code: number): string => (code === 0 ? 'nothing' : `frame ${code - 1}`),
};

/** What an operation says about itself while it runs; not stored. */
const scratchOf = (g: Geometry, { frames }: Memmap, exact?: ExactEntries) => ({
  /** What the last operation returned. */
  result: table(1, Result, () => 'returns'),
  /** Allocations that failed in it. */
  failures: table(1, upTo(15), () => ''),
  /** Whether a PMD lock is held. */
  pmdLocked: table(1, flag, () => ''),
  /** A PMD leaf was written without the lock. */
  unlockedWrite: table(1, Happened, () => 'PMD written unlocked'),
  /** WARN_ON_ONCE(is_cow_mapping() && pmd_write()) of copy_huge_pmd() fired. */
  warnedCowWrite: table(1, Happened, () => 'copy_huge_pmd() warns'),
  /** Folios of a file that have been written to its disk, at their first page. */
  wroteBack: table(
    g.pageCache === undefined ? 0 : frames,
    Happened,
    (row) => `folio ${row + DEVICE_FRAMES} is written`,
  ),
  /** WARN_ON_ONCE() of get_pat_info() fired. */
  warnedPat: table(1, Happened, () => 'get_pat_info() warns'),
  /** What a WARN_ON_ONCE() of fs/dax.c found; the kernel goes on. */
  warnedDax: table(1, DaxWarning, () => 'fs/dax.c warns'),
  /** The VM_WARN_ON_ONCE_PAGE() of p2pmem_alloc_mmap() fired. */
  warnedP2pdma: table(1, Happened, () => 'p2pmem_alloc_mmap() warns'),
  /** A lock was wanted that a look-up in flight holds: the operation has to wait. */
  contended: table(1, flag, () => ''),
  /** There was no room for one more reservation of a cache mode: the operation is not possible here. */
  full: table(1, flag, () => ''),
  /** The page of which a look-up has found nothing, plus 1. */
  missed: table(1, upTo(15), () => ''),
  /** What a user of a look-up has read or written the device by. */
  copied: table(1, Found, () => 'accesses the device by'),
  /** What the operation has told of, or read or written, as frame + 1. */
  reached: table(1, Reached, () => 'finds'),
  /** Which pages mincore() says are resident, a bit a page. */
  inCore: table(1, InCore, () => 'in core'),
  /** How many pages a file under /proc says are in memory. */
  resident: table(1, upTo(31), () => 'resident pages'),
  /** The last pgprot_t that was read from a leaf, and that leaf; in worlds of exact entries. */
  handed: table(exact === undefined ? 0 : 1, exact === undefined ? Handed : handedIn(exact), () => 'hands on'),
  handedLeaf: table(exact === undefined ? 0 : 1, upTo(2 ** Math.max(Pmd.width, Pud.width) - 1), () => ''),
});

type MmTables = ReturnType<typeof tablesOf> & ReturnType<typeof scratchOf>;
export type MmLayout = Layout<MmTables>;

/** @throws RangeError when the geometry does not fit the entries. */
export const mmLayout = (g: Geometry, exact?: ExactEntries): MmLayout => {
  const memmap = memmapOf(checkGeometry(g));
  return layoutOf(tablesOf(g, memmap, exact), scratchOf(g, memmap, exact));
};

/** The shape of the machine, and its facts. */
export interface Shape {
  readonly geometry: Geometry;
  readonly memmap: Memmap;
  readonly machine: Machine;
  /** Where entries are those of an architecture bit for bit: how to read them. */
  readonly exact?: ExactEntries | undefined;
}
/** The state, with the shape and the facts of the machine it belongs to: all that the spec reads. */
export type MmView = View<MmTables> & Shape;
export type MmDraft = Draft<MmTables> & Shape;
