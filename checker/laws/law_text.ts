/** The report of `mmcheck laws`: a table of laws, and the smallest counterexample of each that fails. */
import type { Architecture } from '../../model/formats/architecture.ts';
import { print } from '../../model/formats/print.ts';
import { hexOf, shortHex } from '../../model/formats/u64.ts';
import { CALLERS } from '../../spec/laws/callers.ts';
import type { Stage } from '../../spec/laws/law.ts';
import { hang, hangCommand, tableOf, widest } from '../report/columns.ts';
import { inferredLines } from '../report/inferred_text.ts';
import { grid, KERNEL_MAX, letter } from '../report/matrix.ts';
import type { Judgement, Verdict } from './judge.ts';
import { shownOf } from './shown.ts';
import { inferredOf, type UnderTest } from './under_test.ts';
import { whyNotShown } from './unshown.ts';

/** One architecture of one kernel, judged. */
export interface Judged {
  readonly under: UnderTest;
  readonly judgements: readonly Judgement[];
  /** How many page protections it was asked about. */
  readonly protections: number;
}

const LEGEND = '· holds where it applies, - does not apply; otherwise the levels at which it fails';

/** Hexadecimal and words side by side want more than a mail has. */
const LAWS_WIDTH = 100;

const count = (n: number): string => n.toLocaleString('en');

