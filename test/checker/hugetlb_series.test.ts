/**
 * Worlds of high granularity on every version of its series: how many states, and what is violated after how many operations. A
 * count that changes is a model that changed, and the difference must say so. `PIN=write npm test` writes the counts anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@effect/vitest';
import { HUGETLB_WORLD_ENTRIES } from '../../checker/hugetlb_catalogue.ts';
import { explore } from '../../checker/search/index.ts';
import { HGM_VERSIONS } from '../../model/hugetlb/series/hgm.ts';

const PINNED = fileURLToPath(new URL('hugetlb_series.pinned.txt', import.meta.url));
const writes = process.env['PIN'] === 'write';
const pinned = writes ? [] : readFileSync(PINNED, 'utf8').trimEnd().split('\n');
const worlds = HUGETLB_WORLD_ENTRIES.filter(({ name }) => name.startsWith('hgm-'));

/** 'hgm-protect on rfc2: 91 states, 826 transitions, depth 10; H5 6, endless-loop 5' */
const lineOf = ({ name, build }: (typeof worlds)[number], { version, sets }: (typeof HGM_VERSIONS)[number]): string => {
  const choice = { kernel: 'v6.1', arch: 'x86_64', series: [`hgm@${version}`], settings: sets };
  const { states, transitions, depth, cut, properties } = explore(build(choice, 'quick'));
  const violated = properties.flatMap((one) =>
    one.verdict === 'violated' ? [`${one.name} ${one.trace!.moves.length}`] : [],
  );
  const size = `${states} states, ${transitions} transitions, depth ${depth}`;
  return `${name} on ${version}: ${cut ?? size}; ${violated.length === 0 ? 'holds' : violated.join(', ')}`;
};

const lines = HGM_VERSIONS.map((version) => ({
  name: version.version,
  lines: worlds.map((one) => lineOf(one, version)),
}));

describe.each(lines)('hgm@$name', ({ name, lines: found }) => {
  it('is as it was', () => {
    expect(found).toEqual(writes ? found : pinned.filter((line) => line.includes(` on ${name}: `)));
  });
});

it('the table has a line for each world on each version', () => {
  const all = lines.flatMap((one) => one.lines);
  if (writes) writeFileSync(PINNED, `${all.join('\n')}\n`);
  expect(writes ? all : pinned).toHaveLength(worlds.length * HGM_VERSIONS.length);
});

/** Bugs of the catalogue that were known, by what shows them: found from nothing, and not on the version that mended them. */
const KNOWN: readonly (readonly [
  bug: string,
  world: string,
  property: string,
  has: readonly string[],
  mended: readonly string[],
])[] = [
  ['G-1, mapcounts that never match', 'hgm-continue', 'H5', ['rfc1'], ['rfc2', 'v1', 'v2', 'followup']],
  ['G-2, counts that overflow', 'hgm-overflow', 'H7', ['rfc2', 'v1'], ['v2', 'followup']],
  ['G-3, a VMA that is split off', 'hgm-split-vma', 'endless-loop', ['rfc2'], ['v1', 'v2']],
  ['G-4, a marker over a table', 'hgm-protect', 'H10', ['rfc2'], ['v1', 'v2']],
  ['G-5, a marker that is tried again', 'hgm-protect', 'endless-loop', ['rfc2'], ['v1', 'v2']],
  ['G-6, pages for bytes in GUP', 'hgm-gup', 'H-GUP', ['rfc2', 'v1'], ['v2', 'followup']],
  ['G-9, a BUG_ON() at a small leaf', 'hgm-protect-moving', 'BUG_ON(wp-small)', ['rfc2'], ['v1', 'v2']],
  ['G-9, a warning there', 'hgm-protect', 'WARN(wp-small)', ['v1', 'v2', 'followup'], ['rfc1', 'rfc2']],
  ['G-9, a BUG_ON() at a small leaf', 'hgm-protect', 'BUG_ON(wp-small)', ['rfc1', 'rfc2'], ['v1', 'v2']],
  ['G-9, where a small leaf has moved to', 'hgm-move', 'BUG_ON(wp-small)', ['rfc1'], ['v1', 'v2', 'followup']],
  ['G-12, a collapse of a part', 'hgm-collapse', 'BUG_ON(start & ~huge_page_mask)', ['rfc2', 'v1', 'v2'], ['rfc1']],
  ['G-13, a flush that comes late', 'hgm-guest', 'two-sizes-in-TLB', ['rfc2', 'v1', 'v2'], ['rfc1']],
  ['G-14, a marker in the way of UFFDIO_CONTINUE', 'hgm-protect', 'H16-EXISTS', ['rfc2', 'v1'], ['v2', 'followup']],
  ['G-15, _nr_pages_mapped', 'hgm-continue', 'H5-MAPPED', ['v2'], ['followup', 'rfc2', 'v1']],
  ['G-16, a test that is inverted', 'hgm-fork', 'lock-held-at-return', ['v2'], ['v1', 'rfc2']],
  ['G-17, a reference and a lock that stay', 'hgm-overflow', 'hung-task', ['v2'], ['v1', 'rfc2']],
  ['G-20, smaps', 'hgm-readers', 'H-SMAPS', ['rfc2', 'v1'], ['v2', 'followup']],
  ['G-21, mbind() where every leaf counts', 'hgm-readers', 'H-MBIND', ['rfc2', 'v1'], []],
  ['G-21, mbind() that asks for the first page', 'hgm-readers', 'H-MBIND', ['v2', 'followup', 'hwpoison'], []],
  ['G-21, mbind() that ends at a small leaf', 'hgm-readers', 'H-MBIND', ['rfc1'], []],
  ['N-1, an offset that is added twice', 'hgm-gup', 'H-NODE', ['v1', 'v2'], ['rfc1']],
  ['N-1, the entry of the hstate', 'hgm-gup', 'page-table-followed', ['rfc2'], ['rfc1', 'v1', 'v2']],
  ['N-2, a collapse that does nothing', 'hgm-collapse', 'H13', ['rfc1'], ['rfc2', 'v1', 'v2']],
  ['N-3, an error that is lost', 'hgm-migration', 'H13', ['v2', 'followup'], ['rfc2', 'v1']],
  ['N-4, a folio that is isolated twice', 'hgm-readers', 'H-MBIND-EIO', ['v2'], ['rfc2', 'v1']],
  [
    'truncation that looks at the first page',
    'hgm-lockless',
    'VM_BUG_ON(folio_mapped)',
    ['v1', 'followup'],
    ['rfc2', 'v2'],
  ],
  ['truncation that does not look at all', 'hgm-lockless', 'H8', ['v2', 'hwpoison'], ['rfc2', 'v1', 'followup']],
  ['N-6, a flush that is forgotten', 'hgm-hwpoison', 'two-sizes-in-TLB', ['hwpoison'], ['v2', 'followup']],
  ['N-7, a lock that is held already', 'hgm-hwpoison', 'self-deadlock', ['hwpoison'], ['v2', 'followup']],
  ['N-7, the page of another one', 'hgm-hwpoison', 'H4', ['hwpoison'], ['v2', 'followup']],
];

