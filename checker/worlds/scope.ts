/** What a world is made of: a question, a machine, and for each size a geometry and an alphabet. */
import { type Alphabet, NO_OPERATIONS } from '../../model/operations/alphabet.ts';
import { type Geometry, SMALL } from '../../model/state/geometry.ts';
import type { Machine } from '../../model/state/machine.ts';
import type { Bounded } from '../bounds.ts';
import type { Size } from '../catalogue.ts';

/** What a size of a world is made of. */
export type Scope = Bounded;

export interface MmWorldEntry {
  readonly name: string;
  /** The question. */
  readonly says: string;
  readonly machine: Machine;
  /** What the machine is called, where it is not plain x86_64. */
  readonly arch?: string;
  readonly sizes: Readonly<Record<Size, Scope>>;
  /** Names of the `sometimes` properties that must be reached. */
  readonly reaches: readonly string[];
  /** Whether it also asks how large the leaves of a BAR are, and, of a kernel that claims to, whether a split keeps all pages. */
  readonly asksLeaves?: boolean;
}

export const ALL_PROTS = ['NONE', 'R', 'RW'] as const;

export const scope = (alphabet: Partial<Alphabet>, geometry: Partial<Geometry> = {}, failuresMax = 2): Scope => ({
  geometry: { ...SMALL, vmas: 3, pteTables: 8, ...geometry },
  alphabet: { ...NO_OPERATIONS, fork: true, ...alphabet },
  failuresMax,
});

/** The same alphabet for every size but for what is listed. */
export const sized = <S>(quick: S, standard: S, deep: S) => ({ quick, standard, deep });
