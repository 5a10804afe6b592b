/** A replay for people: the steps as they went here, and where they diverge from the recorded ones. */
import { basename } from 'node:path';
import { match } from 'ts-pattern';
import { kernelLabel, quoted } from '../finished.ts';
import type { PlannedKernel } from '../plan.ts';
import type { TraceFile } from '../read_trace.ts';
import type { Story } from '../narrate.ts';
import type { Parting, Replayed } from '../replay_world.ts';
import { hang, hangCommand } from './columns.ts';
import { type Paint, plain } from './paint.ts';
import { operations } from './text.ts';
import { call, storyLines } from './trace_text.ts';

const withSet = (set: readonly string[]): string => (set.length === 0 ? '' : ` with ${set.join(', ')}`);

const partingLines = (
  { step, how, detail }: Parting,
  first: boolean,
  trace: TraceFile,
  { steps }: Replayed,
): readonly string[] => {
  const named = call(steps[step - 1] ?? trace.steps[step - 1]!);
  const said = match(how)
    .with('not enabled', () => `${named} is not possible here; the replay ends in front of it`)
    .with('answers', () => `${named} meets other environment choices`)
    .with('changes', () => `${named} leaves another state`)
    .with('bug', () => `${named} fails an assertion that it did not fail when recorded`)
    .with('no bug', () => `${named} does not fail the assertion that it failed when recorded`)
    .exhaustive();
  return [
    ...hang('  ', `${first ? 'diverges' : 'and then,'} at step ${step}: ${said}`),
    ...detail.flatMap((line) => hang('    ', line)),
  ];
};

const brokenLine = ({ property }: TraceFile, step: number, paint: Paint): string =>
  paint.bad(`${property} is broken ${step === 0 ? 'in the initial state' : `after step ${step}`}`);

const endLine = (trace: TraceFile, { brokenAt, steps }: Replayed, paint: Paint): string =>
  brokenAt === undefined
    ? paint.good(`${trace.property} is not broken in these ${steps.length} steps`)
    : brokenLine(trace, brokenAt, paint);

/** Which trace it is, and the kernels. */
export const headLines = (trace: TraceFile, kernel: PlannedKernel, paint: Paint): readonly string[] => {
  const recordedFiles = (trace.patches ?? []).map((path) => ` + ${basename(path)}`).join('');
  const recordedSet = Object.entries(trace.settings).map(([toggle, value]) => `${toggle}=${value}`);
  return [
    ...hang('', `Trace of ${trace.property}, world ${trace.world} (${trace.size})`).map((line) => paint.strong(line)),
    ...hang('  recorded on  ', `${kernelLabel(trace)}${recordedFiles}${withSet(recordedSet)}`),
    ...hang('  replayed on  ', `${kernelLabel(kernel)}${withSet(kernel.set)}`),
    ...(kernel.frames === undefined ? [] : hang('  entries      ', `of ${kernel.exact}; ${kernel.frames}`)),
    '',
  ];
};

/** Which kernels have a property, and which there are; the oldest first. */
interface Asked {
  readonly says: string;
  readonly asked: readonly string[];
  readonly releases: readonly string[];
}

/** 'v6.17, v6.18 (since v6.17)' */
const askedText = ({ asked, releases }: Asked): string => {
  const [first = '', last = ''] = [asked[0], asked.at(-1)];
  const since = releases.length - releases.indexOf(first) === asked.length ? ` (since ${first})` : '';
  const until = releases.indexOf(last) + 1 === asked.length ? ` (until ${last})` : '';
  return `${asked.join(', ')}${since === '' ? until : since}`;
};

/** The nearest kernel that has it, or the one on which the trace was recorded. */
const otherKernel = (kernel: string, { asked, releases }: Asked): string => {
  const far = (name: string): number => Math.abs(releases.indexOf(name) - releases.indexOf(kernel));
  const [nearest] = asked.toSorted((a, b) => far(a) - far(b));
  return nearest === undefined ? '' : ` --kernel ${quoted(nearest)}`;
};

/** Of a replay on a kernel that does not have the property: who has it. */
export const undecidedText = (
  path: string,
  trace: TraceFile,
  kernel: PlannedKernel,
  of: Asked,
  paint: Paint = plain,
): string => {
  const { property } = trace;
  const none = `no release as it is, but of ${kernelLabel(trace)}, on which the trace was recorded`;
  return [
    ...headLines(trace, kernel, paint),
    ...hang('  ', `undecided: ${kernelLabel(kernel)} has no property ${property} in this world`).map((line) =>
      paint.doubtful(line),
    ),
    ...hang('  property  ', of.says),
    ...hang('  asked of  ', of.asked.length === 0 ? none : askedText(of)),
    ...hangCommand('  try       ', ['npx mmcheck replay', `${quoted(path)}${otherKernel(kernel.kernel, of)}`]),
    '',
  ].join('\n');
};

/** The report of one replay. */
export const replayText = (
  trace: TraceFile,
  kernel: PlannedKernel,
  says: string,
  replayed: Replayed,
  paint: Paint = plain,
): string => {
  const { partings, brokenAt, explanation } = replayed;
  return [
    ...headLines(trace, kernel, paint),
    ...storyLines(replayed, paint),
    '',
    ...(partings.length === 0 ? ['  goes as it was recorded'] : []),
    ...partings.flatMap((one, i) => partingLines(one, i === 0, trace, replayed).map((line) => paint.doubtful(line))),
    `  ${endLine(trace, replayed, paint)}`,
    ...hang('  property  ', says),
    ...(brokenAt === undefined || explanation === '' ? [] : hang('  observed  ', explanation)),
    '',
  ].join('\n');
};

/** The report of a trace that was shrunk. */
export const shrunkText = (
  trace: TraceFile,
  kernel: PlannedKernel,
  says: string,
  story: Story,
  paint: Paint = plain,
): string =>
  [
    ...headLines(trace, kernel, paint),
    ...storyLines(story, paint),
    '',
    `  shrunk from ${operations(trace.steps.length)} to ${operations(story.length)}`,
    `  ${brokenLine(trace, story.length, paint)}`,
    ...hang('  property  ', says),
    ...(story.explanation === '' ? [] : hang('  observed  ', story.explanation)),
    '',
  ].join('\n');
