/** Plays a sequence of operations on a kernel, and says in one line what came of it, and what the state is then. */
import { buildWorld } from '../../checker/mm_catalogue.ts';
import type { Setting } from '../../checker/catalogue.ts';
import {
  initialState,
  makeMove,
  type Move,
  type Property,
  type Words,
  type World,
} from '../../checker/search/index.ts';
import type { Driver } from '../../model/drivers/driver.ts';
import { type Patch, patched, type Sys } from '../../model/mm/kernel.ts';
import type { Collapser } from '../../model/mm/khugepaged.ts';
import type { Advice } from '../../model/mm/madvise.ts';
import type { FileUse } from '../../model/mm/filemap.ts';
import {
  type Alphabet,
  type GupUse,
  type LockHow,
  type LookingUp,
  type MemoryPolicy,
  NO_OPERATIONS,
  type ProcFile,
  type UffdMode,
} from '../../model/operations/alphabet.ts';
import { type Geometry, MEMORY, SMALL } from '../../model/state/geometry.ts';
import type { Found } from '../../model/state/lookups.ts';
import { type Machine, X86_64 } from '../../model/state/machine.ts';
import { Result } from '../../model/state/mm_types.ts';

export interface Played {
  readonly op: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Which of its allocations fail, counted from 0; the others succeed. */
  readonly failing: readonly number[];
  readonly driver?: Driver;
}

const call = (op: string, args: Played['args'], driver?: Driver): Played =>
  driver === undefined ? { op, args, failing: [] } : { op, args, failing: [], driver };

export const mmap = (driver: Driver): Played => call('mmap', { mm: 0, driver: driver.name }, driver);
export const munmap = (mm: number, from: number, to: number): Played => call('munmap', { mm, range: { from, to } });
export const mprotect = (mm: number, from: number, to: number, prot: 'NONE' | 'R' | 'RW'): Played =>
  call('mprotect', { mm, range: { from, to }, prot });
export const mremap = (mm: number, from: number, to: number, pages: number): Played =>
  call('mremap', { mm, move: { from, to, pages } });
export const fork = call('fork', {});
export const exit = (mm: number): Played => call('exit', { mm });
export const read = (mm: number, page: number): Played => call('handle_mm_fault', { mm, page, access: 'read' });
export const write = (mm: number, page: number): Played => call('handle_mm_fault', { mm, page, access: 'write' });
export const migrate = (mm: number, page: number, to: 'move' | 'split' = 'move'): Played =>
  call('migrate_pages', { mm, at: { page, to } });
export const endMigration = (folio: 'new' | 'same' | 'split'): Played => call('remove_migration_ptes', { folio });
export const uffdMove = (mm: number, from: number, to: number, pages: number): Played =>
  call('UFFDIO_MOVE', { mm, move: { from, to, pages } });
export const clearRefs = (mm: number): Played => call('clear_refs', { mm });
export const memoryOff = call('vfio_pci_memory_disable', {});
export const memoryOn = call('vfio_pci_memory_enable', {});
export const dirtyScan = call('vmw_bo_dirty_scan', {});
export const madvise = (mm: number, from: number, to: number, advice: Advice): Played =>
  call('madvise', { mm, range: { from, to }, advice });
export const pin = (mm: number, page: number, access: 'read' | 'write'): Played =>
  call('pin_user_pages', { mm, page, access });
export const gup = (mm: number, page: number, how: GupUse, access: 'read' | 'write'): Played =>
  call('get_user_pages', { mm, range: { from: page, to: page + 1 }, how, access });
/** A plain reference to a page that is read (FOLL_GET). */
export const reference = (mm: number, page: number): Played => gup(mm, page, 'reference', 'read');
export const unpin = (row: number): Played => call('unpin_user_page', { pin: row });
export const truncate = (file: FileUse, from: number): Played => call('truncate', { part: { file, from } });
export const daxCut = (file: number, from: number, to: number, how: 'truncate' | 'punch' = 'truncate'): Played =>
  call('dax_truncate', { cut: { file, from, to, how } });
