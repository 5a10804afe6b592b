/** What was found of every property on every kernel, over all worlds, and how many states that took. Made for mails. */
import type { FindingEntry } from '../catalogue.ts';
import { type Finished, kernelLabel } from '../finished.ts';
import { hang, WIDTH } from './columns.ts';
import { grid, type Kernel, kernelsOf, notes, type Row } from './matrix.ts';
import { thousands } from './text.ts';

const LEGEND =
  'Length of the shortest trace in any world; · holds in all that exercise it, - unexercised, ? undecided, blank unasked';

const DECIDED: ReadonlySet<string> = new Set(['holds', 'unexercised']);

/** Of all worlds: violated in one is violated, undecided in one is undecided, and it has to hold somewhere. */
const cellOf = (runs: readonly Finished[], property: string): string => {
  const told = runs.flatMap((run) => run.told.properties.filter(({ name }) => name === property));
  const lengths = told.flatMap(({ counterexample }) => (counterexample === undefined ? [] : [counterexample.length]));
  if (lengths.length > 0) return `${Math.min(...lengths)}`;
  const verdicts = new Set<string>(told.map(({ verdict }) => verdict));
  if (verdicts.size === 0) return '';
  if ([...verdicts].some((verdict) => !DECIDED.has(verdict))) return '?';
  return verdicts.has('holds') ? '·' : '-';
};

/** A `+` where a search was cut short. */
const statesOf = (run: Finished | undefined): string => {
  if (run === undefined) return '';
  const { states, cut } = run.told;
  return `${thousands(states)}${cut === undefined ? '' : '+'}`;
};

const inOrder = (names: ReadonlySet<string>, order: readonly string[]): readonly string[] => [
  ...order.filter((name) => names.has(name)),
  ...[...names].filter((name) => !order.includes(name)),
];

/** A row a property, in this order, and a column a kernel; below it a row a world, with its states. */
export const propertyTable = (
  runs: readonly Finished[],
  findings: readonly FindingEntry[],
  order: readonly string[],
): readonly string[] => {
  const kernels = kernelsOf(runs);
  const on = ({ label }: Kernel): readonly Finished[] => runs.filter(({ kernel }) => kernelLabel(kernel) === label);
  const names = new Set(runs.flatMap(({ told }) => told.properties.map(({ name }) => name)));
  const properties = inOrder(names, order).map((name): Row => ({
    name: `${name}${notes(name, runs, findings)}`,
    cells: kernels.map((kernel) => cellOf(on(kernel), name)),
  }));
  const worlds = [...new Set(runs.map(({ world }) => world))].map((world): Row => ({
    name: world,
    cells: kernels.map((one) => statesOf(on(one).find((run) => run.world === world))),
  }));
  const heads = kernels.map(({ head }) => head);
  return [
    ...hang('', LEGEND),
    ...kernels.flatMap(({ label, head }) => (label === head ? [] : hang(`  ${head}  `, label))),
    ...grid(heads, properties, WIDTH),
    '',
    'States of each world',
    ...grid(heads, worlds, WIDTH),
  ];
};
