/** What `mmcheck equiv` found: for people, and for programs. */
import type { Catalogue, Size } from '../catalogue.ts';
import type { Compared } from '../equiv/compare_worlds.ts';
import { callsOf, type ComparedVerdict, isCut, verdictOf } from '../equiv/verdict.ts';
import type { Observe } from '../equiv/observer.ts';
import type { Uncalled } from '../own_file/called_files.ts';
import type { Parting } from '../equiv/lockstep.ts';
import { hang, roomBeside, tableOf } from './columns.ts';
import { stepJson } from './json.ts';
import { initialLines, type Pair, partingLines, partingsInBrief } from './lockstep_text.ts';
import { type Paint } from './paint.ts';
import { seconds, thousands } from './text.ts';
import { nothingSaidAbout } from './uncalled_text.ts';

export interface EquivRun {
  readonly world: string;
  readonly size: Size;
  readonly compared: Compared;
}

export interface EquivFound {
  readonly pair: Pair;
  /** Both are the same kernel, and nothing was compared; `as modelled`: the patches of a series that one has alone change nothing that is. */
  readonly same: false | 'throughout' | 'as modelled';
  /** Files of the second kernel of which nothing was called. */
  readonly uncalled: readonly Uncalled[];
  readonly observe: Observe;
  readonly size: Size;
  readonly runs: readonly EquivRun[];
}

interface Said {
  readonly paint: Paint;
  readonly verbose: boolean;
  readonly catalogue: Pick<Catalogue, 'worlds'>;
}

/** Of so many worlds it is said what they have. */
const FEW_WORLDS = 3;

const OBSERVED: Readonly<Record<Observe, string>> = {
  user: 'what user space can find out: results, VMAs, translations, rights, counters in /proc',
  mm: 'all of the state, names of tables and blocks apart',
  all: 'all of the state and the notes of the model, names of tables and blocks apart',
};

const COLUMNS = [
  { title: 'world', max: 28 },
  { title: 'verdict' },
  { title: 'states', right: true },
  { title: 'seconds', right: true },
];

const runsTable = (runs: readonly EquivRun[]): readonly string[] => {
  const rows = runs.map(({ world, compared }) => {
    const { together } = compared;
    const counts = together === undefined ? ['', ''] : [thousands(together.states), seconds(together.seconds)];
    return [world, verdictOf(compared), ...counts, together === undefined ? '' : partingsInBrief(together)];
  });
  return tableOf([...COLUMNS, { title: 'differs (after)', max: roomBeside(COLUMNS, rows) }], rows);
};

/** Every operation that differs, in every world. */
const allPartings = (runs: readonly Pick<EquivRun, 'world' | 'compared'>[]) =>
  runs.flatMap(({ world, compared: { together } }) =>
    (together?.operations ?? []).flatMap(({ name, parting }) =>
      parting === undefined ? [] : [{ world, name, parting }],
    ),
  );

/** The shortest sequence of each operation that differs, over all worlds. */
export const shortestPartings = (runs: readonly Pick<EquivRun, 'world' | 'compared'>[]) => {
  const all = allPartings(runs);
  const shortest = new Map<string, (typeof all)[number]>();
  for (const one of all) {
    const before = shortest.get(one.name);
    if (before === undefined || one.parting.length < before.parting.length) shortest.set(one.name, one);
  }
  return [...shortest.values()];
};

/** The first world whose initial states differ. */
const initialDifferences = (runs: readonly EquivRun[], pair: Pair, paint: Paint): readonly string[] => {
  const one = runs.find(({ compared }) => (compared.together?.initially.length ?? 0) > 0);
  return one === undefined
    ? []
    : [...initialLines(one.compared.together!.initially, pair, paint), ...hang('  world    ', one.world)];
};

/** Why a world could not be compared. */
export const faultLines = (
  { world, compared: { fault } }: Pick<EquivRun, 'world' | 'compared'>,
  paint: Paint,
): readonly string[] =>
  fault === undefined
    ? []
    : [
        '',
        ...hang('', `${fault.place ?? 'The model failed'}, in ${world}: ${fault.message}`).map((line) =>
          paint.bad(line),
        ),
      ];

/** What the verdict says, and what it does not. */
const verdictLines = (pair: Pair, runs: readonly EquivRun[], paint: Paint): readonly string[] => {
  const verdicts = new Set(runs.map(({ compared }) => verdictOf(compared)));
  const names = `${pair.a} and ${pair.b}`;
  const has = (verdict: ComparedVerdict): boolean => verdicts.has(verdict);
  if (has('fault')) return hang('', `undecided: ${names} could not be compared`).map((line) => paint.doubtful(line));
  if (has('differs')) return hang('', `${names} DIFFER`).map((line) => paint.bad(line));
  if (has('incomplete'))
    return hang('', `incomplete: no difference between ${names} so far`).map((line) => paint.doubtful(line));
  if (!has('equivalent')) {
    const why = has('passed on') ? 'decides anything in' : 'is called in';
    return hang('', `undecided: nothing that differs between ${names} ${why} these worlds`).map((line) =>
      paint.doubtful(line),
    );
  }
  return hang('', `${names} are equivalent within these worlds`).map((line) => paint.good(line));
};

