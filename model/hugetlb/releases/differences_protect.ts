/** What releases differ in where entries of hugetlb change, are copied, or move. */
import { ModelBug } from '../../../checker/search/index.ts';
import { HugePte, HugePteKind, Prot, Vma } from '../../state/hugetlb/hugetlb_types.ts';
import { hugetlb_pmd_shared } from '../pmd_share.ts';
import { asItIs } from '../series/toggle.ts';
import { type HugetlbDifference, hugetlbHistory } from './releases.ts';

const no = () => (): boolean => false;

export const PROTECT_DIFFERENCES: readonly HugetlbDifference[] = [
  {
    name: 'hugetlb-writenotify',
    says: 'whether mprotect() makes pages of a shared VMA writable that is registered for uffd-wp',
    cites:
      'v6.1.192 mm/mmap.c vma_wants_writenotify(): of "mm/userfaultfd: enable writenotify while userfaultfd-wp is enabled for a VMA", v6.2 and stable; v6.1.0 from memory',
    at: hugetlbHistory('no', { 'v6.12': 'uffd-wp' }, { 'v6.1.192': 'uffd-wp' }),
    values: [
      asItIs('uffd-wp', 'it does not: the first write faults'),
      { value: 'no', says: 'it does, protected ones as well', patch: { vma_wants_writenotify: no } },
    ],
  },
  {
    name: 'hugetlb-wp-resolve',
    says: 'whether a page of a shared VMA can be written at once when its uffd-wp is taken back',
    cites: 'v6.1.192 and v6.12.117 mm/userfaultfd.c uffd_wp_range()',
    at: hugetlbHistory('writable', { 'v6.12': 'page-prot' }),
    values: [
      asItIs('page-prot', 'by vm_page_prot: it faults first'),
      {
        value: 'writable',
        says: 'by the flags of the VMA: it can',
        patch: { wp_resolve_is_writable: () => (_s, vma) => Vma.prot(vma) === Prot.RW && Vma.shared(vma) === 1 },
      },
    ],
  },
  {
    name: 'hugetlb-fork-share-count',
    says: 'what fork() takes a table of hugepages of 1G for, into which it copies',
    cites:
      'v6.1.192, v6.12.117, v6.18.44, v7.1.5 and v7.3.4 mm/hugetlb.c copy_hugetlb_page_range() (ptdesc_pmd_is_shared(), pt_share_count), ' +
      'include/linux/mm.h pagetable_pud_ctor(); of "mm: hugetlb: independent PMD page table shared count" (v6.13 and stable); v6.1.0 and v6.12.0 from memory',
    at: hugetlbHistory('own', { 'v6.18': 'left-over' }, { 'v6.12.117': 'left-over', 'v6.1.192': 'left-over' }),
    values: [
      asItIs(
        'left-over',
        'for a PMD table, which is shared if the page had another use before: then nothing is copied',
      ),
      {
        value: 'own',
        says: 'for one of its own',
        patch: { copy_takes_for_shared: () => hugetlb_pmd_shared },
      },
    ],
  },
  {
    name: 'hugetlb-wp-vmas',
    says: 'how many VMAs UFFDIO_WRITEPROTECT may reach over',
    cites: 'v6.1.192 and v6.12.117 mm/userfaultfd.c mwriteprotect_range()',
    at: hugetlbHistory('one', { 'v6.12': 'any' }),
    values: [
      asItIs('any', 'any number, with holes between them'),
      { value: 'one', says: 'one, or it ends with ENOENT', patch: { wp_wants_one_vma: () => () => true } },
    ],
  },
  {
    name: 'hugetlb-wp-tables',
    says: 'what UFFDIO_WRITEPROTECT does where a page table is missing',
    cites:
      'v6.1.192, v6.12.117 mm/hugetlb.c hugetlb_change_protection(); v6.1.0 as in the context of "[RFC PATCH v2 17/47]", linux-mm, 2022-10-21',
    at: hugetlbHistory('skips', { 'v6.12': 'allocates' }, { 'v6.1.192': 'allocates-or-stops' }),
    values: [
      asItIs('allocates', 'it makes one, or ends with ENOMEM'),
      {
        value: 'allocates-or-stops',
        says: 'it makes one, or stops, and says that all went well',
        patch: { wp_tells_no_memory: no },
      },
      { value: 'skips', says: 'it protects nothing there', patch: { wp_allocates_tables: no } },
    ],
  },
  {
    name: 'hugetlb-protect-marker',
    says: 'what becomes of a uffd-wp marker when protection changes',
    cites:
      'v6.1.192 mm/hugetlb.c hugetlb_change_protection(); "mm/hugetlb: fix PTE marker handling in hugetlb_change_protection()"; v6.1.0 as in the context of "[RFC PATCH v2 17/47]", linux-mm, 2022-10-21',
    at: hugetlbHistory('made-present', { 'v6.12': 'kept' }, { 'v6.1.192': 'kept' }),
    values: [
      asItIs('kept', 'it stays, unless uffd-wp is taken back'),
      {
        value: 'made-present',
        says: 'it gets the rights of a page, and is present: of a frame that nobody gave it',
        patch: {
          protect_marker: () => () => {
            throw new ModelBug('marker-made-present', 'hugetlb_change_protection() makes a marker a present entry');
          },
        },
      },
    ],
  },
  {
    name: 'hugetlb-protect-migration',
    says: 'which migration entries get or lose uffd-wp',
    cites:
      'v6.1.192 mm/hugetlb.c hugetlb_change_protection(); "mm/hugetlb: fix uffd-wp handling for migration entries in hugetlb_change_protection()"; v6.1.0 as in the context of "[RFC PATCH v2 17/47]", linux-mm, 2022-10-21',
    at: hugetlbHistory('writable', { 'v6.12': 'any' }, { 'v6.1.192': 'any' }),
    values: [
      asItIs('any', 'all'),
      {
        value: 'writable',
        says: 'writable ones',
        patch: { wp_of_migration: () => (_s, e) => HugePte.write(e) === 1 },
      },
    ],
  },
  {
    name: 'hugetlb-fork-swap',
    says: 'what a child without uffd-wp gets of a migration or hwpoison entry',
    cites:
      'v6.1.192, v6.12.117, v6.18.35, v6.18.44, v7.1.5 and v7.3.4 mm/hugetlb.c copy_hugetlb_page_range(): mended between the two of v6.18',
    at: hugetlbHistory('present-bit', { 'v7.3': 'swap-bit' }, { 'v6.1.192': 'swap-bit', 'v6.12.117': 'swap-bit' }),
    values: [
      asItIs('present-bit', 'the entry with a bit of the frame changed, and with uffd-wp'),
      {
        value: 'swap-bit',
        says: 'the entry without uffd-wp',
        patch: {
          copy_swap_without_wp: () => (_s, e) => (HugePte.kind(e) === HugePteKind.migration ? HugePte.mkWp(e, 0) : e),
        },
      },
    ],
  },
  {
    name: 'hugetlb-fork-leaf',
    says: 'whether the leaves of a child that has no uffd-wp have it',
    cites: 'v6.1.192 and v6.12.117 mm/hugetlb.c copy_hugetlb_page_range()',
    at: hugetlbHistory('as-they-are', { 'v6.12': 'cleared' }),
    values: [
      asItIs('cleared', 'they do not'),
      { value: 'as-they-are', says: "where the parent's have it", patch: { copy_clears_wp: no } },
    ],
  },
  {
    name: 'hugetlb-fork-pinned',
    says: 'whether the copy that a child gets of a pinned page is protected as the page was',
    cites: 'v6.1.192 mm/hugetlb.c hugetlb_install_page(), v6.12.117 hugetlb_install_folio()',
    at: hugetlbHistory('lost', { 'v6.12': 'kept' }),
    values: [asItIs('kept', 'it is'), { value: 'lost', says: 'it is not', patch: { copy_of_pinned_keeps_wp: no } }],
  },
  {
    name: 'hugetlb-move-skip',
    says: 'where mremap() goes on at the destination when the source has no page table, or a shared one',
    cites: 'v6.1.192, v6.12.117, v6.18.44, v7.1.5 and v7.3.4 mm/hugetlb.c move_hugetlb_page_tables()',
    at: hugetlbHistory('rounded-up', { 'v7.3': 'as-far' }, { 'v6.1.192': 'as-far', 'v6.12.117': 'as-far' }),
    values: [
      asItIs('rounded-up', 'behind what a table there spans, whatever the distance of the source'),
      {
        value: 'as-far',
        says: 'as far from where it was as at the source',
        patch: { move_skips_to: () => (_s, from, next, to) => to + next - from },
      },
    ],
  },
  {
    name: 'hugetlb-move-wp',
    says: 'whether uffd-wp moves with pages, where user space is not told of the move',
    cites: 'v6.1.192, v6.12.117 and v6.18.44 mm/hugetlb.c move_huge_pte(); in stable since 6.1.191 and 6.12.11',
    at: hugetlbHistory('moves', { 'v6.18': 'cleared' }, { 'v6.1.192': 'cleared', 'v6.12.117': 'cleared' }),
    values: [
      asItIs('cleared', 'it does not'),
      { value: 'moves', says: 'it does, and the new VMA is not registered', patch: { move_clears_wp: no } },
    ],
  },
  {
    name: 'hugetlb-move-share',
    says: 'what mremap() does where a PMD table could be shared at the destination',
    cites: 'v6.1.192, v6.12.117, v6.18.44, v7.1.5 and v7.3.4 mm/hugetlb.c move_hugetlb_page_tables(), huge_pmd_share()',
    at: hugetlbHistory('deadlock'),
    values: [
      asItIs('deadlock', 'it holds i_mmap_rwsem for writing, and waits for it'),
      {
        value: 'shares',
        says: 'it takes the lock once, and writes into the table that others have',
        patch: { move_meets_sharing: () => () => undefined },
      },
    ],
  },
  {
    name: 'hugetlb-mremap-fixup',
    says: 'which private VMA loses its reservations when mremap() fails',
    cites: 'v6.1.192, v6.12.117, v6.18.44, v7.1.5 and v7.3.4 mm/mremap.c move_vma(), copy_vma_and_data()',
    at: hugetlbHistory('unmapped', { 'v6.18': 'source', 'v7.3': 'unmapped' }),
    values: [
      asItIs('source', 'that which was to be moved, and stays'),
      { value: 'unmapped', says: 'the new one, which is unmapped', patch: { mremap_fixes_source: no } },
    ],
  },
];