export const daxEvict = (file: number): Played => call('dax_evict_inode', { file });
export const daxWakes = call('dax_layout_wakes', {});
export const reclaim = (mm: number, page: number): Played => call('shrink_folio_list', { mm, page });
/** A fault of another thread, up to its PMD table, and the rest of it. */
export const faultBegins = (mm: number, page: number, access: 'read' | 'write'): Played =>
  call('fault_begins', { mm, page, access });
export const faultGoesOn = call('fault_goes_on', { thread: 0 });
export const splitFolio = (mm: number, page: number): Played => call('split_folio', { mm, page });
export const deferredScan = call('deferred_split_scan', {});
export const collapse = (mm: number, slot: number, by: Collapser = 'MADV_COLLAPSE'): Played =>
  call('collapse', { mm, slot, by });
export const uffdRegister = (mm: number, from: number, to: number, mode: UffdMode): Played =>
  call('UFFDIO_REGISTER', { mm, range: { from, to }, mode });
export const uffdProtect = (mm: number, page: number, to: 'on' | 'off'): Played =>
  call('UFFDIO_WRITEPROTECT', { mm, page, to });
/** A look-up, up to its lock; then the lock, the end, and what comes behind it. */
export const looksUp = (by: LookingUp['by'], page: number, access: 'read' | 'write', pages = 1): Played =>
  call('follow_pfnmap_start', { at: { by, page, pages, access } });
export const locks = call('follow_pfnmap_lock', { lookup: 0 });
export const ends = call('follow_pfnmap_end', { lookup: 0 });
export const uses = call('use_of_lookup', { lookup: 0 });
export const unmapsDma = (mapping: number): Played => call('VFIO_IOMMU_UNMAP_DMA', { mapping });
export const revokes = call('unmap_mapping_range', {});
export const procRead = (mm: number, file: ProcFile): Played => call(file, { mm });
export const mincore = (mm: number, from: number, to: number): Played => call('mincore', { mm, range: { from, to } });
/** move_pages() without nodes. */
export const nodeOf = (mm: number, page: number): Played => call('move_pages', { mm, page });
export const mbind = (mm: number, from: number, to: number, policy: MemoryPolicy): Played =>
  call('mbind', { mm, range: { from, to }, policy });
/** A machine check as a process reads a page. */
export const breaks = (mm: number, page: number): Played => call('memory_failure', { mm, page });
export const mlock = (mm: number, from: number, to: number, how: LockHow = 'now'): Played =>
  call('mlock', { mm, range: { from, to }, how });
export const munlock = (mm: number, from: number, to: number): Played => call('munlock', { mm, range: { from, to } });
/** A driver moves a page to its device, or back; in halves; and the device writes. */
export const deviceMove = (mm: number, page: number, to: 'device' | 'system'): Played =>
  call('migrate_vma', { mm, page, to });
export const halfDeviceMove = (mm: number, page: number): Played => call('migrate_vma_setup', { mm, page });
export const endDeviceMove = (to: 'there' | 'nowhere'): Played => call('migrate_vma_finalize', { to });
export const deviceWrite = (mm: number, page: number): Played => call('device_write', { mm, page });
/** The same operation with some of its allocations failing. */
export const failing = (one: Played, ...which: readonly number[]): Played => ({ ...one, failing: which });

const FAILURES_MAX = 4;

/** What a scenario is played on. */
export interface Stage {
  /** By default v7.1. */
  readonly kernel?: string;
  readonly settings?: readonly Setting[];
  readonly machine?: Machine;
  /** By default the small machine with `MEMORY`. */
  readonly geometry?: Partial<Geometry>;
  /** Whether it is asked how large the leaves of a BAR are, and, of a kernel that claims to keep them, whether a split does. */
  readonly asksLeaves?: boolean;
  /** The architecture whose entries the state carries bit for bit. */
  readonly exact?: string;
  /** What is different in the kernel. */
  readonly patch?: Patch;
  /** False: no property of the spec is asked, only what the operations return, and assertions of the model. */
}

