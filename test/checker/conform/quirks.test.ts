/** What is masked of what kernels are known to report otherwise than it is: that, on both sides, and nothing else. */
import { describe, expect, it } from '@effect/vitest';
import { differencesOf, Side } from '../../../checker/conform/compare.ts';
import { masked, QUIRKS, quirksFor } from '../../../checker/conform/quirks.ts';
import type { PageRun, ProcessSeen, Seen } from '../../../checker/conform/seen.ts';

const quirk = (name: string) => QUIRKS.find((one) => one.name === name)!;
const header = (features: Readonly<Record<string, boolean>>) => ({ runner: 1, level: 1, uname: '6.18', features });

const HUGE: PageRun = { page: 0, count: 512, flags: 'HPX', mapcount: 1, kind: 'Ta' };
const SMALL: PageRun = { page: 512, count: 4, flags: 'PFX', mapcount: 1, kind: '' };
const ZERO: PageRun = { page: 1024, count: 512, flags: 'HPFZ', mapcount: 0, kind: 'Tz' };
const SEEN: ProcessSeen = {
  pt: 2,
  rss: [1, 2, 3],
  vmas: [{ page: 0, count: 2048, perm: 'rw-p' }],
  pages: [HUGE, SMALL, ZERO],
  entries: [{ page: 0, count: 512, level: 'pmd', bits: 'wydc0' }],
  deposits: [[0, 1]],
};
const withFlags = (...flags: readonly string[]): ProcessSeen => ({
  ...SEEN,
  pages: SEEN.pages.map((run, i) => ({ ...run, flags: flags[i]! })),
});

const seen = (process: ProcessSeen): Seen => ({ answer: { ok: true }, processes: new Map([[0, process]]) });

/** Those of a kernel with PAGEMAP_SCAN. */
const EVERYWHERE = QUIRKS.filter(({ name }) => name !== 'no-pagemap-scan');

describe('a quirk masks what it says, and nothing else:', () => {
  it.each([
    ['exclusive-in-leaf', SEEN, withFlags('HP', 'PFX', 'HPFZ')],
    ['huge-zero-is-file', SEEN, withFlags('HPX', 'PFX', 'HPZ')],
  ])('%s', (name, before, after) => {
    expect(quirk(name).mask(before)).toEqual(after);
    expect(quirk(name).mask(after)).toEqual(after);
  });
  it('F stays with a leaf of a file, X with a PTE', () => {
    const file = { ...SEEN, pages: [{ ...HUGE, flags: 'HPF' }, SMALL] };
    expect(masked(EVERYWHERE, file).pages).toEqual(file.pages);
  });
  it('pud-leaf-accessed-early', () => {
    const entry = SEEN.entries![0]!;
    const leaf = { ...entry, level: 'pud' as const };
    const { mask } = quirk('pud-leaf-accessed-early');
    expect(mask({ ...SEEN, entries: [leaf, entry] }).entries).toEqual([{ ...leaf, bits: 'wdc0' }, entry]);
    const { entries: _, ...blind } = SEEN;
    expect(mask(blind)).toEqual(blind);
  });
  it('rss-in-batches', () => {
    const { rss: _, ...rest } = SEEN;
    expect(quirk('rss-in-batches').mask(SEEN)).toEqual(rest);
  });
  it('and there are no others', () => {
    expect(QUIRKS.map(({ name }) => name)).toEqual([
      'exclusive-in-leaf',
      'huge-zero-is-file',
      'pud-leaf-accessed-early',
      'dax-page-is-nothing',
      'no-pagemap-scan',
      'rss-in-batches',
    ]);
    for (const { cites, says } of QUIRKS) expect([cites, says].every((text) => text.length > 20)).toBe(true);
  });
});

describe('the quirks of a kernel', () => {
  it('are those that it has, the ones of all kernels too', () => {
    expect(quirksFor(header({ rssexact: true, scan: true })).map(({ name }) => name)).toEqual([
      'exclusive-in-leaf',
      'huge-zero-is-file',
    ]);
    const others = QUIRKS.filter(({ name }) => name !== 'pud-leaf-accessed-early' && name !== 'dax-page-is-nothing');
    expect(quirksFor(header({ rssexact: false, scan: false }))).toEqual(others);
    expect(quirksFor(header({}))).toEqual(others);
  });
  it('are masked one after another', () => {
    const { rss: _, ...rest } = withFlags('P', 'PFX', 'P');
    expect(masked(QUIRKS, SEEN)).toEqual(rest);
    expect(masked([], SEEN)).toEqual(SEEN);
  });
});

describe('masked on both sides', () => {
  const sight = { frames: true, entries: true };
  const differ = (a: ProcessSeen, b: ProcessSeen, quirks = EVERYWHERE) => {
    const lines = (of: Seen) => ({ seen: of, lines: new Side({ quirks, sight }, 512).linesOf(of) });
    return differencesOf(lines(seen(a)), lines(seen(b))).map(({ where }) => where);
  };
  it.each([
    ['X of a leaf', withFlags('HP', 'PFX', 'HPFZ'), ['worker 0 pages']],
    ['F of a zero page', withFlags('HPX', 'PFX', 'HPZ'), ['worker 0 pages']],
    ['counters', { ...SEEN, rss: [0, 0, 0] as const }, ['worker 0 RssFile, RssAnon, RssShmem']],
  ])('%s does not differ, whichever side shows it', (_, other, otherwise) => {
    expect([differ(SEEN, other), differ(other, SEEN)]).toEqual([[], []]);
    expect([differ(SEEN, other, []), differ(other, SEEN, [])]).toEqual([otherwise, otherwise]);
  });
  it('X of a PTE, F of a page, H of a leaf differ as ever', () => {
    for (const flags of [
      ['HPX', 'PF', 'HPFZ'],
      ['HPX', 'PX', 'HPFZ'],
      ['PX', 'PFX', 'HPFZ'],
    ])
      expect(differ(SEEN, withFlags(...flags))).toEqual(['worker 0 pages']);
  });
});

describe('without PAGEMAP_SCAN', () => {
  const quirks = quirksFor(header({ rssexact: true, scan: false }));
  /** As such a kernel reports it: no leaf is told from PTEs, and what it says of a leaf is quirky. */
  const reported = withFlags('PX', 'PFX', 'PF');
  /** As the model has it: of 512 pages one, that of the head, may be mapped twice. */
  const modelled = withFlags('HP', 'PFX', 'HPZ');
  const differ = (a: ProcessSeen, b: ProcessSeen, frames: boolean) => {
    const side = (of: Seen) => ({
      seen: of,
      lines: new Side({ quirks, sight: { frames, entries: false } }, 512).linesOf(of),
    });
    return differencesOf(side(seen(a)), side(seen(b))).map(({ where }) => where);
  };
  it.each([true, false])('neither side is asked for more than pagemap says; with frames: %s', (frames) => {
    expect(differ(modelled, reported, frames)).toEqual([]);
    expect(differ(modelled, { ...reported, pages: [HUGE] }, frames)).toEqual(['worker 0 pages']);
  });
  it('small pages are told apart as ever, by root', () => {
    expect(differ(modelled, withFlags('PX', 'PF', 'PF'), true)).toEqual(['worker 0 pages']);
    expect(differ(modelled, withFlags('PX', 'PX', 'PF'), true)).toEqual(['worker 0 pages']);
  });
});
