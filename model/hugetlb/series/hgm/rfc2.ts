/**
 * RFC v2 of "hugetlb: introduce HugeTLB high-granularity mapping", its 47 patches. All of it is compiled out of x86-64 until 40/47
 * selects the option, so that this patch enables it. 2, 3, 20, 23, 37,
 * 38 and 41 to 47 of 47 are told by their titles, the others were read.
 */
import { knownBy, type Posted, postedWith, type SeriesVersion, versionOf } from '../../../series/patch.ts';
import { hgmCover } from './posting.ts';
import { unchanged } from './unchanged.ts';

const set = knownBy('mail');

const NOT_SELECTED = 'nothing yet: no architecture selects the option before 40/47';

const PATCHES: readonly Posted[] = [
  unchanged("hugetlb: don't set PageUptodate for UFFDIO_CONTINUE"),
  unchanged('hugetlb: remove mk_huge_pte; it is unused'),
  unchanged('hugetlb: remove redundant pte_mkhuge in migration path'),
  unchanged('hugetlb: only adjust address ranges when VMAs want PMD sharing'),
  unchanged('hugetlb: make hugetlb_vma_lock_alloc return its failure reason'),
  {
    title: 'hugetlb: extend vma lock for shared vmas',
    says: 'nothing by itself: the data that has the lock, and room for more',
  },
  { title: 'hugetlb: add CONFIG_HUGETLB_HIGH_GRANULARITY_MAPPING', says: NOT_SELECTED },
  {
    title: 'hugetlb: add HGM enablement functions',
    says: 'that it is enabled stands in data that each VMA has of its own (6/47): one that a split or fork() has made has none',
    sets: [set('hgm-kept-at', 'data')],
  },
  unchanged('hugetlb: make huge_pte_lockptr take an explicit shift argument.'),
  unchanged('hugetlb: add hugetlb_pte to track HugeTLB page table entries'),
  unchanged('hugetlb: add hugetlb_pmd_alloc and hugetlb_pte_alloc'),
  {
    title: 'hugetlb: add hugetlb_hgm_walk and hugetlb_walk_step',
    says: 'a walk goes below the entry of the hstate only where the VMA has it enabled',
    sets: [set('hgm-walk', 'asks-vma')],
  },
  unchanged('hugetlb: add make_huge_pte_with_shift'),
  unchanged('hugetlb: make default arch_make_huge_pte understand small mappings'),
  {
    title: 'hugetlbfs: for unmapping, treat HGM-mapped pages as potentially mapped',
    says: 'truncation unmaps from a VMA that has a table there, whatever that maps',
    sets: [set('hgm-maps-page', 'maybe')],
  },
  {
    title: 'hugetlb: make unmapping compatible with high-granularity mappings',
    says: 'each leaf, of whatever size, is one mapping, and uncounted as one',
    sets: [set('hgm-mapcount', 'M2')],
  },
  {
    title: 'hugetlb: make hugetlb_change_protection compatible with HGM',
    says: 'a marker for what is not mapped goes over the table, and one that is there is tried again without end',
    sets: [set('hgm-protect-none', 'hstate'), set('hgm-protect-marker', 'retries')],
  },
  {
    title: 'hugetlb: enlighten follow_hugetlb_page to support HGM',
    says: 'GUP finds leaves of any size, and goes on by pages where it should by bytes',
    sets: [set('hgm-gup-skip', 'pages')],
  },
  {
    title: 'hugetlb: make hugetlb_follow_page_mask HGM-enabled',
    says: 'move_pages() finds leaves of any size, and reads the entry of the hstate all the same',
    sets: [set('hgm-follow-page', 'hstate-entry', 'inferred')],
  },
  {
    ...unchanged('hugetlb: use struct hugetlb_pte for walk_hugetlb_range'),
    says: 'nothing yet: until 29/47 mbind() ends with EINVAL where it is enabled, which it is nowhere',
  },
  unchanged('mm: rmap: provide pte_order in page_vma_mapped_walk'),
  unchanged('mm: rmap: make page_vma_mapped_walk callers use pte_order'),
  unchanged('rmap: update hugetlb lock comment for HGM'),
  unchanged('hugetlb: update page_vma_mapped to do high-granularity walks'),
  {
    title: 'hugetlb: add HGM support for copy_hugetlb_page_range',
    says: 'fork() enables it in the child first, which may fail, and copies entry by entry',
    sets: [set('hgm-fork-child', 'enables')],
  },
  unchanged('hugetlb: make move_hugetlb_page_tables compatible with HGM'),
  {
    title: 'hugetlb: add HGM support for hugetlb_fault and hugetlb_no_page',
    says: 'a fault maps what the table has room for, and ends in a BUG_ON() at a small leaf that may not be written',
    sets: [set('hgm-wp-small', 'bug')],
  },
  unchanged('rmap: in try_to_{migrate,unmap}_one, check head page for page flags'),
  unchanged('hugetlb: add high-granularity migration support'),
  unchanged('hugetlb: add high-granularity check for hwpoison in fault path'),
  unchanged('hugetlb: sort hstates in hugetlb_init_hstates'),
  unchanged('hugetlb: add for_each_hgm_shift'),
  {
    title: 'userfaultfd: add UFFD_FEATURE_MINOR_HUGETLBFS_HGM',
    says: 'UFFDIO_API takes the feature, with or without UFFD_FEATURE_EXACT_ADDRESS',
    sets: [set('hgm-api', 'taken')],
  },
  { title: 'hugetlb: userfaultfd: add support for high-granularity UFFDIO_CONTINUE', says: NOT_SELECTED },
  {
    title: 'userfaultfd: require UFFD_FEATURE_EXACT_ADDRESS when using HugeTLB HGM',
    says: 'nothing: its test stands where x86-64 does not compile it, behind where the features are overwritten',
  },
  {
    title: 'hugetlb: add MADV_COLLAPSE for hugetlb',
    says: 'what MADV_COLLAPSE does where tables are; before 40/47 it is refused',
    sets: [
      set('hgm-collapse-poison', 'after-migratable'),
      set('hgm-collapse-flush', 'last'),
      set('hgm-collapse-usage', 'lost'),
    ],
  },
  unchanged('hugetlb: remove huge_pte_lock and huge_pte_lockptr'),
  unchanged('hugetlb: replace make_huge_pte with make_huge_pte_with_shift'),
  unchanged('mm: smaps: add stats for HugeTLB mapping size'),
  {
    title: 'hugetlb: x86: enable high-granularity mapping',
    says: 'x86 selects the option: a userfaultfd with the feature maps base pages, and MADV_COLLAPSE puts leaves back',
    sets: [set('hgm-enabled-by', 'uffd-feature'), set('hgm-collapse', 'collapses')],
  },
  unchanged('docs: hugetlb: update hugetlb and userfaultfd admin-guides with HGM info'),
  unchanged('docs: proc: include information about HugeTLB HGM'),
  unchanged('selftests/vm: add HugeTLB HGM to userfaultfd selftest'),
  unchanged('selftests/kvm: add HugeTLB HGM to KVM demand paging selftest'),
  unchanged('selftests/vm: add anon and shared hugetlb to migration test'),
  unchanged('selftests/vm: add hugetlb HGM test to migration selftest'),
  unchanged('selftests/vm: add HGM UFFDIO_CONTINUE and hwpoison tests'),
];

const COVER = hgmCover(
  'RFC PATCH v2',
  '2022-10-21',
  '20221021163703.3218176',
  'hugetlb: introduce HugeTLB high-granularity mapping',
);

export const RFC2: SeriesVersion = versionOf({
  version: 'rfc2',
  says: 'every leaf counts, CONTINUE in base pages, MADV_COLLAPSE puts hugepages back',
  cover: COVER,
  // Of its base, mm-everything of 2022-10-20, where MADV_DONTNEED takes the VMA lock along.
  before: [set('hgm-dontneed-vma', 'lock')],
  patches: postedWith(COVER, PATCHES),
});
