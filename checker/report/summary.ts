/** What stands at the end of a check: a line a run, and what is known of the violations. */
import { type FindingEntry, isGuess } from '../catalogue.ts';
import { type Finished, kernelLabel } from '../finished.ts';
import type { ToldProperty } from '../narrate.ts';
import type { PlannedRun } from '../plan.ts';
import { hang, roomBeside, tableOf, widest } from './columns.ts';
import { statusText } from './explain_text.ts';
import { inferredLines } from './inferred_text.ts';
import { KERNEL_MAX, matrixLines } from './matrix.ts';
import { propertyTable } from './property_table.ts';
import { seconds, thousands } from './text.ts';
import { nothingSaidAbout, uncalledBy } from './uncalled_text.ts';

const COLUMNS = [
  { title: 'world', max: 24 },
  { title: 'verdict' },
  { title: 'states', right: true },
  { title: 'seconds', right: true },
];

const namesOf = ({ told }: Finished, verdict: ToldProperty['verdict']): string =>
  told.properties.flatMap((one) => (one.verdict === verdict ? [one.name] : [])).join(', ');

/** What is violated; of properties that were asked by name also which were never exercised, or are not there. */
const remark = (run: Finished, named: boolean): string => {
  const idle = named
    ? [namesOf(run, 'unexercised')].filter((text) => text !== '' && run.told.verdict !== 'unexercised')
    : [];
  return [namesOf(run, 'violated'), ...idle.map((text) => `(unexercised: ${text})`)]
    .filter((text) => text !== '')
    .join(' ');
};

const cellsOf = (run: Finished, named: boolean): readonly string[] => [
  run.world,
  run.told.cut === 'fault' ? 'fault' : run.told.verdict,
  thousands(run.told.states),
  seconds(run.told.seconds),
  remark(run, named),
];

/** The last column takes the room that the rest leaves. */
const runsTable = (runs: readonly Finished[], named: boolean): readonly string[] => {
  const kernels = runs.slice(0, 1).map(({ kernel }) => kernelLabel(kernel));
  const rows = runs.map((run) => cellsOf(run, named));
  if (widest(kernels) > KERNEL_MAX) {
    const last = { title: 'violated', max: roomBeside(COLUMNS, rows) };
    return tableOf([...COLUMNS, last], [...kernels, ...rows]);
  }
  const all = rows.map((cells) => [...kernels, ...cells]);
  const columns = [{ title: 'kernel' }, ...COLUMNS];
  return tableOf([...columns, { title: 'violated', max: roomBeside(columns, all) }], all);
};

/** '158 runs: 110 hold, 48 violated'; nothing of a single one. */
const countLines = (runs: readonly Finished[]): readonly string[] => {
  if (runs.length < 2) return [];
  const words = { holds: 'hold', violated: 'violated', incomplete: 'incomplete', unexercised: 'unexercised' } as const;
  const counts = Object.entries(words).flatMap(([verdict, word]) => {
    const some = runs.filter(({ told }) => told.verdict === verdict).length;
    return some === 0 ? [] : [`${some} ${word}`];
  });
  return ['', `${runs.length} runs: ${counts.join(', ')}`];
};

interface Place {
  readonly run: Finished;
  readonly property: string;
}

/** Which violations of releases each finding explains, and which none does. */
const explained = (runs: readonly Finished[]): readonly [Map<FindingEntry, readonly Place[]>, readonly Place[]] => {
  const byFinding = new Map<FindingEntry, readonly Place[]>();
  const unknown: Place[] = [];
  for (const run of runs)
    for (const [property, known] of Object.entries(run.findings ?? {})) {
      if (known.length === 0) unknown.push({ run, property });
      for (const one of known) byFinding.set(one, [...(byFinding.get(one) ?? []), { run, property }]);
    }
  return [byFinding, unknown];
};

/** 'v7.1: vfio-parts, vfio-dontfork' */
const places = (all: readonly Place[]): readonly string[] => {
  const kernels = all.slice(0, 1).map(({ run }) => kernelLabel(run.kernel));
  return hang(`    ${kernels.join('')}: `, [...new Set(all.map(({ run }) => run.world))].join(', '));
};

/** What is known of the violations of releases; nothing where there are none. Numbered, where a matrix says where they are. */
export const findingLines = (runs: readonly Finished[], numbered: boolean): readonly string[] => {
  const [byFinding, unknown] = explained(runs);
  if (byFinding.size === 0 && unknown.length === 0) return [];
  const known = [...byFinding].flatMap(([finding, all], i) => [
    ...hang(numbered ? `  [${i + 1}] ` : '  ', `${finding.name} (${statusText(finding)})`),
    ...(numbered ? [] : places(all)),
  ]);
  const others = unknown.map(({ run, property }) => `${property} in ${run.world} on ${kernelLabel(run.kernel)}`);
  return [
    '',
    ...hang('', 'Findings behind these violations (npx mmcheck explain NAME):'),
    ...known,
    ...hang('  ', `violations of releases without a finding: ${others.length === 0 ? 'none' : others.join(', ')}`),
  ];
};

/** Settings of series that nobody has read: no verdict is more certain than they are, and `holds` does not name them. */
export const guessLines = (runs: readonly Finished[]): readonly string[] => {
  const byKernel = new Map(runs.map(({ kernel }) => [kernelLabel(kernel), kernel.settings]));
  const guesses = [...byKernel].flatMap(([label, settings]) => {
    const read = settings.filter(({ evidence }) => isGuess(evidence)).map(({ toggle, value }) => `${toggle}=${value}`);
    return read.length === 0 ? [] : hang('  ', `${label}: ${read.join(', ')}`);
  });
  return guesses.length === 0
    ? []
    : ['', 'Settings that nobody has read anywhere, and no verdict is surer than they are:', ...guesses];
};

/** Of patches that no run calls nothing is said. */
const uncalledLines = (runs: readonly Finished[]): readonly string[] =>
  uncalledBy(runs).flatMap((one) => ['', ...nothingSaidAbout(one, 'here')]);

export const notStarted = (rest: readonly PlannedRun[]): readonly string[] =>
  rest.length === 0
    ? []
    : ['', ...hang('', `Not started: ${rest.map((one) => `${one.world} on ${kernelLabel(one.kernel)}`).join(', ')}`)];

/**
 * `named`: properties were asked by name; `rest`: runs that were planned, and never began; `table`: every property has a row, in
 * this order.
 */
export const summaryText = (
  runs: readonly Finished[],
  named = false,
  rest: readonly PlannedRun[] = [],
  table?: readonly string[],
): string => {
  const several = table !== undefined || new Set(runs.map(({ kernel }) => kernelLabel(kernel))).size > 1;
  const findings = [...explained(runs)[0].keys()];
  const found =
    table !== undefined
      ? propertyTable(runs, findings, table)
      : several
        ? matrixLines(runs, findings, named)
        : runsTable(runs, named);
  return [
    ...found,
    ...countLines(runs),
    ...guessLines(runs),
    ...inferredLines(runs.flatMap(({ kernel }) => kernel.inferred ?? [])),
    ...findingLines(runs, several),
    ...uncalledLines(runs),
    ...notStarted(rest),
  ].join('\n');
};
