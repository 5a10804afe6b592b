/**
 * The scenarios in which mistakes of "HugeTLB high-granularity mapping" were first told, operation by operation, on any of its
 * versions: what each operation returns, and what it violates.
 */
import { askedOf } from '../../checker/hugetlb_catalogue.ts';
import type { Mapping } from '../../model/hugetlb/mmap.ts';
import { hugetlbKernelWith } from '../../model/hugetlb/releases/kernels.ts';
import { HGM_VERSIONS } from '../../model/hugetlb/series/hgm.ts';
import { type HugetlbGeometry, pagesOf, SMALL_HUGETLB } from '../../model/state/hugetlb/geometry.ts';
import { hugetlbSpecOf } from '../../spec/hugetlb/all.ts';
import { type HugetlbMachine, hugetlbMachine } from '../model/hugetlb/play.ts';
import { continuing, range } from '../model/hugetlb/versions.ts';

type Step = Parameters<HugetlbMachine['play']>;

export const shared = (at: number, pages: number): Mapping => ({
  name: `pages ${at}..${at + pages - 1}`,
  file: 0,
  at,
  pages,
  pgoff: 0,
  shared: true,
});

export const continues = (from: number, to: number): Step => ['userfaultfd_continue', continuing(from, to)];
export const writeprotects = (from: number, to: number): Step => [
  'userfaultfd_writeprotect',
  { ...range(from, to), wp: 'on' },
];
export const collapses = (from: number, to: number): Step => ['hugetlb_collapse', range(from, to)];
export const munmaps = (from: number, to: number): Step => ['hugetlb_munmap', range(from, to)];
export const reads = (page: number): Step => ['hugetlb_fault', { page, access: 'read' }];
export const writes = (page: number): Step => ['hugetlb_fault', { page, access: 'write' }];
export const forks: Step = ['hugetlb_fork'];
export const migrates = (page: number): Step => ['hugetlb_migrate', { page }];
export const endsMigration: Step = ['hugetlb_remove_migration', { row: 0 }];

export interface Scenario {
  readonly mappings: readonly Mapping[];
  readonly modes?: readonly string[];
  /** UFFD_FEATURE_EVENT_FORK, so that a child keeps what its parent has registered. */
  readonly eventFork?: boolean;
  readonly geometry?: Partial<HugetlbGeometry>;
  /** What follows once all is mapped, in the page cache, registered, and of high granularity. */
  readonly steps: readonly Step[];
}

interface Seen {
  /** The operations with what they returned: `hugetlb_fork: ok`. */
  readonly said: readonly string[];
  /** What was violated by any of them. */
  readonly violated: readonly string[];
}

/** Plays a scenario on a version, with other values of some toggles. @throws Error where an operation is not possible. */
export const playOn = (version: string, scenario: Scenario, settings: Readonly<Record<string, string>> = {}): Seen => {
  const { mappings, modes = ['minor'], eventFork = false, steps } = scenario;
  const { sets } = HGM_VERSIONS.find((one) => one.version === version)!;
  const own = sets.filter(({ toggle }) => settings[toggle] === undefined);
  const others = Object.entries(settings).map(([toggle, value]) => ({ toggle, value, evidence: 'asked' as const }));
  const all = [...own, ...others];
  const geometry = { ...SMALL_HUGETLB, ...scenario.geometry };
  const properties = hugetlbSpecOf({ ...askedOf('v6.1', all), geometry });
  const m = hugetlbMachine({ kernel: hugetlbKernelWith('v6.1', all), geometry, mappings, properties });
  const byFeature = version.startsWith('rfc');
  const features = [
    ...(byFeature ? ['MINOR_HUGETLBFS_HGM', 'EXACT_ADDRESS'] : []),
    'WP_HUGETLBFS_SHMEM',
    ...(eventFork ? ['EVENT_FORK'] : []),
  ];
  const everything = range(0, pagesOf(geometry));
  const hugepages = Array.from({ length: geometry.fileHugepages }, (_, index) => index);
  const begin: readonly Step[] = [
    ...mappings.map(({ name }): Step => ['hugetlbfs_file_mmap', { mapping: name }]),
    ...hugepages.map((index): Step => ['hugetlbfs_fallocate', { at: { file: 0, index } }]),
    ...(byFeature ? [] : ([['hugetlb_madv_split', everything]] satisfies Step[])),
    ['userfaultfd_api', { features }],
    ['userfaultfd_register', { ...everything, modes }],
  ];
  const said: string[] = [];
  const violated = new Set<string>();
  for (const [i, step] of [...begin, ...steps].entries()) {
    const result = m.play(...step);
    if (result === 'not possible') throw new Error(`${step[0]} is not possible on ${version}`);
    if (i >= begin.length) said.push(`${step[0]}: ${result}`);
    for (const name of m.violated) violated.add(name);
    if (result.startsWith('bug ')) break;
  }
  return { said, violated: [...violated] };
};
