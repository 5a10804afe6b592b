/** `mmcheck conform`: plays sequences of the model on a real kernel, and reports where the two part. */
import * as Effect from 'effect/Effect';
import type { ExitCode, Setting } from '../check.ts';
import { BadValue } from '../unusable.ts';
import { chosenKernel, stagesFor, type Chosen } from './against.ts';
import { type Asked, playWalks } from './batch.ts';
import { conformText, type Report } from './report.ts';
import { QUIRKS } from './quirks.ts';
import type { RunnerFailed } from "./runner_failed.ts";
import { compiledRunner, headerOf, play, temporaryDirectory } from './runner_process.ts';
import { type ConformScope, SCOPES } from './scopes.ts';
import { allWalks, randomWalks } from './sequences.ts';
import { type Differing, shrunk } from './shrink.ts';
import { Tally } from './tally.ts';
import type { Walk } from './walk.ts';

/** The flags as they were typed. */
export interface ConformAsked {
  readonly level?: string | undefined;
  readonly seed?: string | undefined;
  readonly sequences?: string | undefined;
  readonly length?: string | undefined;
  readonly scope: readonly string[];
  readonly against: string;
  readonly set: readonly string[];
  readonly json: boolean;
}

const WALK_LENGTH = 10;
/** Sequences that one run of the runner plays: enough to forget its start, few enough for progress. */
const BATCH = 200;
/** Sequences that differ and are shrunk; what differs in many places often differs for one reason. */
const SHRUNK_MAX = 5;

const wholeNumber = (flag: string, asked: string | undefined, otherwise: number) => {
  if (asked === undefined) return Effect.succeed(otherwise);
  const n = Number(asked);
  return Number.isSafeInteger(n) && n >= 0 && asked.trim() !== ''
    ? Effect.succeed(n)
    : Effect.fail(new BadValue({ flag, asked, takes: 'a whole number of at least 0' }));
};

function* batches<T>(all: Iterable<T>, size: number): Generator<readonly T[]> {
  let batch: T[] = [];
  for (const one of all) {
    batch.push(one);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** All that is played in a scope: every sequence up to a length with even cuts, then random ones with all cuts. */
function* walksIn(
  scope: ConformScope,
  chosen: Chosen,
  frames: boolean,
  { length, seed, sequences }: { readonly length: number; readonly seed: number; readonly sequences: number },
): Generator<Walk> {
  const stages = stagesFor(scope, chosen, { frames });
  if (length > 0) yield* allWalks(stages[0]!, length);
  yield* randomWalks(stages, seed, sequences, WALK_LENGTH);
}

/** Sequences that differ in another way each: by the operation, and what differs. */
const distinct = (all: readonly Differing[]): readonly Differing[] => {
  const seen = new Map<string, Differing>();
  for (const one of all) {
    const key = [one.walk.steps[one.at]!.move.name, ...one.differences.map(({ where }) => where)].join('|');
    const before = seen.get(key);
    if (before === undefined || one.at < before.at) seen.set(key, one);
  }
  return [...seen.values()].toSorted((a, b) => a.at - b.at);
};

export const conform = Effect.fnUntraced(function* (setting: Setting, asked: ConformAsked) {
  const { catalogue, cells, out, err } = setting;
  const seed = yield* wholeNumber('--seed', asked.seed, 1);
  const sequences = yield* wholeNumber('--sequences', asked.sequences, 500);
  const length = yield* wholeNumber('--length', asked.length, 2);
  const directory = yield* temporaryDirectory;
  const program = yield* compiledRunner(directory);
  const header = yield* headerOf(program);
  const frames = header.level >= 1 && asked.level !== '0';
  const kernel: Asked<RunnerFailed> = {
    play: (text, onLine) => play(program, text, onLine),
    eye: { quirks: QUIRKS, sight: { frames } },
  };
  const chosen = yield* chosenKernel(catalogue, asked, kernel, { frames });
  const tally = new Tally();
  const scopes = SCOPES.filter(
    ({ name, machines }) => machines.includes('live') && (asked.scope.length === 0 || asked.scope.includes(name)),
  );
  for (const scope of scopes) {
    const each = Math.ceil(sequences / scopes.length);
    for (const walks of batches(walksIn(scope, chosen, frames, { length, seed, sequences: each }), BATCH)) {
      if (cells.stopAsked) break;
      for (const one of yield* playWalks(kernel, walks)) tally.add(scope.name, one);
      if (err.isTTY === true) err.write(`\r${scope.name}: ${tally.scopes.get(scope.name)!.sequences} sequences`);
    }
  }
  const shrinking = distinct(tally.differing).slice(0, SHRUNK_MAX);
  const minimal: Differing[] = [];
  for (const one of shrinking) minimal.push(yield* shrunk(kernel, one));
  const report: Report = { header, level: frames ? 1 : 0, chosen, seed, length, tally, minimal };
  out.write(`${conformText(report)}\n`);
  const code: ExitCode = cells.stopAsked ? 130 : tally.differing.length > 0 ? 1 : 0;
  return code;
}, Effect.scoped);
