/** All that is compared, of every model, and the stages that it is played on. */
import { type Chosen, stagesFor } from './against.ts';
import { hugetlbStageFor } from './hugetlb/against.ts';
import { HUGETLB_SCOPES, type HugetlbScope } from './hugetlb/scopes.ts';
import type { Sight } from './observe.ts';
import type { ConformScope } from './scope.ts';
import { SCOPES } from './scopes.ts';
import type { AnyStage } from './sequences.ts';

export type AnyScope = ConformScope | HugetlbScope;

export const ALL_SCOPES: readonly AnyScope[] = [...SCOPES, ...HUGETLB_SCOPES];

/** `release`: by which name hugetlb is chosen, which no sequence calibrates. */
export const allStagesFor = (scope: AnyScope, chosen: Chosen, release: string, sight: Sight): readonly AnyStage[] =>
  'subject' in scope
    ? [hugetlbStageFor(scope, release, chosen.choice.settings, sight)]
    : stagesFor(scope, chosen, sight);
