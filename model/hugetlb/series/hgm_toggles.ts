/**
 * What the versions of "hugetlb: introduce HugeTLB high-granularity mapping" differ in, one toggle each. The first value of each
 * is that of a kernel without the series. Applied in this order.
 */
import { ModelBug } from '../../../checker/search/index.ts';
import { Result, Uffd, Vma } from '../../state/hugetlb/hugetlb_types.ts';
import { enable_hugetlb_hgm } from '../hgm.ts';
import { hugetlb_pte_size } from '../hugetlb_pte.ts';
import { M1, M1_FIRST_PAGE, M3, M3_REPAIRED, M_FOLIO } from '../mapcount_rules.ts';
import { HGM_HWPOISON_TOGGLES } from './hgm_hwpoison.ts';
import { HGM_RMAP_TOGGLES } from './hgm_rmap.ts';
import { HGM_COLLAPSE_TOGGLES } from './hgm_collapse.ts';
import { HGM_FILE_TOGGLES } from './hgm_file.ts';
import { HGM_PROTECT_TOGGLES } from './hgm_protect.ts';
import { asItIs, type HugetlbToggle } from './toggle.ts';

const RFC2 = '"[RFC PATCH v2 00/47] hugetlb: introduce HugeTLB high-granularity mapping", linux-mm, 2022-10-21';

