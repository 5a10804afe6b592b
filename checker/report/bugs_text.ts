/** What was found of the bugs of the catalogue, for people and for programs. */
import type { NotExpressible } from '../../model/bugs/not_expressible.ts';
import { fixHolds, fixVerdict, type FoundBug, lengthOf } from '../found_bug.ts';
import { quoted } from '../finished.ts';
import { type Column, hang, tableOf } from './columns.ts';
import { runText, seconds, thousands } from './text.ts';
import { call } from './trace_text.ts';

export interface BugsReport {
  readonly found: readonly FoundBug[];
  /** Bugs that were not searched for, since it was stopped. */
  readonly left: number;
  readonly notExpressible: readonly NotExpressible[];
}

const LEGEND =
  'ops: operations of the shortest trace; fix: · the property holds without the bug, - it has no occasion to fail there';

const COLUMNS: readonly Column[] = [
  { title: 'bug', max: 26 },
  { title: 'violates', max: 12 },
  { title: 'world', max: 14 },
  { title: 'ops', right: true },
  { title: 'states', right: true },
  { title: 's', right: true },
  { title: 'fix', right: true },
];

/** The length of the trace, and what it was to be where it is not that. */
const opsOf = (one: FoundBug): string => {
  const length = lengthOf(one);
  if (length === undefined) return '-';
  return length === one.bug.steps ? `${length}` : `${length} (${one.bug.steps})`;
};

const fixSign = (one: FoundBug): string => {
  if (!fixHolds(one)) return 'no';
  return fixVerdict(one) === 'holds' ? '·' : '-';
};

const rowOf = (one: FoundBug): readonly string[] => {
  const { name, bug, told } = one;
  return [name, bug.violates, bug.world, opsOf(one), thousands(told.states), seconds(told.seconds), fixSign(one)];
};

const count = (n: number, what: string): string => `${thousands(n)} ${what}${n === 1 ? '' : 's'}`;

/** A fix in whose world the property has no occasion to be broken is no proof. */
const fixTotals = (found: readonly FoundBug[]): readonly string[] => {
  const fixed = found.filter((one) => fixHolds(one));
  const idle = fixed.filter((one) => fixVerdict(one) === 'unexercised').length;
  return [
    `${fixed.length - idle} fixes hold`,
    ...(idle === 0 ? [] : [`${idle} ${idle === 1 ? 'has' : 'have'} no occasion to fail`]),
  ];
};

const totals = ({ found, left, notExpressible }: BugsReport): string => {
  const seen = found.filter((one) => lengthOf(one) !== undefined);
  const unlike = seen.filter((one) => lengthOf(one) !== one.bug.steps).length;
  return [
    `${count(found.length, 'bug')}: ${seen.length} found`,
    ...(unlike === 0 ? [] : [`${unlike} by a trace of another length than expected`]),
    ...fixTotals(found),
    ...(left === 0 ? [] : [`${left} not searched for`]),
    ...(notExpressible.length === 0 ? [] : [`${notExpressible.length} others are not searched for`]),
  ].join(', ');
};

/** What went wrong with one that was not found, or whose fix does not hold. */
const wrongLines = (one: FoundBug): readonly string[] => {
  const { name, bug, told, fix } = one;
  const fault = told.fault ?? fix.fault;
  if (fault !== undefined) return hang(`${name}: `, `the model failed: ${fault.message}`);
  if (lengthOf(one) === undefined) return hang(`${name}: `, `not found: ${bug.violates} holds in ${bug.world}`);
  return fixHolds(one) ? [] : hang(`${name}: `, `without it ${bug.violates} is ${fixVerdict(one)} in ${bug.world}`);
};

const traceText = (one: FoundBug): string => {
  const { name, title, source, says, kernel, bug, size, told } = one;
  const head = [...hang(`${name}: `, title), ...hang('  ', `${says ?? ''} (${source ?? bug.fix})`)];
  return [...head, '', runText({ kernel, world: bug.world, size, told, traces: {} })].join('\n');
};

const notExpressibleLines = (rows: readonly NotExpressible[]): readonly string[] =>
  rows.length === 0
    ? []
    : [
        '',
        ...tableOf(
          [
            { title: 'not expressible yet', max: 38 },
            { title: 'why', max: 40 },
          ],
          rows.map(({ title, commit, why, says }) => [`${title} (${commit})`, `${why}: ${says}`]),
        ),
      ];

export const bugsText = (report: BugsReport, verbose: boolean): string => {
  const { found, notExpressible } = report;
  const wrong = found.flatMap((one) => wrongLines(one));
  return [
    ...(verbose ? found.map((one) => traceText(one)) : []),
    ...hang('', LEGEND),
    '',
    ...tableOf(COLUMNS, found.map(rowOf)),
    ...notExpressibleLines(notExpressible),
    ...(wrong.length === 0 ? [] : ['', ...wrong]),
    '',
    ...hang('', totals(report)),
  ].join('\n');
};

const bugJson = (one: FoundBug) => {
  const { name, title, author, source, says, evidence, kernel, size, bug, told, fix } = one;
  const story = told.properties.find((each) => each.name === bug.violates)?.counterexample;
  return {
    name,
    title,
    author,
    source,
    says,
    evidence,
    base: one.base ?? kernel.kernel,
    fix: bug.fix,
    releases: bug.releases,
    violates: bug.violates,
    world: bug.world,
    size,
    found: story !== undefined,
    operations: story?.length,
    expected: bug.steps,
    states: told.states,
    seconds: told.seconds,
    trace: story?.steps.map((step) => call(step)),
    fixHolds: fixHolds(one),
    fixStates: fix.states,
    fixSeconds: fix.seconds,
    command: `npx mmcheck bugs --bug ${quoted(name)} --verbose`,
  };
};

export const bugsJson = (version: string, { found, left, notExpressible }: BugsReport): string =>
  JSON.stringify({ tool: 'mmcheck', version, bugs: found.map(bugJson), left, notExpressible }, null, 2);
