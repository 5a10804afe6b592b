/** The report of a comparison, as text fit for a mail. */
import { match } from 'ts-pattern';
import { hang, tableOf } from '../report/columns.ts';
import { functionsOf } from './functions_of.ts';
import type { Judged } from './judge.ts';
import { LEVELS } from './levels.ts';
import type { Report } from './report.ts';
import type { Differing } from './shrink.ts';

const differingText = ({ walk, at, differences }: Differing): readonly string[] => [
  '',
  `DIFFERS in ${walk.stage.name} after ${at + 1} operations`,
  '',
  ...walk.steps
    .slice(0, at + 1)
    .flatMap(({ label, line }, i) => [...hang(`  ${`${i + 1}`.padStart(2)}  `, label), ...hang('        ', line)]),
  '',
  ...differences.flatMap(({ where, expected, observed }) => [
    `  ${where}`,
    ...hang('    expected  ', expected),
    ...hang('    observed  ', observed),
  ]),
  ...hang('  begins in    ', walk.steps[at]!.mirrors),
  ...hang('  goes through ', functionsOf(walk, at).join(', ') || 'nothing that releases differ in'),
];

/** How the two sides of a difference are to be read. */
const LEGEND: readonly string[] = [
  'How to read it: "512+16" are 16 pages of 4 KiB from page 512 of the test area',
  'on; worker 0 is the parent, a child has the number of its fork. Of pages: H in',
  'a leaf, P present, F of a file or shared, X mapped once, Z a zero page; map=',
  'mappings; T of a large folio, a anonymous, E exclusive, z zero; A+0 folio A',
  'from its first page on. Of entries: w writable, y accessed, d dirty, s special,',
  'n PROT_NONE, c the cache mode (PAT index); ref= and pins= of the folio.',
];

const differencesText = ({ minimal, more }: Report): readonly string[] =>
  minimal.length === 0
    ? []
    : [
        ...minimal.flatMap(differingText),
        ...(more > 0 ? ['', `${more} more ways to differ are not shown`] : []),
        '',
        ...LEGEND,
      ];

const COLUMNS = ['sequences', 'steps', 'differ', 'disturbed', 'cut'].map((title) => ({ title, right: true }));

const table = ({ tally }: Report): readonly string[] =>
  tally.scopes.size === 0
    ? []
    : tableOf(
        [{ title: 'scope' }, ...COLUMNS],
        [...tally.scopes].map(([name, one]) => [
          name,
          ...[one.sequences, one.steps, one.differing, one.disturbed, one.cut].map(String),
        ]),
      );

/** Why none of the values was found. */
const unknown = (judged: Judged): string =>
  match(judged)
    .with({ _tag: 'differs' }, ({ differences }) => {
      const { where, expected, observed } = differences[0]!;
      return `unknown behaviour: ${where}: ${observed}, where at best ${expected} is known`;
    })
    .with({ _tag: 'disturbed' }, ({ by }) => `not found out: disturbed by ${by.join(', ')}`)
    .with({ _tag: 'unavailable' }, ({ what }) => `not found out: ${what}`)
    .with({ _tag: 'cut' }, { _tag: 'same' }, () => 'not found out: the runner stopped')
    .exhaustive();

/** What the kernel was found to do; in full where no modelled one does it, or not the one that it is held against. */
const calibratedText = ({ chosen: { calibrated, unlike, alike } }: Report): readonly string[] => {
  const found = calibrated.filter(({ values }) => values.length > 0);
  return [
    ...(found.length === 0
      ? []
      : hang('  it answers ', found.map(({ toggle, values }) => `${toggle}=${values.join('|')}`).join(' '))),
    ...(alike.length === 0
      ? []
      : hang('  so would ', `${alike.join(', ')}: nothing that is asked here tells them apart`)),
    ...unlike.flatMap(({ toggle, values, says }) => hang('  UNLIKE ', `${toggle}=${values.join('|')} here: ${says}`)),
    ...calibrated
      .filter(({ values }) => values.length === 0)
      .flatMap(({ toggle, says, judged }) => hang('  UNKNOWN ', `${toggle}: ${unknown(judged)} (${says})`)),
  ];
};

/** Scopes that are skipped for the same reason in one line. */
const skippedText = ({ skipped }: Report): readonly string[] =>
  [...Map.groupBy(skipped, ({ why, enables }) => `${why}; enabled by ${enables}`)].flatMap(([why, all]) =>
    hang('  skipped   ', `${all.map(({ scope }) => scope).join(', ')}: ${why}`),
  );

/** Moves that random sequences would have made. */
const refusedText = ({ tally }: Report): readonly string[] => {
  const all = [...tally.refused].map(([why, n]) => `${why.replace(/^left out: /, '')} (${n})`);
  return all.length === 0 ? [] : hang('  left out  ', all.join('; '));
};