const withPatch = (world: World<Sys, Sys>, patch: Patch): World<Sys, Sys> => {
  const other = (s: Sys): Sys => ({ ...s, kernel: patched(s.kernel, patch) });
  const { layout } = world;
  return {
    ...world,
    layout: { ...layout, viewOf: (w) => other(layout.viewOf(w)), draftOf: (w) => other(layout.draftOf(w)) },
  };
};

/** A world in which exactly these operations are possible. */
const worldFor = (played: readonly Played[], stage: Stage): World<Sys, Sys> => {
  const { settings = [], machine = X86_64, geometry = {}, patch = {}, asksLeaves = false, exact } = stage;
  const { kernel = 'v7.1' } = stage;
  const choice = { kernel, series: [], settings, ...(exact === undefined ? {} : { exact }) };
  const ofOp = (op: string) => played.filter((one) => one.op === op).map(({ args }) => args as never);
  const touched = (access: string) =>
    played
      .filter(({ op, args }) => op === 'handle_mm_fault' && args['access'] === access)
      .map(({ args }) => args['page'] as number);
  const alphabet: Alphabet = {
    ...NO_OPERATIONS,
    mms: Array.from({ length: geometry.mms ?? SMALL.mms }, (_, mm) => mm),
    drivers: played.flatMap(({ driver }) => (driver === undefined ? [] : [driver])),
    reads: touched('read'),
    writes: touched('write'),
    munmaps: ofOp('munmap').map(({ range }) => range),
    mprotects: ofOp('mprotect').map(({ range }) => range),
    prots: ofOp('mprotect').map(({ prot }) => prot),
    mremaps: ofOp('mremap').map(({ move }) => move),
    migrations: ofOp('migrate_pages').map(({ at }) => at),
    uffdMoves: ofOp('UFFDIO_MOVE').map(({ move }) => move),
    madvises: ofOp('madvise').map(({ range }) => range),
    advice: ofOp('madvise').map(({ advice }) => advice),
    pins: ofOp('pin_user_pages').map(({ page }) => page),
    pinsFor: [...ofOp('pin_user_pages'), ...ofOp('get_user_pages')].map(({ access }) => access),
    gups: ofOp('get_user_pages').map(({ range }) => range),
    gupAs: ofOp('get_user_pages').map(({ how }) => how),
    truncates: ofOp('truncate').map(({ part }) => part),
    reclaims: ofOp('shrink_folio_list').map(({ page }) => page),
    daxCuts: ofOp('dax_truncate').map(({ cut }) => cut),
    daxEvicts: ofOp('dax_evict_inode').map(({ file }) => file),
    fork: true,
    clearRefs: true,
    memoryEnable: true,
    dirtyScan: true,
    halfFaults: ofOp('fault_begins').map(({ page }) => page),
    folioSplits: ofOp('split_folio').map(({ page }) => page),
    deferredScan: true,
    collapses: ofOp('collapse').map(({ slot }) => slot),
    collapsers: ofOp('collapse').map(({ by }) => by),
    uffdRegisters: ofOp('UFFDIO_REGISTER').map(({ range }) => range),
    uffdModes: ofOp('UFFDIO_REGISTER').map(({ mode }) => mode),
    uffdProtects: ofOp('UFFDIO_WRITEPROTECT').map(({ page }) => page),
    lookups: ofOp('follow_pfnmap_start').map(({ at }) => at),
    revoke: true,
    procReads: (['smaps', 'numa_maps', 'pagemap'] as const).filter((file) => played.some(({ op }) => op === file)),
    mincores: ofOp('mincore').map(({ range }) => range),
    pageStats: ofOp('move_pages').map(({ page }) => page),
    mbinds: ofOp('mbind').map(({ range }) => range),
    policies: ofOp('mbind').map(({ policy }) => policy),
    poisons: ofOp('memory_failure').map(({ page }) => page),
    mlocks: ofOp('mlock').map(({ range }) => range),
    mlockHow: ofOp('mlock').map(({ how }) => how),
    munlocks: ofOp('munlock').map(({ range }) => range),
    deviceMoves: ofOp('migrate_vma').map(({ page }) => page),
    halfDeviceMoves: ofOp('migrate_vma_setup').map(({ page }) => page),
    deviceWrites: ofOp('device_write').map(({ page }) => page),
  };
  const scope = { geometry: { ...SMALL, memory: MEMORY, ...geometry }, alphabet, failuresMax: FAILURES_MAX };
  const entry = {
    name: 'scenario',
    says: '',
    machine,
    reaches: [],
    asksLeaves,
    sizes: { quick: scope, standard: scope, deep: scope },
  };
  return withPatch(buildWorld(entry, choice, 'quick') as World<Sys, Sys>, patch);
};

