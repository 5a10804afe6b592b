/**
 * What each version of high granularity is set to is seen: for each setting one quick world whose search comes to something else when
 * the setting alone is as in the base of the series. What no world of operations can show is on a list, with the reason.
 */
import { describe, expect, it } from '@effect/vitest';
import { HUGETLB_WORLD_ENTRIES, hugetlbSettingsIn } from '../../checker/hugetlb_catalogue.ts';
import { explore } from '../../checker/search/index.ts';
import { HUGETLB_TOGGLES } from '../../model/hugetlb/releases/kernels.ts';
import { HGM_VERSIONS } from '../../model/hugetlb/series/hgm.ts';
import { foundText } from './found_text.ts';

/** The world that shows a setting. */
const WORLDS: Readonly<Record<string, string>> = {
  'hugetlb-poison-migratable': 'hgm-broken',
  'hugetlb-protect-marker': 'hgm-protect',
  'hugetlb-protect-migration': 'hgm-protect-moving',
  'hugetlb-shared-pmd': 'hugetlb-pmd-share',
  'hugetlb-split-unshare': 'hugetlb-pmd-split',
  'hugetlb-wp-resolve': 'hgm-protect-moving',
  'hugetlb-writenotify': 'hgm-protect',
  'hgm-api': 'hgm-lockless',
  'hgm-collapse': 'hgm-collapse',
  'hgm-collapse-asks': 'hgm-lockless',
  'hgm-collapse-errno': 'hgm-migration',
  'hgm-collapse-flush': 'hgm-guest',
  'hgm-collapse-usage': 'hgm-gup',
  'hgm-dontneed-vma': 'hgm-truncate',
  'hgm-enabled-by': 'hgm-continue',
  'hgm-follow-page': 'hgm-gup',
  'hgm-fork-child': 'hgm-fork',
  'hgm-fork-ref': 'hgm-fork',
  'hgm-fork-unlock': 'hgm-fork',
  'hgm-gup-page': 'hgm-gup',
  'hgm-gup-skip': 'hgm-gup',
  'hgm-hwpoison': 'hgm-hwpoison',
  'hgm-hwpoison-enable': 'hgm-hwpoison',
  'hgm-hwpoison-fault': 'hgm-hwpoison',
  'hgm-hwpoison-flush': 'hgm-hwpoison',
  'hgm-hwpoison-list': 'hgm-hwpoison',
  'hgm-hwpoison-split-at': 'hgm-hwpoison',
  'hgm-hwpoison-unmapped': 'hgm-hwpoison',
  'hgm-kept-at': 'hgm-split-vma',
  'hgm-mapcount': 'hgm-readers',
  'hgm-maps-page': 'hgm-lockless',
  'hgm-marker': 'hgm-protect',
  'hgm-mbind-last': 'hgm-readers',
  'hgm-mbind-small': 'hgm-readers',
  'hgm-move-unit': 'hgm-move',
  'hgm-pmd-share': 'hugetlb-pmd-share',
  'hgm-protect-marker': 'hgm-protect',
  'hgm-protect-none': 'hgm-protect',
  'hgm-refcount-limit': 'hgm-overflow',
  'hgm-split-lock': 'hgm-lockless',
  'hgm-walk': 'hgm-split-vma',
  'hgm-wp-small': 'hgm-protect',
};

