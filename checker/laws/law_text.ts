/** The report of `mmcheck laws`: a table of laws, and what it rests on. */
import { hang, tableOf, WIDTH, widest } from '../report/columns.ts';
import { inferredLines } from '../report/inferred_text.ts';
import { grid, KERNEL_MAX, letter, type Row } from '../report/matrix.ts';
import type { Judgement, Verdict } from './judge.ts';
import { inferredOf, type UnderTest } from './under_test.ts';

/** One architecture of one kernel, judged. */
export interface Judged {
  readonly under: UnderTest;
  readonly judgements: readonly Judgement[];
  /** How many page protections it was asked about. */
  readonly protections: number;
  /** With a proposal: which laws fail, and do harm, without it. */
  readonly failsWithout?: ReadonlySet<string>;
}

const LEGEND = 'The levels at which a law fails; · holds where it applies, - does not apply';

export const count = (n: number): string => n.toLocaleString('en');

export const fails = ({ result }: Judgement): boolean => result.verdict === 'fails';
const whyHarmless = ({ result }: Judgement): string | undefined =>
  result.verdict === 'fails' ? result.harmless : undefined;
/** The level, with a star where a failure does no harm. */
export const levelOf = (one: Judgement): string => `${one.level}${whyHarmless(one) === undefined ? '' : '*'}`;

/** What the stars mean, where there is one. */
export const harmlessLines = (judgements: readonly Judgement[], indent = ''): readonly string[] =>
  [...new Set(judgements.flatMap((one) => whyHarmless(one) ?? []))].flatMap((why) => hang(`${indent}* `, why));

/** Of each law, its levels. */
export const byLaw = (judgements: readonly Judgement[]): readonly (readonly Judgement[])[] =>
  Object.values(Object.groupBy(judgements, ({ law }) => law.name)).map((some) => some!);

/** The levels at which a law fails; '·' at none, '-' where it applies at none. */
const cellOf = (some: readonly Judgement[]): string => {
  const failing = some.filter(fails).map(levelOf);
  if (failing.length > 0) return failing.join(' ');
  return some.some(({ result }) => result.verdict === 'holds') ? '·' : '-';
};

/** What heads a column: the architecture, the kernel, or both, as far as they differ. */
const labelOf = ({ under }: Judged, all: readonly Judged[]): string => {
  const several = (of: (one: Judged) => string): boolean => new Set(all.map(of)).size > 1;
  const names = [
    ...(several((one) => one.under.architecture.name) ? [under.architecture.name] : []),
    ...(several((one) => one.under.kernel) ? [under.kernel] : []),
  ];
  return names.length === 0 ? under.kernel : names.join(', ');
};

/** Short labels head a column each; of wide ones those with the same cells share a column, and a letter stands for them. */
const gridLines = (labels: readonly string[], rows: readonly Row[]): readonly string[] => {
  if (widest(labels) <= KERNEL_MAX) return grid(labels, rows, WIDTH);
  const alike = Object.values(
    Object.groupBy(labels.keys(), (column) => rows.map(({ cells }) => cells[column]).join(',')),
  ).map((columns) => columns!);
  return [
    ...alike.flatMap((columns, i) => hang(`  ${letter(i)}  `, columns.map((column) => labels[column]).join('; '))),
    ...grid(
      alike.map((_, i) => letter(i)),
      rows.map(({ name, cells }) => ({ name, cells: alike.map(([column]) => cells[column!]!) })),
      WIDTH,
    ),
  ];
};

const named = (says: string, rows: readonly Row[]): readonly string[] =>
  rows.length === 0 ? [] : ['', says, ...hang('  ', rows.map(({ name }) => name).join(', '))];

const isApart = ({ cells }: Row): boolean => cells.every((cell) => cell === '-');
/** What fails nowhere. */
const isQuiet = ({ cells }: Row): boolean => cells.every((cell) => cell === '-' || cell === '·');

/** A law a row, an architecture or a kernel a column. What fails nowhere gets a row if it is asked for. */
export const tableLines = (all: readonly Judged[], everyRow: boolean): readonly string[] => {
  const names = [...new Set(all.flatMap(({ judgements }) => judgements.map(({ law }) => law.name)))];
  const rows = names.map((name) => ({
    name,
    cells: all.map(({ judgements }) => cellOf(judgements.filter(({ law }) => law.name === name))),
  }));
  const shown = everyRow ? rows : rows.filter((row) => !isQuiet(row));
  const quiet = rows.filter((row) => !shown.includes(row));
  const labels = all.map((one) => labelOf(one, all));
  const legend = [...hang('', LEGEND), ...harmlessLines(all.flatMap(({ judgements }) => judgements))];
  const held = quiet.filter((row) => !isApart(row));
  return [
    ...(shown.length === 0 ? [] : ['', ...legend, ...gridLines(labels, shown)]),
    ...named('Hold wherever they apply:', held),
    ...named('Apply nowhere:', quiet.filter(isApart)),
  ];
};

const sum = (results: readonly Verdict[]): number =>
  results.reduce((all, result) => all + (result.verdict === 'does not apply' ? 0 : result.cases), 0);

const COUNTS = [
  { title: 'protections', right: true },
  { title: 'cases', right: true },
  { title: 'hold', right: true },
  { title: 'fail', right: true },
  { title: 'n/a', right: true },
];

/** How many protections and cases, and what came of the laws: a row each; a kernel with a long name is a heading. */
export const headLines = (all: readonly Judged[]): readonly string[] => {
  const isWide = widest(all.map(({ under }) => under.kernel)) > KERNEL_MAX;
  const rows = all.flatMap(({ under: { architecture, kernel }, judgements, protections }, i) => {
    const laws = byLaw(judgements).map(cellOf);
    const those = (sign: string): number => laws.filter((cell) => cell === sign).length;
    const [holds, apart] = [those('·'), those('-')];
    const cases = sum(judgements.map(({ result }) => result));
    const counts = [protections, cases, holds, laws.length - holds - apart, apart].map(count);
    if (!isWide) return [[architecture.name, kernel, ...counts]];
    const row = [architecture.name, ...counts];
    return all[i - 1]?.under.kernel === kernel ? [row] : [kernel, row];
  });
  return tableOf([{ title: 'architecture' }, ...(isWide ? [] : [{ title: 'kernel' }]), ...COUNTS], rows);
};

/** What does not apply, at which level, and why; the same reason once. */
export const apartLines = (all: readonly Judged[]): readonly string[] => {
  const apart = all.flatMap(({ judgements }) =>
    judgements.flatMap(({ law, level, result }) =>
      result.verdict === 'does not apply' ? [{ level, name: law.name, why: result.why }] : [],
    ),
  );
  const lines = Object.entries(Object.groupBy(apart, ({ level, why }) => `${level}: ${why}`)).flatMap(
    ([why, some = []]) => hang('  ', `${[...new Set(some.map(({ name }) => name))].join(', ')} of a ${why}`),
  );
  return lines.length === 0 ? [] : ['', 'Do not apply:', ...lines];
};

/** What rests on inference and on no source. */
export const restsLines = (all: readonly Judged[]): readonly string[] =>
  inferredLines(all.flatMap(({ under }) => inferredOf(under.changes)));
