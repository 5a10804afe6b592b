/** What `list` and `explain` say of the catalogue. */
import { match } from 'ts-pattern';
import type { Catalogue, Named } from '../catalogue.ts';
import { hang, tableOf, WIDTH, widest } from './columns.ts';

export const KINDS = ['kernels', 'series', 'toggles', 'worlds', 'operations', 'properties'] as const;
export type Kind = (typeof KINDS)[number];

/** A line a name: the name, what stands out about it, what it says. */
export const listText = (catalogue: Catalogue, kind: Kind): string => {
  const beside = match(kind)
    .with('kernels', () => catalogue.kernels.map(({ arch }) => arch))
    .with('series', () => catalogue.series.map(({ versions }) => versions.map(({ version }) => version).join(' ')))
    .with('toggles', () => catalogue.toggles.map(({ values }) => values.map(({ value }) => value).join(' | ')))
    .with('worlds', () => catalogue.worlds.map(({ sizes }) => sizes.quick))
    .with('operations', () => catalogue.operations.map(({ mirrors }) => mirrors))
    .with('properties', () => catalogue.properties.map((one) => one.kind))
    .exhaustive();
  const title = match(kind)
    .with('kernels', () => 'arch')
    .with('series', () => 'versions')
    .with('toggles', () => 'values, the base first')
    .with('worlds', () => 'size quick')
    .with('operations', () => 'mirrors')
    .with('properties', () => 'kind')
    .exhaustive();
  const rows = catalogue[kind].map(({ name, says }, i) => [name, beside[i]!, says]);
  const [names, besides] = [0, 1].map((i) => widest(rows.map((row) => row[i]!)));
  const name = { title: 'name', max: 34 };
  const about = { title, max: 32 };
  const left =
    WIDTH - Math.max(4, Math.min(names!, name.max)) - Math.max(title.length, Math.min(besides!, about.max)) - 4;
  return tableOf([name, about, { title: 'says', max: left }], rows).join('\n');
};

/** The entries as they are; a world's `build` is a function and drops out. */
export const listJson = (catalogue: Catalogue, kind: Kind): string => JSON.stringify(catalogue[kind], null, 2);

const row = (label: string, text: string): readonly string[] => hang(`  ${label.padEnd(11)} `, text);

const common = (kind: string, { name, says, cites, more = [] }: Named, facts: readonly string[]): string =>
  [
    ...hang('', `${name} (${kind})`),
    ...hang('  ', says),
    ...facts,
    ...(cites === undefined ? [] : row('cites', cites)),
    ...more.flatMap((text) => ['', ...hang('  ', text)]),
  ].join('\n');

const explainSeries = (one: Catalogue['series'][number]): string =>
  common(
    'series',
    one,
    one.versions.flatMap(({ version, says, cites, sets }) => [
      ...row(`@${version}`, says),
      ...sets.flatMap(({ toggle, value, evidence }) => row('', `sets ${toggle}=${value} (evidence: ${evidence})`)),
      ...(cites === undefined ? [] : row('', `cites ${cites}`)),
    ]),
  );

const explainToggle = (catalogue: Catalogue, one: Catalogue['toggles'][number]): string => {
  const setters = catalogue.series.flatMap(({ name, versions }) =>
    versions.flatMap(({ version, sets }) =>
      sets
        .filter(({ toggle }) => toggle === one.name)
        .map(({ value, evidence }) => `${name}@${version} sets ${value} (evidence: ${evidence})`),
    ),
  );
  return common('toggle', one, [
    ...one.values.flatMap(({ value, says }, i) => row(`=${value}`, i === 0 ? `${says} (the base kernel)` : says)),
    ...(one.replaces.length === 0 ? [] : row('replaces', one.replaces.join(', '))),
    ...setters.flatMap((text, i) => row(i === 0 ? 'set by' : '', text)),
  ]);
};

/** Everything that goes by this name, in every kind. */
export const explainText = (catalogue: Catalogue, asked: string): readonly string[] => {
  const called = <T extends Named>(all: readonly T[]): readonly T[] => all.filter(({ name }) => name === asked);
  return [
    ...called(catalogue.kernels).map((one) => common('kernel', one, row('arch', one.arch))),
    ...called(catalogue.series).map(explainSeries),
    ...called(catalogue.toggles).map((one) => explainToggle(catalogue, one)),
    ...called(catalogue.worlds).map((one) =>
      common(
        'world',
        one,
        Object.entries(one.sizes).flatMap(([size, text]) => row(size, text)),
      ),
    ),
    ...called(catalogue.operations).map((one) =>
      common('operation', one, [
        ...row('mirrors', one.mirrors),
        ...row('stubs', one.stubs || 'nothing'),
        ...row('leaves out', one.leavesOut || 'nothing'),
      ]),
    ),
    ...called(catalogue.properties).map((one) => common('property', one, row('kind', one.kind))),
  ];
};
