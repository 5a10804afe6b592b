/** All that must hold of a kernel. Which states a world should reach is its own choice: see reach.ts. */
import type { Property } from '../checker/search/index.ts';
import type { Block, Geometry } from '../model/state/geometry.ts';
import type { Machine } from '../model/state/machine.ts';
import type { MmView } from '../model/state/mm_types.ts';
import { accessDirty } from './access_dirty.ts';
import { align } from './align.ts';
import { mincore, node, smaps } from './answers.ts';
import { citedOn } from './arch_cites.ts';
import { assertionsOn } from './assertions.ts';
import { atom } from './atom.ts';
import { basePte } from './base_pte.ts';
import { bound } from './bound.ts';
import { cache, exactCache } from './cache.ts';
import { collapse } from './collapse.ts';
import { noCow } from './cow.ts';
import { deferred } from './deferred.ts';
import { deposit } from './deposit.ts';
import { daxbreak, daxfree, daxtag, daxwait, type WakesAt } from './dax_blocks.ts';
import { daxfolio, daxpages, daxshare, daxtails, daxzero } from './dax_folio.ts';
import type { DepositRule } from './deposit_rule.ts';
import { devicePrivate } from './device_private.ts';
import { dirty } from './dirty.ts';
import { disc } from './disc.ts';
import { drop, reserve } from './drop.ts';
import { exclusive } from './exclusive.ts';
import { leaf } from './leaf.ts';
import { leafFits } from './fits.ts';
import { fmt } from './fmt.ts';
import { forkro } from './forkro.ts';
import { type Asking, grant } from './grant.ts';
import { gup } from './gup.ts';
import { kept } from './kept.ts';
import { noProtNoneBeyondLimit } from './l1tf.ts';
import { lazyfree } from './lazyfree.ts';
import { lookupFinds, lookupIsTrue, lookupScope } from './lookup.ts';
import { lookupGiven } from './lookup_given.ts';
import { lookupProt, lookupRam, lookupRights, lookupUse } from './lookup_use.ts';
import { levels } from './levels.ts';
import { mapcount } from './mapcount.ts';
import { forks, memtype, trackref } from './memtype.ts';
import { mbind } from './mbind.ts';
import { mkwrite } from './mkwrite.ts';
import { mlock, mlocked } from './mlock.ts';
import { nrptes } from './nrptes.ts';
import { own } from './own.ts';
import { partial } from './partial.ts';
import { filedata, pagecache, pinfile } from './page_cache.ts';
import { exactPerm, perm } from './perm.ts';
import { pgoff } from './pgoff.ts';
import { pin, pincollapse, pincopy, pinmove, pinswap } from './pin.ts';
import { poison } from './poison.ts';
import { pool } from './pool.ts';
import { live, zero } from './pte_pages.ts';
import { reachable } from './reachable.ts';
import { pure, read } from './reads.ts';
import { refault } from './refault.ts';
import { refcount, refcountBefore, refcountBeforePool, refcountPool } from './refcount.ts';
import { remote } from './remote.ts';
import { resident } from './resident.ts';
import { revoke } from './revoke.ts';
import { rss } from './rss.ts';
import { memorySlot, secondStage } from './second_stage.ts';
import { softdirty } from './soft_dirty.ts';
import { special } from './special.ts';
import { touch } from './touch.ts';
import { split } from './split.ts';
import { swap, swapdata, swapexcl } from './swap.ts';
import { swapfreed } from './swap_freed.ts';
import { translate } from './translate.ts';
import { truncated } from './truncated.ts';
import { uncached } from './uncached.ts';
import { uffdmissing, uffdwp } from './userfaultfd.ts';
import { vmas } from './vmas.ts';
import { vmstat } from './vmstat.ts';
import { cowWrite, daxWarns, deplock, p2pdmaWarns, patInfo } from './warnings.ts';
import { zeropage } from './zeropage.ts';

