/** What random walks came to, for people and for programs. That nothing was found is never called `holds`. */
import { match } from 'ts-pattern';
import { type Finished, kernelFlags, kernelLabel, quoted } from '../finished.ts';
import type { Told, ToldProperty } from '../narrate.ts';
import type { PlannedRun } from '../plan.ts';
import type { Progress } from '../search/index.ts';
import type { Walks } from '../walk/walk_world.ts';
import { roomBeside, tableOf } from './columns.ts';
import { runJson } from './json.ts';
import { type Paint, plain } from './paint.ts';
import { findingLines, guessLines, notStarted } from './summary.ts';
import { faultLines, labelled, operations, seconds, thousands, titleLines, violationLines } from './text.ts';
import { nothingSaidAbout, uncalledBy } from './uncalled_text.ts';

/** More names than this are counted, unless they are wanted. */
const FEW = 8;

export const walkProgress = (label: string, { walks }: Walks, shown: Progress, elapsed: number): string =>
  [
    `${label}: ${thousands(walks - shown.waiting)} of ${thousands(walks)} walks`,
    `${thousands(shown.states)} states`,
    `${thousands(shown.transitions)} transitions`,
    `${Math.floor(elapsed)} s`,
  ].join('  ');

/** The command that walks the same ways again. */
const walkCommand = ({ kernel, world, size }: Finished, { walks, length, seed }: Walks, property: string) => [
  'npx mmcheck walk',
  ...kernelFlags(kernel),
  `--world ${quoted(world)}`,
  `--size ${size}`,
  `--property ${quoted(property)}`,
  `--walks ${walks}`,
  `--length ${length}`,
  `--seed ${seed}`,
];

/** Of walks that ended before the last. */
const whyEnded = ({ cut, waiting }: Told): string | undefined =>
  match(cut)
    .with('interrupted', () => `interrupted; ${thousands(waiting)} walks were not made`)
    .with('memory', () => `the memory limit was reached; ${thousands(waiting)} walks were not made`)
    .otherwise(() => undefined);

const headLines = (run: Finished, { walks, length, seed }: Walks, paint: Paint): readonly string[] => {
  const { told } = run;
  const word = told.verdict === 'violated' ? paint.bad('VIOLATED') : paint.doubtful('not found');
  const counts = [
    `${thousands(walks - told.waiting)} walks of up to ${operations(length)}, seed ${seed}`,
    `${thousands(told.states)} states`,
    `${thousands(told.transitions)} transitions`,
    `${seconds(told.seconds)} s`,
  ];
  const ended = whyEnded(told);
  return [
    ...titleLines(run, paint),
    ...(told.cut === 'fault' ? [] : [`  ${word}: ${counts[0]}:`, `  ${counts.slice(1).join(', ')}`]),
    ...(ended === undefined ? [] : labelled('not all walked', ended)),
  ];
};

const isState = ({ kind }: ToldProperty): boolean => kind === 'sometimes';

/** What was not found, and what was tried. */
const restLines = (
  { told, absent = [], notAsked = [] }: Finished,
  paint: Paint,
  verbose: boolean,
): readonly string[] => {
  const names = (pick: (one: ToldProperty) => boolean): readonly string[] =>
    told.properties.filter((one) => pick(one)).map(({ name }) => name);
  const open = names((one) => !isState(one) && one.verdict === 'unknown' && one.exercised);
  const counted = verbose || open.length <= FEW ? open.join(', ') : `a violation of ${open.length} properties`;
  const fired = told.operations.filter((one) => one.fired > 0);
  const rows: readonly (readonly [string, string, boolean])[] = [
    ['not found', counted, false],
    ['never asked', names((one) => !isState(one) && one.verdict === 'unknown' && !one.exercised).join(', '), true],
    ['reached', names((one) => isState(one) && one.verdict === 'holds').join(', '), false],
    ['not reached', names((one) => isState(one) && one.verdict !== 'holds').join(', '), true],
    ['fired', fired.map((one) => `${one.name} ${thousands(one.fired)}`).join(', '), false],
    ['never fired', told.operations.flatMap((one) => (one.fired === 0 ? [one.name] : [])).join(', '), true],
    ['fails, unasked', told.unasked.join(', '), true],
    ['not in world', absent.join(', '), true],
    ['not asked', notAsked.length === 0 ? '' : `${notAsked.join(', ')}: only with --arch`, true],
  ];
  const said = rows.filter(([, text]) => text !== '');
  return said.flatMap(([label, text, odd]) => labelled(label, text).map((line) => (odd ? paint.doubtful(line) : line)));
};