describe.each(KNOWN)('%s', (_bug, world, property, has, mended) => {
  const shows = (version: string): boolean => {
    const line = lines.find(({ name }) => name === version)!.lines.find((one) => one.startsWith(`${world} on `))!;
    return line.includes(` ${property} `);
  };
  it('is found where it is', () => {
    expect(has.filter((version) => !shows(version))).toEqual([]);
  });
  it('is not found where it is mended, or never was', () => {
    expect(mended.filter((version) => shows(version))).toEqual([]);
  });
});

/** What has to be mended for mbind() to take what one process maps: the mapcount, or what else ends it. */
const MBIND_MENDED: readonly (readonly [version: string, mended: Readonly<Record<string, string>>])[] = [
  ['rfc1', { 'hgm-mapcount': 'Mfolio', 'hgm-mbind-small': 'queues' }],
  ['rfc2', { 'hgm-mapcount': 'Mfolio' }],
  ['v1', { 'hgm-mapcount': 'Mfolio' }],
  ['v2', { 'hgm-mapcount': 'Mfolio' }],
  ['followup', { 'hgm-mapcount': 'Mfolio' }],
];

describe.each(MBIND_MENDED)('G-21 on %s', (name, mended) => {
  const version = HGM_VERSIONS.find((one) => one.version === name)!;
  const world = worlds.find((one) => one.name === 'hgm-readers')!;
  const isViolated = (toggles: readonly string[]): boolean => {
    const instead = toggles.map((toggle) => ({ toggle, value: mended[toggle]!, evidence: 'mail' as const }));
    const sets = [...version.sets.filter(({ toggle }) => !toggles.includes(toggle)), ...instead];
    return lineOf(world, { ...version, sets }).includes(' H-MBIND ');
  };
  it('is mended by that, and by no less', () => {
    const toggles = Object.keys(mended);
    expect(isViolated(toggles)).toBe(false);
    for (const left of toggles) expect(isViolated(toggles.filter((toggle) => toggle !== left))).toBe(true);
  });
});

it.each(['rfc2', 'v1', 'v2'])(
  'G-23 and G-24: a collapse of %s keeps neither holes nor protection, if it is held to that',
  (name) => {
    const { sets } = HGM_VERSIONS.find(({ version }) => version === name)!;
    const promise = { toggle: 'hgm-collapse-promise', value: 'keeps', evidence: 'inferred' } as const;
    const violatedWith = (settings: typeof sets): readonly string[] => {
      const { build } = worlds.find((one) => one.name === 'hgm-collapse')!;
      const { properties } = explore(build({ kernel: 'v6.1', arch: 'x86_64', series: [], settings }, 'quick'));
      return properties.flatMap((one) => (one.verdict === 'violated' ? [one.name] : []));
    };
    expect(violatedWith([...sets, promise])).toEqual(expect.arrayContaining(['H11', 'H19']));
    expect(violatedWith(sets)).not.toContain('H19');
  },
);