interface SpecOptions {
  /** Whether the kernel takes the vm_ops of a VMA for a sign that its special leaves have a deposit. */
  readonly opsTellDeposit: boolean;
  /** What this machine cannot break is left out. */
  readonly machine: Machine | 'any';
  /** Whether remap_pfn_range() must fall back to PTEs in a CoW VMA; otherwise a leaf there must be read-only. */
  readonly cowLeafForbidden: boolean;
  /** What nothing of this shape can break is left out; by default nothing is. */
  readonly geometry?: Geometry | 'any';
  /** Whether a device without struct pages is mapped; by default one is. */
  readonly devices?: boolean;
  /** Whether a driver may turn the memory of its device off; by default one may. */
  readonly revokes?: boolean;
  /** Whether MADV_FREE may give memory up; by default it may. */
  readonly givesUp?: boolean;
  /** Whether a file may be truncated; by default one may. */
  readonly truncates?: boolean;
  /** Whether UFFDIO_MOVE may move memory; by default it may. */
  readonly uffdMoves?: boolean;
  /** Whether page tables may be read by those who only look; by default they may. */
  readonly reads?: boolean;
  /** Whether move_pages() is asked for a node, whether smaps is read, mincore() called, and whether anybody else accesses memory; by default they are. */
  readonly asksNodes?: boolean;
  readonly asksSmaps?: boolean;
  readonly asksCore?: boolean;
  readonly remotes?: boolean;
  /** Whether the kernel marks leaves of the huge zero folio as special, as since v6.18; by default it does. */
  readonly hugeZeroIsSpecial?: boolean;
  /** Whether PTEs of device-dax are devmap, and special with it, as until v6.14; by default they are not. */
  readonly devmapPtes?: boolean;
  /** How a VMA knows which frames are reserved for it: by a context, as since v6.16, or by VM_PAT; by default either. */
  readonly tracksBy?: 'contexts' | 'vm-pat' | 'either';
  /** Whether it is asked that a BAR is mapped by leaves wherever one fits; by default it is. */
  readonly leafSizes?: boolean;
  /** Whether the kernel splits leaves of VM_PFNMAP into smaller ones; by default it does. */
  readonly keepsRest?: boolean;
  /** Whether a file on DAX may be cut, or end; by default one may. */
  readonly cutsFiles?: boolean;
  /** With which references of its page a truncation of one is woken; by default without any, as since v6.15. */
  readonly wakesAt?: WakesAt;
  /** Whether large folios may be split, by an operation of its own; by default they may. */
  readonly splits?: boolean;
  /** Whether mbind() may move pages; by default it may. */
  readonly moves?: boolean;
  /** Whether soft-dirty tracking may begin; by default it may. */
  readonly tracksWrites?: boolean;
  /** Whether small pages may be collapsed into one large folio; by default they may. */
  readonly collapses?: boolean;
  /** Who maps frames of a device by remap_pfn_range(); by default nobody. */
  readonly drivers?: readonly Asking[];
  /** Whether remap_pfn_range() refuses to map a part of a VMA; by default it does not. */
  readonly refusesParts?: boolean;
  /** References of a page of a PCI BAR that is in the pool of its driver; by default none, as since v6.15. */
  readonly poolRefs?: 0 | 1;
  /** Whether a device-private entry is taken for dirty when its page is migrated; by default not. */
  readonly takenForDirty?: boolean;
  /** Whether entries are those of an architecture, bit for bit; by default it is asked what of either can be. */
  readonly entries?: 'exact' | 'abstract' | 'either';
}

type Has = (is: (block: Block) => boolean) => boolean;

/** What a private mapping may only copy. */
const isOriginal = ({ use }: Block): boolean =>
  use === 'shmem' || use === 'file' || use === 'dax' || use === 'driver' || use === 'fsdax';

/** What is asked of reference counts. */
const references = (counted: boolean, poolRefs: 0 | 1): Property<MmView> => {
  if (poolRefs === 1) return counted ? refcountPool : refcountBeforePool;
  return counted ? refcount : refcountBefore;
};

