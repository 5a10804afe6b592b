/** Two sides of one step: every way to differ is found and told, and nothing else. */
import { describe, expect, it } from '@effect/vitest';
import { differencesOf, type Eye, Side } from '../../../checker/conform/compare.ts';
import type { Answered, PageRun, ProcessSeen, Seen } from '../../../checker/conform/seen.ts';

const ALL: Eye = { quirks: [], sight: { frames: true, entries: true } };

const PROCESS: ProcessSeen = {
  pt: 2,
  rss: [0, 512, 0],
  vmas: [{ page: 512, count: 512, perm: 'rw-p' }],
  pages: [{ page: 512, count: 512, flags: 'HPX', mapcount: 1, kind: 'Ta', pfn: 5120 }],
  entries: [{ page: 512, count: 512, level: 'pmd', bits: 'wydc0', refcount: 1, pincount: 0 }],
  deposits: [[0, 1]],
};
const SEEN: Seen = { answer: { ok: true }, processes: new Map([[0, PROCESS]]) };

const answering = (answer: Answered): Seen => ({ ...SEEN, answer });
const withProcess = (changes: Partial<ProcessSeen>): Seen => ({
  ...SEEN,
  processes: new Map([[0, { ...PROCESS, ...changes }]]),
});
const at = (pfn: number): Seen => withProcess({ pages: [{ ...PROCESS.pages[0]!, pfn }] });
const withWorkers = (...workers: readonly number[]): Seen => ({
  ...SEEN,
  processes: new Map(workers.map((worker) => [worker, PROCESS])),
});

/** The differences after each of some steps, as text. */
const compared = (expected: readonly Seen[], observed: readonly Seen[], eye = ALL): readonly (readonly string[])[] => {
  const [a, b] = [new Side(eye, 512), new Side(eye, 512)];
  return expected.map((want, i) => {
    const got = observed[i]!;
    return differencesOf({ seen: want, lines: a.linesOf(want) }, { seen: got, lines: b.linesOf(got) }).map(
      (one) => `${one.where}: ${one.expected} | ${one.observed}`,
    );
  });
};
const differing = (expected: Seen, observed: Seen, eye = ALL) => compared([expected], [observed], eye)[0]!;

describe('what differs is told:', () => {
  it.each<[string, Seen, Seen, string]>([
    ['what is returned', SEEN, answering({ ok: false, errno: 22 }), 'returns: success | errno 22'],
    [
      'which errno',
      answering({ ok: false, errno: 12 }),
      answering({ ok: false, errno: 22 }),
      'returns: errno 12 | errno 22',
    ],
    ['a signal', SEEN, answering({ ok: false, signal: 7 }), 'returns: success | signal 7'],
    [
      'another signal',
      answering({ ok: false, signal: 11 }),
      answering({ ok: false, signal: 7 }),
      'returns: signal 11 | signal 7',
    ],
    [
      'a byte',
      answering({ ok: true, value: 3 }),
      answering({ ok: true, value: 0 }),
      'returns: success, byte 3 | success, byte 0',
    ],
    [
      'bytes',
      answering({ ok: true, value: 3 }),
      answering({ ok: true, value: 256 }),
      'returns: success, byte 3 | success, byte not the same in all pages',
    ],
    ['tables', SEEN, withProcess({ pt: 1 }), 'worker 0 page-table pages: 2 | 1'],
    ['counters', SEEN, withProcess({ rss: [0, 0, 512] }), 'worker 0 RssFile, RssAnon, RssShmem: 0, 512, 0 | 0, 0, 512'],
    [
      'a VMA',
      SEEN,
      withProcess({ vmas: [{ page: 512, count: 512, perm: 'r--p' }] }),
      'worker 0 VMAs: 512+512 rw-p | 512+512 r--p',
    ],
    ['no VMA', SEEN, withProcess({ vmas: [] }), 'worker 0 VMAs: 512+512 rw-p | none'],
    ['pages', SEEN, withProcess({ pages: [] }), 'worker 0 pages: 512+512 HPX map=1 Ta A+0 | none'],
    [
      'a flag',
      SEEN,
      withProcess({ pages: [{ ...PROCESS.pages[0]!, flags: 'PX' }] }),
      'worker 0 pages: 512+512 HPX map=1 Ta A+0 | 512+512 PX map=1 Ta A+0',
    ],
    [
      'mappings',
      SEEN,
      withProcess({ pages: [{ ...PROCESS.pages[0]!, mapcount: 2 }] }),
      'worker 0 pages: 512+512 HPX map=1 Ta A+0 | 512+512 HPX map=2 Ta A+0',
    ],
    [
      'a kind',
      SEEN,
      withProcess({ pages: [{ ...PROCESS.pages[0]!, kind: 'T' }] }),
      'worker 0 pages: 512+512 HPX map=1 Ta A+0 | 512+512 HPX map=1 T A+0',
    ],
    [
      'a place in a folio',
      SEEN,
      withProcess({ pages: [{ ...PROCESS.pages[0]!, count: 511, pfn: 5121 }] }),
      'worker 0 pages: 512+512 HPX map=1 Ta A+0 | 512+511 HPX map=1 Ta A+1',
    ],
    [
      'an entry',
      SEEN,
      withProcess({ entries: [{ ...PROCESS.entries![0]!, bits: 'ydc0' }] }),
      'worker 0 entries: 512+512 pmd wydc0 ref=1 pins=0 | 512+512 pmd ydc0 ref=1 pins=0',
    ],
    [
      'references',
      SEEN,
      withProcess({ entries: [{ ...PROCESS.entries![0]!, refcount: 2, pincount: 1 }] }),
      'worker 0 entries: 512+512 pmd wydc0 ref=1 pins=0 | 512+512 pmd wydc0 ref=2 pins=1',
    ],
    ['deposits', SEEN, withProcess({ deposits: [] }), 'worker 0 deposits: 0: 1 | none'],
    ['a worker that is gone', withWorkers(0, 1), SEEN, 'worker 1: alive | gone'],
    ['a worker that ought to be', SEEN, withWorkers(0, 2), 'worker 2: gone | alive'],
  ])('%s', (_, expected, observed, text) => {
    expect(differing(expected, observed)).toEqual([text]);
    // And from the other side, the same the other way round.
    const [where, sides] = [text.slice(0, text.indexOf(': ')), text.slice(text.indexOf(': ') + 2).split(' | ')];
    expect(differing(observed, expected)).toEqual([`${where}: ${sides.toReversed().join(' | ')}`]);
  });
  it('all that does, the answer first, then worker by worker', () => {
    const other: Seen = {
      answer: { ok: false, errno: 12 },
      processes: new Map([
        [1, { ...PROCESS, pt: 0 }],
        [0, { ...PROCESS, pt: 1, deposits: [] }],
      ]),
    };
    expect(differing(withWorkers(0, 1), other).map((one) => one.slice(0, one.indexOf(':')))).toEqual([
      'returns',
      'worker 0 page-table pages',
      'worker 0 deposits',
      'worker 1 page-table pages',
    ]);
  });
});

