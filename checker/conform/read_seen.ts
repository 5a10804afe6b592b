/** Reads what the runner prints: one JSON document a line. See runner/README.md for the shapes. */
import type { EntryRun, PageRun, ProcessSeen, Seen } from './seen.ts';
import { wrongWord } from './words.ts';

/** The first line: who speaks, and what it can see and do. */
export interface Header {
  readonly runner: number;
  /** 0 without root, 1 with root, 3 where kernel memory can be read. */
  readonly level: number;
  readonly uname: string;
  readonly features: Readonly<Record<string, boolean | string | number>>;
}

interface RawProcess {
  readonly pt: number;
  readonly rss: readonly [number, number, number];
  readonly vma: readonly (readonly [number, number, string])[];
  readonly m: readonly (readonly [number, number, string, number?, string?, number?])[];
  readonly k?: readonly (readonly [number, number, 'pud' | 'pmd' | 'pte', string, number, number, string?])[];
  readonly dep?: readonly (readonly [number, number])[];
  readonly share?: readonly (readonly [number, number])[];
  readonly huge?: number;
  readonly smaps?: readonly [number, number];
}
interface RawStep {
  readonly i: number;
  readonly op: string;
  readonly r: number;
  readonly e?: number;
  readonly sig?: number;
  readonly at?: number;
  readonly lost?: boolean;
  readonly pool?: readonly [free: number, reserved: number];
  readonly p: Readonly<Record<string, RawProcess>>;
}

export type RunnerLine =
  | { readonly _tag: 'header'; readonly header: Header }
  | { readonly _tag: 'begin'; readonly name: string }
  | { readonly _tag: 'step'; readonly op: string; readonly lost: boolean; readonly seen: Seen }
  | { readonly _tag: 'end'; readonly name: string; readonly noise: readonly string[] };

const pageRun = ([page, count, flags, mapcount, kind, pfn]: RawProcess['m'][number]): PageRun => ({
  page,
  count,
  flags,
  ...(mapcount === undefined ? {} : { mapcount }),
  ...(kind === undefined ? {} : { kind }),
  ...(pfn === undefined ? {} : { pfn }),
});

type RawEntry = NonNullable<RawProcess['k']>[number];

const entryRun = ([page, count, level, bits, refcount, pincount, word]: RawEntry, hugetlb: boolean): EntryRun => {
  const wrong = word === undefined ? undefined : wrongWord(level, bits, word, hugetlb);
  return {
    page,
    count,
    level,
    bits,
    ...(refcount < 0 ? {} : { refcount, pincount }),
    ...(wrong === undefined ? {} : { wrong }),
  };
};

const processSeen = ({ pt, rss, vma, m, k, dep, share, huge, smaps }: RawProcess): ProcessSeen => ({
  pt,
  rss,
  vmas: vma.map(([page, count, perm]) => ({ page, count, perm })),
  pages: m.map(pageRun),
  ...(k === undefined ? {} : { entries: k.map((one) => entryRun(one, huge !== undefined)) }),
  ...(dep === undefined ? {} : { deposits: dep }),
  ...(share === undefined ? {} : { shares: share }),
  ...(huge === undefined ? {} : { hugetlb: huge }),
  ...(smaps === undefined ? {} : { smaps }),
});

const stepSeen = ({ op, r, e, sig, at, p, pool }: RawStep): Seen => ({
  ...(pool === undefined ? {} : { pool: { free: pool[0], reserved: pool[1] } }),
  answer: {
    ok: r >= 0 && sig === undefined,
    ...(e === undefined ? {} : { errno: e }),
    ...(sig === undefined ? {} : { signal: sig }),
    ...(at === undefined ? {} : { at }),
    ...(r >= 0 && /^(p\d+ )?((guest|mem)-)?read /.test(op) ? { value: r } : {}),
  },
  processes: new Map(
    Object.entries(p)
      .map(([worker, one]) => [Number(worker), processSeen(one)] as const)
      .toSorted(([a], [b]) => a - b),
  ),
});

/** @throws SyntaxError when the line is no JSON; TypeError when it is none of the runner's. */
export const readRunnerLine = (line: string): RunnerLine => {
  const raw = JSON.parse(line) as Header | { seq: string } | RawStep | { end: string; noise: readonly string[] };
  if ('runner' in raw) return { _tag: 'header', header: raw };
  if ('seq' in raw) return { _tag: 'begin', name: raw.seq };
  if ('end' in raw) return { _tag: 'end', name: raw.end, noise: raw.noise };
  if ('p' in raw) return { _tag: 'step', op: raw.op, lost: raw.lost === true, seen: stepSeen(raw) };
  throw new TypeError(`not a line of the runner: ${line}`);
};
