/** What `explain` says of a name, or of a function of the kernel. */
import { match } from 'ts-pattern';
import {
  type Break,
  type Catalogue,
  EVIDENCE,
  type Named,
  prefixOf,
  type QuestionSearch,
  type SeriesEntry,
  type SeriesVersion,
  type Setting,
  type Sighting,
  SIZES,
  type Standing,
} from '../catalogue.ts';
import { quoted } from '../finished.ts';
import { namesFunction } from '../impact/names_function.ts';
import { hang, hangCommand, tableOf, widest } from './columns.ts';

export const row = (label: string, text: string, width = 11): readonly string[] =>
  hang(`  ${label.padEnd(width)} `, text);

export const common = (kind: string, { name, says, cites, more = [] }: Named, facts: readonly string[]): string =>
  [
    ...hang('', `${name} (${kind})`),
    ...hang('  ', says),
    ...facts,
    ...(cites === undefined ? [] : row('cites', cites)),
    ...more.flatMap((text) => ['', ...hang('  ', text)]),
  ].join('\n');

/** What a version sets, by how well it is known. */
const setRows = (sets: readonly Setting[]): readonly string[] =>
  EVIDENCE.flatMap((evidence) => {
    const alike = sets.filter((one) => one.evidence === evidence).map(({ toggle, value }) => `${toggle}=${value}`);
    return alike.length === 0 ? [] : hang(`              ${evidence}: `, alike.join(', '));
  });

/** A version's patches, each as the version that ends with it. */
const patchRows = ({
  version,
  before = [],
  patches = [],
}: Catalogue['series'][number]['versions'][number]): readonly string[] => [
  ...(patches.length === 0 ? [] : row(`@${version}.0`, `before its first patch: ${settingsText(before)}`)),
  ...patches.flatMap(({ title, commit, says, sets }, i) => [
    ...row(`@${version}.${i + 1}`, `${commit} "${title}"`),
    ...row('', sets.length === 0 ? says : `${says}: ${settingsText(sets)}`),
  ]),
];
const settingsText = (sets: readonly Setting[]): string =>
  sets.map(({ toggle, value }) => `${toggle}=${value}`).join(', ') || 'nothing';

const explainSeries = ({ kernels }: Catalogue, one: Catalogue['series'][number]): string =>
  common('series', one, [
    ...row('base', one.base ?? kernels[0]?.name ?? ''),
    ...one.versions.flatMap((version) => [
      ...row(`@${version.version}`, version.says),
      ...setRows(version.sets),
      ...(version.cites === undefined ? [] : row('', `cites ${version.cites}`)),
      ...patchRows(version),
    ]),
  ]);

/** 'remap-leaf=yes (mail): what the toggle says: what the value says' */
const settingRows = ({ toggles }: Catalogue, sets: readonly Setting[]): readonly string[] =>
  sets.flatMap(({ toggle, value, evidence }, i) => {
    const one = toggles.find(({ name }) => name === toggle);
    const says = [one?.says, one?.values.find((each) => each.value === value)?.says].filter(
      (text) => text !== undefined,
    );
    return row(i === 0 ? 'sets' : '', `${toggle}=${value} (${evidence}): ${says.join(': ')}`);
  });

const breaksText = (breaks: readonly Break[]): string =>
  breaks.length === 0
    ? 'none that is known: in the worlds made for it, at size quick, it violates nothing that its base does not'
    : 'violated at size quick, and not by its base (in which world, by how many operations): ' +
      breaks.map(({ property, world, after }) => `${property} (${world}, ${after})`).join(', ');

interface VersionNamed {
  readonly series: SeriesEntry;
  readonly version: SeriesVersion;
  /** Of its first patches alone, how many. */
  readonly count?: number;
}

/** `name@version`, or, of the first patches of one, `name@version.5`. */
const versionNamed = (catalogue: Catalogue, asked: string): VersionNamed | undefined => {
  const all = catalogue.series.flatMap((series) => series.versions.map((version) => ({ series, version })));
  for (const { series, version } of all) {
    const label = `${series.name}@${version.version}`;
    if (asked === label) return { series, version };
    const prefixes = version.patches === undefined ? 0 : version.patches.length + 1;
    for (let count = 0; count < prefixes; count++) if (asked === `${label}.${count}`) return { series, version, count };
  }
  return undefined;
};

/** What one version of a series does, or its first patches; undefined if there is none of this name. */
export const explainVersion = (catalogue: Catalogue, asked: string): string | undefined => {
  const found = versionNamed(catalogue, asked);
  if (found === undefined) return undefined;
  const { series, version, count } = found;
  const { breaks = [], patches = [] } = version;
  const last = patches[(count ?? 0) - 1];
  const first = count === undefined ? breaks.slice(0, 1) : [];
  return common('version of a series', { ...version, name: asked }, [
    ...row('series', series.says),
    ...row('base', series.base ?? catalogue.kernels[0]?.name ?? ''),
    ...(count === undefined ? [] : row('patches', `${count} of ${patches.length}`)),
    ...(last === undefined ? [] : row('the last', `${last.commit} "${last.title}": ${last.says}`)),
    ...settingRows(catalogue, count === undefined ? version.sets : prefixOf(version, count)),
    ...(count === undefined && version.breaks !== undefined ? row('mistakes', breaksText(breaks)) : []),
    ...hangCommand('  to check    ', [
      'npx mmcheck check',
      `--series ${asked}`,
      ...first.map(({ world, property }) => `--world ${world} --property ${quoted(property)}`),
    ]),
  ]);
};

const explainToggle = (catalogue: Catalogue, one: Catalogue['toggles'][number]): string => {
  const setters = catalogue.series.flatMap(({ name, versions }) =>
    versions.flatMap(({ version, sets }) =>
      sets
        .filter(({ toggle }) => toggle === one.name)
        .map(({ value, evidence }) => `${name}@${version} sets ${value} (evidence: ${evidence})`),
    ),
  );
  const kernels = catalogue.kernels.flatMap(({ name, settings = [] }) =>
    settings.flatMap(({ toggle, value, evidence }) =>
      toggle === one.name ? [`${name} has ${value} (evidence: ${evidence})`] : [],
    ),
  );
  return common('toggle', one, [
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
  common('world', one, [
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
      common('kernel', one, [
        ...row('arch', one.arch),
        ...setRows(one.settings ?? []),
        ...findingRows(catalogue, 'kernels', one.name),
      ]),
    ),
    ...called(catalogue.series).map((one) => explainSeries(catalogue, one)),
    ...called(catalogue.toggles).map((one) => explainToggle(catalogue, one)),
    ...called(catalogue.worlds).map((one) => explainWorld(catalogue, one)),
    ...called(catalogue.operations).map((one) =>
      common('operation', one, [
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
      common('finding', one, [
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
      common('question', one, [
        ...row('answer', one.answer),
        ...one.searches.flatMap((search, i) => row(i === 0 ? 'searches' : '', searchText(search))),
      ]),
    ),
    ...called(catalogue.architectures).map((one) =>
      common('architecture', one, [
        ...row('releases', one.releases.join(', ')),
        ...row('series', one.series.join(', ')),
        ...row('functions', one.functions.join(', ')),
        ...fieldRows(one),
      ]),
    ),
    ...called(catalogue.laws).map((one) =>
      common('law', one, [
        ...row('levels', one.levels.join(', ')),
        ...one.hurts.flatMap((hurt, i) => row(i === 0 ? 'hurts' : '', hurt)),
      ]),
    ),
    ...called(catalogue.properties).map((one) =>
      common('property', one, [
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
