/** Reads a trace file; what is in it came from somewhere else and is looked at twice. */
import { readFile } from 'node:fs/promises';
import * as Effect from 'effect/Effect';
import * as Schema from 'effect/Schema';
import { SIZES } from './catalogue.ts';
import { BadFile } from './unusable.ts';
import { reason } from './write_trace.ts';

const Step = Schema.Struct({
  op: Schema.String,
  args: Schema.Record(Schema.String, Schema.Unknown),
  answers: Schema.Array(Schema.Struct({ question: Schema.String, answer: Schema.String })),
  changes: Schema.Array(Schema.Struct({ where: Schema.String, before: Schema.String, after: Schema.String })),
  bug: Schema.optionalKey(Schema.String),
});

export const TraceFile = Schema.Struct({
  tool: Schema.Literals(['mmcheck']),
  version: Schema.String,
  kernel: Schema.String,
  series: Schema.Array(Schema.String),
  settings: Schema.Record(Schema.String, Schema.String),
  /** Files of patches of somebody's own. */
  patches: Schema.optionalKey(Schema.Array(Schema.String)),
  arch: Schema.optionalKey(Schema.String),
  world: Schema.String,
  size: Schema.Literals(SIZES),
  property: Schema.String,
  initial: Schema.Int,
  steps: Schema.Array(Step),
});
export type TraceFile = typeof TraceFile.Type;
export type TraceFileStep = TraceFile['steps'][number];

const HINT =
  '`mmcheck check --trace-dir DIR` writes trace files, and `mmcheck trace FILE.litmus --to json` makes one of a scenario';

export const readTrace = Effect.fnUntraced(function* (path: string) {
  const text = yield* Effect.tryPromise({
    try: () => readFile(path, 'utf8'),
    catch: (error) => new BadFile({ path, why: `cannot be read: ${reason(error)}`, hint: HINT }),
  });
  const json = yield* Effect.try({
    try: () => JSON.parse(text) as unknown,
    catch: (error) => new BadFile({ path, why: `is not JSON: ${reason(error)}`, hint: HINT }),
  });
  return yield* Schema.decodeUnknownEffect(TraceFile)(json).pipe(
    Effect.mapError((error) => new BadFile({ path, why: `is not a trace file: ${error.message}`, hint: HINT })),
  );
});
