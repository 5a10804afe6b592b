/**
 * A series as data: a version is a base and an ordered list of patches, and a patch the replacements of model functions that it makes,
 * named by toggles and their values. What a version sets follows from its patches, so that there is one source of both.
 */

/** How well a fact is known; the order is from best to worst. `asked`: set by hand, a question and no claim. */
export const EVIDENCE = ['source', 'mail', 'cover letter', 'inferred', 'memory', 'asked'] as const;
export type Evidence = (typeof EVIDENCE)[number];

/** One toggle set to one value, and how well that is known. */
export interface Setting {
  readonly toggle: string;
  readonly value: string;
  readonly evidence: Evidence;
}

/** Settings that are known as well as this, where nothing else is said. */
export const knownBy =
  (usual: Evidence) =>
  (toggle: string, value: string, evidence = usual): Setting => ({ toggle, value, evidence });

/** Where a patch, or a cover letter, can be read. */
export interface Source {
  /** As merged. */
  readonly commit?: string;
  readonly list: string;
  readonly date: string;
  /** The Message-ID, where it is known. */
  readonly id?: string;
}

/** The cover letter: what is in front of the number of a patch in its subject, and behind it. */
export interface Cover {
  /** 'PATCH v2'. */
  readonly tag: string;
  readonly title: string;
  readonly author: string;
  readonly source: Source;
}

export interface SeriesPatch {
  /** As posted or merged; in brackets what it is about, where neither was found or nothing was posted. */
  readonly title: string;
  readonly author: string;
  readonly source: Source;
  /** What it changes, or why nothing that is modelled. */
  readonly says: string;
  readonly sets: readonly Setting[];
}

export interface SeriesVersion {
  readonly version: string;
  readonly says: string;
  readonly cites?: string;
  /** Absent where nothing of the kind was posted. */
  readonly cover?: Cover;
  /** What the version relies on, and has before its first patch. */
  readonly before: readonly Setting[];
  /** In their order: the first N of them are `name@version.N`. */
  readonly patches: readonly SeriesPatch[];
  /** All of these together; a later patch may set again what an earlier one set. */
  readonly sets: readonly Setting[];
}

const lastOf = (sets: readonly Setting[]): readonly Setting[] => [
  ...new Map(sets.map((one) => [one.toggle, one])).values(),
];

/** The first `count` patches of a version, and what they stand on. */
export const prefixOf = (
  { before, patches }: Pick<SeriesVersion, 'before' | 'patches'>,
  count: number,
): readonly Setting[] => lastOf([...before, ...patches.slice(0, count).flatMap(({ sets }) => sets)]);

/** A version, with what its patches set. */
export const versionOf = (
  one: Omit<SeriesVersion, 'sets' | 'before'> & { readonly before?: readonly Setting[] },
): SeriesVersion => {
  const { before = [], patches } = one;
  return { ...one, before, sets: prefixOf({ before, patches }, patches.length) };
};

/** A patch as it is written down here: whoever wrote the cover letter wrote it, and posted it there, if nothing else is said. */
export interface Posted {
  readonly title: string;
  readonly says: string;
  readonly sets?: readonly Setting[];
  readonly author?: string;
  readonly commit?: string;
  readonly id?: string;
}

/** The Message-ID of patch `number`, as git send-email counts on from that of the cover letter. */
const idOf = (cover: string | undefined, number: number): string | undefined => {
  const [, series, sender] = /^([\d.-]+)-1-(.+@.+)$/.exec(cover ?? '') ?? [];
  return series === undefined ? undefined : `${series}-${number + 1}-${sender}`;
};

/** The patches behind a cover letter. */
export const postedWith = ({ author, source }: Cover, patches: readonly Posted[]): readonly SeriesPatch[] =>
  patches.map(({ sets = [], commit, id, ...one }, i) => {
    const known = id ?? idOf(source.id, i + 1);
    return {
      author,
      ...one,
      sets,
      source: {
        list: source.list,
        date: source.date,
        ...(commit === undefined ? {} : { commit }),
        ...(known === undefined ? {} : { id: known }),
      },
    };
  });
