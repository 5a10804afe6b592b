/** How much is looked at: as much as kernel and user show, unless less is asked for. */
import * as Effect from 'effect/Effect';
import type { Ground } from './ground.ts';
import type { Level } from './levels.ts';
import { TooMuch } from './runner_failed.ts';

/** The level that is looked at unless another is asked for, and the highest that can be. */
const levelsOn = ({ machine, header }: Ground, knobs: boolean): { readonly own: Level; readonly most: Level } => {
  // Whether a kernel checks itself does not show. What it reports counts at level 3, too; at 4 a warning is its end.
  if (machine !== 'live') return { own: 3, most: 4 };
  if (header.level < 1) return { own: 0, most: 0 };
  return knobs ? { own: 2, most: 2 } : { own: 1, most: 1 };
};

/** What would let one look at more. */
const MORE: Readonly<Record<Level, string>> = {
  0: 'only root sees frames',
  1: 'knobs are left alone without --allow-knobs, and more is to be seen in a virtual machine: --kernel-image',
  2: 'more is to be seen in a virtual machine: --kernel-image',
  3: '',
  4: '',
};

export const levelFor = Effect.fnUntraced(function* (ground: Ground, asked: Level | undefined, knobs: boolean) {
  const { own, most } = levelsOn(ground, knobs);
  if (asked === undefined) return own;
  return asked <= most ? asked : yield* new TooMuch({ asked, most, why: MORE[most] });
});
