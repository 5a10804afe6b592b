/** A sequence as one C program that needs nothing else: to be sent to somebody. */
import { hang, WIDTH, wrap } from '../report/columns.ts';
import { writeText } from '../write_trace.ts';
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

/** The program: what it is, in its head, and then the runner with the sequence in it. */
export const programOf = (
  what: readonly string[],
  walk: Pick<Played, 'stage' | 'steps' | 'uncompared'>,
  more: readonly string[] = [],
): string => {
  const head = [
    '/*',
    ...what.flatMap((text) => wrap(text, WIDTH - 3)).map((line) => ` * ${line}`),
    ' *',
    ...walk.steps.map(({ label, line }, i) => ` * ${`${i + 1}`.padStart(3)}  ${label}\n *        ${line}`),
    ...(walk.uncompared === undefined ? [] : [` * ${`${walk.steps.length + 1}`.padStart(3)}  ${walk.uncompared}`]),
    ' *',
    ...more,
    ' *     cc -static -O2 -o sequence THIS_FILE && ./sequence',
    ' *',
    ' * plays it, and prints what the kernel reports after each operation, a line of JSON each.',
    ' */',
    '',
  ].join('\n');
  return head + runnerSource(scriptOf(walk, walk.stage.name));
};

const headOf = ({ ground, chosen }: Report): readonly string[] => {
  const { kernel, settings } = chosen.choice;
  const against = [kernel, ...settings.map(({ toggle, value }) => `${toggle}=${value}`)].join(' ');
  return [
    'A sequence of memory operations, made by mmcheck conform on',
    `Linux ${ground.header.uname}, held against ${against}:`,
  ];
};

export const emitC = (path: string, report: Report, walk: Played) =>
  writeText(path, programOf(headOf(report), walk, expected(report, walk)));
