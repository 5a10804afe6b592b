/** What `mmcheck validate` found, for people and for programs: property by property, then operations, then what it covers. */
import { match } from 'ts-pattern';
import { type Catalogue, isGuess } from '../catalogue.ts';
import { type Finished, kernelName } from '../finished.ts';
import type { Validated } from '../validate.ts';
import { type Judgement, lengthOf, overWorlds, type Status, STATUSES, wayOf } from '../validate/status.ts';
import { changeLabel, changesNothing } from '../validate/targets.ts';
import { hang, tableOf } from './columns.ts';
import { comparedJson, faultLines, shortestPartings, verdictOf } from './equiv_text.ts';
import { storyJson } from './json.ts';
import { partingLines } from './lockstep_text.ts';
import type { Paint } from './paint.ts';
import { operations, violationLines } from './text.ts';

interface Said {
  readonly paint: Paint;
  readonly verbose: boolean;
  readonly catalogue: Pick<Catalogue, 'kernels'>;
}

/** Beyond this many names they are counted, unless all are wanted. */
const FEW = 8;
const named = (names: readonly string[], verbose: boolean, what: string): string =>
  names.length <= FEW || verbose ? names.join(', ') : `${names.length} ${what}`;

const afterText = (n: number): string => `after ${operations(n)}`;

/** 'I-DEP (pfnmap-fork, after 2 operations)' */
const shownAs = (one: Judgement): string =>
  match(one.status)
    .with(
      'newly violated',
      'mended',
      'gone',
      'same',
      () => `${one.property} (${one.world}, ${afterText(lengthOf(one))})`,
    )
    .with(
      'other',
      () =>
        `${one.property} (${one.world}, ${afterText(lengthOf(one))}, without the change ${one.before!.counterexample!.length})`,
    )
    .with('undecided', 'holds', 'unexercised', () => one.property)
    .exhaustive();

const LABEL: Readonly<Record<Status, string>> = {
  'newly violated': 'newly violated',
  other: 'violated, by other operations than before',
  same: 'violated before and after',
  undecided: 'undecided',
  gone: 'violated before, not exercised after',
  mended: 'mended',
  holds: 'still holds',
  unexercised: 'unexercised',
};

const paintOf = (status: Status, paint: Paint): ((line: string) => string) =>
  match(status)
    .with('newly violated', 'other', () => paint.bad)
    .with('mended', 'holds', () => paint.good)
    .with('undecided', 'gone', 'unexercised', 'same', () => paint.doubtful)
    .exhaustive();

/** Property by property, over all worlds: of each the worst that happens in any. */
const statusLines = ({ judgements }: Validated, { paint, verbose }: Said): readonly string[] => {
  const worst = overWorlds(judgements);
  return STATUSES.flatMap((status) => {
    const some = worst.filter((one) => one.status === status);
    if (some.length === 0) return [];
    const quiet = status === 'holds' || status === 'unexercised';
    const text = quiet
      ? named(
          some.map(({ property }) => property),
          verbose,
          'properties',
        )
      : some.map(shownAs).join(', ');
    return hang(`  ${LABEL[status]}: `, text).map((line) => paintOf(status, paint)(line));
  });
};

/** Of a property that some worlds mend, and some others still violate, both are said. */
const alsoMended = ({ judgements }: Validated): readonly string[] => {
  const worst = new Map(overWorlds(judgements).map((one) => [one.property, one.status]));
  const some = judgements.filter(({ property, status }) => status === 'mended' && worst.get(property) !== 'mended');
  return some.length === 0
    ? []
    : hang('  mended in some worlds: ', some.map(({ property, world }) => `${property} (${world})`).join(', '));
};

const finished = ({ change: { patched }, size }: Validated, { world, after }: Judgement): Finished => ({
  kernel: patched,
  world,
  size,
  told: {
    verdict: 'violated',
    states: 0,
    transitions: 0,
    depth: 0,
    waiting: 0,
    seconds: 0,
    peakBytes: 0,
    properties: [after!],
    operations: [],
    unasked: [],
  },
  traces: {},
});

