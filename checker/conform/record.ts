/** Writes down what a comparison without a difference has validated, for the table of kernels and operations. */
import { writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import * as Effect from 'effect/Effect';
import { BadFile } from '../unusable.ts';
import { reason } from '../write_trace.ts';
import type { RunRecord } from './records.ts';
import { exitCodeOf, type Report } from './report.ts';

const MODEL = new URL('../../model/', import.meta.url).href;
const isOfKernel = (path: string): boolean => path.startsWith('mm/') || path.startsWith('drivers/');

/** Which functions of the model run while `made` does; it takes its time. */
export const functionsRunBy = <A, E, R>(made: Effect.Effect<A, E, R>) =>
  Effect.acquireUseRelease(
    Effect.promise(async () => {
      const session = new Session();
      session.connect();
      await session.post('Profiler.enable');
      await session.post('Profiler.startPreciseCoverage', { callCount: false, detailed: false });
      return session;
    }),
    (session) =>
      Effect.gen(function* () {
        const value = yield* made;
        const { result } = yield* Effect.promise(() => session.post('Profiler.takePreciseCoverage'));
        const run = result.flatMap(({ url, functions }) => {
          const path = url.startsWith(MODEL) ? url.slice(MODEL.length) : '';
          return isOfKernel(path)
            ? functions
                .filter(({ functionName, ranges }) => functionName !== '' && ranges.some(({ count }) => count > 0))
                .map(({ functionName }) => `${path} ${functionName}`)
            : [];
        });
        return { value, functions: [...new Set(run)].toSorted() };
      }),
    (session) => Effect.sync(() => session.disconnect()),
  );

const recordOf = ({ ground, level, chosen, amount, tally }: Report, functions: readonly string[]): RunRecord => ({
  kernel: ground.header.uname,
  machine: ground.machine,
  level,
  against: [chosen.choice.kernel, ...chosen.choice.settings.map(({ toggle, value }) => `${toggle}=${value}`)].join(' '),
  seed: amount.seed,
  length: amount.length,
  sequences: [...tally.scopes.values()].reduce((sum, { sequences }) => sum + sequences, 0),
  operations: Object.fromEntries([...tally.operations].toSorted(([a], [b]) => a.localeCompare(b))),
  functions,
});

/** Writes the record of a comparison that found no difference. */
export const writeRecord = Effect.fnUntraced(function* (path: string, report: Report, functions: readonly string[]) {
  if (exitCodeOf(report) !== 0)
    return yield* new BadFile({ path, why: 'is not written: only a comparison without a difference is a validation' });
  yield* Effect.tryPromise({
    try: () => writeFile(path, `${JSON.stringify(recordOf(report, functions), null, 2)}\n`),
    catch: (error) => new BadFile({ path, why: `cannot be written: ${reason(error)}` }),
  });
});