/** 'I-REF (step) is violated after 3 operations' and the rest, with the walk that it comes from. */
const foundLines = (run: Finished, walks: Walks, property: ToldProperty, paint: Paint): readonly string[] => {
  const { counterexample, name, walked = 0 } = property;
  if (counterexample === undefined) return [];
  const from = walked === counterexample.length ? [] : labelled('shrunk', `from a walk of ${operations(walked)}`);
  const command = walkCommand(run, walks, name);
  return [...violationLines(run, property, counterexample, paint, { again: command }), ...from];
};

interface Said {
  readonly paint: Paint;
  readonly verbose: boolean;
}

export const walkText = (run: Finished, walks: Walks, how: Partial<Said> = {}): string => {
  const { paint = plain, verbose = false } = how;
  const found = run.told.properties.flatMap((one) => foundLines(run, walks, one, paint));
  const more = [...found, ...faultLines(run, paint)];
  const rest = run.told.fault === undefined ? restLines(run, paint, verbose) : [];
  return [...headLines(run, walks, paint), ...more, ...(more.length > 0 ? [''] : []), ...rest, ''].join('\n');
};

const verdictOf = ({ told }: Finished): string => {
  if (told.cut === 'fault') return 'fault';
  return told.verdict === 'violated' ? 'violated' : 'not found';
};

const COLUMNS = [
  { title: 'kernel', max: 24 },
  { title: 'world', max: 24 },
  { title: 'verdict' },
  { title: 'states', right: true },
  { title: 'seconds', right: true },
];

/** What is violated, with the length of its trace. */
const violatedOf = ({ told }: Finished): string =>
  told.properties
    .flatMap(({ name, counterexample }) => (counterexample === undefined ? [] : [`${name} (${counterexample.length})`]))
    .join(', ');

export const walkSummary = (runs: readonly Finished[], rest: readonly PlannedRun[] = []): string => {
  const rows = runs.map((run) => [
    kernelLabel(run.kernel),
    run.world,
    verdictOf(run),
    thousands(run.told.states),
    seconds(run.told.seconds),
    violatedOf(run),
  ]);
  return [
    ...tableOf([...COLUMNS, { title: 'violated', max: roomBeside(COLUMNS, rows) }], rows),
    ...guessLines(runs),
    ...findingLines(runs, false),
    ...uncalledBy(runs).flatMap((one) => ['', ...nothingSaidAbout(one, 'on these ways')]),
    ...notStarted(rest),
  ].join('\n');
};

/** Of what should be reached that it was; of all else that a violation was not found. */
const wordFor = (kind: string, verdict: string): string => {
  if (verdict === 'violated') return verdict;
  return kind === 'sometimes' && verdict === 'holds' ? 'reached' : 'not found';
};

export const walkJson = (version: string, runs: readonly Finished[], walks: Walks): string => {
  const documents = runs.map((run) => {
    const { properties, ...document } = runJson(run);
    const judged = properties.map((one) => ({ ...one, verdict: wordFor(one.kind, one.verdict) }));
    return { ...document, verdict: verdictOf(run), properties: judged, ...walks };
  });
  return JSON.stringify({ tool: 'mmcheck', version, runs: documents }, null, 2);
};
