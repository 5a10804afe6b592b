/** Scenarios of which every number of the final state is known. */
import type { Setting } from '../../checker/catalogue.ts';
import { accounts, mappings } from './accounts.ts';
import { type Stage, type Played, perform } from './play.ts';

/** All that the final state counts and maps. */
interface End {
  /** Errors of operations and assertions that failed, as `play` words them. */
  readonly result: string;
  /** See accounts.ts. */
  readonly accounts: readonly string[];
  /** The entries of parent and child. */
  readonly parent: readonly string[];
  readonly child: readonly string[];
}

export interface Numbered extends Partial<End> {
  readonly name: string;
  readonly says: string;
  readonly plays: readonly Played[];
  readonly place: Stage;
  /** `toggle=value` on top of v7.1. */
  readonly toggle?: string;
}

export const PARENT = 0;
export const CHILD = 1;

/** What accounts end with where the parent alone maps two pages of anonymous memory, by a leaf or by PTEs; or one; or shmem. */
export const BY_LEAF = ['parent: MM_ANONPAGES 2', 'NR_ANON_MAPPED 2, NR_ANON_THPS 2'] as const;
export const BY_PTES = ['parent: MM_ANONPAGES 2', 'NR_ANON_MAPPED 2'] as const;
export const ONE_PAGE = ['parent: MM_ANONPAGES 1', 'NR_ANON_MAPPED 1'] as const;
export const SHMEM_BY_LEAF = ['parent: MM_SHMEMPAGES 2', 'NR_FILE_MAPPED 2, NR_SHMEM_PMDMAPPED 2'] as const;

const settingsOf = (toggle: string | undefined): readonly Setting[] => {
  if (toggle === undefined) return [];
  const [name = '', value = ''] = toggle.split('=');
  return [{ toggle: name, value, evidence: 'source' }];
};

/** What comes of a scenario. */
export const endOf = ({ plays, place, toggle }: Numbered): End => {
  const { kernelSays, at } = perform(plays, { ...place, settings: settingsOf(toggle) });
  return { result: kernelSays, accounts: accounts(at), parent: mappings(at, PARENT), child: mappings(at, CHILD) };
};

/** What should: what a scenario does not name is 'ok', or nothing. */
export const expectedOf = ({ result = 'ok', accounts: all = [], parent = [], child = [] }: Numbered): End => ({
  result,
  accounts: all,
  parent,
  child,
});
