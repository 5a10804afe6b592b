/** A trace of hugetlb as what a program plays: on hugepages of 2M, or of 1G where they are leaves of PUDs. */
import * as Effect from 'effect/Effect';
import { hugetlbKernelWith } from '../../model/hugetlb/releases/kernels.ts';
import { type HugetlbGeometry, pudPages } from '../../model/state/hugetlb/geometry.ts';
import { hugetlbStage, isOfPuds } from '../conform/hugetlb/stage.ts';
import type { Played } from '../conform/played.ts';
import { walkOf } from '../conform/sequences.ts';
import { find } from '../named.ts';
import type { PlannedKernel } from '../plan.ts';
import type { TraceFile } from '../read_trace.ts';
import { movesNamed } from '../replay_world.ts';
import { BadFile } from '../unusable.ts';
import { HUGETLB_WORLDS } from '../worlds/hugetlb.ts';
import type { HugetlbScope } from '../worlds/hugetlb_scope.ts';

/** Where a mapping covers all that a table of PMDs maps, that has to be a real GiB. */
const scaleOf = ({ geometry, alphabet }: HugetlbScope): 'PMD' | 'PUD' => {
  const whole = alphabet.mappings.some(({ pages }) => pages >= pudPages(geometry));
  return whole || isOfPuds(geometry) ? 'PUD' : 'PMD';
};

const NO_MACHINE = 'only a machine of arm64 has contiguous entries, and the runner is for x86_64';

const isContiguous = ({ contPmds, contPtes }: HugetlbGeometry): boolean => contPmds + contPtes > 0;

/** What the pool has to have before it begins. */
export const poolOf = ({ world, size }: TraceFile): string => {
  const { geometry } = HUGETLB_WORLDS.find(({ name }) => name === world)!.sizes[size];
  const kind = isOfPuds(geometry) ? 'hugepages-1048576kB' : 'hugepages-2048kB';
  const { folios } = geometry;
  const pool = `a pool of ${folios} ${folios === 1 ? 'hugepage' : 'hugepages'}`;
  return `It needs ${pool}: echo ${folios} > /sys/kernel/mm/hugepages/${kind}/nr_hugepages`;
};

/** The sequence, or the first step that no program can make. */
export const hugetlbWalkOf = Effect.fnUntraced(function* (path: string, trace: TraceFile, kernel: PlannedKernel) {
  const bad = (why: string): BadFile => new BadFile({ path, why });
  const failing = trace.steps.findIndex(({ answers }) => answers.some(({ answer }) => answer === 'fails'));
  if (failing >= 0) return yield* bad(`lets an allocation fail in step ${failing + 1}; no runner can`);
  const entry = yield* find('world', trace.world, HUGETLB_WORLDS);
  const scope = entry.sizes[trace.size];
  const { geometry, alphabet } = scope;
  if (isContiguous(geometry)) return yield* bad(`is of another machine: ${NO_MACHINE}`);
  const stage = hugetlbStage(
    { name: entry.name, geometry, alphabet, scale: scaleOf(scope), knobs: [] },
    hugetlbKernelWith(kernel.kernel, kernel.settings),
    { frames: false, entries: false },
  );
  const moves = movesNamed(stage.world, trace.steps);
  if ('kind' in moves) return yield* bad(`names ${moves.kind} "${moves.asked}" in step ${moves.step}`);
  const walk = walkOf(stage, moves);
  const { stage: on, steps, asserted, refusals } = walk;
  const refused = refusals.at(-1);
  if (refused !== undefined && refused.why !== 'assertion')
    return yield* bad(`cannot be played: step ${steps.length + 1} is ${refused.why}: ${refused.detail}`);
  const played: Pick<Played, 'stage' | 'steps' | 'uncompared'> = {
    stage: on,
    steps,
    uncompared: asserted.at(-1)?.line,
  };
  return played;
});
