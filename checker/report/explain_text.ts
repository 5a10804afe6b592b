/** What `explain` says of a name, or of a function of the kernel. */
import { match } from 'ts-pattern';
import { type Catalogue, type Named, type QuestionSearch, type Sighting, SIZES, type Standing } from '../catalogue.ts';
import { namesFunction } from '../impact/names_function.ts';
import { hang, tableOf, widest } from './columns.ts';
import { entryText, row } from './entry_text.ts';
import { seriesText, setRows } from './series_text.ts';

const explainToggle = (catalogue: Catalogue, one: Catalogue['toggles'][number]): string => {
  const setters = catalogue.series.flatMap(({ name, versions }) =>
    versions.flatMap(({ version, before, patches }) =>
      [before, ...patches.map(({ sets }) => sets)].flatMap((sets, count) =>
        sets
          .filter(({ toggle }) => toggle === one.name)
          .map(({ value, evidence }) => {
            const by = count === 0 ? `${name}@${version} relies on` : `${name}@${version}.${count} sets`;
            return `${by} ${value} (evidence: ${evidence})`;
          }),
      ),
    ),
  );
  const kernels = catalogue.kernels.flatMap(({ name, settings = [] }) =>
    settings.flatMap(({ toggle, value, evidence }) =>
      toggle === one.name ? [`${name} has ${value} (evidence: ${evidence})`] : [],
    ),
  );
  return entryText('toggle', one, [
    ...one.values.flatMap(({ value, says }, i) =>
      row(
        `=${value}`,
        i === 0 ? `${says} (${catalogue.kernels[0]?.name ?? 'the base kernel'})` : says,
        widest(one.values.map((each) => each.value)) + 1,
      ),
    ),
    ...(one.replaces.length === 0 ? [] : row('replaces', one.replaces.join(', '))),
    ...kernels.flatMap((text, i) => row(i === 0 ? 'kernels' : '', text)),
    ...setters.flatMap((text, i) => row(i === 0 ? 'set by' : '', text)),
  ]);
};

const seenText = ({ kernels, said, by }: Sighting): string =>
  `reproduced on ${kernels.join(', ')}${by === undefined ? '' : ` by ${by}`}: ${said}`;

/** How a finding is marked wherever it is named. */
export const statusText = (standing: Standing): string =>
  match(standing)
    .with({ status: 'known bug' }, ({ seen }) => (seen === undefined ? 'known bug' : `known bug, ${seenText(seen)}`))
    .with({ status: 'candidate' }, () => 'candidate: inferred, unconfirmed')
    .with({ status: 'reproduced' }, ({ seen }) => seenText(seen))
    .exhaustive();

/** Sizes that cover the same are named together. */
const sizeRows = (sizes: Catalogue['worlds'][number]['sizes']): readonly string[] => {
  const byText = Object.entries(Object.groupBy(SIZES, (size) => sizes[size]));
  return byText.flatMap(([text, alike = []]) => [hang('  ', `${alike.join(', ')}:`), hang('    ', text)].flat());
};

/** Findings of this world, property or kernel. */
const findingRows = (
  { findings }: Catalogue,
  of: 'worlds' | 'properties' | 'kernels',
  name: string,
): readonly string[] => {
  const found = findings.filter((one) => one[of].includes(name)).map((one) => one.name);
  return found.length === 0 ? [] : row('findings', found.join(', '));
};

/** The quick worlds on the first kernel: what they ask, and what can happen in them. */
const worldsWhere = (catalogue: Catalogue, is: (world: ReturnType<Build>) => boolean): readonly string[] => {
  const { name: kernel, arch } = catalogue.kernels[0]!;
  const found = catalogue.worlds.filter((one) => is(one.build({ kernel, arch, series: [], settings: [] }, 'quick')));
  return row('worlds', found.length === 0 ? `none on ${kernel}` : found.map(({ name }) => name).join(', '));
};
type Build = Catalogue['worlds'][number]['build'];

const explainWorld = (catalogue: Catalogue, one: Catalogue['worlds'][number]): string =>
  entryText('world', one, [
    ...(one.arch === undefined ? [] : row('machine', one.arch)),
    ...findingRows(catalogue, 'worlds', one.name),
    ...sizeRows(one.sizes),
  ]);

/** Each field of an entry: its bits by level, and who gives them their meaning. */
const fieldRows = ({ fields }: Catalogue['architectures'][number]): readonly string[] => {
  const rows = fields.map(({ name, bits, by }) => [name, bits, by]);
  return [
    '',
    ...tableOf([{ title: 'field' }, { title: 'bits', max: 48 }, { title: 'by' }], rows).map((line) => `  ${line}`),
  ];
};

