/** The part of the catalogue that is about hugetlb: joins its model, its spec and its worlds. */
import { HUGETLB_OPERATIONS } from '../model/hugetlb/operations/described.ts';
import { hugetlbSettingsOf } from '../model/hugetlb/releases/differences.ts';
import { HUGETLB_TOGGLES, hugetlbKernelWith, hugetlbSettings } from '../model/hugetlb/releases/kernels.ts';
import { HUGETLB_RELEASES } from '../model/hugetlb/releases/releases.ts';
import { HGM_VERSIONS } from '../model/hugetlb/series/hgm.ts';
import type { HugetlbAlphabet } from '../model/hugetlb/operations/alphabet.ts';
import { MAPCOUNT_QUESTION, MAPCOUNT_VERSIONS } from '../model/hugetlb/series/mapcount.ts';
import { hugetlbWorld } from '../model/hugetlb/world.ts';
import { type HugetlbFacts, type HugetlbSpecOptions, hugetlbSpecOf, type MapcountRule } from '../spec/hugetlb/all.ts';
import {
  type KernelChoice,
  type KernelEntry,
  type OperationEntry,
  type PropertyEntry,
  type QuestionEntry,
  type SeriesEntry,
  type Setting,
  type Size,
  type ToggleEntry,
  toggleEntry,
  type WorldEntry,
} from './catalogue.ts';
import { hugetlbBoundsInWords, hugetlbMachineInWords, hugetlbSizeInWords } from './hugetlb_bounds.ts';
import { withOwnHugetlb } from './own_file/put_on.ts';
import type { World } from './search/index.ts';
import { HUGETLB_WORLDS } from './worlds/hugetlb.ts';
import type { HugetlbWorldEntry } from './worlds/hugetlb_scope.ts';

/** The model that worlds, toggles and series of this part belong to. */
const HUGETLB = 'hugetlb';

/** What a release has of hugetlb that v7.1 has not. */
export const hugetlbSettingsIn = (release: string): readonly Setting[] => {
  const own = HUGETLB_RELEASES.find((one) => one === release);
  return own === undefined ? [] : hugetlbSettingsOf(own);
};

/** Releases of which only hugetlb is modelled. */
export const HUGETLB_KERNELS: readonly KernelEntry[] = [
  {
    name: 'v6.1.192',
    arch: 'x86_64',
    says: 'Linux 6.1.192: v6.1 with the fixes of its stable series; only hugetlb is modelled',
    cites: 'v6.1.192, mm/hugetlb.c, mm/userfaultfd.c, fs/hugetlbfs/inode.c',
    settings: hugetlbSettingsIn('v6.1.192'),
  },
  {
    name: 'v6.1',
    arch: 'x86_64',
    says: 'Linux v6.1 as released, the base of "HugeTLB high-granularity mapping"; only hugetlb is modelled',
    cites: 'v6.1.192 without the fixes of its stable series that are known to concern what is modelled',
    settings: hugetlbSettingsIn('v6.1'),
  },
];

export const HUGETLB_TOGGLE_ENTRIES: readonly ToggleEntry[] = HUGETLB_TOGGLES.map((one) => ({
  ...toggleEntry(one),
  model: HUGETLB,
}));

export const HUGETLB_SERIES: readonly SeriesEntry[] = [
  {
    name: 'hgm',
    base: 'v6.1',
    model: HUGETLB,
    says: '"hugetlb: introduce HugeTLB high-granularity mapping", James Houghton, RFC v1 to v2, and what came after; not merged',
    purpose:
      'parts of a hugepage can be mapped: post-copy migration brings 4K where it had to bring 1G, and memory that breaks takes less with it',
    cites: 'linux-mm, 2022-06-24 to 2023-04-28',
    versions: HGM_VERSIONS,
  },
  {
    name: 'hgm-mapcount',
    base: 'v6.1',
    model: HUGETLB,
    says: 'the rules by which mappings of parts of a hugepage could be counted, without the mistakes of the versions',
    purpose:
      'what high granularity was not merged for: a mapcount that its readers can believe, and that does not overflow',
    cites: 'linux-mm, 2022-06-24 to 2023-03-06, on "hugetlb: introduce HugeTLB high-granularity mapping"',
    versions: MAPCOUNT_VERSIONS,
  },
];

