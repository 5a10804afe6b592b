/** A verdict for people: strings only, the caller prints them. Nothing is wider than a mail. */
import { match } from 'ts-pattern';
import type { FindingEntry, Placed } from '../catalogue.ts';
import { type Finished, kernelLabel, quoted, reproduceCommand } from '../finished.ts';
import type { OwnPatch } from '../own_file/patch_file.ts';
import type { Fault, Story, Told, ToldProperty } from '../narrate.ts';
import type { PlannedKernel } from '../plan.ts';
import type { Rest } from '../rests_on.ts';
import { hang, hangCommand } from './columns.ts';
import { statusText } from './explain_text.ts';
import { type Paint, plain } from './paint.ts';
import { stepLines, storyLines } from './trace_text.ts';
import { uncalledText } from './uncalled_text.ts';

export const thousands = (n: number): string => n.toLocaleString('en');
const mebibytes = (bytes: number): string => `${thousands(Math.ceil(bytes / 2 ** 20))} MiB`;
export const seconds = (n: number): string => n.toFixed(n < 10 ? 2 : 0);
export const operations = (n: number): string => (n === 1 ? '1 operation' : `${n} operations`);
const lead = (label: string): string => `  ${label.padEnd(14)} `;
export const labelled = (label: string, text: string): readonly string[] => hang(lead(label), text);

/** Where a claim about a series comes from, when it is not from its source. */
const doubt = ({ evidence }: Placed): string | undefined =>
  match(evidence)
    .with('inferred', () => 'INFERRED, not read anywhere')
    .with('memory', () => 'FROM MEMORY, not checked')
    .with('source', 'mail', 'cover letter', 'asked', () => undefined)
    .exhaustive();

/** What a violation rests on, one setting after another; those that nobody has read anywhere are marked. `none`: nothing is set. */
const restLinesOf = ({ base, on, mendedBy, own = [] }: Rest, none: boolean, paint: Paint): readonly string[] => {
  if (base) return labelled('depends on', 'nothing of this: the same operations harm the base kernel as well');
  const toggles = on.map((one) => `${one.toggle}=${one.value}${doubt(one) === undefined ? '' : ` (${doubt(one)})`}`);
  const told = [...own, ...toggles];
  const lines = none ? [] : labelled('depends on', told.length === 0 ? 'no single setting' : told.join(', '));
  return [
    ...(on.some((one) => doubt(one) !== undefined) ? lines.map((line) => paint.doubtful(line)) : lines),
    ...(mendedBy.length === 0 ? [] : labelled('fixed by', mendedBy.join(', '))),
  ];
};

const whyCut = (told: Told): string =>
  match(told.cut)
    .with(undefined, () => '')
    .with('first', () => 'stopped at the first violation')
    .with('states', () => 'the limit of states was reached')
    .with('depth', () => `states at depth ${told.depth} were not expanded`)
    .with('seconds', () => 'the time limit was reached')
    .with('memory', () => 'the memory limit was reached')
    .with('interrupted', () => 'interrupted')
    .with('walks', () => 'random walks see a part of it')
    .with('assertion', () => `paths end where ${told.unasked.join(', ')} fails, which was not asked for`)
    .with('fault', () => 'the model itself failed')
    .exhaustive();

const verdictWord = ({ verdict }: Pick<Told, 'verdict'>, paint: Paint): string =>
  match(verdict)
    .with('holds', () => paint.good('holds'))
    .with('violated', () => paint.bad('VIOLATED'))
    .with('incomplete', () => paint.doubtful('incomplete'))
    .with('unexercised', () => paint.doubtful('unexercised'))
    .exhaustive();

/** A line for each series, and one for `--set`; settings that are doubted are marked. */
const settingLines = (settings: readonly Placed[]): readonly string[] => {
  const byWhom = Object.entries(Object.groupBy(settings, ({ by = '' }) => by));
  return byWhom.flatMap(([by, all = []]) => {
    const told = all.map((one) => `${one.toggle}=${one.value}${doubt(one) === undefined ? '' : ` [${one.evidence}]`}`);
    return labelled('with', `${by === '' ? '' : `${by}: `}${told.join(', ')}`);
  });
};

/** What is on top of the release, and, of real entries, what its frames stand for. */
export const changeLines = ({ own = [], settings, frames }: PlannedKernel): readonly string[] => [
  ...own.flatMap((one) => labelled('patch', `${one.name}: ${one.title}`)),
  ...settingLines(settings),
  ...(frames === undefined ? [] : labelled('frames', frames)),
];

