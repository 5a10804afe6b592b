/** A trace for people: what was done, in which kernel function, and only what it changed. */
import type { Story, ToldStep } from '../narrate.ts';
import type { Change } from '../search/layout.ts';
import { hang, WIDTH, widest } from './columns.ts';
import type { Paint } from './paint.ts';

const INDENT = '       ';

const shown = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  return typeof value === 'object' && value !== null ? `{${named(value)}}` : String(value);
};
const named = (values: object): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${shown(value)}`)
    .join(', ');

/** `zap_huge_pmd(at=0)`, or as the world says it. */
export const call = ({ op, args, shown: own }: Pick<ToldStep, 'op' | 'args' | 'shown'>): string =>
  `${op}(${own ?? named(args)})`;

/** The answers that are not plain, as 'alloc_pid: fails'. */
export const unusual = ({ answers }: Pick<ToldStep, 'answers'>): readonly string[] =>
  answers.filter(({ plain }) => !plain).map(({ question, answer }) => `${question}: ${answer}`);

/** One change that is too wide for a line: it breaks in front of the arrow. */
const wideChange = (lead: string, { where, before, after }: Change): readonly string[] => {
  // A place with a very long name gets a line of its own.
  if (lead.length > 60)
    return [hang(INDENT, where), hang(`${INDENT}     `, before), hang(`${INDENT}  -> `, after)].flat();
  return [hang(lead, before), hang(`${' '.repeat(lead.length)}-> `, after)].flat();
};

/** `where  before -> after`, aligned as far as that does not make a line too wide. */
export const changeLines = (all: readonly Change[]): readonly string[] => {
  // A flag that is not set prints as nothing.
  const changes = all.map(({ where, before, after }) => ({ where, before: before || '-', after: after || '-' }));
  const where = Math.min(widest(changes.map((one) => one.where)), 40);
  const lead = (one: Change): string => `${INDENT}${one.where.padEnd(where)}  `;
  const line = (one: Change, old: number): string => `${lead(one)}${one.before.padEnd(old)} -> ${one.after}`;
  const old = widest(changes.filter((one) => line(one, 0).length <= WIDTH).map((one) => one.before));
  return changes.flatMap((one) => {
    const fitting = [line(one, old), line(one, 0)].find((text) => text.length <= WIDTH);
    return fitting === undefined ? wideChange(lead(one), one) : [fitting];
  });
};

/** The operation, its kernel function to the right where both fit, the answers that are not plain. */
export const stepLines = (step: ToldStep, number: number, paint: Paint): readonly string[] => {
  const { mirrors = '', changes, bug } = step;
  const lead = `${`${number}`.padStart(4)}  `;
  const called = call(step);
  const beside = `${lead}${called.padEnd(42)}  ${mirrors}`;
  const head =
    beside.length <= WIDTH || mirrors === ''
      ? [`${lead}${paint.strong(called)}${paint.faint(beside.slice(lead.length + called.length).trimEnd())}`]
      : [...hang(lead, called), ...hang(INDENT, mirrors).map((line) => paint.faint(line))];
  return [
    ...(beside.length > WIDTH && mirrors === '' ? hang(lead, called) : head),
    ...unusual(step).flatMap((one) => hang(INDENT, one)),
    ...changeLines(changes),
    ...(bug === undefined ? [] : hang(INDENT, `BUG: ${bug}`).map((line) => paint.bad(line))),
    ...(changes.length === 0 && bug === undefined ? [`${INDENT}(nothing changes)`] : []),
  ];
};

export const storyLines = (
  { bounds, initial, steps }: Pick<Story, 'bounds' | 'initial' | 'steps'>,
  paint: Paint,
): readonly string[] => {
  const begins = [
    ...(bounds === undefined ? [] : hang(INDENT, bounds).map((line) => paint.faint(line))),
    ...initial.flatMap((line) => hang(INDENT, line)),
  ];
  return [
    ...(begins.length === 0 ? [] : ['   0  initial state', ...begins]),
    ...steps.flatMap((step, i) => stepLines(step, i + 1, paint)),
  ];
};