const ONLY_RETURNED = 'only what MADV_COLLAPSE returns: played in test/model/hugetlb/hugetlb_collapse.test.ts';
/** Settings of a version that show nowhere. */
const NOT_SHOWN: readonly (readonly [version: string, toggle: string, why: string])[] = [
  ['rfc1', 'hgm-collapse-asks', ONLY_RETURNED],
  ['rfc1', 'hgm-fork-child', "a child's VMA is as shared as its parent's, so that it is enabled in both"],
  ['rfc1', 'hgm-fork-mapcount', 'H5 fails sooner, without a child: played in test/model/hugetlb/fork.test.ts'],
  ['rfc1', 'hgm-protect-marker', 'the walk has taken the marker for a table before'],
  ['rfc2', 'hgm-collapse-poison', ONLY_RETURNED],
  [
    'v1',
    'hgm-collapse-poison',
    'what it leaves can be had in another order: played in test/model/hugetlb/hugetlb_collapse.test.ts',
  ],
  ['v2', 'hgm-maps-page', 'what is mapped in parts does not count as mapped, so that nobody asks'],
  [
    'v2',
    'hugetlb-wp-tables',
    'worlds of high granularity do not protect what has no table: played in test/model/hugetlb/protect.test.ts',
  ],
  ['hwpoison', 'hgm-hwpoison-undo', 'an allocation has to fail: hgm-hwpoison in size standard'],
  [
    'hwpoison',
    'hgm-hwpoison-again',
    'a hugepage mapped in parts does not count as mapped: played in test/model/hugetlb/hwpoison_pages.test.ts',
  ],
];
/** What is set instead, where the base's value is not that of a kernel that does it right. */
const INSTEAD: Readonly<Record<string, string>> = { 'hgm-maps-page': 'maybe', 'hgm-mapcount': 'M2' };
const OF_BASE = hugetlbSettingsIn('v6.1');
/** What the base of the versions has: a value of its own, or the first one. */
const ofBase = (toggle: string): string =>
  OF_BASE.find((one) => one.toggle === toggle)?.value ??
  HUGETLB_TOGGLES.find(({ name }) => name === toggle)!.values[0]!.value;
/** As far as the worlds are searched that are large. */
const DEPTHS: Readonly<Record<string, number>> = { 'hgm-hwpoison': 8 };

type Sets = (typeof HGM_VERSIONS)[number]['sets'];
const found = new Map<string, string>();
/** '45 states, 341 transitions, depth 8; H12 7' */
const resultOf = (world: string, version: string, settings: Sets, key: string): string => {
  const known = found.get(`${world} ${version} ${key}`);
  if (known !== undefined) return known;
  const { build } = HUGETLB_WORLD_ENTRIES.find(({ name }) => name === world)!;
  const choice = { kernel: 'v6.1', arch: 'x86_64', series: [`hgm@${version}`], settings };
  const result = foundText(explore(build(choice, 'quick'), { depthMax: DEPTHS[world] ?? Infinity }));
  found.set(`${world} ${version} ${key}`, result);
  return result;
};

/** Of versions that are another one with something on top, only that. */
const V2 = HGM_VERSIONS.find(({ version }) => version === 'v2')!.sets;
const isOfV2 = ({ toggle, value }: Sets[number]): boolean =>
  V2.some((one) => one.toggle === toggle && one.value === value);
const cases = HGM_VERSIONS.flatMap(({ version, sets }) =>
  sets
    .filter((one) => version === 'v2' || !['followup', 'hwpoison'].includes(version) || !isOfV2(one))
    .map(({ toggle, value }) => ({ version, sets, toggle, value, without: INSTEAD[toggle] ?? ofBase(toggle) }))
    .filter(({ value, without }) => value !== without),
);
const isNotShown = (version: string, toggle: string): boolean =>
  NOT_SHOWN.some(([of, name]) => of === version && name === toggle);

describe.each(cases.filter(({ version, toggle }) => !isNotShown(version, toggle)))(
  '$toggle=$value of $version',
  ({ version, sets, toggle, without }) => {
    const world = WORLDS[toggle]!;
    it('is seen', () => {
      const evidence = 'mail' as const;
      const reset = [...sets.filter((one) => one.toggle !== toggle), { toggle, value: without, evidence }];
      expect(resultOf(world, version, reset, toggle)).not.toBe(resultOf(world, version, sets, ''));
    });
  },
);

it('what is listed as not shown is a setting, and every world shows one', () => {
  const all = cases.map(({ version, toggle }) => `${version} ${toggle}`);
  expect(NOT_SHOWN.map(([version, toggle]) => `${version} ${toggle}`).filter((one) => !all.includes(one))).toEqual([]);
  const shown = new Set(
    cases.filter(({ version, toggle }) => !isNotShown(version, toggle)).map(({ toggle }) => toggle),
  );
  expect(Object.keys(WORLDS).toSorted()).toEqual([...shown].toSorted());
});
