/** Every world whose size is known. */
import { dieHards } from './die_hard.ts';
import { ewd840s } from './ewd840.ts';
import { filterLocks } from './filter_lock.ts';
import { germans } from './german.ts';
import type { KnownWorld } from './known_world.ts';
import { petersons } from './peterson.ts';
import { twoPhases } from './two_phase.ts';

export const knownWorlds: readonly KnownWorld[] = [
  ...dieHards,
  ...petersons,
  ...filterLocks,
  ...ewd840s,
  ...twoPhases,
  ...germans,
];
