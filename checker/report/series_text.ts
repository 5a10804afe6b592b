/** What `explain` says of a series, of a version, and of a patch: a cover letter, and what the patches do to the model. */
import { prefixOf, type Source } from '../../model/series/patch.ts';
import {
  type Break,
  type Catalogue,
  EVIDENCE,
  isGuess,
  type SeriesEntry,
  type SeriesPatch,
  type SeriesVersion,
  type Setting,
} from '../catalogue.ts';
import { quoted } from '../finished.ts';
import { baseOf, type PatchChange, changesOfPatch, type OfSeries } from '../patch_changes.ts';
import { hang, hangCommand } from './columns.ts';
import { entryText, row } from './entry_text.ts';

/** `name@version`, or, of the first patches of one, `name@version.5`. */
interface VersionNamed extends OfSeries {
  /** Of its first patches alone, how many. */
  readonly count?: number;
}

const labelOf = ({ series, version, count }: VersionNamed): string =>
  `${series.name}@${version.version}${count === undefined ? '' : `.${count}`}`;

/** '07/19'; 0 is the cover letter. */
const orderText = ({ patches }: SeriesVersion, number: number): string =>
  `${`${number}`.padStart(`${patches.length}`.length, '0')}/${patches.length}`;
/** '[PATCH v2 07/19] ', and nothing where nothing was posted. */
const tagText = (version: SeriesVersion, number: number): string =>
  version.cover === undefined ? '' : `[${version.cover.tag} ${orderText(version, number)}] `;

const settingText = ({ toggle, value, evidence }: Setting): string => `${toggle}=${value} (${evidence})`;

/** 'fork-pud-write=cow (source), replaces copy_protects_pud' */
const changeText = ({ setting, before, functions }: PatchChange): string => {
  if (before === setting.value) return `${settingText(setting)}, as before`;
  return functions.length === 0 ? settingText(setting) : `${settingText(setting)}, replaces ${functions.join(', ')}`;
};

/** Who wrote a patch, where that is not who wrote the cover letter, and the commit that it became. */
const asideText = ({ cover }: SeriesVersion, { author, source }: SeriesPatch): string => {
  const asides = [author === cover?.author ? undefined : author, source.commit].filter((one) => one !== undefined);
  return asides.length === 0 ? '' : ` (${asides.join(', ')})`;
};

/** Each patch under its number: title, what it changes, and by which toggles and functions. */
const patchRows = (catalogue: Catalogue, named: VersionNamed): readonly string[] => {
  const { version } = named;
  const { before, patches } = version;
  const relied = before.map(settingText).join(', ');
  return [
    ...(relied === '' ? [] : row('relies on', relied)),
    '',
    ...patches.flatMap((one, i) => [
      ...hang(`  [${orderText(version, i + 1)}] `, `${one.title}${asideText(version, one)}`),
      ...hang('      ', one.says),
      ...changesOfPatch(catalogue, named, i + 1).flatMap((change) => hang('      ', changeText(change))),
    ]),
    '',
  ];
};

/** In one piece, to be copied, though it may be wider than a line: below its label where it does not fit beside that. */
const idRows = (id: string): readonly string[] => {
  const rows = row('message-id', id);
  return rows.length === 1 ? rows : ['  message-id', `  ${id}`];
};

const sourceRows = ({ commit, list, date, id }: Source): readonly string[] => [
  ...(commit === undefined ? [] : row('commit', commit)),
  ...row('posted', `${list}, ${date}`),
  ...(id === undefined ? [] : idRows(id)),
];

/** How well its settings are known: how many so and so, and which are guesses. */
const evidenceRows = (sets: readonly Setting[]): readonly string[] => {
  const counts = EVIDENCE.flatMap((evidence) => {
    const alike = sets.filter((one) => one.evidence === evidence).length;
    return alike === 0 ? [] : [`${alike} ${evidence}`];
  });
  const guessed = sets.filter(({ evidence }) => isGuess(evidence)).map(settingText);
  return [
    ...row('rests on', counts.length === 0 ? 'no setting' : `settings: ${counts.join(', ')}`),
    ...row('inferred', guessed.join(', ') || 'nothing'),
  ];
};

const breaksText = (breaks: readonly Break[]): string =>
  breaks.length === 0
    ? 'none that is known: in the worlds made for it, at size quick, it violates nothing that its base does not'
    : 'violated at size quick, and not by its base (in which world, by how many operations): ' +
      breaks.map(({ property, world, after }) => `${property} (${world}, ${after})`).join(', ');

const checkRows = (series: string, flags: readonly string[] = []): readonly string[] =>
  hangCommand('  to check    ', ['npx mmcheck check', `--series ${series}`, ...flags]);

/** The cover letter of a version: what it is for, its patches, what it rests on, what is known to break. */
const letterRows = (catalogue: Catalogue, named: VersionNamed): readonly string[] => {
  const { series, version } = named;
  const { cover, breaks } = version;
  const flags = (breaks ?? [])
    .slice(0, 1)
    .map(({ world, property }) => `--world ${world} --property ${quoted(property)}`);
  return [
    ...(cover === undefined ? [] : row('from', cover.author)),
    ...(cover === undefined ? [] : sourceRows(cover.source)),
    ...(series.purpose === undefined ? [] : row('for', series.purpose)),
    ...row('base', baseOf(catalogue, series)),
    ...patchRows(catalogue, named),
    ...evidenceRows(version.sets),
    ...(breaks === undefined ? [] : row('mistakes', breaksText(breaks))),
    ...checkRows(labelOf(named), flags),
    ...(version.patches.length < 2 ? [] : row('each step', `npx mmcheck check --series '${labelOf(named)}.*'`)),
  ];
};

