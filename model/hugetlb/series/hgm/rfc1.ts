/**
 * RFC v1 of "hugetlb: Introduce HugeTLB high-granularity mapping", its 26 patches. x86-64 has it from the option (5/26) on; what
 * enables it is one toggle, set where the first part of a hugepage can be mapped. 11/26 to 15/26 and 19/26 to 21/26 were read, the
 * others are told by their titles, and 17/26 and 18/26 by what they change.
 */
import { knownBy, type Posted, postedWith, type SeriesVersion, versionOf } from '../../../series/patch.ts';
import { hgmCover } from './posting.ts';
import { unchanged } from './unchanged.ts';

const set = knownBy('mail');
const inferred = knownBy('inferred');

const ENABLED_LATER = 'nothing by itself: it is enabled with 20/26, where the first part can be mapped';

const PATCHES: readonly Posted[] = [
  unchanged('hugetlb: make hstate accessor functions const'),
  unchanged('hugetlb: sort hstates in hugetlb_init_hstates'),
  unchanged('hugetlb: add make_huge_pte_with_shift'),
  unchanged('hugetlb: make huge_pte_lockptr take an explicit shift argument.'),
  { title: 'hugetlb: add CONFIG_HUGETLB_HIGH_GRANULARITY_MAPPING', says: ENABLED_LATER },
  unchanged('mm: make free_p?d_range functions public'),
  unchanged('hugetlb: add hugetlb_pte to track HugeTLB page table entries'),
  unchanged('hugetlb: add hugetlb_free_range to free PT structures'),
  { title: 'hugetlb: add hugetlb_hgm_enabled', says: ENABLED_LATER },
  unchanged('hugetlb: add for_each_hgm_shift'),
  {
    title: 'hugetlb: add hugetlb_walk_to to do PT walks',
    says: 'a walk takes whatever is in an entry and no leaf for a table: markers, migration and hwpoison entries',
    sets: [set('hgm-marker', 'as-table')],
  },
  {
    title: 'hugetlb: add HugeTLB splitting functionality',
    says: 'nothing: leaves that are present are split by nobody, and what is none needs no split',
  },
  {
    title: 'hugetlb: add huge_pte_alloc_high_granularity',
    says: 'nothing by itself: the walk of 11/26, that makes tables; that it lets locks go on its way is not modelled',
  },
  {
    title: 'hugetlb: add HGM support for hugetlb_fault and hugetlb_no_page',
    says: 'a fault maps what the table has room for, and ends in a BUG_ON() at a small leaf that may not be written',
    sets: [set('hgm-wp-small', 'bug')],
  },
  {
    title: 'hugetlb: make unmapping compatible with high-granularity mappings',
    says: 'unmapping goes leaf by leaf; of a hugepage in parts the leaf of its first page uncounts it. What counts it is in 14/26 and 20/26, and one toggle with this',
    sets: [set('hgm-mapcount', 'M1-first-page')],
  },
  {
    title: 'hugetlb: make hugetlb_change_protection compatible with HGM',
    says: 'a marker for what is not mapped goes over the table, and one that is there is made present',
    sets: [set('hgm-protect-none', 'hstate'), set('hgm-protect-marker', 'rereads')],
  },
  {
    title: 'hugetlb: update follow_hugetlb_page to support HGM',
    says: 'GUP finds leaves of any size; it counts pages from the wrong one, and goes on by too little',
    sets: [set('hgm-gup-skip', 'pages'), set('hgm-gup-page', 'head')],
  },
  {
    title: 'hugetlb: use struct hugetlb_pte for walk_hugetlb_range',
    says: 'who reads page tables gets each entry; mbind() ends with EINVAL at a small one',
    sets: [set('hgm-mbind-small', 'EINVAL')],
  },
  {
    title: 'hugetlb: add HGM support for copy_hugetlb_page_range',
    says: 'fork() copies entry by entry, wants it enabled in the child, and counts the leaf of the first page',
    sets: [set('hgm-fork-child', 'asserts'), set('hgm-fork-mapcount', 'first-page')],
  },
  {
    title: 'hugetlb: add support for high-granularity UFFDIO_CONTINUE',
    says: 'UFFDIO_CONTINUE maps base pages, wherever the file is mapped shared (hugetlb_hgm_enabled() of 9/26); the feature of 23/26 only says so',
    sets: [set('hgm-enabled-by', 'shared-mapping')],
  },
  { title: 'hugetlb: add hugetlb_collapse', says: 'nothing yet: 22/26 calls it' },
  {
    title: 'madvise: add uapi for HugeTLB HGM collapse: MADV_COLLAPSE',
    says: 'MADV_COLLAPSE walks over the range (21/26), makes tables on its way, and replaces nothing',
    sets: [set('hgm-collapse', 'steps-over'), set('hgm-collapse-asks', 'shared-and-hgm')],
  },
  { title: 'userfaultfd: add UFFD_FEATURE_MINOR_HUGETLBFS_HGM', says: 'nothing more: 20/26 asks nobody for it' },
  unchanged('arm64/hugetlb: add support for high-granularity mappings'),
  unchanged('selftests: add HugeTLB HGM to userfaultfd selftest'),
  unchanged('selftests: add HugeTLB HGM to KVM demand paging selftest'),
];

const COVER = hgmCover(
  'RFC PATCH',
  '2022-06-24',
  '20220624173656.2033256',
  'hugetlb: Introduce HugeTLB high-granularity mapping',
);

export const RFC1: SeriesVersion = versionOf({
  version: 'rfc1',
  says: 'the first: every shared mapping has it, one mapcount for each hugepage and process',
  cover: COVER,
  // What its base has, and no patch of it changes.
  before: [
    inferred('hgm-move-unit', 'hstate'),
    inferred('hgm-pmd-share', 'possible'),
    set('hgm-dontneed-vma', 'may-share'),
  ],
  patches: postedWith(COVER, PATCHES),
});