/** What was searched: a world on a kernel, with what settings. */
export const titleLines = ({ kernel, world, size }: Finished, paint: Paint): readonly string[] => [
  ...hang('', `World ${world} (${size}) on ${kernelLabel(kernel)}, ${kernel.arch}`).map((line) => paint.strong(line)),
  ...changeLines(kernel),
  ...(kernel.elsewhere === undefined
    ? []
    : labelled(
        'note',
        `${kernel.elsewhere.join(', ')}; what it sets replaces what ${kernel.kernel} has, even where that is newer`,
      ).map((line) => paint.doubtful(line))),
];

const headLines = (run: Finished, paint: Paint): readonly string[] => {
  const { told } = run;
  const counts = [
    `${thousands(told.states)} states`,
    `${thousands(told.transitions)} transitions`,
    `depth ${told.depth}`,
    `${seconds(told.seconds)} s`,
    mebibytes(told.peakBytes),
  ].join(', ');
  return [
    ...titleLines(run, paint),
    ...(told.cut === 'fault' ? [] : [`  ${verdictWord(told, paint)}: ${counts}`]),
    ...(told.cut === undefined || told.cut === 'fault'
      ? []
      : labelled('not all seen', `${whyCut(told)}; ${thousands(told.waiting)} states found but not expanded`)),
  ];
};

/** In which world, and on which kernel, it has been seen to break a property before, by the same operations; undefined: show this one. */
export type SeenBefore = (run: Finished, property: ToldProperty, story: Story) => string | undefined;

const seenLines = (run: Finished, { name, kind }: ToldProperty, story: Story, world: string): readonly string[] => {
  const file = run.traces[name];
  return [
    '',
    ...hang('', `${name} (${kind}) is violated after ${operations(story.length)}; shown above, world ${world}`),
    ...(file === undefined ? [] : hangCommand(lead('replay'), ['npx mmcheck replay', quoted(file)])),
  ];
};

export const findingText = (one: FindingEntry, kernel: string): string => {
  const { name, says, assumed = [] } = one;
  return `${name} (${statusText(one)}${assumed.includes(kernel) ? `, not read in ${kernel}` : ''}): ${says}`;
};

/** What is known of a violation in a release, or that nothing is. */
const findingLines = (known: readonly FindingEntry[] | undefined, kernel: string, paint: Paint): readonly string[] => {
  if (known === undefined) return [];
  if (known.length === 0)
    return labelled('finding', 'none is known here: an error of the model, or unknown so far').map((line) =>
      paint.doubtful(line),
    );
  return known.flatMap((one) => labelled('finding', findingText(one, kernel)));
};

const isAsReleased = ({ settings, own = [] }: PlannedKernel): boolean => settings.length + own.length === 0;

/** How a violation is told. */
export interface Telling {
  /** Whether its operations are told here, and have not been before. */
  readonly shown?: boolean;
  /** The command that finds it again. */
  readonly again?: readonly string[];
}

/** One violation: its trace, the property, the numbers, and what it rests on. */
export const violationLines = (
  run: Omit<Finished, 'told'>,
  property: Pick<ToldProperty, 'name' | 'kind' | 'says' | 'cites'>,
  story: Story,
  paint: Paint,
  { shown = true, again = reproduceCommand(run, property.name) }: Telling = {},
): readonly string[] => {
  const { name, kind, says, cites } = property;
  const file = run.traces[name];
  const when = story.length === 0 ? 'in the initial state' : `after ${operations(story.length)}`;
  return [
    '',
    ...hang('', `${name} (${kind}) is violated ${when}${shown ? '' : ', by those above'}`).map((line) =>
      paint.bad(line),
    ),
    '',
    ...(shown ? [...storyLines(story, paint), ''] : []),
    ...labelled('property', says),
    ...(story.explanation === '' ? [] : labelled('observed', story.explanation)),
    ...(cites === undefined ? [] : labelled('source', cites)),
    ...findingLines(run.findings?.[name], run.kernel.kernel, paint),
    ...(story.rest === undefined ? [] : restLinesOf(story.rest, isAsReleased(run.kernel), paint)),
    ...(file === undefined
      ? hangCommand(lead('reproduce'), again)
      : hangCommand(lead('replay'), ['npx mmcheck replay', quoted(file)])),
  ];
};

