/** `mmcheck conform`: plays sequences of the model on a real kernel, and reports where the two part. */
import * as Effect from 'effect/Effect';
import type { ExitCode, Setting } from '../check.ts';
import { matching } from '../plan.ts';
import { chosenKernel, stagesFor } from './against.ts';
import { amountOf, type ConformAsked, guestOf, levelOf } from './asked.ts';
import { type Asked, batches, playWalks } from './batch.ts';
import { type Ground, type GroundError, liveGround, vmGround } from './ground.ts';
import type { Level } from './levels.ts';
import { quirksFor } from './quirks.ts';
import { type Report } from './report.ts';
import { conformText } from './report_text.ts';
import { RunnerFailed } from './runner_failed.ts';
import { type ConformScope, SCOPES } from './scopes.ts';
import { amountEach, walksOn } from './sequences.ts';
import { type Differing, shrunk } from './shrink.ts';
import { Tally } from './tally.ts';
import type { Walk } from './walk.ts';

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

const highest = ({ machine, header }: Ground): Level => {
  if (machine !== 'live') return 3;
  return header.level >= 1 ? 1 : 0;
};

/** The level to look at; more than there is cannot be asked. */
const levelFor = Effect.fnUntraced(function* (ground: Ground, asked: Level | undefined) {
  const most = highest(ground);
  if (asked === undefined || asked <= most) return asked ?? most;
  const why = most === 0 ? 'only root sees frames' : 'more is to be seen in a virtual machine only: --kernel-image';
  return yield* new RunnerFailed({ doing: `looking at level ${asked}`, why });
});

const playAll = Effect.fnUntraced(function* (
  { cells, err }: Setting,
  scopes: readonly ConformScope[],
  ground: Ground,
  kernel: Asked<GroundError>,
  walks: (scope: ConformScope) => Iterable<Walk>,
) {
  const tally = new Tally();
  const scopeOf = new Map<Walk, string>();
  function* all(): Generator<Walk> {
    for (const scope of scopes)
      for (const walk of walks(scope)) {
        scopeOf.set(walk, scope.name);
        yield walk;
      }
  }
  let played = 0;
  for (const batch of batches(all(), ground.batch)) {
    if (cells.stopAsked) break;
    for (const one of yield* playWalks(kernel, batch)) tally.add(scopeOf.get(one.walk)!, one);
    played += batch.length;
    for (const walk of batch) scopeOf.delete(walk);
    if (err.isTTY === true) err.write(`\r${played} sequences, ${tally.differing.length} differ `);
  }
  return tally;
});

export const conform = Effect.fnUntraced(function* (setting: Setting, asked: ConformAsked) {
  const { catalogue, cells, out } = setting;
  const amount = yield* amountOf(asked);
  const wanted = yield* levelOf(asked);
  const guest = yield* guestOf(asked);
  const named = yield* matching('scope', asked.scope, SCOPES);
  const ground = yield* guest === undefined ? liveGround : vmGround(guest.machine, guest.image);
  const level = yield* levelFor(ground, wanted);
  const frames = level >= 1;
  const kernel: Asked<GroundError> = {
    play: ground.play,
    eye: { quirks: quirksFor(ground.header), sight: { frames } },
  };
  const chosen = yield* chosenKernel(catalogue, asked, kernel, { frames });
  const scopes = named.filter(({ machines }) => machines.includes(ground.machine));
  const each = amountEach(amount, scopes.length);
  const tally = yield* playAll(setting, scopes, ground, kernel, (scope) => walksOn(stagesFor(scope, chosen, { frames }), each));
  const minimal: Differing[] = [];
  for (const one of distinct(tally.differing).slice(0, SHRUNK_MAX)) minimal.push(yield* shrunk(kernel, one));
  const report: Report = { ground, level, chosen, amount, tally, minimal, eye: kernel.eye };
  out.write(`${conformText(report)}\n`);
  const code: ExitCode = cells.stopAsked ? 130 : tally.parts ? 1 : 0;
  return code;
}, Effect.scoped);
