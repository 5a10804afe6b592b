/** What is played, judged and reported alike, whatever model it is of: a walk, and the stage that it goes on. */
import type { Move } from '../search/index.ts';
import type { Knob } from './knobs.ts';
import type { Run } from './placement.ts';
import type { Quirk } from './quirks.ts';
import type { Seen } from './seen.ts';

export interface PlayedStage {
  readonly name: string;
  readonly knobs: readonly Knob[];
  /** The real pages that are looked at. */
  readonly watch: readonly Run[];
  /** Lines before the first move that make what is mapped; the runner answers each. */
  readonly objects: readonly string[];
  /** Real pages of the large folios, which are all of one size. */
  readonly folioPages: number;
  /** What else moves where all goes well; see "noise" of the runner. */
  readonly usual: readonly string[];
  /** What kernels report otherwise than it is, of what is played here. */
  readonly quirks: readonly Quirk[];
  /** What every sequence begins with, so that there is something to do anything to. */
  readonly prelude: readonly Move[];
}

/** One step: what to do, and what must be seen then. */
export interface Expected {
  readonly move: Move;
  /** As a report shows it: "mmap(parent, anon 2M)", and the kernel function that it begins with. */
  readonly label: string;
  readonly mirrors: string;
  readonly line: string;
  /** Operations of the model that this is. */
  readonly operations: readonly string[];
  readonly seen: Seen;
}

/** Why a walk does not go on with a move. */
export interface Refused {
  readonly why: 'left out' | 'not enabled' | 'not possible' | 'no room' | 'assertion';
  readonly detail: string;
}

/** A move on which the model stops with an assertion: no kernel is asked what would become of it. */
export interface Asserted {
  readonly move: Move;
  /** Steps of the walk before it. */
  readonly at: number;
  readonly name: string;
  readonly line: string;
}

/** Puts something around each function of a kernel, whichever it is. */
export type Wrap = <K extends object>(kernel: K) => K;

export interface Played {
  readonly stage: PlayedStage;
  readonly steps: readonly Expected[];
  /** Moves that were not made because of an assertion of the model. */
  readonly asserted: Asserted[];
  /** All moves that were not made. */
  readonly refusals: Refused[];
  /** The line of the move that the model asserts against, where it is played all the same. */
  readonly uncompared: string | undefined;
  /** How many processes live. */
  readonly processes: number;
  /** All moves that there are, possible now or not. */
  readonly moves: () => readonly Move[];
  readonly isEnabled: (move: Move) => boolean;
  /** Makes the move, if model and runner both can. `last`: nothing comes after it that what it leaves could matter to. */
  readonly take: (move: Move, last?: boolean) => boolean;
  /** One on the same stage that has made no move. */
  readonly again: () => Played;
  /** The same, with a kernel whose functions are wrapped; undefined where the stage cannot have another kernel. */
  readonly wrapped: (wrap: Wrap) => Played | undefined;
}