/** The shortest trace of each property that is newly violated. */
const traceLines = (one: Validated, { paint }: Said): readonly string[] => {
  const told = new Set<string>();
  return overWorlds(one.judgements)
    .filter(({ status }) => status === 'newly violated')
    .flatMap((each) => {
      const story = each.after!.counterexample!;
      const way = `${each.world} ${wayOf(story)}`;
      const lines = violationLines(finished(one, each), each.after!, story, paint, { shown: !told.has(way) });
      told.add(way);
      return lines;
    });
};

const operationLines = (one: Validated, { paint, verbose }: Said): readonly string[] => {
  const partings = shortestPartings(one.worlds);
  if (partings.length === 0) return ['  no operation behaves differently'];
  const pair = { a: kernelName(one.change.base), b: kernelName(one.change.patched) };
  const brief = partings
    .map(({ name, world, parting }) => `${name} (${world}, ${afterText(parting.length)})`)
    .join(', ');
  return [
    ...hang('  behaves differently: ', brief),
    ...(verbose ? partings.flatMap(({ name, parting }) => partingLines({ name }, parting, pair, paint)) : []),
  ];
};

/** A row of what is covered; none where there is nothing to be said. */
const row = (label: string, text: string): readonly string[] =>
  text === '' ? [] : hang(`  ${label.padEnd(12)} `, text);

/** Worlds, bounds, and settings that nobody has read. */
const coverLines = (one: Validated, verbose: boolean): readonly string[] => {
  const { worlds, size, left, change } = one;
  const of = (verdict: string): readonly string[] =>
    worlds.filter(({ compared }) => verdictOf(compared) === verdict).map(({ world }) => world);
  const affected = worlds.filter(({ compared }) => compared.together !== undefined).map(({ world }) => world);
  const calls = [...new Set(worlds.flatMap(({ compared }) => Object.keys(compared.called)))].toSorted();
  const guesses = change.patched.settings.filter(({ evidence }) => isGuess(evidence));
  const hidden = worlds.filter(({ compared }) => compared.together?.brokeOff === true).map(({ world }) => world);
  const blind = worlds.filter(({ compared }) => compared.together?.bothFail === true).map(({ world }) => world);
  return [
    ...row('worlds', `${named(affected, verbose, 'worlds')} (${size}), which call what is changed`),
    ...row('calls', calls.join(', ')),
    ...row('not called', of('not called').length === 0 ? '' : named(of('not called'), verbose, 'worlds')),
    ...row('incomplete', of('incomplete').join(', ')),
    ...row('not begun', left === 0 ? '' : `${left} worlds: it was stopped`),
    ...row(
      'not seen',
      blind.length === 0 ? '' : `in lockstep, what lies behind an assertion that both fail: ${blind.join(', ')}`,
    ),
    ...row(
      'not seen',
      hidden.length === 0 ? '' : `what lies behind an assertion that fails with the change alone: ${hidden.join(', ')}`,
    ),
    ...row('inferred', guesses.map(({ toggle, value }) => `${toggle}=${value}`).join(', ')),
  ];
};

const headLines = ({ change }: Validated, paint: Paint): readonly string[] => [
  ...hang('', changeLabel(change)).map((line) => paint.strong(line)),
  ...(change.patched.own ?? []).flatMap((one) => hang('  patch        ', `${one.name}: ${one.title}`)),
];

export const validateText = (one: Validated, said: Said): string =>
  [
    ...headLines(one, said.paint),
    ...traceLines(one, said),
    ...one.worlds.flatMap((each) => faultLines(each, said.paint)),
    '',
    ...hang('', `What ${one.change.title} changes, property by property:`),
    ...statusLines(one, said),
    ...alsoMended(one),
    '',
    'Operations:',
    ...operationLines(one, said),
    '',
    'Covered:',
    ...coverLines(one, said.verbose),
  ].join('\n');

