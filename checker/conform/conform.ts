/** `mmcheck conform`: plays sequences of the model on a real kernel, and reports where the two part. */
import * as Effect from 'effect/Effect';
import type { ExitCode, Setting } from '../check.ts';
import { matching } from '../named.ts';
import { chosenKernel } from './against.ts';
import { ALL_SCOPES, allStagesFor } from './all_scopes.ts';
import { amountOf, type ConformAsked, guestOf, levelOf } from './asked.ts';
import type { Asked } from './batch.ts';
import { emitC } from './emit_c.ts';
import { listText } from './list_text.ts';
import { type GroundError, liveGround, vmGround } from './ground.ts';
import { levelFor } from './level_for.ts';
import type { Sight } from './observe.ts';
import { observedOn } from './observed.ts';
import { playAll } from './play_all.ts';
import { quirksFor } from './quirks.ts';
import { functionsRunBy, writeRecord } from './record.ts';
import { exitCodeOf, type Report } from './report.ts';
import { reportJson } from './report_json.ts';
import { reportText } from './report_text.ts';
import { amountEach, walksOn } from './sequences.ts';
import { type Differing, shrunk, wayOf } from './shrink.ts';
import { entriesSkipped, skippedHere } from './skipped.ts';
import { Tally } from './tally.ts';
import { tracedWalks } from './traced.ts';

/** Sequences that differ and are shrunk; what differs in many places often differs for one reason. */
const SHRUNK_MAX = 5;

/** Sequences that differ in another way each: by the operation, and what differs; the shortest of each way first. */
const distinct = (all: readonly Differing[]): readonly Differing[] => {
  const seen = new Map<string, Differing>();
  for (const one of all) {
    const key = wayOf(one);
    const before = seen.get(key);
    if (before === undefined || one.at < before.at) seen.set(key, one);
  }
  return [...seen.values()].toSorted((a, b) => a.at - b.at);
};

/** The kernels there are to ask. */
const GROUNDS = { live: liveGround, vm: vmGround };

const compared = Effect.fnUntraced(function* (setting: Setting, asked: ConformAsked, grounds: typeof GROUNDS) {
  const { catalogue, cells, out, err } = setting;
  if (asked.list) {
    out.write(`${listText()}\n`);
    const listed: ExitCode = 0;
    return listed;
  }
  const started = performance.now();
  const amount = yield* amountOf(asked);
  const wanted = yield* levelOf(asked);
  const guest = yield* guestOf(asked);
  // A trace is played alone.
  const alone = amount.sequences === 0 && amount.length === 0;
  const named = alone ? [] : yield* matching('scope', asked.scope, ALL_SCOPES);
  const ground = yield* guest === undefined ? grounds.live : grounds.vm(guest.machine, guest.image, wanted === 4);
  const level = yield* levelFor(ground, wanted, asked.allowKnobs);
  const sight: Sight = { frames: level >= 1, entries: level >= 3 && ground.header.level >= 3 };
  const kernel: Asked<GroundError> = { play: ground.play, eye: { quirks: quirksFor(ground.header), sight } };
  const chosen = yield* chosenKernel(catalogue, asked, kernel, sight, ground.header.uname);
  const skipped = [
    ...named.flatMap((scope) => skippedHere(ground, scope, level >= 2) ?? []),
    ...(entriesSkipped(ground) === undefined ? [] : [entriesSkipped(ground)!]),
  ];
  const scopes = named.filter(({ name }) => skipped.every(({ scope }) => scope !== name));
  const each = amountEach(amount, scopes.length);
  const traced = yield* tracedWalks(asked.trace, { chosen, sight, machine: ground.machine });
  // What no sequence calibrates goes by the name of the kernel.
  const release = asked.against === 'auto' ? ground.header.uname : chosen.choice.kernel;
  const tally = new Tally(new Set(traced.map(({ walk }) => walk)));
  const playing = playAll(setting, tally, ground, kernel, [
    ...traced.map(({ walk }) => ({ name: walk.stage.name, walks: [walk] })),
    ...scopes.map((scope) => ({ name: scope.name, walks: walksOn(allStagesFor(scope, chosen, release, sight), each) })),
  ]);
  const run = yield* functionsRunBy(asked.record !== undefined, playing);
  const minimal: Differing[] = [];
  const ways = distinct(tally.differing);
  if (!cells.stopAsked) for (const one of ways.slice(0, SHRUNK_MAX)) minimal.push(yield* shrunk(kernel, one));
  const observed = yield* observedOn(ground, kernel.eye);
  const report: Report = {
    ground,
    level,
    chosen,
    amount,
    tally,
    minimal,
    eye: kernel.eye,
    skipped,
    observed,
    more: ways.length - minimal.length,
    traced: traced.map((one) => ({ ...one, judged: tally.verdicts.get(one.walk) })),
    interrupted: cells.stopAsked,
    seconds: (performance.now() - started) / 1000,
  };
  out.write(`${asked.json ? reportJson(report) : reportText(report)}\n`);
  const emitted = traced[0]?.walk ?? minimal[0]?.walk;
  if (asked.emitC !== undefined && emitted !== undefined) yield* emitC(asked.emitC, report, emitted);
  else if (asked.emitC !== undefined) err.write(`mmcheck: ${asked.emitC} is not written: no sequence differs\n`);
  if (asked.record !== undefined && !cells.stopAsked)
    yield* writeRecord(asked.record, report, run, asked.scope.length > 0);
  const code: ExitCode = cells.stopAsked ? 130 : exitCodeOf(report);
  return code;
}, Effect.scoped);

export const conform = (setting: Setting, asked: ConformAsked, grounds = GROUNDS) => compared(setting, asked, grounds);
