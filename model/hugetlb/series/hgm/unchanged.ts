/**
 * Patches of "hugetlb: introduce HugeTLB high-granularity mapping" that set no toggle, and why. Most come again in version after
 * version, under the same title or nearly. What they bring is in the model, right and for all versions, or is nothing that it has.
 */
import type { Posted } from '../../../series/patch.ts';

/** In the model it does so in every version. */
const HAS = 'nothing by itself: the model does so wherever a part of a hugepage is mapped';
const DOCUMENTATION = 'nothing: documentation';
const SELFTEST = 'nothing: a selftest';
const HELPER = 'nothing by itself: a helper';
const NO_SIZES = 'nothing: an entry has its size, and is made for it';
const ORDER = 'nothing: in which order sizes are looked for is the same to page tables';

const REASONS: Readonly<Record<string, string>> = {
  // Before it begins.
  "hugetlb: don't set PageUptodate for UFFDIO_CONTINUE": 'nothing: a page that is continued is up to date already',
  'hugetlb: remove mk_huge_pte; it is unused': 'nothing: nobody calls it',
  'hugetlb: remove redundant pte_mkhuge in migration path': NO_SIZES,
  'hugetlb: only adjust address ranges when VMAs want PMD sharing':
    'nothing: how far an invalidation is widened is not modelled, but that it covers what changes',
  'hugetlb: make hugetlb_vma_lock_alloc return its failure reason':
    'nothing: an allocation that fails is told by the next',
  'hugetlb: make hstate accessor functions const': 'nothing: const',
  'hugetlb: sort hstates in hugetlb_init_hstates': ORDER,
  'hugetlb: add for_each_hgm_shift': ORDER,
  'mm: make free_p?d_range functions public': 'nothing: the same functions, called from elsewhere',
  'hugetlb: rename __vma_shareable_flags_pmd to __vma_has_hugetlb_vma_lock': 'nothing: a name',
  'mm: add VM_HUGETLB_HGM VMA flag': 'nothing by itself: the flag, which a split of the VMA and fork() keep',
  'hugetlb: add HugeTLB HGM enablement helpers': HELPER,

  // Entries and walks.
  'hugetlb: make huge_pte_lockptr take an explicit shift argument': 'nothing: the lock of a table is that of its level',
  'hugetlb: add hugetlb_pte to track HugeTLB page table entries': 'nothing by itself: an entry, with its size',
  'hugetlb: add hugetlb_pmd_alloc and hugetlb_pte_alloc': HELPER,
  'hugetlb: add hugetlb_alloc_pmd and hugetlb_alloc_pte': HELPER,
  'hugetlb: add hugetlb_hgm_walk and hugetlb_walk_step': HAS,
  'hugetlb: add make_huge_pte_with_shift': NO_SIZES,
  'hugetlb: make default arch_make_huge_pte understand small mappings': NO_SIZES,
  'hugetlb: add hugetlb_free_range to free PT structures':
    'nothing by itself: who frees tables frees what is below them',

  // What exists, made to meet small entries.
  'hugetlb: add HGM support for hugetlb_change_protection': HAS,
  'hugetlb: add HGM support to hugetlb_change_protection': HAS,
  'hugetlb: add HGM support to __unmap_hugepage_range': HAS,
  'hugetlb: add HGM support to follow_hugetlb_page':
    'nothing by itself: it goes on by the size of the leaf, as the model does',
  'hugetlb: add HGM support for copy_hugetlb_page_range': HAS,
  'hugetlb: add HGM support to copy_hugetlb_page_range': HAS,
  'hugetlb: add HGM support for move_hugetlb_page_tables': HAS,
  'hugetlb: add HGM support to move_hugetlb_page_tables': HAS,
  'hugetlb: make move_hugetlb_page_tables compatible with HGM': HAS,
  'hugetlb: use struct hugetlb_pte for walk_hugetlb_range': HAS,
  'mm: rmap: provide pte_order in page_vma_mapped_walk': NO_SIZES,
  'mm: rmap: make page_vma_mapped_walk callers use pte_order': NO_SIZES,
  'rmap: update hugetlb lock comment for HGM': 'nothing: a comment',
  'hugetlb: update page_vma_mapped to do high-granularity walks': HAS,
  'rmap: in try_to_{migrate,unmap}_one, check head page for page flags': 'nothing: the flags of a hugepage are its own',
  'mm: rmap: in try_to_{migrate,unmap}, check head page for hugetlb page flags':
    'nothing: the flags of a hugepage are its own',
  'mm: rmap: update try_to_{migrate,unmap} to handle mapcount for HGM':
    'nothing by itself: it uncounts what the rule of 5/46 has counted',
  'hugetlb: add high-granularity migration support': HAS,
  'hugetlb: add high-granularity check for hwpoison in fault path': HAS,

  // Behind it.
  'hugetlb: userfaultfd: when using MADV_SPLIT, round addresses to PAGE_SIZE':
    'nothing: what address a message has is not modelled',
  'hugetlb: remove huge_pte_lock and huge_pte_lockptr': 'nothing: nobody is left who calls them',
  'hugetlb: replace make_huge_pte with make_huge_pte_with_shift': 'nothing: a name',
  'mm: smaps: add stats for HugeTLB mapping size': 'nothing: which sizes smaps lists is not modelled',
  'arm64/hugetlb: add support for high-granularity mappings': 'nothing: the worlds are of x86-64',

  'docs: hugetlb: update hugetlb and userfaultfd admin-guides with HGM info': DOCUMENTATION,
  'docs: proc: include information about HugeTLB HGM': DOCUMENTATION,
  'selftests: add HugeTLB HGM to userfaultfd selftest': SELFTEST,
  'selftests: add HugeTLB HGM to KVM demand paging selftest': SELFTEST,
  'selftests/vm: add HugeTLB HGM to userfaultfd selftest': SELFTEST,
  'selftests/kvm: add HugeTLB HGM to KVM demand paging selftest': SELFTEST,
  'selftests/vm: add anon and shared hugetlb to migration test': SELFTEST,
  'selftests/vm: add hugetlb HGM test to migration selftest': SELFTEST,
  'selftests/vm: add HGM UFFDIO_CONTINUE and hwpoison tests': SELFTEST,
  'selftests/mm: add HugeTLB HGM to userfaultfd selftest': SELFTEST,
  'KVM: selftests: add HugeTLB HGM to KVM demand paging selftest': SELFTEST,
  'selftests/mm: add anon and shared hugetlb to migration test': SELFTEST,
  'selftests/mm: add hugetlb HGM test to migration selftest': SELFTEST,
  'selftests/mm: add HGM UFFDIO_CONTINUE and hwpoison tests': SELFTEST,
  'selftest/mm: test PAGESIZE unmapping HWPOISON pages': SELFTEST,
  'selftest/mm: test PAGESIZE unmapping UFFD WP marker HWPOISON pages': SELFTEST,
};

/** A patch that sets nothing; what is special about it in one version stands there. */
export const unchanged = (title: string): Posted => {
  const says = REASONS[title.replace(/\.$/, '')];
  if (says === undefined) throw new RangeError(`nobody says why "${title}" changes nothing`);
  return { title, says };
};
