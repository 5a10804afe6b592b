/** Plays a sequence of operations on a kernel, and says in one line what came of it. */
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
import type { Sys } from '../../model/mm/kernel.ts';
import { type Alphabet, NO_OPERATIONS } from '../../model/operations/alphabet.ts';
import { type Geometry, MEMORY, SMALL } from '../../model/state/geometry.ts';
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
export const endMigration = (folio: 'new' | 'same'): Played => call('remove_migration_ptes', { folio });
export const uffdMove = (mm: number, from: number, to: number, pages: number): Played =>
  call('UFFDIO_MOVE', { mm, move: { from, to, pages } });
export const clearRefs = (mm: number): Played => call('clear_refs', { mm });
export const memoryOff = call('vfio_pci_memory_disable', {});
export const memoryOn = call('vfio_pci_memory_enable', {});
/** The same operation with some of its allocations failing. */
export const failing = (one: Played, ...which: readonly number[]): Played => ({ ...one, failing: which });

const FAILURES_MAX = 4;

/** Where a sequence is played; by default on x86-64 with little memory. */
export interface Place {
  readonly machine?: Machine;
  readonly geometry?: Geometry;
}
const WITH_MEMORY: Geometry = { ...SMALL, memory: MEMORY };

/** A world in which exactly these operations are possible. */
const worldFor = (
  played: readonly Played[],
  settings: readonly Setting[],
  { machine = X86_64, geometry = WITH_MEMORY }: Place,
): World<Sys, Sys> => {
  const ofOp = (op: string) => played.filter((one) => one.op === op).map(({ args }) => args as never);
  const touched = (access: string) =>
    played
      .filter(({ op, args }) => op === 'handle_mm_fault' && args['access'] === access)
      .map(({ args }) => args['page'] as number);
  const alphabet: Alphabet = {
    ...NO_OPERATIONS,
    mms: Array.from({ length: geometry.mms }, (_, mm) => mm),
    drivers: played.flatMap(({ driver }) => (driver === undefined ? [] : [driver])),
    reads: touched('read'),
    writes: touched('write'),
    munmaps: ofOp('munmap').map(({ range }) => range),
    mprotects: ofOp('mprotect').map(({ range }) => range),
    prots: ofOp('mprotect').map(({ prot }) => prot),
    mremaps: ofOp('mremap').map(({ move }) => move),
    migrations: ofOp('migrate_pages').map(({ at }) => at),
    uffdMoves: ofOp('UFFDIO_MOVE').map(({ move }) => move),
    fork: true,
    clearRefs: true,
    memoryEnable: true,
  };
  const scope = { geometry, alphabet, failuresMax: FAILURES_MAX };
  const entry = {
    name: 'scenario',
    says: '',
    machine,
    reaches: [],
    sizes: { quick: scope, standard: scope, deep: scope },
  };
  return buildWorld(entry, { kernel: 'v7.1', series: [], settings }, 'quick') as World<Sys, Sys>;
};

const answersOf = (which: readonly number[]): readonly number[] =>
  Array.from({ length: Math.max(-1, ...which) + 1 }, (_, i) => (which.includes(i) ? 1 : 0));

/** Properties of the state or of the step that are broken here. */
const broken = (properties: readonly Property<Sys>[], move: Move, before: Sys, after: Sys): readonly string[] =>
  properties.flatMap((one) => {
    if (one.kind === 'always') return one.holds(after) ? [] : [one.name];
    return one.kind === 'step' && !one.holds(before, move, after) ? [one.name] : [];
  });

interface Outcome {
  /**
   * "ok", or what went wrong in the order in which it did: `I-DEP@2` for a property first broken by operation 2,
   * `SIGBUS@3` for an operation that returned an error, a failed assertion last.
   */
  readonly says: string;
  /** The same without the properties of the spec: errors, and assertions of the kernel. */
  readonly kernelSays: string;
  /** The state at the end. */
  readonly at: Sys;
}

const inOneLine = (news: readonly string[]): string => (news.length === 0 ? 'ok' : news.join(' '));

/** Plays a sequence. */
export const playOut = (played: readonly Played[], settings: readonly Setting[], place: Place = {}): Outcome => {
  const world = worldFor(played, settings, place);
  const { viewOf } = world.layout;
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
  return { says: inOneLine(news), kernelSays: inOneLine(ofKernel), at: viewOf(at) };
};

/** The same, in one line. */
export const play = (played: readonly Played[], settings: readonly Setting[], machine: Machine = X86_64): string =>
  playOut(played, settings, { machine }).says;
