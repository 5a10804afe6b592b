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
    const text = (sets: readonly Setting[]) => sets.map((one) => `${one.toggle}=${one.value}`);
    expect([0, 1, 2].map((count) => text(prefixOf(version, count)))).toEqual([['y=0'], ['y=1', 'x=1'], ['y=1', 'x=2']]);
    expect(version.sets).toEqual(prefixOf(version, 2));
  });
});

describe.each(versions)('$name', ({ version }) => {
  it('sets what its patches set', () => {
    expect(version.sets).toEqual(prefixOf(version, version.patches.length));
    expect(version.sets.length).toBeGreaterThan(0);
  });
  it('says of each patch what it changes, or why nothing', () => {
    for (const { title, author, source, says, sets } of version.patches) {
      for (const text of [title, author, source.list, source.date, says]) expect(text).not.toBe('');
      if (sets.length === 0) expect([title, says]).toEqual([title, expect.stringMatching(/^nothing\b/)]);
    }
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

/** Small worlds in which each series can be told from its base. */
const WORLDS: Readonly<Record<string, readonly string[]>> = {
  'huge-pfnmaps': ['device-pud', 'vfio-align'],
  'huge-remap-pfn-range': ['pfnmap-one-lock', 'pfnmap-l1tf'],
  'huge-remap-rfc': ['rfc-touch'],
  'dax-refcount': ['fsdax-hole', 'dax-reflink'],
  hgm: ['hgm-collapse', 'hgm-fork'],
  'hgm-mapcount': ['hgm-continue'],
};

/** What is violated in the worlds of its series, after each patch that sets anything: 'H5 in hgm-fork'. */
const violatedAfter = ({
  series,
  base,
  version,
}: (typeof versions)[number]): ReadonlyMap<number, ReadonlySet<string>> => {
  const worlds = catalogue.worlds.filter(({ name }) => WORLDS[series]!.includes(name));
  const counts = [0, ...version.patches.flatMap(({ sets }, i) => (sets.length > 0 ? [i + 1] : []))];
  return new Map(
    counts.map((count) => {
      const choice = { kernel: base, arch: 'x86_64', series: [], settings: prefixOf(version, count) };
      const violated = worlds.flatMap(({ name, build }) => {
        const { cut, properties } = explore(build(choice, 'quick'));
        expect(cut).toBeUndefined();
        return properties.filter(({ verdict }) => verdict === 'violated').map((one) => `${one.name} in ${name}`);
      });
      return [count, new Set(violated)] as const;
    }),
  );
};

/** '17/47: + endless-loop in hgm-fork', for each patch that breaks anything which held before it. */
const broken = (one: (typeof versions)[number]): readonly string[] => {
  const steps = [...violatedAfter(one)];
  return steps.flatMap(([count, here], i) => {
    const before = steps[i - 1]?.[1] ?? new Set();
    const fresh = [...here].filter((name) => count > 0 && !before.has(name));
    return fresh.length === 0 ? [] : [`${one.name}.${count}: ${fresh.join(', ')}`];
  });
};

it('every step can be searched, and some are where something breaks', { timeout: 120_000 }, () => {
  expect(versions.flatMap(broken).join('\n')).toMatchInlineSnapshot(`
    "huge-pfnmaps@v2.19: I-ALIGN in vfio-align
    huge-remap-pfn-range@v1.2: I-DEP in pfnmap-l1tf, I-L1TF in pfnmap-l1tf, I-ATOM in pfnmap-l1tf, I-DEPLOCK in pfnmap-l1tf, I-NOEMPTY in pfnmap-l1tf, I-DEP in pfnmap-one-lock, I-ATOM in pfnmap-one-lock, I-DEPLOCK in pfnmap-one-lock, I-NOEMPTY in pfnmap-one-lock
    huge-remap-pfn-range@v2.2: I-DEP in pfnmap-l1tf, I-L1TF in pfnmap-l1tf, I-NOEMPTY in pfnmap-l1tf, I-DEP in pfnmap-one-lock, I-NOEMPTY in pfnmap-one-lock
    huge-remap-pfn-range@v3.4: I-L1TF in pfnmap-l1tf
    huge-remap-pfn-range@v4.7: I-L1TF in pfnmap-l1tf
    huge-remap-rfc@early-fault.1: no-PMD-table in rfc-touch
    huge-remap-rfc@early-fault-refuses.1: I-REACH in rfc-touch
    huge-remap-rfc@early-fault-ptes.1: I-FITS in rfc-touch
    huge-remap-rfc@remap-in-fault.1: I-NRPTES in rfc-touch
    huge-remap-rfc@remap-in-fault-uncounted.1: I-NRPTES in rfc-touch
    huge-remap-rfc@split-to-leaves.1: I-RESERVE in rfc-touch
    huge-remap-rfc@split-to-leaves-pgprot.1: I-RESERVE in rfc-touch
    huge-remap-rfc@split-to-leaves-deposit.1: I-DROP in rfc-touch
    dax-refcount@v1.10: I-DAXSHARE in fsdax-hole, I-DAXSHARE in dax-reflink, I-DAXTAG in dax-reflink, I-DAXWAIT in dax-reflink
    dax-refcount@v3.21: I-SPECIAL in fsdax-hole, I-TRANS in fsdax-hole, I-REF in fsdax-hole, WARN-dax in fsdax-hole, I-DAXSHARE in dax-reflink
    dax-refcount@v4.21: I-SPECIAL in fsdax-hole, I-TRANS in fsdax-hole, I-REF in fsdax-hole, WARN-dax in fsdax-hole, I-DAXSHARE in dax-reflink
    dax-refcount@v5.21: I-SPECIAL in fsdax-hole, I-TRANS in fsdax-hole, I-REF in fsdax-hole, WARN-dax in fsdax-hole, I-DAXSHARE in dax-reflink
    dax-refcount@v9.19: I-SPECIAL in fsdax-hole, I-TRANS in fsdax-hole, I-REF in fsdax-hole, WARN-dax in fsdax-hole, I-DAXSHARE in dax-reflink
    hgm@rfc1.20: H5 in hgm-fork, H5-MAPPED in hgm-fork, H7-BELOW in hgm-fork, swap-entry-as-table in hgm-fork, H5 in hgm-collapse, H5-MAPPED in hgm-collapse, H6 in hgm-collapse, H7-BELOW in hgm-collapse, H9 in hgm-collapse, H10 in hgm-collapse, swap-entry-as-table in hgm-collapse
    hgm@rfc1.22: H13 in hgm-collapse
    hgm@rfc2.17: endless-loop in hgm-fork, WARN(marker-not-leaf) in hgm-fork, endless-loop in hgm-collapse, WARN(marker-not-leaf) in hgm-collapse
    hgm@rfc2.40: H16-EXISTS in hgm-fork, H5 in hgm-collapse, H5-MAPPED in hgm-collapse, H6 in hgm-collapse, H9 in hgm-collapse, H10 in hgm-collapse, H16-EXISTS in hgm-collapse, BUG_ON(start & ~huge_page_mask) in hgm-collapse
    hgm@v1.39: H16-EXISTS in hgm-fork, H9 in hgm-collapse, H16-EXISTS in hgm-collapse, BUG_ON(start & ~huge_page_mask) in hgm-collapse, WARN(wp-small) in hgm-collapse
    hgm@v2.39: H5-MAPPED in hgm-fork, lock-held-at-return in hgm-fork, H5-MAPPED in hgm-collapse, H9 in hgm-collapse, BUG_ON(start & ~huge_page_mask) in hgm-collapse, WARN(wp-small) in hgm-collapse
    hgm-mapcount@M3.1: H5-MAPPED in hgm-continue"
  `);
});
