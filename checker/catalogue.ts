/**
 * All that the command line can name: kernels, series, toggles, worlds, operations, properties, findings.
 * The entries say what `list` and `explain` print; a world can also be built and searched.
 */
import type { Evidence, SeriesVersion as PatchedVersion, Setting } from '../model/series/patch.ts';
import type { OwnPatch } from './own_file/patch_file.ts';
import { fits } from './pattern.ts';
import type { World } from './search/index.ts';

export { EVIDENCE, type Evidence, type SeriesPatch, type Setting } from '../model/series/patch.ts';

/** Read nowhere: the other values are as possible. */
export const isGuess = (evidence: Evidence): boolean => evidence === 'inferred' || evidence === 'memory';

export const SIZES = ['quick', 'standard', 'deep'] as const;
export type Size = (typeof SIZES)[number];

/** Anything that has a name on the command line. */
export interface Named {
  readonly name: string;
  /** One sentence. */
  readonly says: string;
  /** Source: file, function, release; or a mail. */
  readonly cites?: string;
  /** Further paragraphs for `explain`. */
  readonly more?: readonly string[];
}

export interface KernelEntry extends Named {
  readonly arch: string;
  /** The toggles that this kernel has at another value than their first one. */
  readonly settings?: readonly Setting[];
}

/** A version of a series: its patches, and what comes of them. */
export interface SeriesVersion extends PatchedVersion {
  /** The mistakes that are known of it: what it violates at size quick, and its base does not. */
  readonly breaks?: readonly Break[];
}

/** A property that is violated, in the world that shows it soonest, and by how many operations. */
export interface Break {
  readonly property: string;
  readonly world: string;
  readonly after: number;
}

/**
 * A patch series; on the command line `name@version`, or `name` for every version, each in a run of its own; `name@version.5`
 * for its first five patches, and `name@version.*` for one more of them in each run.
 */
export interface SeriesEntry extends Named {
  /** What it is for. */
  readonly purpose?: string;
  /** The kernel that the series was written on, where that is not the first of the catalogue. */
  readonly base?: string;
  /** Of several models, the one that it changes. */
  readonly model?: string;
  readonly versions: readonly SeriesVersion[];
}

export interface ValueEntry {
  readonly value: string;
  readonly says: string;
  /** The model functions that it replaces in the base kernel; absent: none. */
  readonly replaces?: readonly string[];
}

export interface ToggleEntry extends Named {
  /** The first value is that of the first kernel of the catalogue, without any series. */
  readonly values: readonly ValueEntry[];
  /** The model functions that the toggle replaces. */
  readonly replaces: readonly string[];
  /** The architectures whose entries it changes, where it changes nothing else: worlds have them with --arch. */
  readonly entriesOf?: readonly string[];
  /** With --arch it changes other functions of entries than it replaces without. */
  readonly alsoOfEntries?: boolean;
  /** Its other values do not mend anything, they only keep clear of it. */
  readonly avoids?: boolean;
  /** Of several models, the one that has what it replaces. */
  readonly model?: string;
}

/** The entry of a toggle, of whatever model. */
export const toggleEntry = ({
  name,
  says,
  cites,
  values,
  avoids = false,
}: Required<Pick<ToggleEntry, 'name' | 'says' | 'cites'>> &
  Pick<ToggleEntry, 'avoids'> & {
    readonly values: readonly { readonly value: string; readonly says: string; readonly patch: object }[];
  }): ToggleEntry => ({
  avoids,
  name,
  says,
  cites,
  values: values.map(({ patch, ...one }) => ({ value: one.value, says: one.says, replaces: Object.keys(patch) })),
  replaces: [...new Set(values.flatMap(({ patch }) => Object.keys(patch)))],
});

/** A setting of the kernel in hand, and who made it. */
export interface Placed extends Setting {
  /** `name@version` of the series, or `--set`. */
  readonly by?: string;
}

/** Whoever wants to watch what a toggle or a file replaces gets its patch, and gives one that does the same. */
export type Watch = <P extends object>(by: string, patch: P) => P;
export const unwatched: Watch = (_by, patch) => patch;

