/**
 * What the trace of a finding, or the program that shows it, says of itself in its comments: the machine, the kernels, kernels
 * that do otherwise, and what is to be seen, in a language of a few sentences.
 */
import type { Played } from '../../../checker/conform/vm/run_in_vm.ts';

/** One operation, as the runner prints it. */
export interface PlayedOperation {
  readonly op: string;
  readonly r: number;
  readonly e?: number;
  readonly sig?: number;
  readonly lost?: boolean;
  readonly p: Readonly<
    Record<
      string,
      { readonly k?: readonly (readonly [number, number, string, ...unknown[]])[]; readonly huge?: number }
    >
  >;
  /** Free, and reserved. */
  readonly pool?: readonly [number, number];
}

export interface Run extends Pick<Played, 'console' | 'died'> {
  readonly operations: readonly PlayedOperation[];
  /** What a program has printed that is not the runner. */
  readonly lines: readonly string[];
}

/** Of operations with the same text, the last one counts. */
const operation = ({ operations }: Run, text: string): PlayedOperation | undefined =>
  operations.findLast(({ op }) => op === text);

/** The entries of a worker, without their bits: where, how many pages, at which level. */
const leaves = (run: Run, text: string, worker: string): string =>
  JSON.stringify(operation(run, text)?.p[worker]?.k?.map(([page, count, level]) => [page, count, level]));

const SENTENCES: readonly (readonly [RegExp, (run: Run, ...words: string[]) => boolean])[] = [
  [/^the kernel dies$/, ({ died }) => died],
  [/^it says "(.*)"$/, ({ lines }, text) => lines.includes(text)],
  [/^the console has "(.*)"$/, ({ console }, text) => console.some((line) => line.includes(text))],
  [/^"(.*)" gives (\d+)$/, (run, text, r) => operation(run, text)?.r === Number(r)],
  [
    /^"(.*)" gives (\d+) at least once$/,
    (run, text, r) => run.operations.some((one) => one.op === text && one.r === Number(r)),
  ],
  [
    /^"(.*)" always ends by signal (\d+)$/,
    (run, text, sig) => run.operations.every((one) => one.op !== text || one.sig === Number(sig)),
  ],
  [/^"(.*)" ends with errno (\d+)$/, (run, text, errno) => operation(run, text)?.e === Number(errno)],
  [/^"(.*)" never returns$/, (run, text) => operation(run, text)?.lost === true],
  [/^behind "(.*)" p(\d+) has (\[.*\])$/, (run, text, worker, all) => leaves(run, text, worker) === all],
  [
    /^behind "(.*)" p(\d+) has HugetlbPages (-?\d+)$/,
    (run, text, worker, pages) => operation(run, text)?.p[worker]?.huge === Number(pages),
  ],
  [
    /^behind "(.*)" (\d+) hugepages are free and (-?\d+) reserved$/,
    (run, text, free, reserved) => operation(run, text)?.pool?.join() === `${free},${reserved}`,
  ],
];

export interface Claim {
  readonly text: string;
  readonly holds: (run: Run) => boolean;
}

const claim = (text: string): Claim => {
  const sentence = SENTENCES.find(([form]) => form.test(text));
  if (sentence === undefined) throw new Error(`nobody understands: ${text}`);
  const [form, holds] = sentence;
  return { text, holds: (run) => holds(run, ...form.exec(text)!.slice(1)) };
};

/** What stands behind `# LABEL: `, or in a comment of C, a line each. */
const labelled = (trace: string, label: string): readonly string[] =>
  [...trace.matchAll(new RegExp(`^(?:#| \\*) ${label}: (.*)$`, 'gm'))].map(([, text]) => text!);

const listed = (trace: string, label: string): readonly string[] =>
  labelled(trace, label).flatMap((text) => text.split(', '));

export const readTraceOfFinding = (trace: string) => ({
  machine: labelled(trace, 'machine')[0] ?? '',
  /** Lines of set-up. */
  knobs: labelled(trace, 'knob').map((text) => `write ${text}`),
  /** As uname has them. */
  kernels: listed(trace, 'kernels'),
  /** Kernels of which not all of it is true. */
  without: listed(trace, 'without it'),
  claims: labelled(trace, 'seen').map(claim),
});

export type Told = ReturnType<typeof readTraceOfFinding>;
