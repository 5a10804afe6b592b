/** A change of entry functions that somebody proposes: what the file of `mmcheck laws --patch FILE` exports by default. */
import type { PgtableChange } from './architecture.ts';
import type { PgtablePatch } from './pgtable.ts';

export interface Proposal {
  /** One sentence. */
  readonly says: string;
  /** Where it was proposed. */
  readonly cites?: string;
  /** How well it is known what it changes, where it is not one's own. */
  readonly evidence?: PgtableChange['evidence'];
  /** By the name of an architecture, or a pattern as 'x86_*': the functions that take the place of others. */
  readonly patches: Readonly<Record<string, PgtablePatch>>;
}

/** Gives a proposal its types in an editor, and nothing else. */
export const proposal = (one: Proposal): Proposal => one;
