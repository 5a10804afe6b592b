/** Trace files of `mmcheck check`, as walks: a counterexample, asked of a real kernel. */
import * as Effect from 'effect/Effect';
import { kernelWith } from '../mm_catalogue.ts';
import { find } from '../named.ts';
import { readTrace, type TraceFile } from '../read_trace.ts';
import { movesNamed } from '../replay_world.ts';
import { BadFile } from '../unusable.ts';
import { MM_WORLDS } from '../worlds/all.ts';
import { HUGETLB_WORLDS } from '../worlds/hugetlb.ts';
import type { MmWorldEntry } from '../worlds/scope.ts';
import { type Block, blocks, DEVICE_FRAMES, FRAME_MAX, type Geometry } from '../../model/state/geometry.ts';
import { Pud, PudKind, Vma, VmaKind } from '../../model/state/mm_types.ts';
import type { Chosen } from './against.ts';
import type { MachineName } from './levels.ts';
import type { Sight } from './observe.ts';
import { hasGuest, joinedLookups } from './guest_access.ts';
import { evenCuts } from './placement.ts';
import { walkOf } from './sequences.ts';
import { stagesOf } from './stage.ts';
import { LARGE_BAR, SMALL_BAR } from './vm/machines.ts';
import type { Stage, Walk } from './walk.ts';

/** A trace file as a walk, and what it is a trace of. */
export interface Traced {
  readonly path: string;
  readonly kernel: string;
  readonly world: string;
  readonly property: string;
  readonly walk: Walk;
}

interface Here {
  readonly chosen: Chosen;
  readonly sight: Sight;
  readonly machine: MachineName;
}

/** The same memory with more of the anonymous kind: a real kernel does not run out of it. Large folios come first. */
const ample = (memory: readonly Block[], { ptrsPerPte }: Geometry): readonly Block[] => {
  const more = [...memory, ...blocks('anon', ptrsPerPte, 4), ...blocks('anon', 1, 16)];
  const sorted = more.toSorted((a, b) => b.pages - a.pages);
  const fits: Block[] = [];
  let frames = DEVICE_FRAMES;
  for (const one of sorted) {
    if (frames + one.pages > FRAME_MAX + 1) break;
    frames += one.pages;
    fits.push(one);
  }
  return fits;
};

const stageAt = (entry: MmWorldEntry, { size }: TraceFile, scale: 'PMD' | 'PUD', here: Here): Stage => {
  const { geometry, alphabet } = entry.sizes[size];
  const { kernel, settings } = here.chosen.choice;
  const memory = geometry.memory.length === 0 ? [] : ample(geometry.memory, geometry);
  return stagesOf(
    {
      name: entry.name,
      says: entry.says,
      geometry: { ...geometry, memory, pteTables: 15, vmas: 6 },
      alphabet,
      scale,
      cuts: [evenCuts(geometry)],
      device: { bdf: scale === 'PUD' ? LARGE_BAR : SMALL_BAR, bar: 2 },
      machines: [here.machine],
      needs: [],
      knobs: [],
    },
    { kernel: kernelWith(kernel, settings), machine: entry.machine, sight: here.sight },
  )[0]!;
};

const hasPudLeaf = ({ state: { pud } }: Walk): boolean =>
  Array.from({ length: pud.rows }, (_, row) => pud.at(row)).some((e) => Pud.kind(e) === PudKind.leaf);

const walkAt = Effect.fnUntraced(function* (path: string, trace: TraceFile, scale: 'PMD' | 'PUD', here: Here) {
  const entry = yield* find('world', trace.world, MM_WORLDS);
  const stage = stageAt(entry, trace, scale, here);
  const steps = hasGuest(stage.alphabet) ? joinedLookups(trace.steps) : trace.steps;
  const moves = movesNamed(stage.world, steps);
  if ('kind' in moves)
    return yield* new BadFile({ path, why: `names ${moves.kind} "${moves.asked}" in step ${moves.step}` });
  return { walk: walkOf(stage, moves), steps: moves.length };
});

/** Whether it needs a device, which only a virtual machine has for sure. */
export const mapsDevice = ({ sizes }: MmWorldEntry, { size }: TraceFile): boolean =>
  sizes[size].alphabet.drivers.some(({ vma }) => Vma.kind(vma) === VmaKind.device);

/** A trace as a walk on a machine; BadFile says what of it no machine, or not this one, can be asked. */
export const walkOfTrace = Effect.fnUntraced(function* (path: string, trace: TraceFile, here: Here) {
  if (HUGETLB_WORLDS.some(({ name }) => name === trace.world))
    return yield* new BadFile({
      path,
      why: 'is of hugetlb, of which only sequences that conform makes itself are played',
      hint: "try: npx mmcheck conform --scope 'hugetlb*'",
    });
  const failing = trace.steps.findIndex(({ answers }) => answers.some(({ answer }) => answer === 'fails'));
  if (failing >= 0)
    return yield* new BadFile({ path, why: `lets an allocation fail in step ${failing + 1}; no runner can` });
  const entry = yield* find('world', trace.world, MM_WORLDS);
  if (mapsDevice(entry, trace) && here.machine !== 'pfnmap')
    return yield* new BadFile({
      path,
      why: 'maps a device: it is played with --kernel-image and --machine pfnmap only',
    });
  const first = yield* walkAt(path, trace, 'PMD', here);
  const { walk, steps } = hasPudLeaf(first.walk) ? yield* walkAt(path, trace, 'PUD', here) : first;
  if (walk.refused !== undefined && walk.steps.length < steps) {
    const { why, detail } = walk.refused;
    if (why !== 'assertion')
      return yield* new BadFile({ path, why: `cannot be played: step ${walk.steps.length + 1} is ${why}: ${detail}` });
    // What becomes of an assertion of the model is asked of a kernel that may die of it, and of no other.
    if (here.machine !== 'live') walk.playUncompared();
  }
  return walk;
});

const tracedWalk = Effect.fnUntraced(function* (path: string, here: Here) {
  const trace = yield* readTrace(path);
  const { kernel, world, property } = trace;
  const traced: Traced = { path, kernel, world, property, walk: yield* walkOfTrace(path, trace, here) };
  return traced;
});

export const tracedWalks = (paths: readonly string[], here: Here) =>
  Effect.forEach(paths, (path) => tracedWalk(path, here));
