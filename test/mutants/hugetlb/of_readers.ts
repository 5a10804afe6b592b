/** Mutants of whoever looks: smaps, mbind(), mincore(), move_pages(), GUP. */
import type { HugetlbMutant } from './mutant.ts';
import { continues, HUGEPAGE, ONE, parts, plain } from './places.ts';

export const OF_READERS: readonly HugetlbMutant[] = [
  {
    ...plain,
    property: 'H-SMAPS',
    says: 'smaps takes every page for shared',
    patch: { page_mapcount: () => () => 2 },
    alphabet: { mappings: [ONE], reads: [0], smaps: true },
    length: 3,
  },
  {
    ...plain,
    property: 'H-MBIND',
    says: 'mbind() takes no page for one of this process alone',
    patch: { page_mapcount: () => () => 0 },
    alphabet: { mappings: [ONE], reads: [0], mbinds: [HUGEPAGE] },
    length: 3,
  },
  {
    ...parts,
    property: 'H-MBIND-EIO',
    says: 'mbind() does not know a hugepage again that it has just taken',
    set: { 'hgm-mbind-last': 'forgets' },
    alphabet: { ...continues, continues: [{ from: 0, to: 3 }], mbinds: [HUGEPAGE] },
    length: 7,
  },
  {
    ...plain,
    property: 'H-MINCORE',
    says: 'mincore() calls nothing resident',
    patch: { do_mincore: () => () => undefined },
    alphabet: { mappings: [ONE], reads: [0], mincores: [HUGEPAGE] },
    length: 3,
  },
  {
    ...plain,
    property: 'H-NODE',
    says: 'move_pages() looks at the page behind',
    patch: { hugetlb_follow_page: (base) => (s, row, page) => base(s, row, page) + 1 },
    alphabet: { mappings: [ONE], reads: [0], pageStats: [0] },
    length: 2,
  },
  {
    ...parts,
    property: 'H-GUP',
    says: 'GUP goes on by as many bytes as a leaf has pages',
    set: { 'hgm-gup-skip': 'pages' },
    alphabet: { ...continues, continues: [{ from: 0, to: 2 }], gups: [{ from: 0, to: 3 }], registerFor: [['wp']] },
    length: 6,
  },
];
