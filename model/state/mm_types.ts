/**
 * The state: page-table entries, VMAs, counters, and how they are laid out.
 * Mirrors include/linux/mm_types.h and arch/x86/include/asm/pgtable_types.h (v7.1) as far as modelled.
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
import { checkGeometry, FRAME_MAX, type Geometry, slotsOf } from './geometry.ts';
import type { Machine } from './machine.ts';

/**
 * Cache attribute bits of an entry, as an index into the x86 PAT table: PAT<<2 | PCD<<1 | PWT.
 * In a PTE the PAT bit is bit 7, in a PMD leaf it is bit 12 (bit 7 is PSE there): see `Pgprot`.
 */
const cache = upTo(7);
const pfn = upTo(FRAME_MAX);

const CACHE_MODES = ['WB', 'WC', 'UC-', 'UC', 'WB (PAT 4)', 'WP', 'UC- (PAT 6)', 'WT'] as const;

interface Attributes<N extends string> {
  readonly write: (e: Word<N>) => number;
  readonly young: (e: Word<N>) => number;
  readonly dirty: (e: Word<N>) => number;
  readonly special: (e: Word<N>) => number;
  readonly protnone: (e: Word<N>) => number;
  readonly cache: (e: Word<N>) => number;
}

/** What an entry allows, and which flags it has, in words. */
const attributes = <N extends string>(of: Attributes<N>, e: Word<N>): string => {
  const access = of.write(e) === 1 ? 'RW' : 'RO';
  const words = [
    of.protnone(e) === 1 ? 'NONE' : access,
    of.young(e) === 1 ? 'young' : '',
    of.dirty(e) === 1 ? 'dirty' : '',
    of.special(e) === 1 ? 'special' : '',
    CACHE_MODES[of.cache(e)]!,
  ];
  return words.filter((word) => word !== '').join(' ');
};

export const PmdKind = oneOf('none', 'table', 'leaf', 'migration');
/**
 * A PMD slot. `pfn` is the first frame of a leaf, or the number of the PTE table. `protnone`: present for the
 * kernel, not for the CPU. `byRemap` is a ghost: remap_pfn_range() installed the leaf; no kernel function reads
 * it, only the spec does.
 */
const pmd = entry('pmd')({
  kind: PmdKind,
  pfn,
  write: flag,
  young: flag,
  dirty: flag,
  special: flag,
  protnone: flag,
  cache,
  byRemap: flag,
});
export const Pmd = shownAs(pmd, (e) => {
  const kind = PmdKind.names[pmd.kind(e)]!;
  if (kind === 'none') return 'none';
  if (kind === 'table') return `table ${pmd.pfn(e)}`;
  return `${kind} pfn ${pmd.pfn(e)} ${attributes(pmd, e)}${pmd.byRemap(e) === 1 ? ' (by remap)' : ''}`;
});
export type Pmd = Word<'pmd'>;

/** A PTE. One that is not present is none. */
const pte = entry('pte')({
  present: flag,
  pfn,
  write: flag,
  young: flag,
  dirty: flag,
  special: flag,
  protnone: flag,
  cache,
});
export const Pte = shownAs(pte, (e) => (pte.present(e) === 0 ? 'none' : `pfn ${pte.pfn(e)} ${attributes(pte, e)}`));
export type Pte = Word<'pte'>;

/**
 * A pgprot_t: attribute bits as they stand in an x86 entry. `bit7` is PAT in a PTE and PSE in a PMD leaf;
 * `bit12` is PAT in a PMD leaf and the lowest bit of the frame number in a PTE. Base-PTE format has bit12 = 0.
 */
export const Pgprot = entry('pgprot')({
  write: flag,
  young: flag,
  dirty: flag,
  special: flag,
  protnone: flag,
  pwtPcd: upTo(3),
  bit7: flag,
  bit12: flag,
});
export type Pgprot = Word<'pgprot'>;

export const VmaKind = oneOf('none', 'device', 'anon', 'shmem');
export const Prot = oneOf('NONE', 'R', 'RW');
/**
 * A VMA covers pages start..end-1. `pgoff` is vm_pgoff: the driver maps frame pgoff + i at page start + i, a file
 * its page. `fault` and `hugeFault` are the vm_ops it has, `cache` the attribute the driver asks for. `pfnmap`:
 * VM_PFNMAP | VM_IO, set by remap_pfn_range() or by the driver.
 */
const vma = entry('vma')({
  kind: VmaKind,
  start: upTo(15),
  end: upTo(15),
  pgoff: upTo(FRAME_MAX),
  prot: Prot,
  shared: flag,
  mayWrite: flag,
  pfnmap: flag,
  fault: flag,
  hugeFault: flag,
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
    vma.fault(e) === 1 ? '->fault' : '',
    vma.hugeFault(e) === 1 ? '->huge_fault' : '',
    vma.kind(e) === VmaKind.device ? CACHE_MODES[vma.cache(e)]! : '',
  ];
  return words.filter((word) => word !== '').join(' ');
});
export type Vma = Word<'vma'>;