/** A kernel to check: a base, series on top of it, toggles on top of those. */
export interface KernelChoice {
  readonly kernel: string;
  readonly arch: string;
  /** As `name@version`. */
  readonly series: readonly string[];
  /** Every toggle that differs from the kernel's own value. */
  readonly settings: readonly Placed[];
  /** The architecture whose entries a world is to carry bit for bit. */
  readonly exact?: string;
  /** Patches of somebody's own, on top of all that, in their order. */
  readonly own?: readonly OwnPatch[];
  /** Whoever wants to watch its functions gets the kernel, and gives the one that is searched. */
  readonly through?: <K extends object>(kernel: K) => K;
  readonly watch?: Watch;
  /** The same for what they change of the entries of an architecture. */
  readonly watchEntries?: Watch;
}

/** Names of releases in the order of time. */
export const byRelease = new Intl.Collator('en', { numeric: true }).compare;

/** The value that a toggle has on a kernel, without any series. */
export const ownValue = (
  { kernels, toggles }: Pick<Catalogue, 'kernels' | 'toggles'>,
  kernel: string,
  toggle: string,
): string | undefined =>
  kernels.find(({ name }) => name === kernel)?.settings?.find((one) => one.toggle === toggle)?.value ??
  toggles.find(({ name }) => name === toggle)?.values[0]?.value;

export interface WorldEntry extends Named {
  /** The machine, where it is not that of the kernel. */
  readonly arch?: string;
  /** What each size covers, in words: processes, pages, operations, bounds. */
  readonly sizes: Readonly<Record<Size, string>>;
  /** The same of the quick size in one line, without the operations. */
  readonly brief: string;
  /** The kernels that it is modelled on; by default all. */
  readonly kernels?: readonly string[];
  /** Of several models, the one that it searches. */
  readonly model?: string;
  /** Architectures whose entries it can carry bit for bit. */
  readonly exactOn?: readonly string[];
  readonly build: (kernel: KernelChoice, size: Size) => World<unknown, unknown>;
}

/** Whether what a world has is modelled as this kernel has it. */
export const isModelledOn = ({ kernels }: Pick<WorldEntry, 'kernels'>, kernel: string): boolean =>
  kernels === undefined || kernels.includes(kernel);

/** Whether a toggle or a series can change anything in a world. */
export const touches = (
  { model }: Pick<ToggleEntry | SeriesEntry, 'model'>,
  world: Pick<WorldEntry, 'model'>,
): boolean => model === undefined || world.model === undefined || model === world.model;

export interface OperationEntry extends Named {
  /** The kernel's file in which it begins. */
  readonly file: string;
  /** The kernel function that it begins with, as traces name it. */
  readonly mirrors: string;
  /** What else of the kernel it goes through, as far as it gets there, with the release. */
  readonly below?: string;
  readonly stubs: string;
  readonly leavesOut: string;
  /** That it was read in source, and on which real kernels it was seen to be alike, if on any. */
  readonly validated?: string;
}

export interface PropertyEntry extends Named {
  readonly kind: string;
  /** Asked only of worlds that carry the entries of an architecture. */
  readonly needsArch?: boolean;
}

/**
 * `known bug`: there is an upstream record, in `cites`. `candidate`: found here, and confirmed by nobody. `reproduced`: found
 * here, and a kernel did it when it was asked to.
 */
export type Standing =
  | { readonly status: 'known bug'; readonly seen?: Sighting }
  | { readonly status: 'candidate' }
  | { readonly status: 'reproduced'; readonly seen: Sighting };

export interface Sighting {
  /** As uname has it, without what a distribution adds. */
  readonly kernels: readonly string[];
  /** In its own words, where it had any. */
  readonly said: string;
  /** Who asked it, where that was no trace of `mmcheck conform`. */
  readonly by?: string;
}

/** What is known of a violation in a kernel without any series. */
export type FindingEntry = Named & Standing & Violates;

