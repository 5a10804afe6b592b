/** What `mmcheck validate --each` and `--bisect` found: a row a patch, and which of them introduces or mends a violation. */
import { isCut, verdictOf } from '../equiv/verdict.ts';
import { kernelName } from '../finished.ts';
import type { Validated } from '../validate.ts';
import { type Judgement, lengthOf, overWorlds, type Status } from '../validate/status.ts';
import { changesNothing } from '../validate/targets.ts';
import { hang, tableOf } from './columns.ts';
import { shortestPartings } from './equiv_text.ts';
import type { Paint } from './paint.ts';
import { afterText, type Said, traceLines, validateText } from './validate_text.ts';

const inBrief = (one: Validated, status: Status): string =>
  overWorlds(one.judgements)
    .filter((each) => each.status === status)
    .map((each) => `${each.property} (${lengthOf(each)})`)
    .join(', ');

const SHORT: Partial<Record<Status, string>> = {
  other: 'violated otherwise',
  violated: 'violated, base not all seen',
};

/** A row a patch: what it breaks and mends, and which operations it changes. */
const patchRow = (one: Validated): readonly string[] => {
  const { change, worlds } = one;
  if (changesNothing(change)) return [change.title, 'nothing that is modelled'];
  const verdicts = worlds.map(({ compared }) => verdictOf(compared));
  if (!verdicts.includes('passed on') && worlds.every(({ compared }) => compared.together === undefined))
    return [
      change.title,
      one.left > 0 || worlds.some(({ compared }) => isCut(compared))
        ? 'not called as far as was seen'
        : 'not called in these worlds',
    ];
  if (verdicts.every((verdict) => verdict === 'passed on' || verdict === 'not called'))
    return [change.title, 'decides nothing in these worlds'];
  const differing = shortestPartings(worlds).map(({ name, parting }) => `${name} (${parting.length})`);
  const said = [
    ...(['newly violated', 'violated', 'other', 'gone', 'mended', 'undecided'] as const).flatMap((status) => {
      const text = inBrief(one, status);
      return text === '' ? [] : [`${SHORT[status] ?? status}: ${text}`];
    }),
    differing.length === 0 ? 'no operation differs' : `differ: ${differing.join(', ')}`,
  ];
  return [change.title, said.join('; ')];
};

/** Of the worlds in which a patch does this to a property, the one that shows it soonest, and how many more there are. */
const inWorlds = (all: readonly Judgement[], length = lengthOf): string => {
  const [first] = all.toSorted((x, y) => length(x) - length(y));
  const others = all.length - 1;
  const more = others === 0 ? '' : `, and in ${others} more`;
  return `(${first!.world}, ${afterText(length(first!))}${more})`;
};

/** Of a property what a patch does to it: some worlds may be mended by it, and others broken. */
const changeLines = ({ change, judgements }: Validated, property: string, paint: Paint): readonly string[] => {
  const having = (...some: readonly Status[]): readonly Judgement[] =>
    judgements.filter((one) => one.property === property && some.includes(one.status));
  const [broken, mended] = [having('newly violated'), having('mended', 'gone')];
  const said = (how: string, all: readonly Judgement[], painted: (line: string) => string): readonly string[] =>
    all.length === 0 ? [] : hang('', `${property} is ${how} by ${change.title} ${inWorlds(all)}`).map(painted);
  return [...said('introduced', broken, paint.bad), ...said('mended', mended, paint.good)];
};

/** What the first base violates already is nobody's of the series. */
const baseLines = (all: readonly Validated[], property: string): readonly string[] => {
  const first = all.find(({ judgements }) => judgements.length > 0);
  const before = (first?.judgements ?? []).filter(
    (one) => one.property === property && one.before?.counterexample !== undefined,
  );
  return before.length === 0
    ? []
    : hang('', `The base violates ${property} ${inWorlds(before, (one) => one.before!.counterexample!.length)}.`);
};

/** Which patch introduces a violation, and which mends it. */
const bisectLines = (all: readonly Validated[], asked: string, paint: Paint): readonly string[] => {
  const properties = [...new Set(all.flatMap(({ judgements }) => judgements.map(({ property }) => property)))];
  const said = properties.flatMap((property) => all.flatMap((one) => changeLines(one, property, paint)));
  const base = properties.flatMap((property) => baseLines(all, property));
  const open = all.filter(
    ({ judgements, worlds, left }) =>
      left > 0 ||
      judgements.some(({ status }) => status === 'undecided' || status === 'violated') ||
      worlds.some(({ compared }) => isCut(compared)),
  );
  const undecided =
    open.length === 0
      ? []
      : hang('', `Undecided, since not all was seen: ${open.map(({ change }) => change.title).join('; ')}`).map(
          (line) => paint.doubtful(line),
        );
  if (said.length > 0 || undecided.length > 0) return [...base, ...said, ...undecided];
  return [...base, ...hang('', `No patch introduces or mends a violation of ${asked} in these worlds.`)];
};

/** What is compared with what. */
const headLines = (all: readonly Validated[], paint: Paint): readonly string[] => {
  const [first, last] = [all[0]!.change, all.at(-1)!.change];
  return hang('', `${kernelName(first.base)} -> ${kernelName(last.patched)}, patch by patch`).map((line) =>
    paint.strong(line),
  );
};

/** Whether the series is sound at every step, as far as was seen. */
const soundLines = (all: readonly Validated[], paint: Paint): readonly string[] => {
  const breaking = all.filter(({ judgements }) => judgements.some(({ status }) => status === 'newly violated'));
  const titles = breaking.map(({ change }) => change.title).join('; ');
  if (breaking.length > 0) return hang('', `Something is newly violated by ${titles}`).map((line) => paint.bad(line));
  return hang('', 'No patch is seen to newly violate anything in these worlds.');
};

export const eachText = (all: readonly Validated[], bisect: string | undefined, said: Said): string => {
  const { paint, verbose } = said;
  const table = tableOf(
    [
      { title: 'patch', max: 34 },
      { title: 'what it changes', max: 44 },
    ],
    all.map((one) => patchRow(one)),
  );
  return [
    ...headLines(all, paint),
    ...(verbose
      ? all.flatMap((one) => (one.worlds.length === 0 ? [] : [validateText(one, said), '']))
      : all.flatMap((one) => traceLines(one, said))),
    '',
    ...table,
    '',
    ...(bisect === undefined ? soundLines(all, paint) : bisectLines(all, bisect, paint)),
  ].join('\n');
};
