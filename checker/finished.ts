/** One run that has ended, with all that a report says of it. */
import { relative } from 'node:path';
import type { FindingEntry, Size } from './catalogue.ts';
import type { Told } from './narrate.ts';
import type { PlannedKernel } from './plan.ts';

/** What a run was made on. */
export interface Ran {
  readonly kernel: PlannedKernel;
  readonly world: string;
  readonly size: Size;
}

export interface Finished extends Ran {
  readonly told: Told;
  /** Properties that were asked by name, and that this world does not have. */
  readonly absent?: readonly string[];
  /** Those that were asked by name, and need --arch. */
  readonly notAsked?: readonly string[];
  /** What is known of each property that a release violates; absent of a kernel that is no release. */
  readonly findings?: Readonly<Record<string, readonly FindingEntry[]>>;
  /** Trace files written, by property. */
  readonly traces: Readonly<Record<string, string>>;
}

/** `v6.18 + series@v2`. */
export const kernelLabel = ({ kernel, series, own = [] }: Pick<PlannedKernel, 'kernel' | 'series' | 'own'>): string =>
  [kernel, ...series, ...own.map(({ name }) => name)].join(' + ');

/** The same with what was set by hand: `v7.1 + mprotect-pud=bad`. */
export const kernelName = (kernel: PlannedKernel): string => [kernelLabel(kernel), ...kernel.set].join(' + ');

/** The flags that name a kernel. */
export const kernelFlags = ({
  kernel,
  series,
  set,
  repaired = false,
  exact,
  own = [],
}: PlannedKernel): readonly string[] => [
  `--kernel ${quoted(kernel)}`,
  ...(repaired ? ['--repaired'] : []),
  ...series.map((one) => `--series ${quoted(one)}`),
  ...set.map((one) => `--set ${quoted(one)}`),
  ...own.map(({ path }) => `--patch ${quoted(asTyped(path))}`),
  ...(exact === undefined ? [] : [`--arch ${quoted(exact)}`]),
];

/** As one would type it here. */
const asTyped = (path: string): string => {
  const here = relative(process.cwd(), path);
  return here.startsWith('..') ? path : here;
};

/** As a shell takes it; property names have brackets and exclamation marks. */
export const quoted = (word: string): string =>
  /^[\w@=.,:+/%-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** The command that finds this violation again. */
export const reproduceCommand = ({ kernel, world, size }: Ran, property: string): readonly string[] => [
  'npx mmcheck check',
  ...kernelFlags(kernel),
  `--world ${quoted(world)}`,
  `--size ${size}`,
  `--property ${quoted(property)}`,
];
