/** What `mmcheck impact` found, for people and for programs: the mails, each function, what is outside the model, what to run. */
import { match } from 'ts-pattern';
import type { MeasuredWorld } from '../impact/called.ts';
import { patternsOf } from '../impact/arch_folders.ts';
import { type Carried, covering, type FunctionImpact, type Impact, type InModel } from '../impact/impact_of.ts';
import { REPLACEABLE } from '../impact/model_index.ts';
import type { Mail } from '../impact/mail.ts';
import { fits } from '../pattern.ts';
import { hang, hangCommand } from './columns.ts';

/** Beyond this many names they are counted, unless all are wanted. */
const FEW = 8;
/** Of commands that are alike, so many are shown. */
const COMMANDS = 6;

const counted = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
const some = (names: readonly string[], verbose: boolean, what: string): string =>
  names.length <= FEW || verbose
    ? names.join(', ')
    : `${names.slice(0, FEW - 2).join(', ')} and ${names.length - FEW + 2} more ${what}`;

/** '[2/19] mm: …' */
const titleOf = ({ subject, place }: Mail): string =>
  `${place === undefined ? '' : `[${place.number}/${place.of}] `}${subject ?? 'a diff without a mail around it'}`;

const mailLines = (mails: readonly Mail[]): readonly string[] => {
  const authors = [...new Set(mails.flatMap(({ author }) => author ?? []))];
  const [first] = mails;
  const of = first?.place === undefined ? '' : `, version ${first.place.version}`;
  return [
    ...mails.flatMap((one) => hang('', titleOf(one))),
    ...(authors.length === 0 ? [] : hang('  ', `by ${authors.join(', ')}${of}`)),
  ];
};

const row = (label: string, text: string): readonly string[] =>
  text === '' ? [] : hang(`  ${label.padEnd(11)} `, text);

const inFiles = ({ files, elsewhere }: InModel): string =>
  [
    ...files.map((file) => `model/${file}`),
    ...(elsewhere.length === 0
      ? []
      : [`${files.length === 0 ? '' : 'also '}in another form in model/${elsewhere.join(', model/')}`]),
  ].join(', ');

const replaceText = (name: string, { replaceable }: InModel, verbose: boolean): string => {
  const others = replaceable.filter((one) => one !== name);
  const deciding = others.length === 0 ? '' : some(others, verbose, 'functions');
  if (replaceable.includes(name)) return deciding === '' ? 'itself' : `itself; and what decides in it: ${deciding}`;
  return deciding === '' ? 'nothing of it: it is the same in every kernel' : `what decides in it: ${deciding}`;
};

const smallest = (worlds: readonly MeasuredWorld[]): string =>
  worlds
    .slice(0, 3)
    .map(({ name, states }) => `${name} (${states.toLocaleString('en')} states)`)
    .join(', ');

export const worldsText = (worlds: readonly MeasuredWorld[]): string => {
  if (worlds.length === 0) return 'in no world that was measured: what calls it is another kernel, or nothing';
  return `in ${counted(worlds.length, 'world')}${worlds.length > 3 ? ', the smallest' : ''}: ${smallest(worlds)}`;
};

/** Properties that are exercised in some of the worlds. */
const exercisedIn = (worlds: readonly MeasuredWorld[]): readonly string[] => [
  ...new Set(worlds.flatMap(({ properties }) => properties)),
];

const functionLines = (one: FunctionImpact & { readonly model: InModel }, verbose: boolean): readonly string[] => {
  const { touched, model, worlds } = one;
  const { files, replaceable } = model;
  const properties = exercisedIn(worlds);
  const by =
    touched.mails.length === 0
      ? ''
      : ` by ${touched.mails.length === 1 ? 'patch' : 'patches'} ${touched.mails.join(', ')}`;
  const guess = touched.known === 'guess' ? '; a guess: only the line behind @@ names it' : '';
  return [
    '',
    ...hang('', `${touched.name}() in ${touched.files.join(', ')}: ${touched.how}${by}${guess}`),
    ...row('modelled', inFiles(model)),
    ...row('replaceable', replaceText(touched.name, model, verbose)),
    ...row('toggles', some(model.toggles, verbose, 'toggles')),
    ...row('operations', some(model.operations, verbose, 'operations')),
    ...row('entries of', some(model.entries, verbose, 'architectures')),
    ...(files.length + replaceable.length === 0 ? [] : row('called', worldsText(worlds))),
    ...row(
      'exercised',
      verbose || properties.length === 0 ? properties.join(', ') : `${properties.length} properties there`,
    ),
  ];
};