const faultHead = ({ place, length }: Fault): string => {
  const when = length === 0 ? '' : `after ${operations(length)}`;
  return place === undefined ? `The model failed ${when}`.trimEnd() : `${place}${when === '' ? '' : `, ${when}`}`;
};

/** What a fault says of the kernel; `own`: the files of patches that were on it. */
export const faultOf = ({ place }: Pick<Fault, 'place'>, own: readonly OwnPatch[] = []): string => {
  if (place !== undefined) return 'The patch cannot be used: nothing is said about the kernel.';
  return own.length === 0
    ? 'This is a fault of mmcheck, and says nothing about the kernel.'
    : `The likely cause is ${own.map(({ path }) => path).join(', ')}: nothing is said about the kernel.`;
};

export const faultLines = ({ told: { fault }, kernel: { own = [] } }: Finished, paint: Paint): readonly string[] =>
  fault === undefined
    ? []
    : [
        '',
        ...hang('', `${faultHead(fault)}: ${fault.message}`).map((line) => paint.bad(line)),
        ...hang('', faultOf(fault, own)),
        '',
        ...fault.steps.flatMap((step, i) => stepLines(step, i + 1, paint)),
      ];

const named = (told: Told, pick: (one: ToldProperty) => boolean): string =>
  told.properties
    .filter((one) => pick(one))
    .map(({ name, witness }) => (witness === undefined ? name : `${name} (after ${operations(witness.length)})`))
    .join(', ');

/** More names than this are counted, unless they are wanted. */
const FEW = 8;

/** The properties that hold: how many, or which. */
const holding = (told: Told, verbose: boolean): string => {
  const all = told.properties.filter(({ kind, verdict }) => verdict === 'holds' && kind !== 'sometimes');
  return verbose || all.length <= FEW ? all.map(({ name }) => name).join(', ') : `${all.length} properties`;
};

/** What is left to say: what held, what was never tried, what stays open. */
const restLines = ({ told, absent = [], notAsked = [] }: Finished, { paint, verbose }: Said): readonly string[] => {
  const whole = told.cut === undefined;
  const idle = told.operations.filter(({ fired }) => fired === 0).map(({ name }) => name);
  const rows: readonly (readonly [string, string, boolean])[] = [
    ['holds', holding(told, verbose), false],
    ['reached', named(told, ({ kind, verdict }) => verdict === 'holds' && kind === 'sometimes'), false],
    ['never reached', named(told, ({ kind, verdict }) => verdict === 'unexercised' && kind === 'sometimes'), true],
    ['unexercised', named(told, ({ kind, verdict }) => verdict === 'unexercised' && kind !== 'sometimes'), true],
    ['undecided', named(told, ({ kind, verdict }) => verdict === 'unknown' && kind !== 'sometimes'), true],
    ['not reached', named(told, ({ kind, verdict }) => verdict === 'unknown' && kind === 'sometimes'), true],
    [whole ? 'never fired' : 'not fired', idle.join(', '), true],
    ['fails, unasked', told.unasked.join(', '), true],
    ['not called', uncalledText(told.uncalled ?? []), true],
    ['not in world', absent.join(', '), true],
    ['not asked', notAsked.length === 0 ? '' : `${notAsked.join(', ')}: only with --arch`, true],
  ];
  const said = rows.filter(([, text]) => text !== '');
  return said.flatMap(([label, text, odd]) => labelled(label, text).map((line) => (odd ? paint.doubtful(line) : line)));
};

/** How a run is reported. */
export interface Said {
  readonly paint: Paint;
  /** What it knows is only named. */
  readonly seenBefore: SeenBefore;
  readonly verbose: boolean;
}
const PLAIN: Said = { paint: plain, seenBefore: () => undefined, verbose: false };

/** The report of one run. */
export const runText = (run: Finished, how: Partial<Said> = {}): string => {
  const said = { ...PLAIN, ...how };
  const { paint, seenBefore } = said;
  const violations = run.told.properties.flatMap((property) => {
    const { counterexample } = property;
    if (counterexample === undefined) return [];
    const world = seenBefore(run, property, counterexample);
    return world === undefined
      ? violationLines(run, property, counterexample, paint)
      : seenLines(run, property, counterexample, world);
  });
  const rest = restLines(run, said);
  return [
    ...headLines(run, paint),
    ...violations,
    ...faultLines(run, paint),
    ...(violations.length > 0 || run.told.fault !== undefined ? [''] : []),
    ...rest,
    ...(rest.length === 0 ? [] : ['']),
  ].join('\n');
};
