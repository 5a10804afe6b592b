/** Compares what was expected with what was seen, in normal form, and says how they differ. */
import {
  type EntryRun,
  FolioNames,
  folioName,
  inFolios,
  joined,
  joinedEntries,
  type PageRun,
  type ProcessSeen,
  type Seen,
} from './seen.ts';
import type { Sight } from './observe.ts';
import { masked, type Quirk } from './quirks.ts';

/** One place where the two sides differ, each as text. */
export interface Difference {
  /** 'returns', or of which process: 'worker 1 page-table pages'. */
  readonly where: string;
  readonly expected: string;
  readonly observed: string;
}

const perRun = ({ page, count, flags, mapcount, kind, folio, offset }: PageRun): string =>
  [
    `${page}+${count}`,
    flags,
    ...(mapcount === undefined ? [] : [`map=${mapcount}`]),
    ...(kind === undefined || kind === '' ? [] : [kind]),
    ...(folio === undefined ? [] : [`${folioName(folio)}+${offset ?? 0}`]),
  ].join(' ');

const perEntry = ({ page, count, level, bits, refcount, pincount, wrong }: EntryRun): string =>
  [
    `${page}+${count}`,
    level,
    bits,
    ...(refcount === undefined ? [] : [`ref=${refcount}`]),
    ...(pincount === undefined ? [] : [`pins=${pincount}`]),
    ...(wrong === undefined ? [] : [`word ${wrong}`]),
  ].join(' ');

/** A process in lines, one for each thing that can differ. */
type Lines = ReadonlyMap<string, readonly string[]>;

const linesOf = ({ pt, rss, hugetlb, smaps, vmas, pages, entries, deposits, shares }: ProcessSeen): Lines => {
  const lines = new Map<string, readonly string[]>();
  lines.set('page-table pages', [String(pt)]);
  if (rss !== undefined) lines.set('RssFile, RssAnon, RssShmem', [rss.join(', ')]);
  if (hugetlb !== undefined) lines.set('HugetlbPages', [String(hugetlb)]);
  if (smaps !== undefined) lines.set('Shared_Hugetlb, Private_Hugetlb', [smaps.join(', ')]);
  lines.set(
    'VMAs',
    vmas.map(({ page, count, perm }) => `${page}+${count} ${perm}`),
  );
  lines.set('pages', pages.map(perRun));
  if (entries !== undefined) lines.set('entries', entries.map(perEntry));
  if (deposits !== undefined)
    lines.set(
      'deposits',
      deposits.map(([page, tables]) => `${page}: ${tables}`),
    );
  if (shares !== undefined)
    lines.set(
      'shared PMD tables',
      shares.map(([page, others]) => `${page}: by ${others} more`),
    );
  return lines;
};

/** How both sides are looked at. */
export interface Eye {
  readonly quirks: readonly Quirk[];
  readonly sight: Sight;
}

/** What is left for one who does not see all. */
const seenBy = ({ frames, entries }: Sight, seen: ProcessSeen): ProcessSeen => {
  const { entries: _entries, deposits: _deposits, shares: _shares, ...outside } = seen;
  const visible = entries ? seen : outside;
  if (frames) return visible;
  return { ...visible, pages: seen.pages.map(({ page, count, flags }) => ({ page, count, flags })) };
};

/** One side of a comparison: it goes through a sequence step by step, and keeps the names of folios. */
export class Side {
  readonly #names = new FolioNames();
  readonly #eye: Eye;
  /** Of the large folios that it sees. */
  readonly #folioPages: number;
  constructor(eye: Eye, folioPages: number) {
    this.#eye = eye;
    this.#folioPages = folioPages;
  }

  /** The processes of one step in lines. */
  linesOf({ processes }: Seen): ReadonlyMap<number, Lines> {
    const plain = [...processes].map(([worker, one]) => {
      const seen = masked(this.#eye.quirks, seenBy(this.#eye.sight, one));
      const pages = joined(seen.pages.map((run) => inFolios(run, this.#folioPages)));
      const entries = seen.entries === undefined ? {} : { entries: joinedEntries(seen.entries) };
      return [worker, { ...seen, pages, ...entries }] as const;
    });
    const names = this.#names.rename(plain.flatMap(([, { pages }]) => pages.flatMap(({ folio }) => folio ?? [])));
    const named = (run: PageRun): PageRun => (run.folio === undefined ? run : { ...run, folio: names.get(run.folio)! });
    return new Map(plain.map(([worker, one]) => [worker, linesOf({ ...one, pages: one.pages.map(named) })]));
  }
}

const answerText = ({ ok, errno, signal, value, at }: Seen['answer']): string => {
  if (signal !== undefined) return `signal ${signal}${at === undefined ? '' : `, at page ${at} of the access`}`;
  if (!ok) return `errno ${errno ?? '?'}`;
  return value === undefined ? 'success' : `success, byte ${value === 256 ? 'not the same in all pages' : value}`;
};

const join = (lines: readonly string[] | undefined): string =>
  lines === undefined ? 'not shown' : lines.length === 0 ? 'none' : lines.join('; ');

/** One side of a step. */
interface Looked {
  readonly seen: Seen;
  readonly lines: ReadonlyMap<number, Lines>;
}

/** What is returned; the byte that is read only where one is expected. */
const returned = (expected: Looked, observed: Looked): readonly Difference[] => {
  const { value, ...others } = observed.seen.answer;
  const want = expected.seen.answer;
  const got = want.value === undefined || value === undefined ? others : { ...others, value };
  const [a, b] = [answerText(want), answerText(got)];
  return a === b ? [] : [{ where: 'returns', expected: a, observed: b }];
};

/** The pool, where it is expected. */
const pooled = (expected: Seen, observed: Seen): readonly Difference[] => {
  if (expected.pool === undefined) return [];
  const [a, b] = [expected, observed].map(({ pool }) =>
    pool === undefined ? 'not shown' : `${pool.free} free, ${pool.reserved} reserved`,
  );
  return a === b ? [] : [{ where: 'the pool of hugepages', expected: a!, observed: b! }];
};

/** Where the two sides differ in one step; [] when nowhere. All that is expected must be shown; more may be. */
export const differencesOf = (expected: Looked, observed: Looked): readonly Difference[] => {
  const workers = new Set([...expected.lines.keys(), ...observed.lines.keys()]);
  const ofWorkers = [...workers]
    .toSorted((a, b) => a - b)
    .flatMap((worker): readonly Difference[] => {
      const [a, b] = [expected.lines.get(worker), observed.lines.get(worker)];
      if (a === undefined || b === undefined)
        return [{ where: `worker ${worker}`, expected: a ? 'alive' : 'gone', observed: b ? 'alive' : 'gone' }];
      return [...a].flatMap(([what, lines]) => {
        const [want, got] = [join(lines), join(b.get(what))];
        return want === got ? [] : [{ where: `worker ${worker} ${what}`, expected: want, observed: got }];
      });
    });
  return [...returned(expected, observed), ...pooled(expected.seen, observed.seen), ...ofWorkers];
};
