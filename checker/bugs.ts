/** `mmcheck bugs`: finds every bug of the catalogue from nothing, and asks whether its fix holds. */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import * as Effect from 'effect/Effect';
import { BUGS } from '../model/bugs/all.ts';
import { NOT_EXPRESSIBLE } from '../model/bugs/not_expressible_all.ts';
import type { BugsJob } from './bugs_worker.ts';
import type { Size } from './catalogue.ts';
import type { ExitCode, Setting } from './check.ts';
import { fixHolds, type FoundBug, lengthOf, type PlannedBug } from './found_bug.ts';
import { defaultBytesMax, inWorker } from './in_worker.ts';
import { jobOf, type KernelJob } from './kernel_job.ts';
import { kernelNamed } from './kernel_named.ts';
import { brokenOff, type Told } from './narrate.ts';
import { matching } from './named.ts';
import { kernelsOf, type PlannedKernel } from './plan.ts';
import { watch } from './progress.ts';
import { bugsJson, bugsText } from './report/bugs_text.ts';
import type { Unusable } from './unusable.ts';

/** One search: all of a world on the kernel without a bug, or until the first violation on the one that has it. */
interface Search {
  readonly of: KernelJob;
  readonly properties: readonly string[];
  readonly first: boolean;
}

/** Searches of one world, which one worker makes: to start one for each takes longer than most of them do. */
export interface WorldSearches {
  readonly world: string;
  readonly size: Size;
  readonly searches: readonly Search[];
}

export interface BugsTold {
  readonly all: readonly Told[];
}

export interface BugsAsked {
  readonly bug: readonly string[];
  readonly json: boolean;
  readonly verbose: boolean;
}

const pathOf = (name: string): string => fileURLToPath(new URL(`../model/bugs/${name}.ts`, import.meta.url));

const planBug = Effect.fnUntraced(function* (
  { catalogue }: Setting,
  name: string,
): Effect.fn.Return<PlannedBug, Unusable> {
  const one = BUGS[name]!;
  const { world, size = 'quick', arch } = one.bug;
  const machine = catalogue.worlds.find((each) => each.name === world)?.arch;
  const on = (kernel: PlannedKernel): PlannedKernel =>
    machine === undefined || kernel.exact !== undefined ? kernel : { ...kernel, arch: machine };
  const [mended] = yield* kernelsOf(catalogue, { ...kernelNamed(one.base ?? 'v7.1'), arch });
  const [kernel] = yield* kernelsOf(catalogue, { kernel: [], series: [], set: [], patch: [pathOf(name)], arch });
  return { ...one, name, size, kernel: on(kernel!), mended: on(mended!) };
});

/** Where two bugs ask of one search whether a fix holds. */
const fixKey = ({ bug: { world }, size, mended }: PlannedBug): string => {
  const { kernel, series, settings, exact } = mended;
  return JSON.stringify([world, size, kernel, series, settings, exact]);
};
const worldKey = ({ bug: { world }, size }: PlannedBug): string => `${world} ${size}`;

/** All bugs of one world: a search for each, and one for the fixes on each kernel that they are put on. */
const searchesOf = (bugs: readonly PlannedBug[]): WorldSearches => {
  const [{ bug, size } = bugs[0]!] = bugs;
  const fixes = Object.values(Object.groupBy(bugs, fixKey)).map((all = []) => ({
    of: jobOf(all[0]!.mended),
    properties: [...new Set(all.map((one) => one.bug.violates))],
    first: false,
  }));
  const found = bugs.map((one) => ({ of: jobOf(one.kernel), properties: [one.bug.violates], first: true }));
  return { world: bug.world, size, searches: [...found, ...fixes] };
};

const findIn = Effect.fnUntraced(function* (setting: Setting, bugs: readonly PlannedBug[], verbose: boolean) {
  const { module, cells } = setting;
  const of = searchesOf(bugs);
  const job: BugsJob = { ...of, module, verbose, bytesMax: defaultBytesMax() / workers(), cells: cells.shared };
  const { all } = yield* inWorker<BugsTold>('bugs_worker', job, {
    cells,
    own: [],
    brokenOff: (cause) => ({ all: of.searches.map(() => brokenOff(cause)) }),
  });
  const keys = Object.keys(Object.groupBy(bugs, fixKey));
  return bugs.map((one, i): FoundBug => ({
    ...one,
    told: all[i]!,
    fix: all[bugs.length + keys.indexOf(fixKey(one))]!,
  }));
});

const workers = (): number => Math.min(4, availableParallelism());

const exitCodeOf = (found: readonly FoundBug[], interrupted: boolean): ExitCode => {
  if (interrupted) return 130;
  if (found.some(({ told, fix }) => told.fault !== undefined || fix.fault !== undefined)) return 2;
  return found.every((one) => lengthOf(one) !== undefined && fixHolds(one)) ? 0 : 1;
};

/** In the order of the catalogue, once all searches are made. */
export const findBugs = Effect.fnUntraced(function* (setting: Setting, names: readonly string[], verbose = false) {
  const { cells, err } = setting;
  const planned = yield* Effect.forEach(names, (name) => planBug(setting, name));
  const byWorld = Object.values(Object.groupBy(planned, worldKey)).map((all = []) => all);
  let done = 0;
  const progress = watch(err, (elapsed) => `bugs: ${done} of ${names.length}  ${Math.floor(elapsed)} s`);
  const found = yield* Effect.forEach(
    byWorld,
    Effect.fnUntraced(function* (bugs) {
      if (cells.stopAsked) return [];
      const all = yield* findIn(setting, bugs, verbose);
      done += bugs.length;
      return all;
    }),
    { concurrency: workers() },
  ).pipe(Effect.ensuring(Effect.sync(progress.done)));
  const inOrder = new Map(found.flat().map((one) => [one.name, one]));
  return names.flatMap((name) => inOrder.get(name) ?? []);
});

export const bugs = Effect.fnUntraced(function* (setting: Setting, { bug, json, verbose }: BugsAsked) {
  const { out, cells, version } = setting;
  const all = Object.keys(BUGS).map((name) => ({ name }));
  const names = (yield* matching('bug', bug, all)).map(({ name }) => name);
  const found = yield* findBugs(setting, names, verbose);
  const report = { found, left: names.length - found.length, notExpressible: bug.length === 0 ? NOT_EXPRESSIBLE : [] };
  out.write(`${json ? bugsJson(version, report) : bugsText(report, verbose)}\n`);
  return exitCodeOf(found, cells.stopAsked);
});