const isModelled = (one: FunctionImpact): one is FunctionImpact & { readonly model: InModel } =>
  one.model !== undefined;

const outsideLines = ({ functions, files, cutShort, unnamed }: Impact, verbose: boolean): readonly string[] => {
  const outside = functions.filter((one) => !isModelled(one));
  const byFile = Object.entries(Object.groupBy(outside, ({ touched }) => touched.files.join(', ')));
  const rest = (known: boolean): string =>
    some(
      files
        .filter((one) => one.known === known)
        .map(({ path, whole }) => (whole === undefined ? path : `${path} (${whole})`)),
      verbose,
      'files',
    );
  const lines = [
    ...byFile.flatMap(([path, all = []]) =>
      hang(
        '  ',
        `${path}: ${some(
          all.map(({ touched }) => `${touched.name}()${touched.how === 'added' ? ' (new)' : ''}`),
          verbose,
          'functions',
        )}`,
      ),
    ),
    ...(rest(true) === '' ? [] : hang('  outside of functions: ', rest(true))),
    ...(rest(false) === '' ? [] : hang('  files of which nothing is modelled: ', rest(false))),
    ...(unnamed.length === 0 ? [] : hang('  with hunks whose function cannot be told: ', unnamed.join(', '))),
    ...(cutShort.length === 0 ? [] : hang('  not read whole, hunks are cut short: ', cutShort.join(', '))),
  ];
  return lines.length === 0 ? [] : ['', 'Outside the model, or not told:', ...lines];
};

/** 'mm: fix the deposit of move_huge_pmd()' → fix-the-deposit */
const nameFor = (mails: readonly Mail[]): string => {
  const [, title = ''] = /^(?:[^:]*:\s+)*(.*)$/.exec(mails[0]?.subject ?? '') ?? [];
  const words = title.toLowerCase().match(/[a-z][a-z\d]+/g) ?? [];
  return words.slice(0, 3).join('-') || 'mine';
};

interface Commands {
  readonly series: readonly (readonly string[])[];
  readonly newPatch: readonly (readonly string[])[];
  readonly validate: readonly (readonly string[])[];
  readonly laws: readonly (readonly string[])[];
  /** Worlds that carry the entries. */
  readonly worlds: readonly (readonly string[])[];
}

/** Small worlds that call what is changed of entries, on the first architecture of a folder whose entries some of them carry. */
const worldsWith = (
  functions: readonly (FunctionImpact & { readonly model: InModel })[],
  carried: readonly Carried[],
  file: string,
): readonly (readonly string[])[] =>
  [...new Set(functions.flatMap(({ touched }) => patternsOf(touched.files)))].flatMap((pattern) => {
    const commands = carried
      .filter(({ name }) => fits(pattern, name))
      .map(({ name, worlds }) => {
        const there = functions.map((one) => ({
          ...one,
          worlds: one.worlds.filter((each) => worlds.includes(each.name)),
        }));
        const chosen = covering(there).map((each) => `--world ${each.name}`);
        return [`npx mmcheck validate ${file}`, `--arch ${name}`, ...chosen];
      });
    return commands.filter((one) => one.length > 2).slice(0, 1);
  });