export const HUGETLB_QUESTIONS: readonly QuestionEntry[] = [MAPCOUNT_QUESTION];

export const HUGETLB_OPERATION_ENTRIES: readonly OperationEntry[] = Object.values(HUGETLB_OPERATIONS);

/** What can happen in a world, for the spec: it asks what somebody can break. */
export const factsOf = (a: HugetlbAlphabet): HugetlbFacts => ({
  splits: a.splits.length > 0 || a.uffdApis.some((features) => features.includes('MINOR_HUGETLBFS_HGM')),
  protects: a.registerFor.some((modes) => modes.includes('wp')),
  waits: a.registerFor.some((modes) => modes.includes('minor')),
  continues: a.continues.length > 0,
  copies: a.copies.length > 0,
  writeProtects: a.writeprotects.length > 0,
  faults: a.reads.length + a.writes.length > 0,
  collapses: a.collapses.length > 0,
  forks: a.fork,
  mremaps: a.mremaps.length > 0,
  breaks: a.failures.length > 0,
  asksSmaps: a.smaps,
  asksCore: a.mincores.length > 0,
  asksNodes: a.pageStats.length > 0,
  binds: a.mbinds.length > 0,
  populates: a.gups.length > 0,
});

/** What the kernel claims of itself. Without high granularity no leaf is smaller than the hugepage, and M2 is M0. */
export const askedOf = (
  release: string,
  settings: readonly Setting[],
): Pick<HugetlbSpecOptions, 'mapcount' | 'keptAt' | 'collapseKeeps' | 'poisonOf'> => {
  const all = hugetlbSettings(release, settings);
  const valueOf = (name: string): string | undefined => all.find(({ toggle }) => toggle === name)?.value;
  const rule = RULES.get(valueOf('hgm-mapcount') ?? '');
  const small = (valueOf('hgm-enabled-by') ?? 'no') !== 'no';
  return {
    mapcount: rule ?? (small ? 'M2' : 'M0'),
    keptAt: valueOf('hgm-kept-at') === 'data' ? 'data' : 'flag',
    collapseKeeps: valueOf('hgm-collapse-promise') === 'keeps',
    poisonOf: valueOf('hgm-hwpoison') === 'base' ? 'base' : 'hugepage',
  };
};
/** What mapcounts are asked by, where the kernel has them by this. */
const RULES: ReadonlyMap<string, MapcountRule> = new Map([
  ['M1', 'M1'],
  ['M1-first-page', 'M1'],
  ['Mfolio', 'Mfolio'],
  ['M2', 'M2'],
  ['M3', 'M3'],
  ['M3-repaired', 'M3-repaired'],
]);

const build = (
  { name, sizes }: HugetlbWorldEntry,
  { kernel: release, series, settings, own, through = (made) => made, watch }: Omit<KernelChoice, 'arch'>,
  size: Size,
): World<unknown, unknown> => {
  const { geometry, alphabet, failuresMax } = sizes[size];
  const named = hugetlbKernelWith(release, settings, [release, ...series].join(' + '), watch);
  const kernel = through(withOwnHugetlb(named, own, watch));
  const properties = hugetlbSpecOf({ ...factsOf(alphabet), ...askedOf(release, settings), geometry });
  const world = hugetlbWorld({ name, geometry, kernel, alphabet, failuresMax, properties });
  return { ...world, bounds: hugetlbMachineInWords(geometry) } as unknown as World<unknown, unknown>; // the search passes views and drafts through
};

export const HUGETLB_WORLD_ENTRIES: readonly WorldEntry[] = HUGETLB_WORLDS.map((entry) => ({
  name: entry.name,
  says: entry.says,
  sizes: {
    quick: hugetlbBoundsInWords(entry.sizes.quick),
    standard: hugetlbBoundsInWords(entry.sizes.standard),
    deep: hugetlbBoundsInWords(entry.sizes.deep),
  },
  brief: hugetlbSizeInWords(entry.sizes.quick),
  kernels: HUGETLB_RELEASES,
  model: HUGETLB,
  build: (choice, size) => build(entry, choice, size),
}));

export const HUGETLB_PROPERTY_ENTRIES: readonly PropertyEntry[] = hugetlbSpecOf().map(
  ({ name, says, kind, cites }) => ({
    name,
    says,
    kind,
    ...(cites === undefined ? {} : { cites }),
  }),
);
