/** What a scope of the comparison is, and what most of them are made of. */
import { anonMemory } from '../../model/drivers/driver.ts';
import { type Alphabet, NO_OPERATIONS } from '../../model/operations/alphabet.ts';
import { type Block, blocks, type Geometry, SMALL } from '../../model/state/geometry.ts';
import type { MachineName } from './levels.ts';
import type { Knob } from './knobs.ts';
import type { Feature } from './skipped.ts';
import type { Device } from './walk.ts';

export interface ConformScope {
  readonly name: string;
  /** What is compared. */
  readonly says: string;
  readonly geometry: Geometry;
  readonly alphabet: Alphabet;
  readonly scale: 'PMD' | 'PUD';
  /** The ways in which a table is cut; uneven ones where pages keep their place in it. */
  readonly cuts: readonly (readonly number[])[];
  /** Where BARs come from, if there are any. */
  readonly device?: Device;
  /** Where it can be played. */
  readonly machines: readonly MachineName[];
  /** What the kernel must have for it, as the runner finds it. */
  readonly needs: readonly Feature[];
  /** What must be set for it. */
  readonly knobs: readonly Knob[];
}

export const PAGE0 = { from: 0, to: 1 };
export const PAGE1 = { from: 1, to: 2 };
export const SLOT0 = { from: 0, to: 2 };
export const PROTS = ['NONE', 'R', 'RW'] as const;

/** So much that nothing runs out of it: a kernel with free memory is what is asked. */
const AMPLE: readonly Block[] = [
  ...blocks('huge zero', 2, 1),
  ...blocks('anon', 2, 6),
  ...blocks('anon', 1, 32),
  ...blocks('zero page', 1, 1),
];
export const AMPLE_MTHP: readonly Block[] = [
  ...blocks('anon', 2, 6),
  ...blocks('anon', 1, 32),
  ...blocks('zero page', 1, 1),
];
export const AMPLE_SHMEM: readonly Block[] = [
  ...blocks('shmem', 2, 1),
  ...blocks('anon', 2, 4),
  ...blocks('anon', 1, 24),
];

const HERE = ['live', 'plain'] as const;
export const EVEN = [[256, 256]] as const;
/** Where a page is alone, or a batch of PTEs ends. */
export const UNEVEN = [...EVEN, [1, 511], [511, 1], [16, 496]] as const;
/** A page that is pinned must be one. */
export const SINGLE = [
  [1, 511],
  [511, 1],
] as const;

export const scope = (
  of: Pick<ConformScope, 'name' | 'says'> & Partial<ConformScope>,
  alphabet: Partial<Alphabet>,
  geometry: Partial<Geometry>,
): ConformScope => ({
  scale: 'PMD',
  cuts: EVEN,
  machines: HERE,
  needs: ['thp'],
  knobs: [],
  ...of,
  geometry: { ...SMALL, vmas: 6, pteTables: 15, memory: AMPLE, ...geometry },
  // What user space pins by io_uring it pins for long.
  alphabet: { ...NO_OPERATIONS, fork: true, pinsLongterm: true, ...alphabet },
});

export const anon2M = anonMemory('anon 2M', { at: 0, pages: 2 });