/** What asks for memory: flags and counts first, then those that count all entries. */
const ofMemory = (has: Has, pins: boolean, refs: Property<MmView>, swaps: boolean): readonly Property<MmView>[] => {
  const any = has(() => true);
  const anon = has(({ use }) => use === 'anon');
  return [
    ...(any ? [partial] : []),
    ...(has(({ use }) => use === 'zero page' || use === 'huge zero') ? [zeropage] : []),
    ...(has(({ use }) => use === 'private') ? [devicePrivate] : []),
    ...(any ? [refs, mapcount, rss, vmstat] : []),
    ...(anon ? [exclusive] : []),
    ...(any && pins ? [pin] : []),
    ...(pins && has(({ use }) => use === 'shmem' || use === 'file') ? [uncached] : []),
    ...(swaps ? [swap, swapexcl, swapdata] : []),
  ];
};

/** What asks for anonymous memory, of a transition. */
const ofAnonymous = (
  pins: boolean,
  uffdMoves: boolean,
  givesUp: boolean,
  swaps: boolean,
  takenForDirty: boolean,
): readonly Property<MmView>[] => [
  kept,
  own,
  ...(givesUp ? [lazyfree(takenForDirty)] : []),
  ...(pins ? [pincopy] : []),
  ...(pins && uffdMoves ? [pinmove] : []),
  ...(pins && swaps ? [pinswap] : []),
  ...(swaps ? [swapfreed] : []),
];

/** What asks for files on DAX; `counted`: mappings of their pages are, as since v6.15. */
const ofDax = (counted: boolean, cuts: boolean, wakesAt: WakesAt, has: Has): readonly Property<MmView>[] => [
  ...(has(({ use, pages }) => use === 'fsdax' && pages > 1) ? [daxfolio(counted)] : []),
  daxshare,
  daxzero,
  daxpages,
  daxtag,
  ...(cuts ? [daxfree, daxwait(wakesAt)] : []),
];
/** What asks for folios that become smaller or larger. */
const ofFolioSizes = (has: Has, pins: boolean, splits: boolean, collapses: boolean): readonly Property<MmView>[] => [
  ...(splits && has(isLarge) ? [split] : []),
  ...(has((block) => block.use === 'anon' && isLarge(block)) ? [deferred] : []),
  ...(collapses && pins && has(({ use }) => use === 'anon') ? [pincollapse] : []),
];
const isLarge = ({ use, pages }: Block): boolean => pages > 1 && (use === 'anon' || use === 'shmem' || use === 'file');
/** What asks for frames that are looked up, and for where they go: of states, and of transitions. */
const ofLookups = (g: Geometry | 'any', isX86: boolean): readonly Property<MmView>[] => [
  ...(g === 'any' || g.lookups > 0 ? [lookupIsTrue, lookupScope, ...(isX86 ? [lookupProt] : [])] : []),
  ...(g === 'any' || g.guestPages > 0 ? [secondStage, memorySlot] : []),
];
const ofLookupSteps = (g: Geometry | 'any'): readonly Property<MmView>[] =>
  g === 'any' || g.lookups > 0
    ? [lookupFinds, lookupUse, lookupRights, lookupRam, ...(g === 'any' || g.dmaMappings > 0 ? [lookupGiven] : [])]
    : [];

