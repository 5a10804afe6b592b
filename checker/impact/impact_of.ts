/** What of a series is modelled: its functions, each with where it is in the model, what goes through it, and what searches call it. */
import type { Catalogue, SeriesEntry, SeriesVersion } from '../catalogue.ts';
import { ofFolders } from './arch_folders.ts';
import type { MeasuredWorld } from './called.ts';
import { readDiff } from './diff.ts';
import type { Mail } from './mail.ts';
import { isKernelName, type ModelIndex, REPLACEABLE } from './model_index.ts';
import { namesFunction } from './names_function.ts';
import { isUnnamed, type Touched, touchedBy } from './touched.ts';

/** An architecture with the names of the worlds that carry its entries. */
export interface Carried {
  readonly name: string;
  readonly worlds: readonly string[];
}

/** A function that the series touches. */
export interface TouchedFunction extends Touched {
  /** The kernel's files, more than one where the name is defined for several architectures. */
  readonly files: readonly string[];
  /** By the numbers of the mails, in their order; a plain diff has none. */
  readonly mails: readonly number[];
}

export interface InModel {
  /** Files that have it by its name, and those that have it in another form. */
  readonly files: readonly string[];
  readonly elsewhere: readonly string[];
  /** Functions that a patch can replace: itself, and those that decide in it. */
  readonly replaceable: readonly string[];
  readonly toggles: readonly string[];
  readonly operations: readonly string[];
  /** Architectures that have it bit for bit. */
  readonly entries: readonly string[];
}

export interface FunctionImpact {
  readonly touched: TouchedFunction;
  /** Absent: it is outside the model. */
  readonly model?: InModel;
  /** Those that call it, or what decides in it; the smallest first. */
  readonly worlds: readonly MeasuredWorld[];
}

/** What goes with no function: Kconfig, documentation, declarations, data. */
export interface OutsideFile {
  readonly path: string;
  /** What becomes of it as a whole, if none of its lines is changed. */
  readonly whole?: string;
  /** Whether any of the model names the file. */
  readonly known: boolean;
}

export interface Impact {
  readonly mails: readonly Mail[];
  readonly functions: readonly FunctionImpact[];
  /** Files in which no function is touched that could be named. */
  readonly files: readonly OutsideFile[];
  /** Files with a hunk of which lines are missing. */
  readonly cutShort: readonly string[];
  /** Files with a hunk that is in a function which nothing names. */
  readonly unnamed: readonly string[];
  /** Architectures whose entries worlds carry, and those worlds. */
  readonly carried: readonly Carried[];
  /** A series that is modelled, as `validate` takes it. */
  readonly series: readonly string[];
}

const isSource = (path: string): boolean => /\.[ch]$/.test(path);

/** What the hunks come to, over all mails. */
type TouchedAll = Pick<Impact, 'cutShort' | 'unnamed'> & {
  readonly functions: readonly TouchedFunction[];
  /** Files in which no function is touched. */
  readonly paths: readonly string[];
  readonly wholes: ReadonlyMap<string, string>;
};

const merged = (before: TouchedFunction | undefined, one: Touched, path: string, { place }: Mail): TouchedFunction => ({
  name: one.name,
  how: before === undefined || before.how === one.how ? one.how : 'changed',
  known: before === undefined || before.known === one.known ? one.known : 'sure',
  files: [...new Set([...(before?.files ?? []), path])],
  mails: [...new Set([...(before?.mails ?? []), ...(place === undefined ? [] : [place.number])])],
});

const touchedFunctions = (mails: readonly Mail[]): TouchedAll => {
  const functions = new Map<string, TouchedFunction>();
  const bare = new Map<string, boolean>();
  const [cutShort, unnamed] = [new Set<string>(), new Set<string>()];
  const files = mails.flatMap((mail) => readDiff(mail.text).map((file) => ({ mail, ...file })));
  const hunks = files.flatMap(({ mail, path, hunks: all }) => all.map((hunk) => ({ mail, path, hunk })));
  const wholes = new Map(files.flatMap(({ path, whole }) => (whole === undefined ? [] : [[path, whole] as const])));
  for (const { mail, path, hunk } of hunks) {
    const touched = isSource(path) ? touchedBy(hunk) : [];
    if (hunk.cutShort) cutShort.add(path);
    if (isSource(path) && isUnnamed(hunk)) unnamed.add(path);
    bare.set(path, (bare.get(path) ?? true) && touched.length === 0);
    for (const one of touched) functions.set(one.name, merged(functions.get(one.name), one, path, mail));
  }
  for (const path of wholes.keys()) bare.set(path, bare.get(path) ?? true);
  const paths = [...bare].flatMap(([path, isBare]) => (isBare && !unnamed.has(path) ? [path] : []));
  return { functions: [...functions.values()], paths, wholes, cutShort: [...cutShort], unnamed: [...unnamed] };
};

/** Whether what a file has may be what the model has by the same name: another driver's function is another one. */
const isNear = ({ kernelFiles }: ModelIndex, path: string): boolean =>
  /^(?:mm|include|arch)\//.test(path) || kernelFiles.has(path);

type Known = Pick<Catalogue, 'operations' | 'toggles' | 'architectures' | 'series' | 'worlds'>;