interface Violates {
  /** The architectures whose entries have it, by patterns; by default every one. Abstract entries are those of x86_64. */
  readonly arch?: readonly string[];
  readonly kernels: readonly string[];
  /** Those of the kernels in whose source it was not read: they are taken to be like their neighbours. */
  readonly assumed?: readonly string[];
  /** Worlds that show it, at size quick if no other is said, and what it violates. */
  readonly worlds: readonly string[];
  readonly size?: Size;
  readonly properties: readonly string[];
  /** What it violates besides where entries are carried bit for bit (`--arch`), in whatever world. */
  readonly exactly?: readonly string[];
  /** What would repair it, all together. It explains a violation that the same operations, with this, do not cause. */
  readonly repair: readonly Pick<Setting, 'toggle' | 'value'>[];
}

/** A search that is part of an answer, and what it is to find. */
export interface QuestionSearch {
  readonly asks: string;
  readonly kernel: string;
  /** As `name@version`, each on the kernel for itself: the answers are put side by side, in a row of this name. */
  readonly compares?: { readonly row: string; readonly series: readonly string[] };
  readonly set?: readonly string[];
  readonly world: readonly string[];
  readonly property: readonly string[];
  /** Of the properties: each holds, one is violated, or nothing comes up that one is asked of; where series are compared, of each. */
  readonly finds: QuestionOutcome | Readonly<Record<string, QuestionOutcome>>;
}
export type QuestionOutcome = 'holds' | 'violated' | 'unexercised';

/** What somebody asked of a series; in `cites`, who did. Without searches only reading answers it. */
export interface QuestionEntry extends Named {
  readonly answer: string;
  readonly searches: readonly QuestionSearch[];
}

/** An architecture whose page-table entries are known bit for bit, for `mmcheck laws` and `mmcheck check --arch`. */
export interface ArchitectureEntry extends Named {
  /** Levels with leaves, and the releases and series that its functions are known in. */
  readonly levels: readonly string[];
  readonly releases: readonly string[];
  readonly series: readonly string[];
  /** The functions that it has. */
  readonly functions: readonly string[];
  /** The fields of its entries: the bits at each level and shape, and whether hardware or software defines them. */
  readonly fields: readonly { readonly name: string; readonly bits: string; readonly by: string }[];
  /** What the frames of a world stand for that carries its entries; absent where no world can. */
  readonly frames?: string;
  /** Its functions that nobody has read in a source, in a kernel that a world can carry its entries of. */
  readonly inferredIn?: (kernel: string, settings: readonly Setting[]) => readonly string[];
}

/** A law of page-table entries. */
export interface LawEntry extends Named {
  readonly levels: readonly string[];
  /** Who relies on it, and what comes of it where it fails. */
  readonly hurts: readonly string[];
}

/** A function of a modelled kernel that a patch can replace. */
export interface FunctionEntry extends Named {
  readonly model: string;
  /** The toggles that replace it. */
  readonly toggles: readonly string[];
}

export interface Catalogue {
  readonly kernels: readonly KernelEntry[];
  readonly series: readonly SeriesEntry[];
  readonly toggles: readonly ToggleEntry[];
  readonly worlds: readonly WorldEntry[];
  readonly operations: readonly OperationEntry[];
  readonly properties: readonly PropertyEntry[];
  readonly findings: readonly FindingEntry[];
  readonly questions: readonly QuestionEntry[];
  readonly architectures: readonly ArchitectureEntry[];
  readonly laws: readonly LawEntry[];
  readonly functions: readonly FunctionEntry[];
}

/** The repair of a finding, as settings of a kernel. */
export const repairOf = ({ repair }: Pick<FindingEntry, 'repair'>): readonly Placed[] =>
  repair.map((one) => ({ ...one, evidence: 'asked', by: '--repaired' }));

/** What is known of a kernel, as it is without any setting, with entries of x86_64 or another architecture. */
export const findingsOf = (
  { findings }: Pick<Catalogue, 'findings'>,
  { kernel, exact = 'x86_64' }: { readonly kernel: string; readonly exact?: string | undefined },
): readonly FindingEntry[] =>
  findings.filter(
    ({ kernels, arch = ['*'] }) => kernels.includes(kernel) && arch.some((pattern) => fits(pattern, exact)),
  );