/** 'remap-leaf=yes (mail): what the toggle says: what the value says' */
const settingRows = (
  { toggles }: Catalogue,
  label: string,
  all: readonly { readonly setting: Setting; readonly aside?: string }[],
): readonly string[] =>
  all.flatMap(({ setting, aside = '' }, i) => {
    const one = toggles.find(({ name }) => name === setting.toggle);
    const says = [one?.says, one?.values.find(({ value }) => value === setting.value)?.says];
    const text = [settingText(setting), ...says.filter((each) => each !== undefined)].join(': ');
    return row(i === 0 ? label : '', `${text}${aside}`);
  });

/** One patch: where it is from, what it changes, and what it stands on. */
const patchText = (catalogue: Catalogue, named: VersionNamed, count: number): string => {
  const { series, version } = named;
  const { title, author, source, says } = version.patches[count - 1]!;
  const changes = changesOfPatch(catalogue, named, count).map(({ setting, before, functions }) => {
    const replaced = functions.length === 0 ? '' : `; replaces ${functions.join(', ')}`;
    return { setting, aside: before === setting.value ? '; as before' : ` (before: ${before})${replaced}` };
  });
  const earlier = prefixOf(version, count - 1).map(settingText);
  return entryText('patch of a series', { name: labelOf(named), says: `${tagText(version, count)}${title}` }, [
    ...row('from', author),
    ...sourceRows(source),
    ...row('series', series.says),
    ...row('base', baseOf(catalogue, series)),
    ...row('patches', `${count} of ${version.patches.length}`),
    ...row('changes', says),
    ...settingRows(catalogue, 'sets', changes),
    ...row('stands on', earlier.join(', ') || 'the base alone'),
    ...checkRows(labelOf(named)),
  ]);
};

const versionText = (catalogue: Catalogue, named: VersionNamed): string => {
  const { series, version, count } = named;
  const { cites, cover, says, before } = version;
  if (count !== undefined && count > 0) return patchText(catalogue, named, count);
  const entry = { name: labelOf(named), says, ...(cites === undefined ? {} : { cites }) };
  if (count === undefined) {
    const head = cover === undefined ? says : `${tagText(version, 0)}${cover.title}`;
    const rows = [...(cover === undefined ? [] : row('version', says)), ...letterRows(catalogue, named)];
    return entryText('version of a series', { ...entry, says: head }, rows);
  }
  return entryText('version of a series', entry, [
    ...row('series', series.says),
    ...row('base', baseOf(catalogue, series)),
    ...row('patches', `0 of ${version.patches.length}: what the version relies on`),
    ...settingRows(
      catalogue,
      'sets',
      before.map((setting) => ({ setting })),
    ),
    ...checkRows(labelOf(named)),
  ]);
};

const versionNamed = (catalogue: Catalogue, asked: string): VersionNamed | undefined => {
  const all = catalogue.series.flatMap((series) => series.versions.map((version) => ({ series, version })));
  for (const one of all) {
    if (asked === labelOf(one)) return one;
    for (let count = 0; count <= one.version.patches.length; count++)
      if (asked === labelOf({ ...one, count })) return { ...one, count };
  }
  return undefined;
};

/** What a version of a series does, or a patch of it; undefined if there is none of this name. */
export const explainVersion = (catalogue: Catalogue, asked: string): string | undefined => {
  const found = versionNamed(catalogue, asked);
  return found === undefined ? undefined : versionText(catalogue, found);
};

/** What a version sets, by how well it is known. */
export const setRows = (sets: readonly Setting[]): readonly string[] =>
  EVIDENCE.flatMap((evidence) => {
    const alike = sets.filter((one) => one.evidence === evidence).map(({ toggle, value }) => `${toggle}=${value}`);
    return alike.length === 0 ? [] : hang(`              ${evidence}: `, alike.join(', '));
  });

/** '[PATCH v2 00/19] mm: Support huge pfnmaps, Peter Xu, 2024-08-26', and how many of its patches set anything; else what it says. */
export const postingText = (version: SeriesVersion): string => {
  const { cover, says, patches } = version;
  if (cover === undefined) return says;
  const changing = patches.filter(({ sets }) => sets.length > 0).length;
  return `${tagText(version, 0)}${cover.title}, ${cover.author}, ${cover.source.date} (modelled: ${changing} of ${patches.length})`;
};

/** A version among others of its series, with what its own patches set. */
const versionRows = (version: SeriesVersion): readonly string[] => {
  const label = `@${version.version}`;
  const own = new Set(version.patches.flatMap(({ sets }) => sets.map(({ toggle }) => toggle)));
  return [
    ...(label.length > 11 ? [`  ${label}`, ...row('', version.says)] : row(label, version.says)),
    ...row('', version.cover === undefined ? version.patches.map(({ says }) => says).join('; ') : postingText(version)),
    ...(version.cites === undefined ? [] : row('', `cites ${version.cites}`)),
    ...setRows(version.sets.filter(({ toggle }) => own.has(toggle))),
  ];
};

/** A series of one version is that one. */
export const seriesText = (catalogue: Catalogue, series: SeriesEntry): string => {
  const [version, ...others] = series.versions;
  if (version !== undefined && others.length === 0)
    return entryText('series', series, [
      ...(version.cover === undefined ? [] : hang('  ', `${tagText(version, 0)}${version.cover.title}`)),
      ...row('version', `@${version.version}: ${version.says}`),
      ...letterRows(catalogue, { series, version }),
    ]);
  return entryText('series', series, [
    ...(series.purpose === undefined ? [] : row('for', series.purpose)),
    ...row('base', baseOf(catalogue, series)),
    ...series.versions.flatMap(versionRows),
    ...row('patches', `npx mmcheck explain ${series.name}@${version?.version ?? ''}`),
  ]);
};
