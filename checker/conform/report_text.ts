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

const COLUMNS = ['sequences', 'steps', 'differ', 'disturbed', 'cut'].map((title) => ({ title, right: true }));

const table = ({ tally }: Report): readonly string[] =>
  tableOf(
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

const calibratedText = ({ chosen }: Report): readonly string[] =>
  chosen.calibrated.flatMap(({ toggle, says, values, judged }) =>
    hang(
      '    ',
      values.length === 0 ? `${toggle}: ${unknown(judged)} (${says})` : `${toggle}=${values.join(' or ')}: ${says}`,
    ),
  );

/** Scopes that are skipped for the same reason in one line. */
const skippedText = ({ skipped }: Report): readonly string[] =>
  [...Map.groupBy(skipped, ({ why, enables }) => `${why}; enabled by ${enables}`)].flatMap(([why, all]) =>
    hang('  skipped ', `${all.map(({ scope }) => scope).join(', ')}: ${why}`),
  );

/** Moves that random sequences would have made. */
const refusedText = ({ tally }: Report): readonly string[] => {
  const all = [...tally.refused].map(([why, n]) => `${why} (${n})`);
  return all.length === 0 ? [] : hang('  not made ', all.join('; '));
};

const observedText = ({ observed }: Report): readonly string[] =>
  Object.entries(Object.groupBy(observed, ({ sequence }) => sequence)).flatMap(([sequence, steps = []]) => [
    '',
    `Observed, and compared with nothing: ${sequence}`,
    ...steps.flatMap(({ op, lines }) => [`  ${op}`, ...lines.flatMap((line) => hang('      ', line))]),
  ]);

export const reportText = (report: Report): string => {
  const { ground, level, chosen, amount, tally, minimal, more, eye } = report;
  const { kernel, settings } = chosen.choice;
  return [
    `mmcheck conform: Linux ${ground.header.uname}, ${ground.machine === 'live' ? 'live' : `machine ${ground.machine}`}`,
    ...hang('  level ', `${level}: ${LEVELS[level].says}`),
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
      [...asserted].flatMap(([what, n]) =>
        hang(`  ${name}: `, `THE MODEL ASSERTS ${what} in ${n} sequences, and goes no further`),
      ),
    ),
    ...skippedText(report),
    ...refusedText(report),
    ...[...ground.lacks.values()].flatMap(({ offer, why }) => hang('  not offered: ', `${offer}: ${why}`)),
    ...ground.reports.flatMap(({ line, op }) => hang('  THE KERNEL SAID: ', `${line} (after: ${op})`)),
    ...minimal.flatMap(differingText),
    ...(more > 0 ? ['', `${more} more ways to differ are not shown`] : []),
    ...observedText(report),
  ].join('\n');
};
