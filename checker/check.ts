/** `mmcheck check`: plans the runs, makes them one after another, reports, and gives the exit code. */
import * as Effect from 'effect/Effect';
import type { Catalogue } from './catalogue.ts';
import type { Cells } from './cells.ts';
import { casesOfRuns } from './ci_reports/cases.ts';
import { type CiAsked, prepareCi, writeCi } from './ci_reports/write.ts';
import { type Finished, kernelLabel } from './finished.ts';
import type { Keeping } from './kept_run.ts';
import type { Told } from './narrate.ts';
import { type Asked, type Plan, type PlannedRun, planOf } from './plan.ts';
import { note, numbered, type Out, watchProgress } from './progress.ts';
import { checkJson } from './report/json.ts';
import { paintFor } from './report/paint.ts';
import { summaryText } from './report/summary.ts';
import { runText, type SeenBefore } from './report/text.ts';
import { uncalledBy } from './report/uncalled_text.ts';
import { interruptedNote, keep, type Keeper, keeperIn, toldBefore } from './resume.ts';
import type { Lines } from './stepping/lines.ts';
import { runSearch } from './run_search.ts';
import { NothingToCheck, someWorlds } from './unusable.ts';
import { prepareDirectory, writeTraces } from './write_trace.ts';

/** What every command gets: the catalogue, where it can be imported from, and where to write. */
export interface Setting {
  readonly catalogue: Catalogue;
  /** URL of a module that exports `catalogue`, for workers. */
  readonly module: string;
  readonly version: string;
  readonly out: Out;
  readonly err: Out;
  readonly cells: Cells;
  /** Lines that somebody types; by default on standard input. */
  readonly lines?: () => Lines;
}

export interface CheckAsked extends Asked, CiAsked {
  readonly json: boolean;
  /** Names all that holds, too. */
  readonly verbose: boolean;
  /** A table of all properties, without a report of each run. */
  readonly table?: boolean;
  readonly traceDir?: string | undefined;
  /** Where runs are kept, so that the next command goes on. */
  readonly resume?: string | undefined;
}

/** 0 all hold, 1 violated, 2 unusable or a fault, 3 incomplete, or nothing exercised, or nothing of a patch called, 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 3 | 130;

export const exitCodeOf = (runs: readonly Finished[], interrupted: boolean): ExitCode => {
  if (interrupted) return 130;
  if (runs.some(({ told }) => told.cut === 'fault')) return 2;
  if (runs.some(({ told }) => told.verdict === 'violated')) return 1;
  if (runs.some(({ told }) => told.verdict === 'incomplete')) return 3;
  if (uncalledBy(runs).length > 0) return 3;
  // Something was exercised somewhere, or there was nothing to be said.
  return runs.length > 0 && runs.every(({ told }) => told.verdict === 'unexercised') ? 3 : 0;
};

/** Where a run leaves more than its report. */
interface Places {
  readonly traceDir: string | undefined;
  readonly keeper: Keeper | undefined;
}

/** What is known of the properties that a release violates. */
const knownOf = ({ findings }: Catalogue, told: Told): Pick<Finished, 'findings'> => {
  const known = told.properties.flatMap(({ name, counterexample }) => {
    const names = counterexample?.rest?.findings;
    return names === undefined ? [] : [[name, findings.filter((one) => names.includes(one.name))] as const];
  });
  return known.length === 0 ? {} : { findings: Object.fromEntries(known) };
};

/** What a run tells, or has told before. */
const search = Effect.fnUntraced(function* (setting: Setting, plan: Plan, run: PlannedRun, keeping?: Keeping) {
  const { module, cells, err } = setting;
  const before = keeping === undefined ? undefined : yield* toldBefore(keeping);
  if (before !== undefined) return before as Told;
  const label = numbered(plan.runs.indexOf(run), plan.runs.length, `${run.world}, ${kernelLabel(run.kernel)}`);
  const progress = watchProgress(err, label, () => cells.shown);
  const { properties, limits } = plan;
  const warn = (text: string): void => void err.write(`mmcheck: ${text}\n`);
  const told = yield* runSearch(run, { module, properties, limits, cells, keeping, warn }).pipe(
    Effect.ensuring(Effect.sync(progress.done)),
  );
  if (keeping !== undefined && !('nothing' in told)) yield* keep(keeping, told);
  return told;
});

const needsArch = ({ properties }: Catalogue, name: string): boolean =>
  properties.some((one) => one.name === name && one.needsArch === true);

