/**
 * What releases of hugetlb differ in is seen: for each difference one quick world whose search comes to something else on a release
 * without it, its value being that of v7.1. What no world of operations can show is on a list, with the reason.
 */
import { describe, expect, it } from '@effect/vitest';
import { HUGETLB_WORLD_ENTRIES } from '../../checker/hugetlb_catalogue.ts';
import { explore } from '../../checker/search/index.ts';
import { HUGETLB_DIFFERENCES } from '../../model/hugetlb/releases/differences.ts';
import {
  HUGETLB_RELEASES,
  type HugetlbDifference,
  type HugetlbRelease,
} from '../../model/hugetlb/releases/releases.ts';
import { foundText } from './found_text.ts';

/** The world that shows a difference. */
const WORLDS: Readonly<Record<string, string>> = {
  'hugetlb-poison-marker': 'hugetlb-uffd',
  'hugetlb-marker-fault': 'hugetlb-wp-again',
  'hugetlb-leftover-wp': 'hugetlb-wp-again',
  'hugetlb-zap-marker': 'hugetlb-wp-fork',
  'hugetlb-register-wp': 'hugetlb-wp-again',
  'hugetlb-zap-reserve': 'hugetlb-move-owner',
  'hugetlb-ref-private': 'hugetlb-move-owner',
  'hugetlb-anon-vma': 'hugetlb-copy',
  'hugetlb-copy-pool': 'hugetlb-copy',
  'hugetlb-fork-share-count': 'hugetlb-private-fork',
  'hugetlb-private-lock': 'hugetlb-truncate',
  'hugetlb-writenotify': 'hugetlb-wp',
  'hugetlb-wp-resolve': 'hugetlb-wp-again',
  'hugetlb-wp-vmas': 'hugetlb-wp',
  'hugetlb-wp-tables': 'hugetlb-wp-tables',
  'hugetlb-protect-marker': 'hugetlb-wp',
  'hugetlb-protect-migration': 'hugetlb-wp-migration',
  'hugetlb-fork-swap': 'hugetlb-migration',
  'hugetlb-fork-leaf': 'hugetlb-wp-fork',
  'hugetlb-fork-pinned': 'hugetlb-wp-pinned',
  'hugetlb-move-skip': 'hugetlb-move-far',
  'hugetlb-move-wp': 'hugetlb-move',
  'hugetlb-mremap-fixup': 'hugetlb-move-fails',
  'hugetlb-split-unshare': 'hugetlb-pmd-split',
  'hugetlb-migration-lock': 'hugetlb-wp-migration',
  'hugetlb-poison-migratable': 'hugetlb-hwpoison-move',
  'hugetlb-shared-pmd': 'hugetlb-pmd-share',
  'hugetlb-smaps-swap': 'hugetlb-readers',
  'hugetlb-mbind-migration': 'hugetlb-readers',
};

const ONE_VALUE = 'all releases have the same value: it is a what-if';
/** Where a value is set to be seen that shows on no release that has it: a release that leaves protection behind at fork(), or v7.1. */
const SET_ON: Readonly<Record<string, HugetlbRelease>> = { 'hugetlb-zap-marker': 'v6.1.192' };

const NOT_LEFT = 'that release leaves no protection without a registration behind: hugetlb-register-wp';
/** Differences that show nowhere, or not on a release that has them. */
const NOT_SHOWN: readonly (readonly [difference: string, on: HugetlbRelease | 'any', why: string])[] = [
  ['hugetlb-fill-marker', 'any', ONE_VALUE],
  ['hugetlb-move-share', 'any', ONE_VALUE],
  ['hugetlb-munmap-opens', 'any', 'the VMA lock has to be missing: test/model/hugetlb/split.test.ts'],
  ['hugetlb-register-nothing', 'any', 'only the error differs, and no property asks for it: table_of_errors.test.ts'],
  ['hugetlb-wp-resolve', 'v6.1', 'vm_page_prot lets write there as well: hugetlb-writenotify'],
  ['hugetlb-marker-fault', 'v7.3', NOT_LEFT],
  ['hugetlb-leftover-wp', 'v7.3', NOT_LEFT],
  ['hugetlb-zap-marker', 'v7.3', NOT_LEFT],
];
const isNotShown = (difference: string, release: HugetlbRelease): boolean =>
  NOT_SHOWN.some(([name, on]) => name === difference && on === release);

const own = ({ values }: HugetlbDifference): string => values[0]!.value;

const found = new Map<string, string>();
/** What the search of a world comes to: '45 states, 341 transitions, depth 8; H12 7'. */
const resultOf = (world: string, kernel: HugetlbRelease, toggle?: string, value?: string): string => {
  const key = [world, kernel, toggle, value].join(' ');
  const known = found.get(key);
  if (known !== undefined) return known;
  const settings = toggle === undefined ? [] : [{ toggle, value: value!, evidence: 'source' as const }];
  const { build } = HUGETLB_WORLD_ENTRIES.find(({ name }) => name === world)!;
  const result = foundText(explore(build({ kernel, arch: 'x86_64', series: [], settings }, 'quick')));
  found.set(key, result);
  return result;
};

const listed = NOT_SHOWN.flatMap(([name, on]) => (on === 'any' ? [name] : []));
const parting = HUGETLB_DIFFERENCES.filter(({ name }) => !listed.includes(name)).flatMap((difference) =>
  HUGETLB_RELEASES.filter((release) => difference.at[release] !== own(difference)).map((release) => ({
    name: difference.name,
    release,
    value: difference.at[release],
    without: own(difference),
  })),
);

describe.each(parting)('$name=$value of $release', ({ name, release, without }) => {
  const world = WORLDS[name]!;
  it('is seen there, or is not, as listed', { timeout: 60_000 }, () => {
    const isSeen = resultOf(world, release) !== resultOf(world, release, name, without);
    expect(isSeen).toBe(!isNotShown(name, release));
  });
});

const hidden = parting.filter(
  ({ name, value }) =>
    !parting.some((one) => one.name === name && one.value === value && !isNotShown(name, one.release)),
);

it.each(hidden)('$name=$value is seen where it is set', { timeout: 60_000 }, ({ name, value }) => {
  const on = SET_ON[name] ?? 'v7.1';
  expect(resultOf(WORLDS[name]!, on, name, value)).not.toBe(resultOf(WORLDS[name]!, on));
});

it('every difference has a world, or is listed', () => {
  const names = HUGETLB_DIFFERENCES.map(({ name }) => name);
  expect([...Object.keys(WORLDS), ...listed].toSorted()).toEqual(names.toSorted());
});

const valuesOf = ({ at }: HugetlbDifference): number => new Set(Object.values(at)).size;
it('what is listed as a what-if is one', () => {
  const whatIfs = NOT_SHOWN.flatMap(([name, , why]) => (why === ONE_VALUE ? [name] : []));
  expect(HUGETLB_DIFFERENCES.filter((one) => whatIfs.includes(one.name) && valuesOf(one) > 1)).toEqual([]);
});
