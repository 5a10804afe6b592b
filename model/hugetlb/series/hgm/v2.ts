/**
 * v2 of "hugetlb: introduce HugeTLB high-granularity mapping", its 46 patches. All of it but the counts and 35/46 is compiled out
 * of x86-64 until 39/46 selects the option. 1 to 4, 7, 10, 15, 16, 26, 31, 32, 36, 37, 39 and 41 to 45 of 46 are told by their titles, the
 * others were read.
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
  {
    title: 'rmap: hugetlb: switch from page_dup_file_rmap to page_add_file_rmap',
    says: 'mappings are counted as those of THP: a leaf of the hugepage for all of it, a smaller one for each of its pages; _nr_pages_mapped is not kept',
    sets: [set('hgm-mapcount', 'M3')],
  },
  { title: 'hugetlb: add CONFIG_HUGETLB_HIGH_GRANULARITY_MAPPING', says: NOT_SELECTED },
  unchanged('mm: add VM_HUGETLB_HGM VMA flag'),
  unchanged('hugetlb: add HugeTLB HGM enablement helpers'),
  { title: 'mm: add MADV_SPLIT to enable HugeTLB HGM', says: NOT_SELECTED },
  unchanged('hugetlb: make huge_pte_lockptr take an explicit shift argument'),
  unchanged('hugetlb: add hugetlb_pte to track HugeTLB page table entries'),
  unchanged('hugetlb: add hugetlb_alloc_pmd and hugetlb_alloc_pte'),
  unchanged('hugetlb: add hugetlb_hgm_walk and hugetlb_walk_step'),
  {
    title: 'hugetlb: split PTE markers when doing HGM walks',
    says: 'a marker under which a table is put goes to every entry of the table',
    sets: [set('hgm-marker', 'splits')],
  },
  unchanged('hugetlb: add make_huge_pte_with_shift'),
  unchanged('hugetlb: make default arch_make_huge_pte understand small mappings'),
  {
    title: 'hugetlbfs: do a full walk to check if vma maps a page',
    says: 'truncation looks at the smallest entry for the first page of a hugepage',
    sets: [set('hgm-maps-page', 'full-walk')],
  },
  unchanged('hugetlb: add HGM support to __unmap_hugepage_range'),
  unchanged('hugetlb: add HGM support to hugetlb_change_protection'),
  unchanged('hugetlb: add HGM support to follow_hugetlb_page'),
  {
    title: 'hugetlb: add HGM support to hugetlb_follow_page_mask',
    says: 'move_pages() finds leaves of any size, and counts from the first page of the leaf as if it were that of the hugepage',
    sets: [set('hgm-follow-page', 'hugepage-offset', 'inferred')],
  },
  unchanged('hugetlb: add HGM support to copy_hugetlb_page_range'),
  unchanged('hugetlb: add HGM support to move_hugetlb_page_tables'),
  {
    title: 'hugetlb: add HGM support to hugetlb_fault and hugetlb_no_page',
    says: 'a fault maps what the table has room for, and warns at a small leaf that may not be written',
    sets: [set('hgm-wp-small', 'warns')],
  },
  unchanged('hugetlb: use struct hugetlb_pte for walk_hugetlb_range'),
  unchanged('mm: rmap: provide pte_order in page_vma_mapped_walk'),
  unchanged('mm: rmap: update try_to_{migrate,unmap} to handle mapcount for HGM'),
  unchanged('mm: rmap: in try_to_{migrate,unmap}, check head page for hugetlb page flags'),
  unchanged('hugetlb: update page_vma_mapped to do high-granularity walks'),
  {
    title: 'hugetlb: add high-granularity migration support',
    says: 'mbind() does not know a folio again that it has just isolated by another leaf: the line is lost',
    sets: [set('hgm-mbind-last', 'forgets', 'inferred')],
  },
  unchanged('hugetlb: sort hstates in hugetlb_init_hstates'),
  unchanged('hugetlb: add for_each_hgm_shift'),
  { title: 'hugetlb: userfaultfd: add support for high-granularity UFFDIO_CONTINUE', says: NOT_SELECTED },
  {
    title: 'hugetlb: add MADV_COLLAPSE for hugetlb',
    says: 'what MADV_COLLAPSE does where tables are, of which VMAs, and what becomes of its errors; before 39/46 it is refused',
    sets: [
      set('hgm-collapse-asks', 'may-share'),
      set('hgm-collapse-flush', 'last'),
      set('hgm-collapse-usage', 'lost'),
      set('hgm-collapse-errno', 'lost'),
    ],
  },
  {
    title: 'hugetlb: add check to prevent refcount overflow via HGM',
    says: 'a reference too many is refused: by fork() the wrong way round, with both locks held, and by faults with the folio locked',
    sets: [set('hgm-fork-ref', 'inverted'), set('hgm-fork-unlock', 'held'), set('hgm-refcount-limit', 'leaks')],
  },
  unchanged('hugetlb: remove huge_pte_lock and huge_pte_lockptr'),
  unchanged('hugetlb: replace make_huge_pte with make_huge_pte_with_shift'),
  unchanged('mm: smaps: add stats for HugeTLB mapping size'),
  {
    title: 'hugetlb: x86: enable high-granularity mapping for x86_64',
    says: 'x86-64 may select the option: MADV_SPLIT enables it, UFFDIO_CONTINUE maps base pages then, and MADV_COLLAPSE puts leaves back',
    sets: [set('hgm-enabled-by', 'madvise'), set('hgm-collapse', 'collapses')],
  },
  unchanged('docs: hugetlb: update hugetlb and userfaultfd admin-guides with HGM info'),
  unchanged('docs: proc: include information about HugeTLB HGM'),
  unchanged('selftests/mm: add HugeTLB HGM to userfaultfd selftest'),
  unchanged('KVM: selftests: add HugeTLB HGM to KVM demand paging selftest'),
  unchanged('selftests/mm: add anon and shared hugetlb to migration test'),
  unchanged('selftests/mm: add hugetlb HGM test to migration selftest'),
  unchanged('selftests/mm: add HGM UFFDIO_CONTINUE and hwpoison tests'),
];

const COVER = hgmCover(
  'PATCH v2',
  '2023-02-18',
  '20230218002819.1486479',
  'hugetlb: introduce HugeTLB high-granularity mapping',
);

export const V2: SeriesVersion = versionOf({
  version: 'v2',
  says: 'mapcounts as of THP, markers are split, counts that would overflow are refused',
  cover: COVER,
  // What v6.1 got until then.
  before: [
    set('hugetlb-split-unshare', 'unshared', 'memory'),
    set('hugetlb-poison-migratable', 'ends', 'inferred'),
    set('hugetlb-shared-pmd', 'shared', 'memory'),
    set('hugetlb-writenotify', 'uffd-wp', 'memory'),
    set('hugetlb-wp-resolve', 'page-prot', 'memory'),
    set('hugetlb-protect-marker', 'kept'),
    set('hugetlb-protect-migration', 'any'),
    set('hugetlb-wp-tables', 'allocates'),
  ],
  patches: postedWith(COVER, PATCHES),
});
