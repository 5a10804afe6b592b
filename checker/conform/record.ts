/** Writes down what a comparison without a difference has validated, for the table of kernels and operations. */
import { writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import * as Effect from 'effect/Effect';
import { BadFile } from '../unusable.ts';
import { reason } from '../write_trace.ts';
import type { RunRecord } from './records.ts';
import { exitCodeOf, type Report } from './report.ts';

const MODEL = new URL('../../model/', import.meta.url).href;
const isOfKernel = (path: string): boolean => /^((mm|drivers|virt)\/|hugetlb\/[^/]+\.ts$)/.test(path);

/** Functions of the model, as "mm/memory.ts do_wp_page". */
export interface FunctionsRun {
  readonly functions: readonly string[];
  /** Those that were there and did not run. */
  readonly never: readonly string[];
}

const NONE: FunctionsRun = { functions: [], never: [] };

const startCounting = async (): Promise<Session> => {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: false, detailed: false });
  return session;
};

const counted = async (session: Session): Promise<FunctionsRun> => {
  const { result } = await session.post('Profiler.takePreciseCoverage');
  const run = new Map<string, boolean>();
  for (const { url, functions } of result) {
    const path = url.startsWith(MODEL) ? url.slice(MODEL.length) : '';
    if (!isOfKernel(path)) continue;
    for (const { functionName, ranges } of functions) {
      const name = `${path} ${functionName}`;
      if (functionName !== '') run.set(name, run.get(name) === true || ranges.some(({ count }) => count > 0));
    }
  }
  const names = [...run.keys()].toSorted();
  return { functions: names.filter((name) => run.get(name)), never: names.filter((name) => !run.get(name)) };
};

/** Which functions of the model run while `made` does, if anybody wants to know; it takes its time. */
export const functionsRunBy = <A, E, R>(
  wanted: boolean,
  made: Effect.Effect<A, E, R>,
): Effect.Effect<FunctionsRun, E, R> =>
  wanted
    ? Effect.acquireUseRelease(
        Effect.promise(startCounting),
        (session) =>
          Effect.andThen(
            made,
            Effect.promise(() => counted(session)),
          ),
        (session) => Effect.sync(() => session.disconnect()),
      )
    : Effect.as(made, NONE);

const recordOf = (
  { ground, level, chosen, amount, tally }: Report,
  run: FunctionsRun,
  ofScopes: boolean,
): RunRecord => ({
  kernel: ground.header.uname,
  machine: ground.machine,
  level,
  against: [chosen.choice.kernel, ...chosen.choice.settings.map(({ toggle, value }) => `${toggle}=${value}`)].join(' '),
  seed: amount.seed,
  length: amount.length,
  sequences: [...tally.scopes.values()].reduce((sum, { sequences }) => sum + sequences, 0),
  ...(ofScopes ? { scopes: [...tally.scopes.keys()] } : {}),
  operations: Object.fromEntries([...tally.operations].toSorted(([a], [b]) => a.localeCompare(b))),
  ...run,
});

/** Writes the record of a comparison that found no difference. `ofScopes`: of those alone that somebody asked for. */
export const writeRecord = Effect.fnUntraced(function* (
  path: string,
  report: Report,
  run: FunctionsRun,
  ofScopes = false,
) {
  if (exitCodeOf(report) !== 0)
    return yield* new BadFile({ path, why: 'is not written: only a comparison without a difference is a validation' });
  yield* Effect.tryPromise({
    try: () => writeFile(path, `${JSON.stringify(recordOf(report, run, ofScopes), null, 2)}\n`),
    catch: (error) => new BadFile({ path, why: `cannot be written: ${reason(error)}` }),
  });
});
