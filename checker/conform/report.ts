/** The report of a comparison, as text fit for a mail. */
import { hang, tableOf } from '../report/columns.ts';
import type { Chosen } from './against.ts';
import type { Header } from './read_seen.ts';
import type { Differing } from './shrink.ts';
import type { Tally } from './tally.ts';

export interface Report {
  readonly header: Header;
  readonly level: number;
  readonly chosen: Chosen;
  readonly seed: number;
  readonly length: number;
  readonly tally: Tally;
  readonly minimal: readonly Differing[];
}

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

export const conformText = ({ header, level, chosen, seed, length, tally, minimal }: Report): string =>
  [
    `mmcheck conform: Linux ${header.uname}, level ${level}`,
    `  held against ${chosen.choice.kernel} ${chosen.choice.settings.map(({ toggle, value }) => `${toggle}=${value}`).join(' ')}`,
    ...chosen.calibrated.map(({ toggle, values }) => `  ${toggle}: ${values.join(', ') || 'unknown behaviour'}`),
    `  seed ${seed}, all sequences up to ${length} operations`,
    '',
    ...tableOf(
      [
        { title: 'scope' },
        { title: 'sequences', right: true },
        { title: 'steps', right: true },
        { title: 'differ', right: true },
        { title: 'disturbed', right: true },
        { title: 'cut', right: true },
      ],
      [...tally.scopes].map(([name, one]) => [
        name,
        `${one.sequences}`,
        `${one.steps}`,
        `${one.differing}`,
        `${one.disturbed}`,
        `${one.cut}`,
      ]),
    ),
    ...[...tally.scopes].flatMap(([name, { unavailable }]) =>
      [...unavailable].flatMap(([what, n]) => hang(`  ${name}: `, `${n} not played: ${what}`)),
    ),
    ...minimal.flatMap(differingText),
  ].join('\n');