/** What "equivalent" is said of: how large the worlds are that were compared. */
const withinLines = ({ size, runs }: EquivFound, { catalogue }: Said): readonly string[] => {
  const compared = runs.filter(({ compared: { together } }) => together !== undefined).map(({ world }) => world);
  if (compared.length === 0) return [];
  const told = compared.length > FEW_WORLDS || size !== 'quick' ? [] : compared;
  const one = compared.length === 1 ? compared[0]! : 'WORLD';
  return [
    ...hang('  within    ', `size ${size}; \`npx mmcheck explain ${one}\` says what a world has`),
    ...told.flatMap((name) =>
      hang('            ', `${name}: ${catalogue.worlds.find((world) => world.name === name)!.brief}`),
    ),
  ];
};

const noteLines = ({ observe, runs }: EquivFound): readonly string[] => {
  const idle = runs.filter(({ compared }) => verdictOf(compared) === 'not called').length;
  const { decided, passedOn } = callsOf(runs.map(({ compared }) => compared));
  const blind = runs.filter(({ compared }) => compared.together?.bothFail === true).map(({ world }) => world);
  return [
    ...hang('  compared  ', OBSERVED[observe]),
    ...(decided.length === 0 ? [] : hang('  calls     ', decided.join(', '))),
    ...(passedOn.length === 0
      ? []
      : hang('  passed on  ', `${passedOn.join(', ')}: called, and left to what both have, each time`)),
    ...(idle === 0
      ? []
      : hang('  not called  ', `in ${idle === 1 ? '1 world' : `${idle} worlds`}: what differs is never called there`)),
    ...(blind.length === 0
      ? []
      : hang('  not seen  ', `what lies behind an assertion that both fail, in ${blind.join(', ')}`)),
  ];
};

const sameLines = ({ pair: { a, b }, same }: EquivFound, paint: Paint): readonly string[] => {
  const text = `${a === b ? `both are ${a},` : `${a} and ${b} are`} the same kernel`;
  if (same === 'throughout') return hang('', `${text}: nothing was compared`).map((line) => paint.good(line));
  const why =
    'what one has alone changes nothing that is modelled, or is taken at its word; `npx mmcheck explain` says which';
  return hang('', `undecided: ${text} here: ${why}`).map((line) => paint.doubtful(line));
};

export const equivText = (found: EquivFound, said: Said): string => {
  const { pair, same, runs, uncalled } = found;
  const { paint, verbose } = said;
  if (same !== false) return sameLines(found, paint).join('\n');
  const shown = runs.filter(({ compared }) => verbose || verdictOf(compared) !== 'not called');
  return [
    ...initialDifferences(runs, pair, paint),
    ...(verbose ? allPartings(runs) : shortestPartings(runs)).flatMap(({ world, name, parting }) => [
      ...partingLines({ name }, parting, pair, paint),
      ...hang('  world    ', world),
    ]),
    ...runs.flatMap((run) => faultLines(run, paint)),
    ...(shown.length === 0 ? [] : ['', ...runsTable(shown)]),
    '',
    ...verdictLines(pair, runs, paint),
    ...withinLines(found, said),
    ...noteLines(found),
    ...uncalled.flatMap((one) => ['', ...nothingSaidAbout(one, 'in these worlds')]),
  ]
    .join('\n')
    .replace(/^\n+/, '');
};

export const partingJson = ({ length, initial, common, a, b, differences }: Parting) => ({
  length,
  initial,
  steps: common.map(stepJson),
  a: a === undefined ? null : stepJson(a),
  b: b === undefined ? null : stepJson(b),
  differences,
});

export const comparedJson = (compared: Compared) => {
  const { together } = compared;
  return {
    verdict: verdictOf(compared),
    called: compared.called,
    ...(isCut(compared) ? { cutShort: true } : {}),
    ...(compared.decided === undefined ? {} : { decided: compared.decided }),
    ...(together === undefined
      ? {}
      : {
          states: together.states,
          transitions: together.transitions,
          depth: together.depth,
          seconds: together.seconds,
          ...(together.cut === undefined ? {} : { cut: together.cut }),
          ...(together.initially.length === 0 ? {} : { initially: together.initially }),
          operations: together.operations.map(({ name, fired, parting }) => ({
            name,
            fired,
            ...(parting === undefined ? {} : { differs: partingJson(parting) }),
          })),
        }),
    ...(compared.fault === undefined
      ? {}
      : { fault: { message: compared.fault.message, place: compared.fault.place } }),
  };
};

export const equivJson = (version: string, { pair, same, observe, runs }: EquivFound): string =>
  JSON.stringify(
    {
      tool: 'mmcheck',
      version,
      ...pair,
      same: same === 'throughout',
      ...(same === 'as modelled' ? { sameAsModelled: true } : {}),
      observe,
      worlds: runs.map(({ world, size, compared }) => ({ world, size, ...comparedJson(compared) })),
    },
    null,
    2,
  );
