/** What `mmcheck validate` found, for people and for programs: property by property, then operations, then what it covers. */
import { match } from 'ts-pattern';
import { type Catalogue, isGuess } from '../catalogue.ts';
import { type Finished, kernelName } from '../finished.ts';
import { callsOf, isCut, verdictOf } from '../equiv/verdict.ts';
import { NOTHING_SEARCHED } from '../narrate.ts';
import type { Validated } from '../validate.ts';
import { type Judgement, lengthOf, overWorlds, type Status, STATUSES, wayOf } from '../validate/status.ts';
import { type Change, changeLabel } from '../validate/targets.ts';
import { hang } from './columns.ts';
import { faultLines, shortestPartings } from './equiv_text.ts';
import { partingLines } from './lockstep_text.ts';
import type { Paint } from './paint.ts';
import { faultOf, operations, violationLines } from './text.ts';
import { nothingSaidAbout, uncalledBeside } from './uncalled_text.ts';
import { summaryLines } from './validate_summary.ts';

export interface Said {
  readonly paint: Paint;
  readonly verbose: boolean;
  readonly catalogue: Pick<Catalogue, 'kernels'>;
}

/** Beyond this many names they are counted, unless all are wanted. */
const FEW = 8;
const named = (names: readonly string[], verbose: boolean, what: string): string =>
  names.length <= FEW || verbose ? names.join(', ') : `${names.length} ${what}`;

export const afterText = (n: number): string => `after ${operations(n)}`;

/** What is known of a base that was not searched to its end. */
const notWithin = ({ notWithin: n = 0 }: Judgement): string => (n === 0 ? '' : `, the base not within ${n}`);

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
    .with('violated', () => `${one.property} (${one.world}, ${afterText(lengthOf(one))}${notWithin(one)})`)
    .with('undecided', 'holds', 'unexercised', () => one.property)
    .exhaustive();

const LABEL: Readonly<Record<Status, string>> = {
  'newly violated': 'newly violated',
  violated: 'violated, base not all seen',
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
    .with('newly violated', 'violated', 'other', () => paint.bad)
    .with('mended', 'holds', () => paint.good)
    .with('undecided', 'gone', 'unexercised', 'same', () => paint.doubtful)
    .exhaustive();

/** Property by property, over all worlds: of each the worst that happens in any. */
const statusLines = ({ judgements }: Validated, { paint, verbose }: Said): readonly string[] => {
  const worst = overWorlds(judgements);
  if (worst.length === 0) return ['  none was judged'];
  return STATUSES.flatMap((status) => {
    const some = worst.filter((one) => one.status === status);
    if (some.length === 0) return [];
    const quiet = status === 'holds' || status === 'unexercised' || status === 'undecided';
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
    ...NOTHING_SEARCHED,
    verdict: 'violated',
    properties: [after!],
    operations: [],
    unasked: [],
  },
  traces: {},
});

/** The shortest trace of each property that is violated with the change alone, as far as was seen. */
export const traceLines = (one: Validated, { paint }: Said): readonly string[] => {
  const told = new Set<string>();
  return overWorlds(one.judgements)
    .filter(({ status }) => status === 'newly violated' || status === 'violated')
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
  const compared = one.worlds.flatMap((each) => each.compared.together ?? []);
  if (compared.length === 0) return ['  none was compared'];
  if (partings.length === 0) {
    const whole = compared.every(({ cut }) => cut === undefined) && one.left === 0;
    return [whole ? '  no operation behaves differently' : '  none behaves differently so far'];
  }
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
  const { decided, passedOn } = callsOf(worlds.map(({ compared }) => compared));
  const unnamed = worlds.some(
    ({ compared }) => compared.together !== undefined && (compared.decided === undefined || compared.asked === true),
  );
  const guesses = change.patched.settings.filter(({ evidence }) => isGuess(evidence));
  const hidden = worlds.filter(({ compared }) => compared.together?.brokeOff === true).map(({ world }) => world);
  const blind = worlds.filter(({ compared }) => compared.together?.bothFail === true).map(({ world }) => world);
  return [
    ...row(
      'worlds',
      affected.length === 0
        ? ''
        : `${named(affected, verbose, 'worlds')} (${size})${unnamed ? '' : ', which call what is changed'}`,
    ),
    ...row('calls', decided.join(', ')),
    ...row('passed on', passedOn.length === 0 ? '' : `${passedOn.join(', ')}: called, and left to the base each time`),
    ...row(
      'initially',
      worlds.some(({ compared }) => (compared.together?.initially.length ?? 0) > 0)
        ? 'the initial states differ; operations are compared from those of the patched kernel'
        : '',
    ),
    ...row('not called', of('not called').length === 0 ? '' : named(of('not called'), verbose, 'worlds')),
    ...row('incomplete', worlds.flatMap(({ world, compared }) => (isCut(compared) ? [world] : [])).join(', ')),
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

/** What was compared, property by property, then operation by operation, then what that covers. */
const foundLines = (one: Validated, said: Said): readonly string[] => [
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
];

/** What faults leave unsaid: all, or what concerns their worlds. */
const unsaid = (faults: Validated['worlds'], nothingCompared: boolean, { patched }: Change): string => {
  const [first] = faults;
  if (first === undefined) return '';
  if (nothingCompared) return faultOf(first.compared.fault!, patched.own);
  return `Nothing is said about ${faults.map(({ world }) => world).join(', ')}; what follows is of the other worlds.`;
};

export const validateText = (one: Validated, said: Said): string => {
  const faults = one.worlds.filter(({ compared }) => compared.fault !== undefined);
  const nothingCompared = faults.length > 0 && one.worlds.every(({ compared }) => compared.together === undefined);
  return [
    ...headLines(one, said.paint),
    ...(nothingCompared ? [] : ['', ...summaryLines(one)]),
    ...traceLines(one, said),
    ...faults.flatMap((each) => faultLines(each, said.paint)),
    ...(faults.length === 0 ? [] : ['', ...hang('', unsaid(faults, nothingCompared, one.change))]),
    ...(nothingCompared ? [] : foundLines(one, said)),
    ...uncalledBeside([one.change.base, one.change.patched], one.worlds).flatMap((file) => [
      '',
      ...nothingSaidAbout(file, 'in these worlds'),
    ]),
  ].join('\n');
};