const answersOf = (which: readonly number[]): readonly number[] =>
  Array.from({ length: Math.max(-1, ...which) + 1 }, (_, i) => (which.includes(i) ? 1 : 0));

/** Properties of the state or of the step that are broken here. */
const broken = (properties: readonly Property<Sys>[], move: Move, before: Sys, after: Sys): readonly string[] =>
  properties.flatMap((one) => {
    if (one.kind === 'always') return one.holds(after) ? [] : [one.name];
    return one.kind === 'step' && !one.holds(before, move, after) ? [one.name] : [];
  });

export interface Performance {
  /**
   * "ok", or what went wrong in the order in which it did: `I-DEP@2` for a property first broken by operation 2,
   * `SIGBUS@3` for an operation that returned an error, a failed assertion last.
   */
  readonly outcome: string;
  /** The same without the properties of the spec: errors, and assertions of the kernel. */
  readonly kernelSays: string;
  /** By what the last operation has accessed a device, if it has. */
  readonly copied: Found;
  /** The state at the end, and as a report prints it: what is not 0. */
  readonly at: Sys;
  readonly state: readonly string[];
}

const inOneLine = (news: readonly string[]): string => (news.length === 0 ? 'ok' : news.join(' '));

/** Plays a sequence. */
export const perform = (played: readonly Played[], stage: Stage): Performance => {
  const world = worldFor(played, stage);
  const { viewOf, print, width } = world.layout;
  let at: Words = initialState(world, 0);
  const news: string[] = [];
  const ofKernel: string[] = [];
  const known = new Set<string>();
  for (const [i, { op, args, failing: which }] of played.entries()) {
    const action = world.actions.findIndex(({ name }) => name === op);
    const move: Move = { action, name: op, args };
    const made = makeMove(world, move, answersOf(which), at);
    if (!made.enabled) throw new Error(`operation ${i + 1}, ${op}, is not possible here`);
    const { step } = made;
    const after = viewOf(step.after);
    const result = after.result.at(0);
    const errors = [...(result === Result.ok ? [] : [Result.names[result]!]), ...(step.bug ? [step.bug.name] : [])];
    const properties = step.bug === undefined ? broken(world.properties, move, viewOf(step.before), after) : [];
    const fresh = [...errors, ...properties].filter((name) => !known.has(name));
    ofKernel.push(...errors.filter((name) => !known.has(name)).map((name) => `${name}@${i + 1}`));
    for (const name of fresh) known.add(name);
    news.push(...fresh.map((name) => `${name}@${i + 1}`));
    at = step.after;
    if (step.bug !== undefined) break;
  }
  const copied = viewOf(at).copied.at(0);
  at.fill(0, width);
  return { outcome: inOneLine(news), kernelSays: inOneLine(ofKernel), copied, at: viewOf(at), state: print(at) };
};

/** The outcome alone. */
export const play = (played: readonly Played[], settings: readonly Setting[], machine: Machine = X86_64): string =>
  perform(played, { settings, machine }).outcome;
