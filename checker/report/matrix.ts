/** Several kernels side by side: a row a violated property, a column a kernel. Made for mails. */
import { byRelease, type FindingEntry } from '../catalogue.ts';
import { type Finished, kernelLabel } from '../finished.ts';
import type { ToldProperty } from '../narrate.ts';
import type { PlannedKernel } from '../plan.ts';
import { hang, widest } from './columns.ts';

/** Of a mail with a table in it. */
const MATRIX_WIDTH = 100;

const LEGEND = 'Length of the shortest trace; · holds, - unexercised, ? undecided, blank unasked';
const UNDECIDED = '? was cut short, or is behind an assertion that failed (--repaired goes on)';

/** A wider name of a kernel is too wide for a column: it is a heading, or a version or a letter stands in its place. */
export const KERNEL_MAX = 12;

export interface Kernel {
  readonly label: string;
  /** The head of its column. */
  readonly head: string;
}

/** A, B .. Z, AA: the head of a column whose name is too wide. */
export const letter = (i: number): string => {
  const last = String.fromCharCode(65 + (i % 26));
  return i < 26 ? last : `${letter(Math.floor(i / 26) - 1)}${last}`;
};

/** 'v6.1' and 'v2' of 'v6.1' and 'v6.1 + hgm@v2'; nothing where that would not tell kernels apart. */
const versionsOf = (kernels: readonly PlannedKernel[]): readonly string[] => {
  const heads = kernels.map(
    ({ kernel, series }) => series.map((one) => one.slice(one.indexOf('@') + 1)).join('+') || kernel,
  );
  return new Set(heads).size === heads.length && widest(heads) <= KERNEL_MAX ? heads : [];
};

/** The oldest release first; with series on top, in their order. */
export const kernelsOf = (runs: readonly Finished[]): readonly Kernel[] => {
  const inOrder = runs.map(({ kernel }) => kernel).toSorted((a, b) => byRelease(a.kernel, b.kernel));
  const kernels = [...new Map(inOrder.map((one) => [kernelLabel(one), one])).entries()];
  const labels = kernels.map(([label]) => label);
  const versions = versionsOf(kernels.map(([, one]) => one));
  const short = widest(labels) <= KERNEL_MAX;
  return labels.map((label, i) => ({ label, head: short ? label : (versions[i] ?? letter(i)) }));
};

const signOf = (verdict: string): string => ({ holds: '·', unexercised: '-' })[verdict] ?? '?';

const cellOf = (run: Finished | undefined, property: string): string => {
  if (run === undefined) return '';
  if (run.told.cut === 'fault') return '?';
  const one = run.told.properties.find(({ name }) => name === property);
  return one === undefined ? '' : `${one.counterexample?.length ?? signOf(one.verdict)}`;
};

/** Behind a name: the findings, by their numbers. */
export const notes = (property: string, runs: readonly Finished[], findings: readonly FindingEntry[]): string => {
  const known = new Set(runs.flatMap((run) => run.findings?.[property] ?? []));
  return findings.map((one, i) => (known.has(one) ? ` [${i + 1}]` : '')).join('');
};

/** What gets a row: what is violated on any kernel; of what was asked by name also what nothing exercised. */
const rowsOf = (runs: readonly Finished[], named: boolean): readonly string[] => {
  const odd = ({ verdict }: ToldProperty): boolean => verdict === 'violated' || (named && verdict === 'unexercised');
  const all = new Set(runs.flatMap(({ told }) => told.properties.map(({ name }) => name)));
  return [...all].filter((name) =>
    runs.some(({ told }) => told.properties.some((one) => one.name === name && odd(one))),
  );
};

/** A row of a grid. */
export interface Row {
  readonly name: string;
  readonly cells: readonly string[];
}

/** A world with its rows below it; where it has none, its own verdicts. */
const worldRows = (
  world: string,
  runs: readonly Finished[],
  kernels: readonly Kernel[],
  findings: readonly FindingEntry[],
  named: boolean,
): readonly Row[] => {
  const on = kernels.map(({ label }) => runs.find(({ kernel }) => kernelLabel(kernel) === label));
  const rows = rowsOf(runs, named).map((property) => ({
    name: `  ${property}${notes(property, runs, findings)}`,
    cells: on.map((run) => cellOf(run, property)),
  }));
  const verdicts = on.map((run) => (run === undefined ? '' : signOf(run.told.verdict)));
  return [{ name: world, cells: rows.length === 0 ? verdicts : [] }, ...rows];
};

/** As many columns as fit beside the names, and below the next ones. */
export const grid = (heads: readonly string[], rows: readonly Row[], width = MATRIX_WIDTH): readonly string[] => {
  const left = widest(rows.map(({ name }) => name));
  const widths = heads.map((head, i) => widest([head, ...rows.map(({ cells }) => cells[i] ?? '')]));
  const lines: string[] = [];
  for (let from = 0, to = 0; from < heads.length; from = to) {
    for (let room = width - left; to < heads.length; to++) {
      room -= 1 + widths[to]!;
      if (room < 0 && to > from) break;
    }
    const line = (name: string, cells: readonly string[]): string => {
      const padded = widths.map((wide, i) => (cells[i] ?? '').padStart(wide));
      return [name.padEnd(left), ...padded.slice(from, to)].join(' ').trimEnd();
    };
    lines.push('', line('', heads), ...rows.map(({ name, cells }) => line(name, cells)));
  }
  return lines;
};

/** `findings` are numbered as they are listed below it. */
export const matrixLines = (
  runs: readonly Finished[],
  findings: readonly FindingEntry[],
  named: boolean,
): readonly string[] => {
  const kernels = kernelsOf(runs);
  const worlds = Object.entries(Object.groupBy(runs, ({ world }) => world));
  const rows = worlds.flatMap(([world, some = []]) => worldRows(world, some, kernels, findings, named));
  const lettered = kernels.filter(({ label, head }) => label !== head);
  const legend = rows.some(({ cells }) => cells.includes('?')) ? [LEGEND, UNDECIDED] : [LEGEND];
  return [
    ...legend,
    ...lettered.flatMap(({ label, head }) => hang(`  ${head}  `, label)),
    ...grid(
      kernels.map(({ head }) => head),
      rows,
    ),
  ];
};
