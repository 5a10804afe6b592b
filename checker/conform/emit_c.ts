/** A sequence as one C program that needs nothing else: to be sent to somebody. */
import { writeFile } from 'node:fs/promises';
import * as Effect from 'effect/Effect';
import { hang, WIDTH } from '../report/columns.ts';
import { BadFile } from '../unusable.ts';
import { reason } from '../write_trace.ts';
import type { Report } from './report.ts';
import { runnerSource } from './runner_source.ts';
import { scriptOf } from './script.ts';
import type { Played } from './played.ts';

/** How it differs, when it is a sequence that does. */
const expected = ({ minimal }: Report, walk: Played): readonly string[] => {
  const found = minimal.find((one) => one.walk === walk);
  if (found === undefined) return [];
  const lines = found.differences.flatMap((one) => [
    `  ${one.where}`,
    ...hang('    expected  ', one.expected, WIDTH - 3),
    ...hang('    observed  ', one.observed, WIDTH - 3),
  ]);
  return [' * After the last of them:', ' *', ...lines.map((line) => ` *${line}`), ' *'];
};

const header = (report: Report, walk: Played): string => {
  const { ground, chosen } = report;
  const { kernel, settings } = chosen.choice;
  const against = [kernel, ...settings.map(({ toggle, value }) => `${toggle}=${value}`)].join(' ');
  return [
    '/*',
    ' * A sequence of memory operations, made by mmcheck conform on',
    ` * Linux ${ground.header.uname}, held against ${against}:`,
    ' *',
    ...walk.steps.map(({ label, line }, i) => ` * ${`${i + 1}`.padStart(3)}  ${label}\n *        ${line}`),
    ' *',
    ...expected(report, walk),
    ' *     cc -static -O2 -o sequence THIS_FILE && ./sequence',
    ' *',
    ' * plays it, and prints what the kernel reports after each operation, a line of JSON each.',
    ' */',
    '',
  ].join('\n');
};

export const emitC = Effect.fnUntraced(function* (path: string, report: Report, walk: Played) {
  yield* Effect.tryPromise({
    try: () => writeFile(path, header(report, walk) + runnerSource(scriptOf(walk, walk.stage.name))),
    catch: (error) => new BadFile({ path, why: `cannot be written: ${reason(error)}` }),
  });
});
