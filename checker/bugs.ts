/** `mmcheck bugs`: finds every bug of the catalogue from nothing, and asks whether its fix holds. */
import { availableParallelism } from 'node:os';
import * as Effect from 'effect/Effect';
import { BUGS } from '../model/bugs/all.ts';
import { NOT_SEARCHED_FOR } from '../model/bugs/not_searched_for_all.ts';
import { byWorld, foundBy, planBug, searchesOf } from './bug_searches.ts';
import type { BugsJob, BugsTold } from './bugs_worker.ts';
import { casesOfBugs } from './ci_reports/cases.ts';
import { type CiAsked, prepareCi, writeCi } from './ci_reports/write.ts';
import type { ExitCode, Setting } from './check.ts';
import { fixOutcome, type FoundBug, lengthOf, type PlannedBug } from './found_bug.ts';
import { defaultBytesMax, inWorker } from './in_worker.ts';
import { brokenOff } from './narrate.ts';
import { matching } from './named.ts';
import { watch } from './progress.ts';
import { bugsJson, bugsText } from './report/bugs_text.ts';

export interface BugsAsked extends CiAsked {
  readonly bug: readonly string[];
  readonly json: boolean;
  readonly verbose: boolean;
}

/** Searches at a time; each may hold its part of the memory. */
const workers = (): number => Math.min(4, availableParallelism());

/** Worlds of one worker: to start one takes as long as the searches of several worlds. */
const WORLDS = 6;

const findIn = Effect.fnUntraced(function* (
  setting: Setting,
  worlds: readonly (readonly PlannedBug[])[],
  verbose: boolean,
) {
  const { module, cells } = setting;
  const searches = worlds.map((bugs) => searchesOf(bugs));
  const bytesMax = defaultBytesMax() / workers();
  const job: BugsJob = { worlds: searches, module, verbose, bytesMax, cells: cells.shared };
  const { all } = yield* inWorker<BugsTold>('bugs_worker', job, {
    cells,
    own: [],
    brokenOff: (cause) => ({ all: searches.map((one) => one.searches.map(() => brokenOff(cause))) }),
  });
  return worlds.flatMap((bugs, i) => foundBy(bugs, all[i]!)).filter((one) => !isInterrupted(one));
});

const isInterrupted = ({ told, fix }: FoundBug): boolean => told.cut === 'interrupted' || fix.cut === 'interrupted';

/** So many at a time. */
const parts = <T>(all: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));

/** In the order of the names, once all searches are made; those that were left when it was stopped are missing. */
const findBugs = Effect.fnUntraced(function* (setting: Setting, names: readonly string[], verbose: boolean) {
  const { cells, err, catalogue } = setting;
  const planned = yield* Effect.forEach(names, (name) => planBug(catalogue, name));
  let done = 0;
  const progress = watch(err, (elapsed) => `bugs: ${done} of ${names.length}  ${Math.floor(elapsed)} s`);
  const found = yield* Effect.forEach(
    parts(byWorld(planned), WORLDS),
    Effect.fnUntraced(function* (worlds) {
      if (cells.stopAsked) return [];
      const all = yield* findIn(setting, worlds, verbose);
      done += all.length;
      return all;
    }),
    { concurrency: workers() },
  ).pipe(Effect.ensuring(Effect.sync(progress.done)));
  const byName = new Map(found.flat().map((one) => [one.name, one]));
  return names.flatMap((name) => byName.get(name) ?? []);
});

/** Not found by a search that saw everything. */
const isMissed = (one: FoundBug): boolean => lengthOf(one) === undefined && one.told.cut === undefined;

/** 3: no fix had an occasion to fail, or a search was cut short, and nothing worse. As in `check`, what is unexercised beside others is only told. */
export const exitCodeOf = (found: readonly FoundBug[], interrupted: boolean): ExitCode => {
  if (interrupted) return 130;
  if (found.some(({ told, fix }) => told.fault !== undefined || fix.fault !== undefined)) return 2;
  if (found.some((one) => isMissed(one) || fixOutcome(one) === 'fails')) return 1;
  const isCut = found.some((one) => lengthOf(one) === undefined || fixOutcome(one) === 'undecided');
  return !isCut && found.some((one) => fixOutcome(one) === 'holds') ? 0 : 3;
};

export const bugs = Effect.fnUntraced(function* (setting: Setting, asked: BugsAsked) {
  const { bug, json, verbose } = asked;
  yield* prepareCi(asked);
  const { out, cells, version } = setting;
  const all = Object.keys(BUGS).map((name) => ({ name }));
  const names = (yield* matching('bug', bug, all)).map(({ name }) => name);
  const found = yield* findBugs(setting, names, verbose);
  const report = { found, left: names.length - found.length, notSearchedFor: bug.length === 0 ? NOT_SEARCHED_FOR : [] };
  out.write(`${json ? bugsJson(version, report) : bugsText(report, verbose)}\n`);
  yield* writeCi(version, asked, () => casesOfBugs(found));
  return exitCodeOf(found, cells.stopAsked);
});
