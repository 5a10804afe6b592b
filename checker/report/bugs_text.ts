/** What was found of the bugs of the catalogue, for people and for programs. */
import { match } from 'ts-pattern';
import { type Group, groupOf, GROUPS, type NotSearchedFor } from '../../model/bugs/not_searched_for.ts';
import {
  findingText,
  fixOutcome,
  type FixOutcome,
  fixText,
  type FoundBug,
  lengthOf,
  shownOn,
  type Standing,
  standingOf,
  whereText,
} from '../found_bug.ts';
import { quoted } from '../finished.ts';
import { type Column, hang, tableOf } from './columns.ts';
import { runText, seconds, thousands } from './text.ts';
import { call } from './trace_text.ts';

export interface BugsReport {
  readonly found: readonly FoundBug[];
  /** Bugs that were not searched for, since it was stopped. */
  readonly left: number;
  readonly notSearchedFor: readonly NotSearchedFor[];
}

const LEGEND =
  'ops: operations of the shortest trace; fix: · the property holds without the bug, - it has no occasion to fail there, ' +
  'no: it fails, ? undecided; in: what had the bug, shown on: the kernel that it is put on, there: why what had it does not show ' +
  'the same; what-if: nothing had it';

const COLUMNS: readonly Column[] = [
  { title: 'bug' },
  { title: 'violates', max: 24 },
  { title: 'world', max: 24 },
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

const SIGNS: Readonly<Record<FixOutcome, string>> = { holds: '·', 'no occasion': '-', fails: 'no', undecided: '?' };

const rowOf = (one: FoundBug): readonly string[] => {
  const { bug, told } = one;
  return [
    '',
    bug.violates,
    bug.world,
    opsOf(one),
    thousands(told.states),
    seconds(told.seconds),
    SIGNS[fixOutcome(one)],
  ];
};

const count = (n: number, what: string): string => `${thousands(n)} ${what}${n === 1 ? '' : 's'}`;

const fixTotal = (outcome: FixOutcome, n: number): string =>
  match(outcome)
    .with('holds', () => `${n} ${n === 1 ? 'fix holds' : 'fixes hold'}`)
    .with('no occasion', () => `${n} ${n === 1 ? 'has' : 'have'} no occasion to fail`)
    .with('fails', () => `${n} ${n === 1 ? 'fails' : 'fail'}`)
    .with('undecided', () => `${n} undecided`)
    .exhaustive();

/** A fix that has no occasion to fail is no proof, and is counted by itself. */
const fixTotals = (found: readonly FoundBug[]): readonly string[] =>
  (['holds', 'no occasion', 'fails', 'undecided'] as const).flatMap((outcome) => {
    const n = found.filter((one) => fixOutcome(one) === outcome).length;
    return n === 0 && outcome !== 'holds' ? [] : [fixTotal(outcome, n)];
  });

const STANDINGS: Readonly<Record<Standing, string>> = {
  release: 'in releases',
  posted: 'in series as they were posted',
  'what-if': 'what-if',
};

const standingTotals = (found: readonly FoundBug[]): string =>
  (['release', 'posted', 'what-if'] as const)
    .map((standing) => `${STANDINGS[standing]}: ${found.filter((one) => standingOf(one) === standing).length}`)
    .join(', ');

const ofGroup = (rows: readonly NotSearchedFor[], group: Group): readonly NotSearchedFor[] =>
  rows.filter((row) => groupOf(row) === group);

const GROUP_TOTALS: Readonly<Record<Group, string>> = {
  'not expressible': 'cannot be expressed here yet',
  'not found': 'can be expressed, and no search finds them',
  'no bug': 'are no bugs after all',
};

const totals = ({ found, left, notSearchedFor }: BugsReport): readonly string[] => {
  const seen = found.filter((one) => lengthOf(one) !== undefined);
  const unlike = seen.filter((one) => lengthOf(one) !== one.bug.steps).length;
  const searched = [
    `${count(found.length, 'bug')}: ${seen.length} found`,
    ...(unlike === 0 ? [] : [`${unlike} by a trace of another length than expected`]),
    ...fixTotals(found),
    ...(left === 0 ? [] : [`${left} not searched for`]),
  ];
  const groups = GROUPS.map((group) => `${ofGroup(notSearchedFor, group).length} ${GROUP_TOTALS[group]}`);
  return [
    ...hang('', searched.join(', ')),
    ...hang('', standingTotals(found)),
    ...(notSearchedFor.length === 0 ? [] : hang('', `${notSearchedFor.length} others: ${groups.join(', ')}`)),
  ];
};

/** What went wrong with one that was not found, or whose fix is not seen to hold. */
const wrongLines = (one: FoundBug): readonly string[] => {
  const { name, told, fix } = one;
  const fault = told.fault ?? fix.fault;
  if (fault !== undefined) return hang(`${name}: `, `the model failed: ${fault.message}`);
  if (lengthOf(one) === undefined) return hang(`${name}: `, findingText(one));
  return fixOutcome(one) === 'holds' ? [] : hang(`${name}: `, fixText(one));
};

const traceText = (one: FoundBug): string => {
  const { name, title, source, says, kernel, bug, size, told } = one;
  const head = [...hang(`${name}: `, title), ...hang('  ', `${says ?? ''} (${source ?? bug.fix})`)];
  return [...head, '', runText({ kernel, world: bug.world, size, told, traces: {} })].join('\n');
};

const GROUP_TITLES: Readonly<Record<Group, string>> = {
  'not expressible': 'not expressible yet',
  'not found': 'expressible, not found',
  'no bug': 'no bug after all',
};

const groupLines = (rows: readonly NotSearchedFor[]): readonly string[] =>
  GROUPS.flatMap((group) => {
    const some = ofGroup(rows, group);
    if (some.length === 0) return [];
    const columns = [
      { title: GROUP_TITLES[group], max: 38 },
      { title: 'why', max: 40 },
    ];
    const cells = some.map(({ title, commit, why, says }) => [
      `${title} (${commit})`,
      group === 'not expressible' ? `${why}: ${says}` : says,
    ]);
    return ['', ...tableOf(columns, cells)];
  });

export const bugsText = (report: BugsReport, verbose: boolean): string => {
  const { found, notSearchedFor } = report;
  const wrong = found.flatMap((one) => wrongLines(one));
  const rows = found.flatMap((one) => [one.name, rowOf(one), `     ${whereText(one)}`]);
  return [
    ...(verbose ? found.map((one) => traceText(one)) : []),
    ...hang('', LEGEND),
    '',
    ...tableOf(COLUMNS, rows),
    ...groupLines(notSearchedFor),
    ...(wrong.length === 0 ? [] : ['', ...wrong]),
    '',
    ...totals(report),
  ].join('\n');
};

const bugJson = (one: FoundBug) => {
  const { name, title, author, source, says, evidence, size, bug, told, fix } = one;
  const story = told.properties.find((each) => each.name === bug.violates)?.counterexample;
  return {
    name,
    title,
    author,
    source,
    says,
    evidence,
    fix: bug.fix,
    standing: standingOf(one),
    releases: bug.releases,
    posted: bug.posted,
    whatIf: bug.whatIf,
    shownOn: shownOn(one),
    there: bug.there,
    violates: bug.violates,
    world: bug.world,
    size,
    found: story !== undefined,
    operations: story?.length,
    expected: bug.steps,
    states: told.states,
    seconds: told.seconds,
    trace: story?.steps.map((step) => call(step)),
    fixOutcome: fixOutcome(one),
    fixStates: fix.states,
    fixSeconds: fix.seconds,
    command: `npx mmcheck bugs --bug ${quoted(name)} --verbose`,
  };
};

export const bugsJson = (version: string, { found, left, notSearchedFor }: BugsReport): string => {
  const others = notSearchedFor.map((row) => ({ group: groupOf(row), ...row }));
  return JSON.stringify({ tool: 'mmcheck', version, bugs: found.map(bugJson), left, notSearchedFor: others }, null, 2);
};
