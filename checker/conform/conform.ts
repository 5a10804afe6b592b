/** `mmcheck conform`: plays sequences of the model on a real kernel, and reports where the two part. */
import * as Effect from 'effect/Effect';
import type { ExitCode, Setting } from '../check.ts';
import { matching } from '../plan.ts';
import { chosenKernel, stagesFor } from './against.ts';
import { amountOf, type ConformAsked, guestOf, levelOf } from './asked.ts';
import type { Asked } from './batch.ts';
import { emitC } from './emit_c.ts';
import { type Ground, type GroundError, liveGround, vmGround } from './ground.ts';
import type { Level } from './levels.ts';
import type { Sight } from './observe.ts';
import { observedOn } from './observed.ts';
import { playAll } from './play_all.ts';
import { quirksFor } from './quirks.ts';
import { functionsRunBy, writeRecord } from './record.ts';
import { exitCodeOf, type Report } from './report.ts';
import { reportJson } from './report_json.ts';
import { reportText } from './report_text.ts';
import { TooMuch } from './runner_failed.ts';
import { SCOPES } from './scopes.ts';
import { amountEach, walksOn } from './sequences.ts';
import { type Differing, shrunk } from './shrink.ts';
import { skippedHere } from './skipped.ts';
import { Tally } from './tally.ts';
import { tracedWalks } from './traced.ts';

/** Sequences that differ and are shrunk; what differs in many places often differs for one reason. */
const SHRUNK_MAX = 5;

/** Sequences that differ in another way each: by the operation, and what differs; the shortest of each way first. */
const distinct = (all: readonly Differing[]): readonly Differing[] => {
  const seen = new Map<string, Differing>();
  for (const one of all) {
    const key = [one.walk.steps[one.at]!.move.name, ...one.differences.map(({ where }) => where)].join('|');
    const before = seen.get(key);
    if (before === undefined || one.at < before.at) seen.set(key, one);
  }
  return [...seen.values()].toSorted((a, b) => a.at - b.at);
};

/** The level that is looked at unless another is asked for, and the highest that can be. */
const levelsOf = ({ machine, header }: Ground, knobs: boolean): { readonly own: Level; readonly most: Level } => {
  // Whether a kernel checks itself does not show; its reports count at level 3 as well.
  if (machine !== 'live') return { own: 3, most: 4 };
  if (header.level < 1) return { own: 0, most: 0 };
  return knobs ? { own: 2, most: 2 } : { own: 1, most: 1 };
};

/** What would let one look at more. */
const MORE: Readonly<Record<Level, string>> = {
  0: 'only root sees frames',
  1: 'knobs are left alone without --allow-knobs',
  2: 'more is to be seen in a virtual machine: --kernel-image',
  3: '',
  4: '',
};

const levelFor = Effect.fnUntraced(function* (ground: Ground, asked: Level | undefined, knobs: boolean) {
  const { own, most } = levelsOf(ground, knobs);
  if (asked === undefined) return own;
  return asked <= most ? asked : yield* new TooMuch({ asked, most, why: MORE[most] });
});

export const conform = (setting: Setting, asked: ConformAsked, grounds = GROUNDS) => compared(setting, asked, grounds);
