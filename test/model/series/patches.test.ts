/** Series patch by patch: what is written down of the patches, and that each prefix of each version is a kernel that can be searched. */
import * as Effect from 'effect/Effect';
import { describe, expect, it } from '@effect/vitest';
import { catalogue } from '../../../checker/mm_catalogue.ts';
import { kernelsOf } from '../../../checker/plan.ts';
import { explore } from '../../../checker/search/index.ts';
import { unchanged } from '../../../model/hugetlb/series/hgm/unchanged.ts';
import { type Cover, knownBy, postedWith, prefixOf, type Setting, versionOf } from '../../../model/series/patch.ts';

const versions = catalogue.series.flatMap(({ name, base = 'v7.1', versions: all }) =>
  all.map((version) => ({ name: `${name}@${version.version}`, series: name, base, version })),
);

const textOf = (sets: readonly Setting[]): readonly string[] => sets.map((one) => `${one.toggle}=${one.value}`);

describe('a patch', () => {
  const cover: Cover = {
    tag: 'PATCH',
    title: 'mm: two',
    author: 'A. Hacker',
    source: { list: 'linux-mm', date: '2026-01-02', id: '20260102.12-1-a@hacker.example' },
  };
  const set = knownBy('mail');
  const patches = [
    { title: 'one', says: 'a', sets: [set('x', '1'), set('y', '1')] },
    { title: 'two', says: 'b', sets: [set('x', '2', 'inferred')], author: 'B. Hacker', commit: 'abc' },
  ];

  it('has what its cover letter has, and a Message-ID that counts on from there', () => {
    const [one, two] = postedWith(cover, patches);
    expect(one).toMatchObject({
      author: 'A. Hacker',
      source: { date: '2026-01-02', id: '20260102.12-2-a@hacker.example' },
    });
    expect(two).toMatchObject({ author: 'B. Hacker', source: { commit: 'abc', id: '20260102.12-3-a@hacker.example' } });
  });
  it('has no Message-ID where that of the cover letter does not tell it', () => {
    const { id: _none, ...source } = cover.source;
    for (const each of [source, { ...source, id: 'cover.1234.git-series.a@hacker.example' }])
      expect(postedWith({ ...cover, source: each }, patches)[0]!.source).not.toHaveProperty('id');
  });
  it('may set again what an earlier one set', () => {
    const version = versionOf({
      version: 'v1',
      says: '',
      before: [set('y', '0')],
      patches: postedWith(cover, patches),
    });
    expect([0, 1, 2].map((count) => textOf(prefixOf(version, count)))).toEqual([
      ['y=0'],
      ['y=1', 'x=1'],
      ['y=1', 'x=2'],
    ]);
    expect(version.sets).toEqual(prefixOf(version, 2));
  });
});

describe.each(versions)('$name', ({ version }) => {
  it('sets what its patches set', () => {
    expect(version.sets).toEqual(prefixOf(version, version.patches.length));
    expect(version.sets.length).toBeGreaterThan(0);
  });
  it('says of each patch what it changes, or why nothing', () => {
    const silent = version.patches.filter(({ title, author, source, says }) =>
      [title, author, source.list, source.date, says].includes(''),
    );
    expect(silent).toEqual([]);
    const unexplained = version.patches.filter(({ says, sets }) => sets.length === 0 && !/^nothing\b/.test(says));
    expect(unexplained).toEqual([]);
  });
});

it('the series have as many patches as were posted', () => {
  const posted = versions.filter(({ version }) => version.cover !== undefined);
  expect(Object.fromEntries(posted.map(({ name, version }) => [name, version.patches.length]))).toEqual({
    'huge-pfnmaps@v2': 19,
    'huge-remap-pfn-range@v1': 2,
    'huge-remap-pfn-range@v2': 2,
    'huge-remap-pfn-range@v3': 4,
    'huge-remap-pfn-range@v4': 7,
    'dax-refcount@v1': 13,
    'dax-refcount@v2': 12,
    'dax-refcount@v3': 25,
    'dax-refcount@v4': 25,
    'dax-refcount@v5': 25,
    'dax-refcount@v9': 20,
    'hgm@rfc1': 26,
    'hgm@rfc2': 47,
    'hgm@v1': 46,
    'hgm@v2': 46,
    'hgm@followup': 2,
    'hgm@hwpoison': 7,
  });
});

it('no two patches have one Message-ID', () => {
  const ids = versions.flatMap(({ version }) => version.patches.flatMap(({ source }) => source.id ?? []));
  expect(ids.length).toBeGreaterThan(150);
  expect(new Set(ids).size).toBe(ids.length);
});

it('a title that nobody gives a reason for is refused', () => {
  expect(unchanged('hugetlb: make huge_pte_lockptr take an explicit shift argument.').says).toMatch(/^nothing/);
  expect(() => unchanged('hugetlb: split it')).toThrow('nobody says why "hugetlb: split it" changes nothing');
});

