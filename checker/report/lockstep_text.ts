/** Where two kernels part, for people: the steps that they have in common, and the last one on each. */
import type { Difference } from '../equiv/observer.ts';
import type { Lockstep, OperationCompared, Parting } from '../equiv/lockstep.ts';
import type { ToldStep } from '../narrate.ts';
import { hang } from './columns.ts';
import type { Paint } from './paint.ts';
import { operations } from './text.ts';
import { call, stepLines, storyLines } from './trace_text.ts';

/** The names of the two. */
export interface Pair {
  readonly a: string;
  readonly b: string;
}

/** Beyond this many the rest is counted. */
const DIFFERENCES_MAX = 10;

const differenceLines = (all: readonly Difference[], { a, b }: Pair): readonly string[] => [
  ...all
    .slice(0, DIFFERENCES_MAX)
    .flatMap((one) => [
      ...hang('  differs  ', `${one.aspect === 'state' ? '' : `${one.aspect}: `}${one.where}`),
      ...hang(`    on ${a}: `, one.a === '' ? '-' : one.a),
      ...hang(`    on ${b}: `, one.b === '' ? '-' : one.b),
    ]),
  ...(all.length > DIFFERENCES_MAX ? [`  and ${all.length - DIFFERENCES_MAX} more`] : []),
];

/** What differs before anything has happened. */
export const initialLines = (all: readonly Difference[], pair: Pair, paint: Paint): readonly string[] =>
  all.length === 0 ? [] : ['', paint.bad('The initial states differ'), ...differenceLines(all, pair)];

const lastLines = (name: string, step: ToldStep | undefined, other: ToldStep, number: number, paint: Paint) =>
  step === undefined
    ? hang('  ', `on ${name} ${call(other)} is not possible`)
    : [...hang('  ', `on ${name}:`), ...stepLines(step, number, paint)];

/** One operation that differs, and the shortest sequence that shows it. */
export const partingLines = ({ name }: Pick<OperationCompared, 'name'>, parting: Parting, pair: Pair, paint: Paint) => {
  const { length, common, a, b, differences } = parting;
  const other = (a ?? b)!;
  return [
    '',
    ...hang('', `${name} differs after ${operations(length)}`).map((line) => paint.bad(line)),
    '',
    ...storyLines({ ...parting, steps: common }, paint),
    ...lastLines(pair.a, a, other, length, paint),
    ...lastLines(pair.b, b, other, length, paint),
    '',
    ...differenceLines(differences, pair),
  ];
};

/** 'handle_mm_fault (5), mprotect (3)': what differs, and after how many operations. */
export const partingsInBrief = ({ operations: all, initially }: Lockstep): string =>
  [
    ...(initially.length === 0 ? [] : ['initial state']),
    ...all.flatMap(({ name, parting }) => (parting === undefined ? [] : [`${name} (${parting.length})`])),
  ].join(', ');