const unavailableText = ({ tally }: Report): readonly string[] =>
  [...tally.scopes].flatMap(([name, { unavailable }]) =>
    [...unavailable].flatMap(([what, n]) => hang('  not played ', `${n} of ${name}: ${what}`)),
  );

const times = (n: number, one: string): string => `${n.toLocaleString('en')} ${one}${n === 1 ? '' : 's'}`;

const assertedText = ({ tally }: Report): readonly string[] =>
  [...tally.scopes].flatMap(([name, { asserted }]) =>
    [...asserted].flatMap(([what, n]) =>
      hang('  asserted  ', `${what} stops the model in ${times(n, 'sequence')} of ${name}; the kernel was not asked`),
    ),
  );

/** What a trace file came to: the kernel that goes its way has what it shows. */
const tracedText = ({ traced }: Report): readonly string[] =>
  traced.flatMap(({ path, kernel, world, property, walk, judged }) => {
    const what = `${property} in world ${world} on ${kernel}`;
    const came = match(judged)
      .with({ _tag: 'same' }, ({ steps }) =>
        walk.uncompared === undefined
          ? `the kernel went its way, ${times(steps, 'step')}: as far as can be seen, it has what the trace shows`
          : `${times(steps, 'step')} alike; then "${walk.uncompared}", of which the kernel alone can tell`,
      )
      .with({ _tag: 'differs' }, ({ at }) => `the kernel went another way in step ${at + 1}`)
      .with({ _tag: 'cut' }, ({ steps }) =>
        walk.uncompared !== undefined && steps === walk.steps.length
          ? `${times(steps, 'step')} alike; the kernel did not outlive "${walk.uncompared}"`
          : `the kernel stopped behind step ${steps}`,
      )
      .otherwise(() => 'it could not be played');
    return hang('  trace     ', `${path} (${what}): ${came}`);
  });

const observedText = ({ observed }: Report): readonly string[] =>
  Object.entries(Object.groupBy(observed, ({ sequence }) => sequence)).flatMap(([sequence, steps = []]) => [
    '',
    `Observed, and compared with nothing: ${sequence}`,
    ...steps.flatMap(({ op, lines }) => [`  ${op}`, ...lines.flatMap((line) => hang('      ', line))]),
  ]);

/** The last line: what all of it came to. */
const verdictText = ({ ground, tally, interrupted, seconds, minimal }: Report): string => {
  const all = [...tally.scopes.values()];
  const sum = (of: (one: (typeof all)[number]) => number): number => all.reduce((total, one) => total + of(one), 0);
  const [sequences, steps, differing] = [
    sum((one) => one.sequences),
    sum((one) => one.steps),
    sum((one) => one.differing),
  ];
  const amount = `${times(sequences, 'sequence')}, ${times(steps, 'step')}, ${seconds.toFixed(0)} s`;
  const open = sum(({ cut, disturbed, unavailable }) => cut + disturbed + unavailable.size);
  if (ground.reports.length > 0) return `THE KERNEL WENT WRONG: ${times(ground.reports.length, 'report')}; ${amount}`;
  if (tally.parts)
    return `DIFFERENT: ${times(differing, 'sequence')} of ${sequences}, ${times(minimal.length, 'way')} shown; ${amount}`;
  if (interrupted) return `INTERRUPTED: alike so far; ${amount}`;
  if (steps === 0) return `NOTHING COMPARED; ${amount}`;
  return open > 0 ? `INCOMPLETE: alike as far as it came; ${amount}` : `ALIKE: ${amount}`;
};

export const reportText = (report: Report): string => {
  const { ground, level, chosen, amount, eye, traced } = report;
  const { kernel, series, settings } = chosen.choice;
  const against = [kernel, ...series, ...settings.map(({ toggle, value }) => `${toggle}=${value}`)];
  return [
    `mmcheck conform: Linux ${ground.header.uname}, ${ground.machine === 'live' ? 'live' : `machine ${ground.machine}`}`,
    ...hang('  level ', `${level}: ${LEVELS[level].says}`),
    ...hang('  held against ', against.join(' ')),
    ...calibratedText(report),
    ...hang('  masked ', eye.quirks.map(({ name }) => name).join(', ') || 'nothing'),
    ...(traced.length > 0
      ? []
      : [`  seed ${amount.seed}: ${amount.sequences} random sequences, and all sequences of ${amount.length}`]),
    '',
    ...table(report),
    ...tracedText(report),
    ...unavailableText(report),
    ...assertedText(report),
    ...skippedText(report),
    ...refusedText(report),
    ...[...ground.lacks.values()].flatMap(({ offer, why }) => hang('  not offered ', `${offer}: ${why}`)),
    ...ground.reports.flatMap(({ line, op }) => hang('  THE KERNEL SAID ', `${line} (after: ${op})`)),
    ...differencesText(report),
    ...observedText(report),
    '',
    verdictText(report),
  ].join('\n');
};