/** 'whether …: I-X in world w on v7.1 with a=b' */
const searchText = ({ asks, kernel, compares, set = [], world, property }: QuestionSearch): string => {
  const settings = set.length === 0 ? '' : ` with ${set.join(', ')}`;
  const series = compares === undefined ? '' : ` + ${compares.series.join(', or + ')}`;
  return `${asks}: ${property.join(', ')} in ${world.join(', ')} on ${kernel}${series}${settings}`;
};

/** Everything that goes by this name, in every kind. */
export const explainText = (catalogue: Catalogue, asked: string): readonly string[] => {
  const called = <T extends Named>(all: readonly T[]): readonly T[] => all.filter(({ name }) => name === asked);
  return [
    ...called(catalogue.kernels).map((one) =>
      entryText('kernel', one, [
        ...row('arch', one.arch),
        ...setRows(one.settings ?? []),
        ...findingRows(catalogue, 'kernels', one.name),
      ]),
    ),
    ...called(catalogue.series).map((one) => seriesText(catalogue, one)),
    ...called(catalogue.toggles).map((one) => explainToggle(catalogue, one)),
    ...called(catalogue.worlds).map((one) => explainWorld(catalogue, one)),
    ...called(catalogue.operations).map((one) =>
      entryText('operation', one, [
        ...row('file', one.file),
        ...row('mirrors', one.mirrors),
        ...(one.below === undefined ? [] : row('and below', one.below)),
        ...row('stubs', one.stubs || 'nothing'),
        ...row('leaves out', one.leavesOut || 'nothing'),
        ...(one.validated === undefined ? [] : row('known by', one.validated)),
        ...worldsWhere(catalogue, ({ actions }) => actions.some(({ name }) => name === one.name)),
      ]),
    ),
    ...called(catalogue.findings).map((one) =>
      entryText('finding', one, [
        ...row('status', statusText(one)),
        ...(one.arch === undefined ? [] : row('entries of', one.arch.join(', '))),
        ...row('kernels', one.kernels.join(', ')),
        ...row('worlds', `${one.worlds.join(', ')}${one.size === undefined ? '' : ` at size ${one.size}`}`),
        ...(one.assumed === undefined ? [] : row('not read in', one.assumed.join(', '))),
        ...row('violates', one.properties.join(', ')),
        ...row('repaired by', one.repair.map(({ toggle, value }) => `${toggle}=${value}`).join(', ')),
      ]),
    ),
    ...called(catalogue.questions).map((one) =>
      entryText('question', one, [
        ...row('answer', one.answer),
        ...one.searches.flatMap((search, i) => row(i === 0 ? 'searches' : '', searchText(search))),
      ]),
    ),
    ...called(catalogue.architectures).map((one) =>
      entryText('architecture', one, [
        ...row('releases', one.releases.join(', ')),
        ...row('series', one.series.join(', ')),
        ...row('functions', one.functions.join(', ')),
        ...fieldRows(one),
      ]),
    ),
    ...called(catalogue.laws).map((one) =>
      entryText('law', one, [
        ...row('levels', one.levels.join(', ')),
        ...one.hurts.flatMap((hurt, i) => row(i === 0 ? 'hurts' : '', hurt)),
      ]),
    ),
    ...called(catalogue.properties).map((one) =>
      entryText('property', one, [
        ...row('kind', one.kind),
        ...findingRows(catalogue, 'properties', one.name),
        ...(one.needsArch === true
          ? row('worlds', 'with --arch only')
          : worldsWhere(catalogue, ({ properties }) => properties.some(({ name }) => name === one.name))),
      ]),
    ),
  ];
};

/** What names a function of the kernel; nothing if nothing does. */
export const functionText = (
  { operations, toggles, properties, findings, laws, architectures }: Catalogue,
  asked: string,
): string => {
  const isNamed = namesFunction(asked);
  const naming = (all: readonly (readonly [string, string | undefined])[]): readonly string[] =>
    all.flatMap(([name, text]) => (isNamed(text) ? [name] : []));
  const rows = [
    ['operations', naming(operations.map((one) => [one.name, `${one.mirrors} ${one.below ?? ''}`]))],
    ['toggles', toggles.filter((one) => one.replaces.includes(asked) || isNamed(one.cites)).map(({ name }) => name)],
    ['properties', naming(properties.map(({ name, cites }) => [name, cites]))],
    ['findings', naming(findings.map(({ name, cites }) => [name, cites]))],
    ['laws', naming(laws.map(({ name, says, cites = '' }) => [name, `${says} ${cites}`]))],
    ['entries of', architectures.filter(({ functions }) => functions.includes(asked)).map(({ name }) => name)],
  ] as const;
  const found = rows.filter(([, names]) => names.length > 0);
  if (found.length === 0) return '';
  return [`${asked}() is named by`, ...found.flatMap(([label, names]) => row(label, names.join(', ')))].join('\n');
};