/** Properties of slots and counters first, then those of every page, of memory, and of a transition. */
export const specOf = (
  rule: DepositRule,
  {
    opsTellDeposit,
    machine,
    cowLeafForbidden,
    geometry = 'any',
    devices = true,
    revokes = true,
    givesUp = true,
    truncates = true,
    uffdMoves = true,
    reads = true,
    asksNodes = true,
    asksSmaps = true,
    asksCore = true,
    remotes = true,
    hugeZeroIsSpecial = true,
    devmapPtes = false,
    tracksBy = 'either',
    leafSizes = true,
    keepsRest = true,
    cutsFiles = true,
    wakesAt = 'no reference',
    splits = true,
    collapses = true,
    moves = true,
    tracksWrites = true,
    drivers = [],
    refusesParts = false,
    poolRefs = 0,
    takenForDirty = false,
    entries = 'either',
  }: SpecOptions,
): readonly Property<MmView>[] => {
  const has: Has = (is) => geometry === 'any' || geometry.memory.some((block) => is(block));
  const pins = geometry === 'any' || geometry.pins > 0;
  const dax = geometry === 'any' || geometry.daxFiles.length > 0;
  const swaps = geometry === 'any' || geometry.swapSlots > 0;
  const cached = geometry === 'any' || geometry.pageCache !== undefined;
  const reserves = geometry === 'any' || geometry.memtypes > 0;
  const peers = has(({ use }) => use === 'p2pdma');
  const locks = geometry === 'any' || geometry.locks > 0;
  return [
    align,
    levels,
    ...(opsTellDeposit ? [disc] : []),
    deposit(rule),
    nrptes,
    live,
    zero,
    ...(devices ? [refault] : []),
    special(hugeZeroIsSpecial, devmapPtes),
    entries === 'exact' ? exactPerm : perm,
    vmas,
    translate,
    ...(entries === 'exact' ? [exactCache] : []),
    ...(devices && entries !== 'exact' ? [cache] : []),
    ...(entries === 'abstract' ? [] : [fmt, leaf]),
    ...(machine === 'any' || machine.l1tf ? [noProtNoneBeyondLimit] : []),
    ...(devices || has(isOriginal) ? [noCow(cowLeafForbidden)] : []),
    ...(revokes ? [revoke] : []),
    ...(geometry === 'any' || geometry.trackedFrames > 0 ? [mkwrite] : []),
    ...ofMemory(has, pins, references(!devmapPtes, poolRefs), swaps),
    ...(peers ? [pool] : []),
    ...(!devmapPtes && has(({ use, pages }) => use === 'dax' && pages > 1) ? [daxtails] : []),
    ...(dax ? ofDax(!devmapPtes, cutsFiles, wakesAt, has) : []),
    ...(cached ? [pagecache] : []),
    ...ofLookups(geometry, machine === 'any' || machine.arch === 'x86'),
    ...(reserves ? [memtype, ...(tracksBy === 'vm-pat' ? [] : [trackref])] : []),
    ...(locks ? [mlock] : []),
    ...(entries === 'abstract' ? [] : [basePte, accessDirty]),
    forkro,
    bound,
    atom(rule),
    pgoff,
    ...(has(({ use }) => use === 'anon') ? ofAnonymous(pins, uffdMoves, givesUp, swaps, takenForDirty) : []),
    ...(has(({ use }) => use === 'shmem' || use === 'file') ? [dirty, ...(truncates ? [truncated] : [])] : []),
    ...(cached ? [filedata, ...(pins ? [pinfile] : [])] : []),
    ...(geometry === 'any' || geometry.uffd > 0 ? [uffdwp, uffdmissing] : []),
    ...(pins ? [gup] : []),
    ...(reads ? [read, pure] : []),
    ...(asksNodes ? [node] : []),
    ...(asksSmaps ? [smaps] : []),
    ...(asksCore ? [mincore] : []),
    ...(remotes ? [remote] : []),
    ...(dax && cutsFiles ? [daxbreak] : []),
    ...ofLookupSteps(geometry),
    deplock,
    ...(dax ? [daxWarns] : []),
    ...(peers ? [p2pdmaWarns] : []),
    ...(devices ? [cowWrite, reachable, touch] : []),
    ...(leafSizes ? [leafFits] : []),
    ...(keepsRest ? [drop, reserve] : []),
    ...ofFolioSizes(has, pins, splits, collapses),
    ...(collapses && has(isLarge) ? [collapse] : []),
    ...(reserves ? [grant(drivers, refusesParts), forks, ...(tracksBy === 'contexts' ? [] : [patInfo])] : []),
    ...(locks ? [mlocked, resident] : []),
    ...(moves ? [mbind] : []),
    ...(tracksWrites ? [softdirty] : []),
    ...((geometry === 'any' || geometry.poison > 0) && has(({ use }) => use === 'anon') ? [poison] : []),
    ...assertionsOn(machine, geometry),
  ].map(citedOn(machine));
};
