/** Compares two kernels in one world, in a thread of its own; as search_worker.ts. */
import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { type Catalogue, type KernelChoice, type Size, touches, type Watch } from './catalogue.ts';
import { Cells } from './cells.ts';
import { Calls } from './equiv/calls.ts';
import { changesBetween } from './equiv/changes_between.ts';
import { compareWorlds, type Compared } from './equiv/compare_worlds.ts';
import { Deciding } from './equiv/deciding.ts';
import { keepingParts, type Making } from './equiv/kept_parts.ts';
import { type Observe, observerOf } from './equiv/observer.ts';
import { type KernelJob, kernelOf } from './kernel_job.ts';
import type { SoFar, Warning } from './in_worker.ts';
import type { Keeping } from './kept_run.ts';
import type { FindsRest } from './narrate.ts';
import { withoutExit } from './own_file/blame.ts';
import { CalledFiles } from './own_file/called_files.ts';
import { placeIn } from './own_file/place.ts';
import { restFinder } from './rests_on.ts';
import type { Limits, Progress } from './search/index.ts';

export interface CompareJob {
  /** URL of the module that exports `catalogue`. */
  readonly module: string;
  readonly a: KernelJob;
  readonly b: KernelJob;
  readonly world: string;
  readonly size: Size;
  readonly observe: Observe;
  /** Properties to judge both by, all where it is empty; absent: only where the two part is asked. */
  readonly judge?: readonly string[];
  readonly limits: Limits;
  /** Goes on from what is kept there, and keeps what each search comes to. */
  readonly keeping?: Keeping;
  readonly cells: SharedArrayBuffer;
}

enableCompileCache();
const job = workerData as CompareJob;
const { catalogue } = (await import(job.module)) as { readonly catalogue: Catalogue };
const [a, b] = [await kernelOf(job.a), await kernelOf(job.b)];
const entry = catalogue.worlds.find(({ name }) => name === job.world)!;
const cells = new Cells(job.cells);
const { by, functions, entries, unwatched, asked } = changesBetween(catalogue, a, b);
const calls = new Calls(functions);
const deciding = new Deciding(by);
const called = new CalledFiles(catalogue, b);
const watch: Watch = (one, patch) => called.watch(one, deciding.watch(one, patch));
const watchEntries: Watch = (one, patch) => (by.includes(one) ? calls.ofEntries(watch(one, patch)) : patch);
const world = deciding.seeing(entry.build({ ...a, watch, watchEntries }, job.size));
const changed = deciding.seeing(entry.build({ ...b, watch, watchEntries, through: calls.through }, job.size));
// What is asked while a world is built is no call of a search: where it decides, both worlds differ from the start.
const whileBuilt = deciding.names.length === 0 ? calls.counts : {};
if (deciding.names.length === 0) calls.forget();
const restOf = (kernel: KernelChoice): FindsRest =>
  restFinder((settings, own) => entry.build({ ...kernel, settings, own }, job.size), catalogue, {
    ...kernel,
    world: job.world,
  });
const onProgress = (progress: Progress): boolean => {
  cells.show(progress);
  return cells.stopAsked;
};
const files = [...job.a.own, ...job.b.own];
const likely = files.length === 0 ? undefined : [...new Set(files)].join(' or ');
const options = { ...job.limits, onProgress };
const say = (said: Compared | Warning | SoFar<Compared>): void => parentPort?.postMessage(said);
const warn = (warning: string): void => say({ warning });
const making: Making =
  job.keeping === undefined
    ? (_part, search) => search(options)
    : keepingParts({ keeping: job.keeping, world: job.world, calls, deciding, files: called, warn }, options);
const compared = (): Compared =>
  compareWorlds(
    {
      a: world,
      b: changed,
      calls,
      whileBuilt,
      deciding,
      unseen: unwatched.length > 0,
      asked: job.judge !== undefined && asked.some((one) => touches(one, entry)),
      entries,
      observer: observerOf(world, job.observe, entry.model),
      options,
      making,
      onJudged: (judged) => say({ soFar: { called: calls.counts, ...judged } }),
      ...(job.judge === undefined ? {} : { judges: { properties: job.judge, restA: restOf(a), restB: restOf(b) } }),
    },
    // Where nothing tells the line, it is likely one of them all the same.
    (cause) => files.map((path) => placeIn(path, cause)).find((one) => one !== undefined) ?? likely,
  );
/** With the files of the changed kernel that it says nothing about. */
const withCalls = (said: Compared): Compared => {
  const { uncalled } = called;
  return said.fault === undefined && uncalled.length > 0 ? { ...said, uncalled } : said;
};
say(withCalls(withoutExit(files, compared)));
