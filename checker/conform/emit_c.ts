/** A sequence as one C program that needs nothing else: to be sent to somebody. */
import { writeFile } from 'node:fs/promises';
import * as Effect from 'effect/Effect';
import { BadFile } from '../unusable.ts';
import { reason } from '../write_trace.ts';
import type { Report } from './report.ts';
import { runnerSource } from './runner_source.ts';
import { scriptOf } from './script.ts';
import type { Walk } from './walk.ts';

const header = ({ ground, chosen }: Report, walk: Walk): string => {
  const { kernel, settings } = chosen.choice;
  const against = [kernel, ...settings.map(({ toggle, value }) => `${toggle}=${value}`)].join(' ');
  return [
    '/*',
    ` * A sequence of memory operations, made by mmcheck for Linux ${ground.header.uname}, against ${against}:`,
    ' *',
    ...walk.steps.map(({ label }, i) => ` * ${`${i + 1}`.padStart(3)}  ${label}`),
    ' *',
    ' *     cc -static -O2 -o sequence THIS_FILE && ./sequence',
    ' *',
    ' * plays it, and prints what the kernel reports after each operation, a line of JSON each.',
    ' */',
    '',
  ].join('\n');
};

export const emitC = Effect.fnUntraced(function* (path: string, report: Report, walk: Walk | undefined) {
  if (walk === undefined)
    return yield* new BadFile({ path, why: 'is not written: no sequence differs, and no --trace was given' });
  yield* Effect.tryPromise({
    try: () => writeFile(path, header(report, walk) + runnerSource(scriptOf(walk, walk.stage.name))),
    catch: (error) => new BadFile({ path, why: `cannot be written: ${reason(error)}` }),
  });
});
