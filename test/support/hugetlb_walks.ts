/** Walks of hugetlb by hand: the moves in the words of a report. */
import { hugetlbStageFor } from '../../checker/conform/hugetlb/against.ts';
import { HUGETLB_SCOPES } from '../../checker/conform/hugetlb/scopes.ts';
import type { HugetlbStage } from '../../checker/conform/hugetlb/stage.ts';
import { HugetlbWalk } from '../../checker/conform/hugetlb/walk.ts';
import { ALL } from './walks.ts';

export const hugetlbStageOf = (scope: string, release = 'v7.1'): HugetlbStage =>
  hugetlbStageFor(
    HUGETLB_SCOPES.find(({ name }) => name === scope)!,
    release,
    [],
    ALL,
  );

/** @throws Error at the first move that the model does not make. */
export const hugetlbWalkThrough = (stage: HugetlbStage, ...labels: readonly string[]): HugetlbWalk => {
  const walk = new HugetlbWalk(stage);
  const { actions } = stage.world;
  for (const label of labels) {
    const move = walk.moves().find(({ action, name, args }) => `${name}(${actions[action]!.show?.(args)})` === label);
    if (move === undefined) throw new Error(`no ${label} in ${stage.name}`);
    if (!walk.take(move)) throw new Error(`${label}: ${walk.refusals.at(-1)!.why}, ${walk.refusals.at(-1)!.detail}`);
  }
  return walk;
};