it.each(versions)('$name.* is one patch more in each run', async ({ name, base, version }) => {
  const kernels = await Effect.runPromise(kernelsOf(catalogue, { kernel: [], series: [`${name}.*`], set: [] }));
  expect(kernels.map(({ series }) => series[0])).toEqual(
    Array.from({ length: version.patches.length + 1 }, (_, count) => `${name}.${count}`),
  );
  expect(new Set(kernels.map(({ kernel }) => kernel))).toEqual(new Set([base]));
});

/** A small world for each series, which tells most of its versions from their base. */
const WORLDS: Readonly<Record<string, string>> = {
  'huge-pfnmaps': 'device-pud',
  'huge-remap-pfn-range': 'pfnmap-one-lock',
  'huge-remap-rfc': 'rfc-touch',
  'dax-refcount': 'fsdax-hole',
  hgm: 'hgm-collapse',
  'hgm-mapcount': 'hgm-continue',
};

const violatedIn = (
  world: string,
  kernel: string,
  settings: readonly Setting[],
  depthMax = Infinity,
): readonly string[] => {
  const { build } = catalogue.worlds.find(({ name }) => name === world)!;
  const choice = { kernel, arch: 'x86_64', series: [], settings };
  const { cut, properties } = explore(build(choice, 'quick'), { depthMax });
  expect(cut).toBe(depthMax === Infinity ? undefined : 'depth');
  return properties.flatMap(({ name, verdict }) => (verdict === 'violated' ? [name] : []));
};

type Version = (typeof versions)[number];

/** What is violated after so many patches; two prefixes that set the same are one kernel. */
const violatedAfter = (() => {
  const known = new Map<string, readonly string[]>();
  return ({ series, base, version }: Version, count: number): readonly string[] => {
    const settings = prefixOf(version, count);
    const key = `${series} ${settings
      .map(({ toggle, value }) => `${toggle}=${value}`)
      .toSorted()
      .join()}`;
    const found = known.get(key) ?? violatedIn(WORLDS[series]!, base, settings);
    known.set(key, found);
    return found;
  };
})();

/** 'hgm@rfc2.17: endless-loop', for each patch that breaks what held before it. */
const broken = (one: Version): readonly string[] =>
  one.version.patches.flatMap((_, i) => {
    const before = violatedAfter(one, i);
    const fresh = violatedAfter(one, i + 1).filter((name) => !before.includes(name));
    return fresh.length === 0 ? [] : [`${one.name}.${i + 1}: ${fresh.join(', ')}`];
  });

describe('every step can be searched', { timeout: 120_000 }, () => {
  it('and here something breaks that held before', () => {
    expect(versions.flatMap(broken).join('\n')).toMatchInlineSnapshot(`
      "huge-remap-pfn-range@v1.2: I-DEP, I-ATOM, I-DEPLOCK, I-NOEMPTY
      huge-remap-pfn-range@v2.2: I-DEP, I-NOEMPTY
      huge-remap-rfc@early-fault.1: no-PMD-table
      huge-remap-rfc@early-fault-refuses.1: I-REACH
      huge-remap-rfc@early-fault-ptes.1: I-FITS
      huge-remap-rfc@remap-in-fault.1: I-NRPTES
      huge-remap-rfc@remap-in-fault-uncounted.1: I-NRPTES
      huge-remap-rfc@split-to-leaves.1: I-RESERVE
      huge-remap-rfc@split-to-leaves-pgprot.1: I-RESERVE
      huge-remap-rfc@split-to-leaves-deposit.1: I-DROP
      dax-refcount@v1.10: I-DAXSHARE
      dax-refcount@v2.10: I-DAXSHARE
      dax-refcount@v3.21: I-SPECIAL, I-TRANS, I-REF, WARN-dax
      dax-refcount@v4.21: I-SPECIAL, I-TRANS, I-REF, WARN-dax
      dax-refcount@v5.21: I-SPECIAL, I-TRANS, I-REF, WARN-dax
      dax-refcount@v9.19: I-SPECIAL, I-TRANS, I-REF, WARN-dax
      hgm@rfc1.20: H5, H5-MAPPED, H6, H7-BELOW, H9, H10, swap-entry-as-table
      hgm@rfc1.22: H13
      hgm@rfc2.17: endless-loop, WARN(marker-not-leaf)
      hgm@rfc2.40: H5, H5-MAPPED, H6, H9, H10, H16-EXISTS, BUG_ON(start & ~huge_page_mask)
      hgm@v1.39: H9, H16-EXISTS, BUG_ON(start & ~huge_page_mask), WARN(wp-small)
      hgm@v2.39: H5-MAPPED, H9, BUG_ON(start & ~huge_page_mask), WARN(wp-small)
      hgm-mapcount@M3.1: H5-MAPPED"
    `);
  });
  it('as a NACK said of the second patch of v3, whose last patch is not to blame', () => {
    const { version } = versions.find(({ name }) => name === 'huge-remap-pfn-range@v3')!;
    const wrong = [0, 1, 2].map((count) => violatedIn('pfnmap-cache', 'v7.1', prefixOf(version, count), 1));
    expect(wrong).toEqual([[], [], ['I-CACHE']]);
  });
});
