/** What a comparison came to, before it is put into words. */
import type { Chosen } from './against.ts';
import type { Amount } from './asked.ts';
import type { Eye } from './compare.ts';
import type { Ground } from './ground.ts';
import type { Level } from './levels.ts';
import type { Differing } from './shrink.ts';
import type { Tally } from './tally.ts';

export interface Report {
  readonly ground: Ground;
  readonly level: Level;
  readonly chosen: Chosen;
  readonly amount: Amount;
  readonly eye: Eye;
  readonly tally: Tally;
  /** One for each way to differ, shrunk. */
  readonly minimal: readonly Differing[];
}
