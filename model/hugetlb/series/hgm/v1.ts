/**
 * v1 of "hugetlb: introduce HugeTLB high-granularity mapping", its 46 patches. All of it is compiled out of x86-64 until 39/46
 * selects the option. 16 to 18, 25, 26, 34 and 35 of 46 were read, and 9, 20, 28, 30 and 33 in part; the others are told by their
 * titles, and by the patches of RFC v2 that they follow.
 */
import { knownBy, type Posted, postedWith, type SeriesVersion, versionOf } from '../../../series/patch.ts';
import { hgmCover } from './posting.ts';
import { unchanged } from './unchanged.ts';

const set = knownBy('mail');

const NOT_SELECTED = 'nothing yet: no architecture selects the option before 39/46';

const PATCHES: readonly Posted[] = [
  unchanged("hugetlb: don't set PageUptodate for UFFDIO_CONTINUE"),
  unchanged('hugetlb: remove mk_huge_pte; it is unused'),
  unchanged('hugetlb: remove redundant pte_mkhuge in migration path'),
  unchanged('hugetlb: only adjust address ranges when VMAs want PMD sharing'),
  { title: 'hugetlb: add CONFIG_HUGETLB_HIGH_GRANULARITY_MAPPING', says: NOT_SELECTED },
  unchanged('mm: add VM_HUGETLB_HGM VMA flag'),
  unchanged('hugetlb: rename __vma_shareable_flags_pmd to __vma_has_hugetlb_vma_lock'),
  unchanged('hugetlb: add HugeTLB HGM enablement helpers'),
  {
    title: 'mm: add MADV_SPLIT to enable HugeTLB HGM',
    says: 'MADV_SPLIT tries to allocate a VMA lock that is missing; before 39/46 there is none',
    sets: [set('hgm-split-lock', 'allocated')],
  },
  unchanged('hugetlb: make huge_pte_lockptr take an explicit shift argument'),
  unchanged('hugetlb: add hugetlb_pte to track HugeTLB page table entries'),
  unchanged('hugetlb: add hugetlb_alloc_pmd and hugetlb_alloc_pte'),
  unchanged('hugetlb: add hugetlb_hgm_walk and hugetlb_walk_step'),
  unchanged('hugetlb: add make_huge_pte_with_shift'),
  unchanged('hugetlb: make default arch_make_huge_pte understand small mappings'),
  {
    title: 'hugetlbfs: do a full walk to check if vma maps a page',
    says: 'truncation looks at the smallest entry for the first page of a hugepage',
    sets: [set('hgm-maps-page', 'full-walk')],
  },
  {
    title: 'hugetlb: make unmapping compatible with high-granularity mappings',
    says: 'each leaf, of whatever size, is one mapping, and uncounted as one',
    sets: [set('hgm-mapcount', 'M2')],
  },
  unchanged('hugetlb: add HGM support for hugetlb_change_protection'),
  {
    title: 'hugetlb: add HGM support for follow_hugetlb_page',
    says: 'GUP finds leaves of any size, and goes on by pages where it should by bytes',
    sets: [set('hgm-gup-skip', 'pages')],
  },
  {
    title: 'hugetlb: add HGM support for hugetlb_follow_page_mask',
    says: 'move_pages() finds leaves of any size, and counts from the first page of the leaf as if it were that of the hugepage',
    sets: [set('hgm-follow-page', 'hugepage-offset', 'inferred')],
  },
  unchanged('hugetlb: use struct hugetlb_pte for walk_hugetlb_range'),
  unchanged('mm: rmap: provide pte_order in page_vma_mapped_walk'),
  unchanged('mm: rmap: make page_vma_mapped_walk callers use pte_order'),
  unchanged('rmap: update hugetlb lock comment for HGM'),
  unchanged('hugetlb: update page_vma_mapped to do high-granularity walks'),
  unchanged('hugetlb: add HGM support for copy_hugetlb_page_range'),
  unchanged('hugetlb: add HGM support for move_hugetlb_page_tables'),
  {
    title: 'hugetlb: add HGM support for hugetlb_fault and hugetlb_no_page',
    says: 'a fault maps what the table has room for, and warns at a small leaf that may not be written',
    sets: [set('hgm-wp-small', 'warns')],
  },
  unchanged('rmap: in try_to_{migrate,unmap}_one, check head page for page flags'),
  unchanged('hugetlb: add high-granularity migration support'),
  unchanged('hugetlb: sort hstates in hugetlb_init_hstates'),
  unchanged('hugetlb: add for_each_hgm_shift'),
  { title: 'hugetlb: userfaultfd: add support for high-granularity UFFDIO_CONTINUE', says: NOT_SELECTED },
  unchanged('hugetlb: userfaultfd: when using MADV_SPLIT, round addresses to PAGE_SIZE'),
  {
    title: 'hugetlb: add MADV_COLLAPSE for hugetlb',
    says: 'what MADV_COLLAPSE does where tables are, and of which VMAs; before 39/46 it is refused',
    sets: [
      set('hgm-collapse-asks', 'shared-and-lock'),
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
    says: 'x86 selects the option: MADV_SPLIT enables it, UFFDIO_CONTINUE maps base pages then, and MADV_COLLAPSE puts leaves back',
    sets: [set('hgm-enabled-by', 'madvise'), set('hgm-collapse', 'collapses')],
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
  'PATCH',
  '2023-01-05',
  '20230105101844.1893104',
  'hugetlb: introduce HugeTLB high-granularity mapping',
);

export const V1: SeriesVersion = versionOf({
  version: 'v1',
  says: 'MADV_SPLIT enables it, by a VMA flag; walks are not gated; collapse takes i_mmap_rwsem',
  cover: COVER,
  // What v6.1 got until then.
  before: [
    set('hugetlb-poison-migratable', 'ends', 'inferred'),
    set('hugetlb-writenotify', 'uffd-wp', 'memory'),
    set('hugetlb-wp-resolve', 'page-prot', 'memory'),
    set('hugetlb-protect-marker', 'kept'),
    set('hugetlb-protect-migration', 'any'),
  ],
  patches: postedWith(COVER, PATCHES),
});
