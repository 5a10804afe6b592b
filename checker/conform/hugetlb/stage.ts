/** A world of hugetlb, and how it lies in a real address space. */
import type { HugetlbKernel, Sys } from '../../../model/hugetlb/kernel.ts';
import type { HugetlbAlphabet } from '../../../model/hugetlb/operations/alphabet.ts';
import { hugetlbWorld } from '../../../model/hugetlb/world.ts';
import type { HugetlbGeometry } from '../../../model/state/hugetlb/geometry.ts';
import { type Move, movesOf, type World } from '../../search/index.ts';
import type { Knob } from '../knobs.ts';
import type { Sight } from '../observe.ts';
import { offsetOf, type Placement, placementOf, watchedOf } from '../placement.ts';
import type { PlayedStage } from '../played.ts';
import type { Quirk } from '../quirks.ts';

export interface HugetlbStage extends PlayedStage {
  /** What tells it from a stage of mm. */
  readonly subject: 'hugetlb';
  readonly world: World<Sys, Sys>;
  readonly placement: Placement<HugetlbGeometry>;
  readonly alphabet: HugetlbAlphabet;
  readonly sight: Sight;
  readonly instead: (change: (kernel: HugetlbKernel) => HugetlbKernel) => HugetlbStage;
}

/** What is played of hugetlb. */
export interface HugetlbSetting {
  readonly name: string;
  readonly geometry: HugetlbGeometry;
  readonly alphabet: HugetlbAlphabet;
  readonly scale: 'PMD' | 'PUD';
  readonly knobs: readonly Knob[];
}

/** Real pages of a hugepage. */
export const hugepagePages = (p: Placement<HugetlbGeometry>): number =>
  // At scale PUD a hugepage of 2M is all of a slot that is ever touched; it is one hugepage of 2M none the less.
  p.geometry.hugepage === p.geometry.ptrsPerPte
    ? p.cuts.reduce((all, one) => all + one, 0)
    : offsetOf(p, p.geometry.hugepage);

/** Number of the runner's object that a file is. */
export const objectOf = (file: number): number => file;

const objectLines = (p: Placement<HugetlbGeometry>): readonly string[] =>
  Array.from({ length: p.geometry.files }, (_, file) => {
    const kind = p.geometry.hugepage === p.geometry.ptrsPerPte ? 'hugetlb' : 'hugetlb-1G';
    return `object ${objectOf(file)} ${kind} 0`;
  });

/** Mappings that are there together, the first of each place, and a userfaultfd where one can be asked for. */
const preludeOf = (world: World<Sys, Sys>, { mappings }: HugetlbAlphabet): readonly Move[] => {
  const taken = new Set<number>();
  const free = new Set<string>();
  for (const { name, at, pages } of mappings) {
    const wanted = Array.from({ length: pages }, (_, i) => at + i);
    if (wanted.some((page) => taken.has(page))) continue;
    free.add(name);
    for (const page of wanted) taken.add(page);
  }
  const moves = movesOf(world);
  const maps = moves.filter(({ name, args }) => name === 'hugetlbfs_file_mmap' && free.has(args['mapping'] as string));
  return [...maps, ...moves.filter(({ name }) => name === 'userfaultfd_api').slice(0, 1)];
};

/** Whether hugepages are leaves of PUDs. */
export const isOfPuds = ({ hugepage, ptrsPerPmd, ptrsPerPte }: HugetlbGeometry): boolean =>
  hugepage === ptrsPerPmd * ptrsPerPte;

/** Masked by hand, too: that such a page is mapped once. */
const SHARE_COUNT_OF_PUD: Quirk = {
  name: 'share-count-of-pud',
  says: 'whether a hugepage of 1G is mapped once is asked of a count that nobody sets in a PUD table (pt_share_count)',
  cites:
    'v6.12.117 .. v7.3.4 include/linux/hugetlb.h hugetlb_pmd_shared(), fs/proc/task_mmu.c smaps_hugetlb_range(), pagemap_hugetlb_range()',
  mask: ({ smaps: _smaps, ...seen }) => ({
    ...seen,
    pages: seen.pages.map((run) => ({ ...run, flags: run.flags.replace('X', '') })),
  }),
};

/** No allocation fails but of the pool, which has as many hugepages as that of the model. */
const FAILURES_MAX = 0;

export const hugetlbStage = (setting: HugetlbSetting, kernel: HugetlbKernel, sight: Sight): HugetlbStage => {
  const { name, geometry, alphabet, scale, knobs } = setting;
  const placement = placementOf(geometry, scale);
  const world = hugetlbWorld({ name, geometry, kernel, alphabet, failuresMax: FAILURES_MAX, properties: [] });
  return {
    subject: 'hugetlb',
    name,
    world,
    placement,
    alphabet,
    sight,
    knobs,
    watch: watchedOf(placement),
    objects: objectLines(placement),
    folioPages: hugepagePages(placement),
    usual: [],
    quirks: isOfPuds(geometry) ? [SHARE_COUNT_OF_PUD] : [],
    prelude: preludeOf(world, alphabet),
    instead: (change) => hugetlbStage(setting, change(kernel), sight),
  };
};