export const HGM_TOGGLES: readonly HugetlbToggle[] = [
  {
    name: 'hgm-enabled-by',
    says: 'whether a process may map parts of a hugepage of a shared file, and how it asks for that',
    cites: `RFC v1 9/26, 20/26, 23/26; ${RFC2}, 8/47, 33/47 to 35/47; v1 and v2, 6/46 to 9/46`,
    avoids: true,
    values: [
      asItIs('no', 'it may not'),
      {
        value: 'uffd-feature',
        says: 'a userfaultfd with UFFD_FEATURE_MINOR_HUGETLBFS_HGM enables it where it is registered',
        patch: {
          hugetlb_hgm_enabled: () => (_s, vma) => Vma.hgm(vma) === 1 && Vma.data(vma) === 1,
          userfaultfd_api_refuses: () => (s, features) =>
            Uffd.hgm(features) === 1 && Uffd.exactAddress(features) === 0 && s.kernel.userfaultfd_hgm_needs_exact(s),
          userfaultfd_register_hgm: () => (s, mm, row) =>
            Uffd.hgm(s.uffd.at(mm)) === 1 ? enable_hugetlb_hgm(s, row) : Result.ok,
          continue_in_pages: () => (s, mm) => Uffd.hgm(s.uffd.at(mm)) === 1,
        },
      },
      {
        value: 'shared-mapping',
        says: 'it may, wherever it maps the file shared, without asking; UFFD_FEATURE_MINOR_HUGETLBFS_HGM only says so',
        patch: {
          hugetlb_hgm_enabled: () => (_s, vma) => Vma.shared(vma) === 1,
          mmap_enables_hgm: () => (_s, vma) => Vma.shared(vma) === 1,
          userfaultfd_api_refuses: () => () => false,
          continue_in_pages: () => (_s, _mm, vma) => Vma.shared(vma) === 1,
        },
      },
      {
        value: 'madvise',
        says: 'MADV_SPLIT enables it: VM_HUGETLB_HGM',
        patch: {
          hugetlb_hgm_enabled: () => (_s, vma) => Vma.hgm(vma) === 1,
          continue_in_pages: () => (_s, _mm, vma) => Vma.hgm(vma) === 1,
          alloc_asserts_huge: () => () => false,
          madvise_splits: () => () => true,
        },
      },
    ],
  },
  {
    name: 'hgm-api',
    says: 'whether UFFDIO_API takes UFFD_FEATURE_MINOR_HUGETLBFS_HGM without UFFD_FEATURE_EXACT_ADDRESS',
    cites: `${RFC2}, 35/47: the test stands where x86-64 does not compile it, behind where the features are overwritten`,
    values: [
      asItIs('refused', 'it does not, with EINVAL'),
      { value: 'taken', says: 'it does', patch: { userfaultfd_hgm_needs_exact: () => () => false } },
    ],
  },
  {
    name: 'hgm-pmd-share',
    says: 'whether a VMA with high granularity shares PMD tables with others',
    cites: `${RFC2}, 8/47: pmd_sharing_possible(); inferred of RFC v1, whose patches that were read do not ask`,
    values: [
      asItIs('excluded', 'it does not'),
      {
        value: 'possible',
        says: 'it does, as any shared VMA that is not registered for minor faults or uffd-wp',
        patch: { hgm_excludes_pmd_share: () => () => false },
      },
    ],
  },
  {
    name: 'hgm-kept-at',
    says: 'what a VMA that a split or fork has made knows of it',
    cites: `${RFC2}, 6/47, 8/47: hugetlb_vm_op_open() makes new data; v1 8/46: a VMA flag`,
    values: [
      asItIs('flag', 'what the first VMA knew, by a flag'),
      {
        value: 'data',
        says: 'nothing, since it stands in data that each VMA has of its own',
        patch: { hugetlb_vm_op_open: (base) => (s, vma) => Vma.mkHgm(base(s, vma), 0) },
      },
    ],
  },
  {
    name: 'hgm-walk',
    says: 'whether a walk goes below the entry of the hstate in a VMA in which high granularity is not enabled',
    cites: `${RFC2}, 12/47; v1 and v2, 13/46`,
    values: [
      asItIs('follows', 'it does, where there is a table'),
      { value: 'asks-vma', says: 'it does not', patch: { walk_asks_vma: () => () => true } },
    ],
  },
  {
    name: 'hgm-marker',
    says: 'what becomes of a uffd-wp marker under which a table is to be put',
    cites: `RFC v1 11/26 (hugetlb_walk_to()); ${RFC2}, 12/47; v2 14/46`,
    values: [
      asItIs('blocks', 'it stays, and the walk ends with EEXIST'),
      { value: 'splits', says: 'every entry of the table gets it', patch: { walk_splits_marker: () => () => true } },
      {
        value: 'as-table',
        says: 'every walk takes it for a table, and migration and hwpoison entries as well',
        patch: { walk_takes_any_for_table: () => (s, vma) => s.kernel.hugetlb_hgm_enabled(s, vma) },
      },
    ],
  },
  {
    name: 'hgm-wp-small',
    says: 'what a write fault does at a leaf smaller than the hugepage that may not be written',
    cites: `${RFC2}, 27/47; v1 28/46, v2 24/46`,
    values: [
      asItIs('makes-writable', 'the leaf becomes writable'),
      {
        value: 'warns',
        says: 'WARN_ON_ONCE(), and it becomes writable',
        patch: {
          wp_of_small_leaf: () => (_s, h) => {
            throw new ModelBug('WARN(wp-small)', `hugetlb_wp() of a leaf of ${hugetlb_pte_size(h)} pages`);
          },
        },
      },
      {
        value: 'bug',
        says: 'BUG_ON()',
        patch: {
          wp_of_small_leaf: () => (_s, h) => {
            throw new ModelBug('BUG_ON(wp-small)', `a write fault at a leaf of ${hugetlb_pte_size(h)} pages`);
          },
        },
      },
    ],
  },
  {
    name: 'hgm-mapcount',
    says: 'what counts as one mapping of a hugepage',
    cites: `${RFC2}, 16/47; RFC v1 14/26, 15/26; James Houghton and David Hildenbrand on v1 21/46, 2023-01-12 and 2023-01-18; v2 5/46; "mm: rmap: merge HugeTLB mapcount logic with THPs", 2023-03-06`,
    values: [
      asItIs('M2', 'every leaf, whatever its size'),
      { value: 'M1', says: 'an entry of the hstate that is present, as a leaf or as a table', patch: M1 },
      {
        value: 'M1-first-page',
        says: 'the same, but that the leaf of the first page uncounts it, and no other',
        patch: M1_FIRST_PAGE,
      },
      {
        value: 'Mfolio',
        says: 'all leaves below one entry of the hstate, with one reference; no version has that',
        patch: M_FOLIO,
      },
      { value: 'M3', says: 'a leaf of the hugepage for all of it, a smaller one for each of its pages', patch: M3 },
      { value: 'M3-repaired', says: 'the same, and _nr_pages_mapped is kept', patch: M3_REPAIRED },
    ],
  },
  ...HGM_RMAP_TOGGLES,
  ...HGM_HWPOISON_TOGGLES,
  ...HGM_COLLAPSE_TOGGLES,
  {
    name: 'hgm-collapse-promise',
    says: 'what MADV_COLLAPSE is asked to keep; the kernel is the same',
    cites: `${RFC2}, 36/47 and Documentation of the series: holes are filled, and UFFDIO_WRITEPROTECT may be undone`,
    values: [
      asItIs('nothing', 'what it is documented to keep: neither holes nor what userfaultfd protects'),
      { value: 'keeps', says: 'holes, which wait for a minor fault, and protection', patch: {} },
    ],
  },
  ...HGM_FILE_TOGGLES,
  ...HGM_PROTECT_TOGGLES,
];