describe('nothing differs', () => {
  it('between a step and itself', () => {
    for (const seen of [SEEN, answering({ ok: false, errno: 12 }), withWorkers(0, 1), withProcess({ pages: [] })])
      expect(differing(seen, seen)).toEqual([]);
  });
  it('where only the observer can tell: the byte, the counters, the entries', () => {
    const { rss: _, entries: _entries, deposits: _deposits, ...less } = PROCESS;
    const plain: Seen = { ...SEEN, processes: new Map([[0, less]]) };
    expect(differing(plain, answering({ ok: true, value: 7 }))).toEqual([]);
    expect(differing(plain, SEEN)).toEqual([]);
    // What is expected must be shown.
    expect(differing(SEEN, plain).length).toBe(3);
  });
  it('when runs are cut at other places', () => {
    const [run] = PROCESS.pages;
    const cut: readonly PageRun[] = [
      { ...run!, count: 100 },
      { ...run!, page: 612, count: 412, pfn: 5220 },
    ];
    expect(differing(SEEN, withProcess({ pages: cut }))).toEqual([]);
    const vmas = [
      { page: 512, count: 2, perm: 'rw-p' },
      { page: 514, count: 510, perm: 'rw-p' },
    ];
    // Of VMAs it is a difference.
    expect(differing(SEEN, withProcess({ vmas })).length).toBe(1);
  });
  it('when folios are others, as long as they stay', () => {
    expect(compared([at(5120), at(5120)], [at(1024), at(1024)])).toEqual([[], []]);
    expect(compared([at(5120), at(5120)], [at(1024), at(2048)])[1]).toEqual([
      'worker 0 pages: 512+512 HPX map=1 Ta A+0 | 512+512 HPX map=1 Ta B+0',
    ]);
    expect(compared([at(5120), at(2048)], [at(1024), at(512)])).toEqual([[], []]);
  });
  it('that cannot be seen: frames need root, entries a machine of their own', () => {
    const blind: Eye = { quirks: [], sight: { frames: false, entries: false } };
    const [run] = PROCESS.pages;
    const other = withProcess({ pages: [{ ...run!, mapcount: 3, kind: '', pfn: 1 }], entries: [], deposits: [] });
    expect(differing(SEEN, other, blind)).toEqual([]);
    expect(differing(SEEN, withProcess({ entries: [] }), { ...ALL, sight: { frames: true, entries: false } })).toEqual(
      [],
    );
    expect(differing(SEEN, withProcess({ pages: [{ ...run!, flags: 'P' }] }), blind)).toEqual([
      'worker 0 pages: 512+512 HPX | 512+512 P',
    ]);
  });
});
