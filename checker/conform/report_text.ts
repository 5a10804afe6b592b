/** The report of a comparison, as text fit for a mail. */
import { hang, tableOf } from '../report/columns.ts';
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
  ...hang('  begins in  ', walk.steps[at]!.mirrors),
];

const COLUMNS = ['sequences', 'steps', 'differ', 'disturbed', 'cut'].map((title) => ({ title, right: true }));

const table = ({ tally }: Report): readonly string[] =>
  tableOf(
    [{ title: 'scope' }, ...COLUMNS],
    [...tally.scopes].map(([name, one]) => [
      name,
      ...[one.sequences, one.steps, one.differing, one.disturbed, one.cut].map(String),
    ]),
  );

const calibratedText = ({ chosen }: Report): readonly string[] =>
  chosen.calibrated.flatMap(({ toggle, says, values }) =>
    hang('    ', `${toggle}=${values.join(' or ') || 'unknown'}: ${says}`),
  );

export const reportText = (report: Report): string => {
  const { ground, level, chosen, amount, tally, minimal, eye, skipped } = report;
  const { kernel, settings } = chosen.choice;
  return [
    `mmcheck conform: Linux ${ground.header.uname}, ${ground.machine === 'live' ? 'live' : `machine ${ground.machine}`}`,
    ...hang('  level ', `${level}: ${LEVELS[level]!.says}`),
    ...hang('  held against ', [kernel, ...settings.map(({ toggle, value }) => `${toggle}=${value}`)].join(' ')),
    ...calibratedText(report),
    ...hang('  masked: ', eye.quirks.map(({ name }) => name).join(', ') || 'nothing'),
    `  seed ${amount.seed}, ${amount.sequences} random sequences, all of ${amount.length} operations`,
    '',
    ...table(report),
    ...[...tally.scopes].flatMap(([name, { unavailable }]) =>
      [...unavailable].flatMap(([what, n]) => hang(`  ${name}: `, `${n} not played: ${what}`)),
    ),
    ...[...tally.scopes].flatMap(([name, { asserted }]) =>
      [...asserted].flatMap(([what, n]) => hang(`  ${name}: `, `THE MODEL ASSERTS ${what} in ${n} sequences, and goes no further`)),
    ),
    ...skipped.flatMap(({ scope, why, enables }) => hang(`  skipped ${scope}: `, `${why}; enabled by ${enables}`)),
    ...[...ground.lacks.values()].flatMap(({ offer, why }) => hang('  not offered: ', `${offer}: ${why}`)),
    ...ground.reports.flatMap(({ line }) => hang('  THE KERNEL SAID: ', line)),
    ...minimal.flatMap(differingText),
  ].join('\n');
};