/** A run that has ended, with what is known of what it found, and its traces in files. */
export const finish = Effect.fnUntraced(function* (
  { catalogue, version }: Setting,
  { properties }: Plan,
  run: PlannedRun,
  told: Told,
  traceDir: string | undefined,
) {
  const missing = properties.filter((name) => told.properties.every((one) => one.name !== name));
  const notAsked = run.kernel.exact === undefined ? missing.filter((name) => needsArch(catalogue, name)) : [];
  const absent = missing.filter((name) => !notAsked.includes(name));
  const finished: Finished = { ...run, told, absent, notAsked, ...knownOf(catalogue, told), traces: {} };
  return traceDir === undefined ? finished : { ...finished, traces: yield* writeTraces(traceDir, version, finished) };
});

/** One run; nothing when its world has none of the properties asked. */
const makeRun = Effect.fnUntraced(function* (setting: Setting, plan: Plan, run: PlannedRun, places: Places) {
  const { traceDir, keeper } = places;
  const told = yield* search(setting, plan, run, keeper?.(run));
  return 'nothing' in told ? undefined : yield* finish(setting, plan, run, told, traceDir);
});

/**
 * Remembers where a property was first seen to break by the same operations: in another world of the same kernel, or
 * on another kernel with the same changes.
 */
const remembering = (): SeenBefore => {
  const seen = new Map<string, string>();
  return ({ kernel, world }, { name }, { steps, rest }) => {
    const way = steps.map(({ op, args, answers }) => [op, args, answers.filter(({ plain }) => !plain)]);
    const broken = [kernel.set, name, way, rest?.on.map(({ toggle }) => toggle)];
    const here = JSON.stringify([kernelLabel(kernel), ...broken]);
    const anywhere = JSON.stringify([kernel.series, ...broken, steps.map(({ changes }) => changes)]);
    const before = seen.get(here) ?? seen.get(anywhere);
    for (const key of [here, anywhere]) if (!seen.has(key)) seen.set(key, `${world} on ${kernelLabel(kernel)}`);
    return before;
  };
};

const makeRuns = Effect.fnUntraced(function* (setting: Setting, plan: Plan, asked: CheckAsked) {
  const { cells, out } = setting;
  const finished: Finished[] = [];
  const seenBefore = remembering();
  const { traceDir, resume } = asked;
  const keeper = resume === undefined ? undefined : yield* keeperIn(resume, setting.module, plan);
  let begun = 0;
  for (const run of plan.runs) {
    if (cells.stopAsked) break;
    begun++;
    const done = yield* makeRun(setting, plan, run, { traceDir, keeper });
    if (done === undefined) continue;
    finished.push(done);
    if (!asked.json && asked.table !== true)
      out.write(`${runText(done, { paint: paintFor(out), seenBefore, verbose: asked.verbose })}\n`);
  }
  return { finished, rest: plan.runs.slice(begun) };
});

/** No world has any of the properties asked. */
export const nothingToCheck = ({ catalogue }: Setting, plan: Plan, { arch, property }: Asked): NothingToCheck => {
  const worlds = [...new Set(plan.runs.map(({ world }) => world))];
  const needArch = arch === undefined && plan.properties.every((name) => needsArch(catalogue, name));
  return new NothingToCheck({ properties: property, worlds, needArch });
};

/** Makes the runs that are asked for, and reports. */
export const report = Effect.fnUntraced(function* (setting: Setting, asked: CheckAsked) {
  const { catalogue, cells, out, err, version } = setting;
  const plan = yield* planOf(catalogue, asked);
  if (asked.traceDir !== undefined) yield* prepareDirectory(asked.traceDir, '--trace-dir');
  yield* prepareCi(asked);
  for (const { worlds, why } of plan.leftOut) note(err, `left out, not ${why}: ${someWorlds(worlds)}`);
  const { finished, rest } = yield* makeRuns(setting, plan, asked);
  const interrupted = cells.stopAsked;
  if (finished.length === 0 && !interrupted) return yield* nothingToCheck(setting, plan, asked);
  const table = asked.table === true ? catalogue.properties.map(({ name }) => name) : undefined;
  const text = asked.json
    ? checkJson(version, finished)
    : summaryText(finished, asked.property.length > 0, rest, table);
  out.write(`${text}\n`);
  yield* writeCi(version, asked, () => casesOfRuns(finished));
  if (interrupted) note(err, interruptedNote(asked.resume));
  return { finished, code: exitCodeOf(finished, interrupted) };
});

export const check = (setting: Setting, asked: CheckAsked) =>
  Effect.map(report(setting, asked), ({ code }): ExitCode => code);