/** mm->pgtables_bytes in pages, two's complement: PMD tables and PTE tables, the deposited ones included. */
export const PGTABLES_MAX = 15;
export const PGTABLES_MIN = -8;
const signed = { width: 5, max: 31, show: (code: number): string => String(code > PGTABLES_MAX ? code - 32 : code) };
/**
 * An mm_struct. A dead one keeps the last value of `pgtables`, which is what check_mm() prints when it is not 0;
 * the counter sticks at its ends, where it is wrong by far already.
 */
const mmStruct = entry('mm')({ alive: flag, pgtables: signed });
export const Mm = shownAs(mmStruct, (e) => {
  const pages = signed.show(mmStruct.pgtables(e));
  if (mmStruct.alive(e) === 1) return `alive, ${pages} page-table ${pages === '1' ? 'page' : 'pages'}`;
  return pages === '0' ? 'dead' : `freed with ${pages} page-table pages in its counter`;
});
export type Mm = Word<'mm'>;

/** A page that is, or may become, a PTE table. `next` is the next table of a deposit list (lru.next), as number + 1. */
const ptePage = entry('ptePage')({ allocated: flag, next: upTo(FRAME_MAX) });
export const PtePage = shownAs(ptePage, (e) => {
  if (ptePage.allocated(e) === 0) return 'free';
  return ptePage.next(e) === 0 ? 'allocated' : `deposited, next on the list table ${ptePage.next(e) - 1}`;
});
export type PtePage = Word<'ptePage'>;

/** What an operation returned: 0, a negative errno, a signal, or a fault that ran out of memory. */
export const Result = oneOf('ok', 'ENOMEM', 'EINVAL', 'EACCES', 'SIGSEGV', 'SIGBUS', 'OOM');

const Exists = oneOf('absent', 'present');
const DepositHead = {
  ...upTo(FRAME_MAX),
  show: (code: number): string => (code === 0 ? 'empty' : `table ${code - 1} at its head`),
};

const PARTY = ['parent', 'child'] as const;
const party = (mm: number): string => PARTY[mm] ?? `mm${mm}`;

const tablesOf = (g: Geometry) => {
  const slots = slotsOf(g);
  const slotOf = (row: number): string => `${party(Math.floor(row / slots))} pmd[${row % slots}]`;
  const pmdTableOf = (row: number): string => `${party(Math.floor(row / g.pmdTables))} PMD table ${row % g.pmdTables}`;
  const vmaOf = (row: number): string => `${party(Math.floor(row / g.vmas))} vma ${row % g.vmas}`;
  const pteOf = (row: number): string => `table ${Math.floor(row / g.ptrsPerPte)} pte[${row % g.ptrsPerPte}]`;
  return {
    mm: table(g.mms, Mm, party),
    /** Row mm * vmas + i; in no order. */
    vma: table(g.mms * g.vmas, Vma, vmaOf),
    /** Row mm * pmdTables + i: whether the PMD table exists. */
    pmdTable: table(g.mms * g.pmdTables, Exists, pmdTableOf),
    /** Row mm * slots + slot. */
    pmd: table(g.mms * slots, Pmd, slotOf),
    /**
     * Heads of deposit lists (pmd_huge_pte), as table number + 1. Row mm * slots + slot, but a list belongs to the
     * first slot of its PMD table, or of its mm without split PMD locks; powerpc's hash MMU has one for each slot.
     */
    deposit: table(g.mms * slots, DepositHead, (row) => `${slotOf(row)} deposit list`),
    ptePage: table(g.pteTables, PtePage, (row) => `table ${row}`),
    /** Row table * ptrsPerPte + i. */
    pte: table(g.pteTables * g.ptrsPerPte, Pte, pteOf),
  };
};

const Happened = oneOf('no', 'yes');

/** What an operation says about itself while it runs; not stored. */
const scratch = {
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
};

type MmTables = ReturnType<typeof tablesOf> & typeof scratch;
export type MmLayout = Layout<MmTables>;

/** @throws RangeError when the geometry does not fit the entries. */
export const mmLayout = (g: Geometry): MmLayout => layoutOf(tablesOf(checkGeometry(g)), scratch);

/** The state, with the shape and the facts of the machine it belongs to: all that the spec reads. */
export type MmView = View<MmTables> & { readonly geometry: Geometry; readonly machine: Machine };
export type MmDraft = Draft<MmTables> & { readonly geometry: Geometry; readonly machine: Machine };
