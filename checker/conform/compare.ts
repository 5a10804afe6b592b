/** Compares what was expected with what was seen, in normal form, and says how they differ. */
import {
  type EntryRun,
  FolioNames,
  folioName,
  inFolios,
  joined,
  joinedEntries,
  joinedVmas,
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

const perEntry = ({ page, count, level, bits, refcount, pincount }: EntryRun): string =>
  [
    `${page}+${count}`,
    level,
    bits,
    ...(refcount === undefined ? [] : [`ref=${refcount}`]),
    ...(pincount === undefined ? [] : [`pins=${pincount}`]),
  ].join(' ');

/** A process in lines, one for each thing that can differ. */
type Lines = ReadonlyMap<string, readonly string[]>;

const linesOf = ({ pt, rss, vmas, pages, entries, deposits }: ProcessSeen): Lines => {
  const lines = new Map<string, readonly string[]>();
  lines.set('page-table pages', [String(pt)]);
  if (rss !== undefined) lines.set('RssFile, RssAnon, RssShmem', [rss.join(', ')]);
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
  return lines;
};

/** How both sides are looked at. */
export interface Eye {
  readonly quirks: readonly Quirk[];
  readonly sight: Sight;
}

/** What is left for one who does not see all. */
const seenBy = ({ frames, entries }: Sight, seen: ProcessSeen): ProcessSeen => {
  const { entries: _entries, deposits: _deposits, ...outside } = seen;
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
      return [worker, { ...seen, vmas: joinedVmas(seen.vmas), pages, ...entries }] as const;
    });
    const names = this.#names.rename(plain.flatMap(([, { pages }]) => pages.flatMap(({ folio }) => folio ?? [])));
    const named = (run: PageRun): PageRun => (run.folio === undefined ? run : { ...run, folio: names.get(run.folio)! });
    return new Map(plain.map(([worker, one]) => [worker, linesOf({ ...one, pages: one.pages.map(named) })]));
  }
}

const answerText = ({ ok, errno, signal, value }: Seen['answer']): string => {
  if (signal !== undefined) return `signal ${signal}`;
  if (!ok) return `errno ${errno ?? '?'}`;
  return value === undefined ? 'success' : `success, byte ${value === 256 ? 'not the same in all pages' : value}`;
};

const join = (lines: readonly string[] | undefined): string =>
  lines === undefined ? 'not there' : lines.length === 0 ? 'none' : lines.join('; ');

/** Where the two sides differ in one step; [] when nowhere. What only one of them can tell is left out. */
export const differencesOf = (
  expected: { readonly seen: Seen; readonly lines: ReadonlyMap<number, Lines> },
  observed: { readonly seen: Seen; readonly lines: ReadonlyMap<number, Lines> },
): readonly Difference[] => {
  const made: Difference[] = [];
  const [want, got] = [expected.seen.answer, observed.seen.answer];
  const known = want.value === undefined ? { ...got } : got;
  if (want.value === undefined) delete (known as { value?: number }).value;
  if (answerText(want) !== answerText(known))
    made.push({ where: 'returns', expected: answerText(want), observed: answerText(known) });
  for (const worker of [...new Set([...expected.lines.keys(), ...observed.lines.keys()])].toSorted((a, b) => a - b)) {
    const [a, b] = [expected.lines.get(worker), observed.lines.get(worker)];
    if (a === undefined || b === undefined) {
      made.push({ where: `worker ${worker}`, expected: a ? 'alive' : 'gone', observed: b ? 'alive' : 'gone' });
      continue;
    }
    for (const what of a.keys()) {
      if (!b.has(what) || join(a.get(what)) === join(b.get(what))) continue;
      made.push({ where: `worker ${worker} ${what}`, expected: join(a.get(what)), observed: join(b.get(what)) });
    }
  }
  return made;
};
