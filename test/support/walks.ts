/** Walks by hand: the moves in the words of a report, as in `walkThrough(stageOf('anon'), 'mmap(parent, anon 2M)', 'fork()')`. */
import type { Sight } from '../../checker/conform/observe.ts';
import { SCOPES } from '../../checker/conform/scopes.ts';
import { stagesOf } from '../../checker/conform/stage.ts';
import { type Stage, Walk } from '../../checker/conform/walk.ts';
import { type Move, movesOf } from '../../checker/search/index.ts';
import type { Kernel } from '../../model/mm/kernel.ts';
import { type Machine, X86_64 } from '../../model/state/machine.ts';
import { kernelOf } from './model_runner.ts';

export const ALL: Sight = { frames: true, entries: true };
/** As the virtual machine has it: what goes to swap leaves memory at once. */
const ZRAM: Machine = { ...X86_64, syncSwap: true };
export const V6_18 = kernelOf('v6.18');

/** The stage of a scope, cut in this way; by default in the first one. */
export const stageOf = (scope: string, cuts?: readonly number[], kernel: Kernel = V6_18): Stage => {
  const stages = stagesOf(
    SCOPES.find(({ name }) => name === scope)!,
    { kernel, machine: ZRAM, sight: ALL },
  );
  const wanted = cuts === undefined ? stages[0] : stages.find(({ name }) => name === `${scope}[${cuts.join(',')}]`);
  if (wanted === undefined)
    throw new Error(`the scope ${scope} is not cut so; there are ${stages.map(({ name }) => name).join(', ')}`);
  return wanted;
};

export const allStages = (kernel: Kernel = V6_18): readonly Stage[] =>
  SCOPES.flatMap((scope) => stagesOf(scope, { kernel, machine: ZRAM, sight: ALL }));

const labelOf = ({ world }: Stage, { action, name, args }: Move): string =>
  `${name}(${world.actions[action]!.show?.(args) ?? ''})`;

export const moveOf = (stage: Stage, label: string): Move => {
  const moves = movesOf(stage.world);
  const found = moves.find((move) => labelOf(stage, move) === label);
  if (found === undefined)
    throw new Error(`no ${label} in ${stage.name}; there are\n${moves.map((move) => labelOf(stage, move)).join('\n')}`);
  return found;
};

/** @throws Error at the first move that the model does not make. */
export const walkThrough = (stage: Stage, ...labels: readonly string[]): Walk => {
  const walk = new Walk(stage);
  for (const label of labels)
    if (!walk.take(moveOf(stage, label))) throw new Error(`${label}: ${walk.refused?.why}, ${walk.refused?.detail}`);
  return walk;
};
