/** What `list` says of the catalogue. */
import { match } from 'ts-pattern';
import { byRelease, type Catalogue, type FindingEntry, isModelledOn } from '../catalogue.ts';
import { hang, roomBeside, tableOf, WIDTH, widest, wrap } from './columns.ts';
import { postingText } from './series_text.ts';

export const KINDS = [
  'kernels',
  'series',
  'toggles',
  'worlds',
  'operations',
  'properties',
  'findings',
  'questions',
  'architectures',
  'laws',
  'functions',
] as const;
export type Kind = (typeof KINDS)[number];

/** In the order in which they are listed, and what each means. */
const STANDINGS = {
  reproduced: 'reproduced: found here, and a kernel did it when it was asked to',
  'known bug': 'known bugs: there is an upstream record',
  candidate: 'candidates: found here, confirmed by nobody',
} as const;
export const STATUSES = Object.keys(STANDINGS) as readonly (keyof typeof STANDINGS)[];

/** What stands out about the entries of a kind, in a column of its own, and its title. */
const standsOut = (catalogue: Catalogue, kind: Kind): readonly [string, readonly string[]] | undefined =>
  match(kind)
    .with('kernels', () => ['arch', catalogue.kernels.map(({ arch }) => arch)] as const)
    .with('properties', () => ['kind', catalogue.properties.map((one) => one.kind)] as const)
    .with('architectures', () => ['leaves', catalogue.architectures.map(({ levels }) => levels.join(' '))] as const)
    .with('laws', () => ['levels', catalogue.laws.map(({ levels }) => levels.join(' '))] as const)
    .with('functions', () => ['model', catalogue.functions.map(({ model }) => model)] as const)
    .with('series', 'toggles', 'worlds', 'operations', 'findings', 'questions', () => undefined)
    .exhaustive();

/** 'v6.12, v6.11', or, of more than half of those on which its worlds are modelled, 'all but v7.3'. */
const kernelsText = (catalogue: Catalogue, { kernels, worlds }: FindingEntry): string => {
  const shown = catalogue.worlds.filter(({ name }) => worlds.includes(name));
  const modelled = catalogue.kernels.filter(({ name }) => shown.some((one) => isModelledOn(one, name)));
  const others = modelled.map(({ name }) => name).filter((name) => !kernels.includes(name));
  if (others.length >= kernels.length) return kernels.join(', ');
  return others.length === 0 ? 'all' : `all but ${others.join(', ')}`;
};

/** What is too long for a column stands in brackets behind what an entry says; and the title of both. */
const sayings = (catalogue: Catalogue, kind: Kind): readonly [string, readonly string[]] =>
  match(kind)
    .with('toggles', () => {
      const values = catalogue.toggles.map((one) => one.values.map(({ value }) => value).join(' | '));
      return [
        'says [values, the base first]',
        catalogue.toggles.map(({ says }, i) => `${says} [${values[i]}]`),
      ] as const;
    })
    .with('worlds', () => {
      const questions = catalogue.worlds.map(({ says, brief }) => `${says} [${brief}]`);
      return ['question [bounds at --size quick]', questions] as const;
    })
    .with('functions', () => {
      const texts = catalogue.functions.map(({ says, toggles }) =>
        toggles.length === 0 ? says : `${says} [${toggles.join(', ')}]`,
      );
      return ['says [toggles that replace it]', texts] as const;
    })
    .with('kernels', 'series', 'operations', 'findings', 'properties', 'questions', 'architectures', 'laws', () => {
      return ['says', catalogue[kind].map(({ says }) => says)] as const;
    })
    .exhaustive();

/** Operations by the kernel's file that they begin in. */
const operationsText = ({ operations }: Catalogue): string =>
  Object.entries(Object.groupBy(operations, ({ file }) => file))
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([file, all = []]) => {
      const left = [{ title: file, max: 34 }];
      const rows = all.map(({ name, says, validated }) => [
        name,
        validated === undefined ? says : `${says} [${validated}]`,
      ]);
      return tableOf([...left, { title: '', max: roomBeside(left, rows) }], rows).join('\n');
    })
    .join('\n\n');

/** Series with their versions, and what each was posted as. */
const seriesList = ({ series }: Catalogue): readonly string[] =>
  series.flatMap(({ name, says, versions }) => {
    const width = widest(versions.map(({ version }) => version));
    return [
      '',
      ...hang(`${name}  `, says),
      ...versions.flatMap((one) => hang(`  @${one.version.padEnd(width)}  `, postingText(one))),
    ];
  });

/** How many kernels are newer than all that have the finding. */
const age = ({ kernels }: Catalogue, finding: FindingEntry): number => {
  const newest = finding.kernels.toSorted(byRelease).at(-1) ?? '';
  return kernels.filter(({ name }) => byRelease(name, newest) > 0).length;
};

/** Findings by their standing; those that the newest kernel has come first. */
const findingsText = (catalogue: Catalogue): string => {
  const rows = STATUSES.flatMap((status) => {
    const some = catalogue.findings.filter((one) => one.status === status);
    const inOrder = some.toSorted((a, b) => age(catalogue, a) - age(catalogue, b));
    const cells = inOrder.map((one) => [
      one.name,
      `${one.says} [${[...(one.arch ?? []), kernelsText(catalogue, one)].join(', ')}]`,
    ]);
    return cells.length === 0 ? [] : ['', STANDINGS[status], ...cells];
  });
  const left = [{ title: 'name', max: 36 }];
  const says = {
    title: 'says [kernels]',
    max: roomBeside(
      left,
      rows.filter((row) => typeof row !== 'string'),
    ),
  };
  return tableOf([...left, says], rows).join('\n');
};

const OF_SERIES =
  '`npx mmcheck explain NAME@VERSION` tells of each patch, and of the seventh `NAME@VERSION.7`; `npx mmcheck check --series ' +
  'NAME@VERSION.7` takes the first seven.';

/** A line a name: the name, what stands out about it, what it says. */
export const listText = (catalogue: Catalogue, kind: Kind): string => {
  if (kind === 'operations') return operationsText(catalogue);
  if (kind === 'findings') return findingsText(catalogue);
  if (kind === 'series')
    return [
      'series, and its versions as they were posted',
      ...seriesList(catalogue),
      '',
      ...wrap(OF_SERIES, WIDTH),
    ].join('\n');
  const [title, beside] = standsOut(catalogue, kind) ?? [undefined, []];
  const [saying, texts] = sayings(catalogue, kind);
  const left = [{ title: 'name', max: 34 }, ...(title === undefined ? [] : [{ title, max: 32 }])];
  const rows = catalogue[kind].map(({ name }, i) => [name, ...(title === undefined ? [] : [beside[i]!]), texts[i]!]);
  const more = ['', '`npx mmcheck explain WORLD` says which operations there are, at each size.'];
  return [
    ...tableOf([...left, { title: saying, max: roomBeside(left, rows) }], rows),
    ...(kind === 'worlds' ? more : []),
  ].join('\n');
};

/** The entries as they are; a world's `build` is a function and drops out. */
export const listJson = (catalogue: Catalogue, kind: Kind): string => JSON.stringify(catalogue[kind], null, 2);