const commandsOf = ({ functions, mails, series, carried }: Impact): Commands => {
  const all = functions.filter(isModelled);
  // What arch/ has is a function of entries there, and not the one that the model of mm calls on x86_64.
  const ofEntries = all.filter(
    ({ touched, model }) => model.entries.length > 0 && patternsOf(touched.files).length > 0,
  );
  const modelled = all.filter((one) => !ofEntries.includes(one));
  const replaceable = modelled.filter(({ model }) => model.replaceable.length > 0);
  const own = replaceable.filter(({ touched, model }) => model.replaceable.includes(touched.name));
  // Where the function itself cannot be replaced, what decides in it can.
  const names =
    own.length > 0 ? own.map(({ touched }) => touched.name) : replaceable.flatMap(({ model }) => model.replaceable);
  const worlds = covering(own.length > 0 ? own : replaceable);
  const architectures = [...new Set(modelled.flatMap(({ model }) => model.entries))];
  const patterns = [...new Set(ofEntries.flatMap(({ touched }) => patternsOf(touched.files)))];
  const name = nameFor(mails);
  return {
    series: series.map((one) => [`npx mmcheck validate ${one}`]),
    newPatch: [
      ...[...new Set(names)].map((one) => [`npx mmcheck new-patch ${name}`, `--function ${one}`]),
      ...ofEntries.flatMap(({ touched }) =>
        patternsOf(touched.files).map((pattern) => [
          `npx mmcheck new-patch ${name}`,
          `--entries '${pattern}'`,
          `--function ${touched.name}`,
        ]),
      ),
    ],
    validate:
      names.length === 0
        ? []
        : [
            ...(worlds.length === 0
              ? []
              : [[`npx mmcheck validate ./${name}.ts`, ...worlds.map((world) => `--world ${world.name}`)]]),
            [`npx mmcheck validate ./${name}.ts`],
          ],
    laws: [
      ...patterns.map((one) => [`npx mmcheck laws --arch '${one}'`, `--patch ./${name}.ts`]),
      ...architectures.map((one) => [`npx mmcheck laws --arch ${one}`]),
    ],
    worlds: worldsWith(ofEntries, carried, `./${name}.ts`),
  };
};

const commandLines = (found: Impact, verbose: boolean): readonly string[] => {
  const { series, newPatch, validate, laws, worlds } = commandsOf(found);
  const shown = (all: readonly (readonly string[])[]): readonly string[] => [
    ...all.slice(0, verbose ? all.length : COMMANDS).flatMap((one) => hangCommand('  ', one)),
    ...(verbose || all.length <= COMMANDS ? [] : [`  … and ${all.length - COMMANDS} more like it (--verbose)`]),
  ];
  const block = (says: string, all: readonly (readonly string[])[]): readonly string[] =>
    all.length === 0 ? [] : ['', ...hang('', says), ...shown(all)];
  const inWorlds = validate.some((one) => one.length > 1)
    ? ', first in small worlds that call them, which may get to one branch of a function and not to others, then in all'
    : '';
  return [
    ...block('It is of a series that is modelled:', series),
    ...block('To say in the model what it does, begin with one of these, and put the others beside it:', newPatch),
    ...block(`And then${inWorlds}:`, validate),
    ...block('The functions of entries have laws:', laws),
    ...block('And worlds carry entries bit for bit, small ones that call them:', worlds),
  ];
};

export const impactText = (found: Impact, verbose: boolean): string => {
  const modelled = found.functions.filter(isModelled);
  const head = match(modelled.length)
    .with(0, () => 'Nothing of it is modelled.')
    .otherwise(
      (n) =>
        `Of ${counted(found.functions.length, 'function')} that it touches, ${n === 1 ? 'one is' : `${n} are`} modelled:`,
    );
  return [
    ...mailLines(found.mails),
    '',
    ...hang('', head),
    ...modelled.flatMap((one) => functionLines(one, verbose)),
    ...outsideLines(found, verbose),
    ...commandLines(found, verbose),
    ...(modelled.length === 0
      ? []
      : ['', ...hang('', 'Worlds and properties: as measured at size quick on v7.1, hgm-* on the versions of hgm.')]),
  ].join('\n');
};

const modelJson = ({ files, ...model }: InModel, worlds: readonly MeasuredWorld[]) => ({
  ...model,
  modelFiles: files,
  worlds: worlds.map(({ name, kernel, states }) => ({ name, kernel, states })),
  exercised: exercisedIn(worlds),
});

const functionJson = ({ touched, model, worlds }: FunctionImpact) => ({
  ...touched,
  section: REPLACEABLE.get(touched.name),
  modelled: model !== undefined,
  ...(model === undefined ? {} : modelJson(model, worlds)),
});

export const impactJson = (version: string, found: Impact): string =>
  JSON.stringify(
    {
      tool: 'mmcheck',
      version,
      mails: found.mails.map(({ subject, author, place }) => ({ subject, author, place })),
      functions: found.functions.map(functionJson),
      outside: found.files,
      cutShort: found.cutShort,
      unnamed: found.unnamed,
      series: found.series,
      commands: Object.values(commandsOf(found)).flatMap((all: readonly (readonly string[])[]) =>
        all.map((one) => one.join(' ')),
      ),
    },
    null,
    2,
  );