/** Where a function of the kernel is in the model; undefined if nothing there has to do with it. */
export const inModel = (
  { operations, toggles, architectures }: Omit<Known, 'series' | 'worlds'>,
  index: ModelIndex,
  { name, files: kernelFiles }: Pick<TouchedFunction, 'name' | 'files'>,
): InModel | undefined => {
  const names = namesFunction(name);
  const files = (isKernelName(name) ? index.declared.get(name) : undefined) ?? [];
  const deciding = toggles.filter(
    ({ says, cites = '', replaces }) => replaces.includes(name) || names(`${says} ${cites}`),
  );
  const replaceable = [
    ...(REPLACEABLE.has(name) ? [name] : []),
    ...(index.decidedBy.get(name) ?? []),
    ...deciding.filter(({ replaces }) => replaces.length <= 2).flatMap(({ replaces }) => replaces),
  ];
  const found: InModel = {
    files,
    elsewhere: (index.mirrored.get(name) ?? []).filter((file) => !files.includes(file)),
    replaceable: [...new Set(replaceable)].filter((one) => REPLACEABLE.has(one)),
    toggles: deciding.map((one) => one.name),
    operations: operations.flatMap((one) => (names(`${one.mirrors} ${one.below ?? ''}`) ? [one.name] : [])),
    entries: ofFolders(
      architectures.flatMap((one) => (one.functions.includes(name) ? [one.name] : [])),
      kernelFiles,
    ),
  };
  return Object.values(found).some((some) => some.length > 0) ? found : undefined;
};

/** The worlds that call a function: by its own name where the model has that, else by what decides in it. */
export const worldsCalling = (
  measured: readonly MeasuredWorld[],
  name: string,
  { files, replaceable }: Pick<InModel, 'files' | 'replaceable'>,
): readonly MeasuredWorld[] => {
  const isOwn = files.length > 0 || replaceable.includes(name);
  const keys = isOwn
    ? [`kernel ${name}`, ...files.map((file) => `${file} ${name}`)]
    : replaceable.map((one) => `kernel ${one}`);
  return measured
    .filter(({ functions }) => keys.some((key) => functions.includes(key)))
    .toSorted((a, b) => a.states - b.states);
};

/** The version of a series that mails are of: how many of its patches, by their titles, or all, by the title of its cover. */
const versionOf = (
  series: SeriesEntry,
  { version, patches }: SeriesVersion,
  mails: readonly Mail[],
): readonly string[] => {
  const titles = patches.map(({ title }) => title.toLowerCase());
  const last = Math.max(0, ...mails.map(({ subject = '' }) => titles.indexOf(subject.toLowerCase()) + 1));
  if (last > 0) return [`${series.name}@${version}${last === titles.length ? '' : `.${last}`}`];
  // Titles of series stand between quotes in what their entries say.
  const quoted = [...series.says.matchAll(/"(?:\[[^\]]*\] )?([^"]+)"/g)].map(([, title]) => title!.toLowerCase());
  const isCover = mails.some(({ subject = '' }) => quoted.includes(subject.toLowerCase()));
  return isCover ? [`${series.name}@${version}`] : [];
};

/** Versions of modelled series that the mails are of; the one with the number of the mails, where there is one. */
const seriesOf = ({ series }: Known, mails: readonly Mail[]): readonly string[] => {
  const number = mails.find(({ place }) => place !== undefined)?.place?.version ?? 1;
  return series.flatMap((one) => {
    const named = one.versions.flatMap((version) => versionOf(one, version, mails));
    const same = named.filter((name) => new RegExp(`@(?:v|rfc)${number}(?:\\.|$)`).test(name));
    return same.length > 0 ? same : named;
  });
};

export const impactOf = (
  catalogue: Known,
  index: ModelIndex,
  measured: readonly MeasuredWorld[],
  mails: readonly Mail[],
): Impact => {
  const { functions, paths, wholes, cutShort, unnamed } = touchedFunctions(mails);
  return {
    mails,
    functions: functions.map((touched) => {
      const isIt = touched.files.some((path) => isNear(index, path));
      const model = isIt ? inModel(catalogue, index, touched) : undefined;
      return model === undefined
        ? { touched, worlds: [] }
        : { touched, model, worlds: worldsCalling(measured, touched.name, model) };
    }),
    files: paths.map((path) => {
      const whole = wholes.get(path);
      const known = [path, ...(whole?.split(' ') ?? [])].some((one) => index.kernelFiles.has(one));
      return { path, known, ...(whole === undefined ? {} : { whole }) };
    }),
    cutShort,
    unnamed,
    carried: catalogue.architectures.flatMap(({ name, frames }) =>
      frames === undefined
        ? []
        : [
            {
              name,
              worlds: catalogue.worlds.flatMap((one) => (one.exactOn?.includes(name) === true ? [one.name] : [])),
            },
          ],
    ),
    series: seriesOf(catalogue, mails),
  };
};

/** In a world of fewer states little happens. */
const FEW_STATES = 200;

/** Small worlds in which each of these is called: of each function that is in none yet, the smallest that is not tiny. */
export const covering = (functions: readonly FunctionImpact[]): readonly MeasuredWorld[] => {
  const chosen: MeasuredWorld[] = [];
  for (const { worlds } of functions.toSorted((a, b) => a.worlds.length - b.worlds.length)) {
    const one = worlds.find(({ states }) => states >= FEW_STATES) ?? worlds.at(-1);
    if (one !== undefined && !worlds.some((each) => chosen.includes(each))) chosen.push(one);
  }
  return chosen;
};