const inBrief = (one: Validated, status: Status): string =>
  overWorlds(one.judgements)
    .filter((each) => each.status === status)
    .map((each) => `${each.property} (${lengthOf(each)})`)
    .join(', ');

/** A row a patch: what it breaks and mends, and which operations it changes. */
const patchRow = (one: Validated): readonly string[] => {
  const { change, worlds } = one;
  if (changesNothing(change)) return [change.title, 'nothing that is modelled'];
  if (worlds.every(({ compared }) => compared.together === undefined))
    return [change.title, 'not called in these worlds'];
  const differing = shortestPartings(worlds).map(({ name, parting }) => `${name} (${parting.length})`);
  const said = [
    ...(['newly violated', 'other', 'gone', 'mended', 'undecided'] as const).flatMap((status) => {
      const text = inBrief(one, status);
      return text === '' ? [] : [`${status === 'other' ? 'violated otherwise' : status}: ${text}`];
    }),
    differing.length === 0 ? 'no operation differs' : `differ: ${differing.join(', ')}`,
  ];
  return [change.title, said.join('; ')];
};

/** Which patch introduces a violation, and which mends it. */
const bisectLines = (all: readonly Validated[], property: string, paint: Paint): readonly string[] => {
  const said = all.flatMap(({ change, judgements }) =>
    overWorlds(judgements).flatMap((one) =>
      match(one.status)
        .with('newly violated', () => [
          hang('', `${one.property} is introduced by ${change.title} (${one.world}, ${afterText(lengthOf(one))})`).map(
            (line) => paint.bad(line),
          ),
        ])
        .with('mended', 'gone', () => [
          hang('', `${one.property} is mended by ${change.title} (${one.world}, ${afterText(lengthOf(one))})`).map(
            (line) => paint.good(line),
          ),
        ])
        .otherwise(() => []),
    ),
  );
  const open = all.some(
    ({ judgements, worlds }) =>
      judgements.some(({ status }) => status === 'undecided') ||
      worlds.some(({ compared }) => verdictOf(compared) === 'incomplete'),
  );
  if (said.length === 0 && open)
    return hang('', `Undecided: not all was seen of ${property}.`).map((line) => paint.doubtful(line));
  return said.length === 0
    ? hang('', `No patch introduces or mends a violation of ${property} in these worlds.`)
    : said.flat();
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
    ...(verbose
      ? all.flatMap((one) => (one.worlds.length === 0 ? [] : [validateText(one, said), '']))
      : all.flatMap((one) => traceLines(one, said))),
    '',
    ...table,
    '',
    ...(bisect === undefined ? [] : bisectLines(all, bisect, paint)),
  ].join('\n');
};

const judgementJson = ({ property, status, world, before, after }: Judgement) => ({
  property,
  status,
  world,
  ...(before?.counterexample === undefined ? {} : { before: storyJson(before.counterexample) }),
  ...(after?.counterexample === undefined ? {} : { after: storyJson(after.counterexample) }),
});

export const validateJson = (version: string, all: readonly Validated[]): string =>
  JSON.stringify(
    {
      tool: 'mmcheck',
      version,
      changes: all.map(({ change, size, worlds, judgements, left }) => ({
        title: change.title,
        base: kernelName(change.base),
        patched: kernelName(change.patched),
        size,
        worlds: worlds.map(({ world, compared }) => ({ world, ...comparedJson(compared) })),
        notBegun: left,
        properties: overWorlds(judgements).map(({ property, status, world }) => ({ property, status, world })),
        judgements: judgements
          .filter(({ status }) => status !== 'holds' && status !== 'unexercised')
          .map(judgementJson),
        settings: change.patched.settings.map(({ toggle, value, evidence }) => ({ toggle, value, evidence })),
      })),
    },
    null,
    2,
  );