/** The levels at which a law fails; '·' at none, '-' where it applies at none. */
const cellOf = (some: readonly Judgement[]): string => {
  const failing = some.filter(({ result }) => result.verdict === 'fails').map(({ level }) => level);
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

/** A law a row, an architecture or a kernel a column. */
export const tableLines = (all: readonly Judged[]): readonly string[] => {
  const labels = all.map((one) => labelOf(one, all));
  const short = widest(labels) <= KERNEL_MAX;
  const heads = labels.map((label, i) => (short ? label : letter(i)));
  const names = [...new Set(all.flatMap(({ judgements }) => judgements.map(({ law }) => law.name)))];
  const rows = names.map((name) => ({
    name,
    cells: all.map(({ judgements }) => cellOf(judgements.filter(({ law }) => law.name === name))),
  }));
  const lettered = short ? [] : labels.flatMap((label, i) => hang(`  ${letter(i)}  `, label));
  return [...hang('', LEGEND), ...lettered, ...grid(heads, rows)];
};

/** An entry in words; of a pgprot_t without what only an entry has. */
const wordsOf = ({ format }: Architecture, { word, as }: Stage): string => {
  if (as === 'frame') return '';
  if (as !== 'pgprot') return print(format, as, word);
  return print(format, 'pte', word)
    .replace(/^\S+ /, '')
    .replace(/^\S+ 0x0 /, '')
    .replace(/ pte$/, '');
};

const stageLines = (architecture: Architecture, stages: readonly Stage[]): readonly string[] => {
  const left = widest(stages.map(({ says }) => says));
  return stages.flatMap((stage) => {
    const value = stage.as === 'frame' ? shortHex(stage.word) : hexOf(stage.word);
    return hang(`    ${stage.says.padEnd(left)}  ${value}  `, wordsOf(architecture, stage), LAWS_WIDTH);
  });
};

const counterexample = (architecture: Architecture, { level, result }: Judgement): readonly string[] => {
  if (result.verdict !== 'fails') return [];
  const { cases, failures, first } = result;
  const of = `in ${count(failures)} of ${count(cases)} cases`;
  return [
    ...hang(`  ${level}  `, `${of}; the smallest, for frame ${shortHex(first.pfn)}:`),
    ...stageLines(architecture, first.stages),
  ];
};

/** The searches that show it, or why none does. */
const shownLines = (architecture: Architecture, law: string): readonly string[] => {
  const searches = shownOf(law, { architecture });
  const why = searches.length === 0 ? whyNotShown(law, { architecture }) : undefined;
  return [
    ...searches.flatMap(({ says, command }) => [
      ...hang('  shows  ', says, LAWS_WIDTH),
      ...hangCommand('         ', command),
    ]),
    ...(why === undefined ? [] : hang('  shows  ', `in no world: ${why}`, LAWS_WIDTH)),
  ];
};

/** A law that fails in an architecture, without the kernels in which it does. */
const failure = (architecture: Architecture, some: readonly Judgement[]): readonly string[] => {
  const { name, says, hurts, cites } = some[0]!.law;
  return [
    ...hang('  law    ', says, LAWS_WIDTH),
    ...hang('  source ', cites, LAWS_WIDTH),
    ...hurts.flatMap((caller) => hang(`  hurts  ${caller}: `, CALLERS[caller].says, LAWS_WIDTH)),
    ...some.flatMap((one) => counterexample(architecture, one)),
    ...shownLines(architecture, name),
  ];
};

const byLaw = (judgements: readonly Judgement[]): readonly (readonly Judgement[])[] =>
  Object.values(Object.groupBy(judgements, ({ law }) => law.name)).map((some) => some!);

interface Failure {
  readonly law: string;
  readonly architecture: string;
  readonly kernel: string;
  readonly body: string;
}

const failuresOf = ({ under, judgements }: Judged): readonly Failure[] =>
  byLaw(judgements)
    .filter((some) => some.some(({ result }) => result.verdict === 'fails'))
    .map((some) => ({
      law: some[0]!.law.name,
      architecture: under.architecture.name,
      kernel: under.kernel,
      body: failure(under.architecture, some).join('\n'),
    }));

/** Every law that fails; kernels that fail it alike together. */
export const failureLines = (all: readonly Judged[]): readonly string[] => {
  const alike = Object.groupBy(all.flatMap(failuresOf), ({ law, architecture, body }) =>
    [law, architecture, body].join('\n'),
  );
  return Object.values(alike).flatMap((some = []) => {
    const { law, architecture, body } = some[0]!;
    return ['', ...hang(`${law} fails on ${architecture}, `, some.map(({ kernel }) => kernel).join('; ')), body];
  });
};

const sum = (results: readonly Verdict[]): number =>
  results.reduce((all, result) => all + (result.verdict === 'does not apply' ? 0 : result.cases), 0);

const HEADS = [
  { title: 'architecture' },
  { title: 'kernel', max: 30 },
  { title: 'protections', right: true },
  { title: 'cases', right: true },
  { title: 'hold', right: true },
  { title: 'fail', right: true },
  { title: 'n/a', right: true },
];

/** How many protections and cases, and what came of the laws: a row each. */
export const headLines = (all: readonly Judged[]): readonly string[] => {
  const rows = all.map(({ under, judgements, protections }) => {
    const laws = byLaw(judgements).map(cellOf);
    const those = (sign: string): number => laws.filter((cell) => cell === sign).length;
    const [holds, apart] = [those('·'), those('-')];
    return [
      under.architecture.name,
      under.kernel,
      count(protections),
      count(sum(judgements.map(({ result }) => result))),
      ...[holds, laws.length - holds - apart, apart].map(count),
    ];
  });
  return tableOf(HEADS, rows);
};

/** What does not apply, and why; the same reason once. */
export const apartLines = (all: readonly Judged[]): readonly string[] => {
  const apart = all.flatMap(({ judgements }) =>
    judgements.flatMap(({ law, result }) =>
      result.verdict === 'does not apply' ? [{ name: law.name, why: result.why }] : [],
    ),
  );
  const lines = Object.entries(Object.groupBy(apart, ({ why }) => why)).flatMap(([why, some = []]) =>
    hang('  ', `${[...new Set(some.map(({ name }) => name))].join(', ')}: ${why}`),
  );
  return lines.length === 0 ? [] : ['', 'Do not apply:', ...lines];
};

/** What rests on inference and on no source. */
export const restsLines = (all: readonly Judged[]): readonly string[] =>
  inferredLines(all.flatMap(({ under }) => inferredOf(under.changes)));
