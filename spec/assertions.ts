/**
 * What the kernel, or the hardware, refuses on the spot. The model throws `ModelBug(name, …)` where the kernel
 * would crash or warn; each name is declared here, with what it means. A new one is one more entry.
 */
import type { Assertion } from '../checker/search/index.ts';
import type { Geometry, Use } from '../model/state/geometry.ts';
import type { Machine } from '../model/state/machine.ts';

export const assertions: readonly Assertion[] = [
  {
    kind: 'assertion',
    name: 'I-NOEMPTY',
    says: 'pgtable_trans_huge_withdraw() finds a table: it dereferences pmd_huge_pte unconditionally.',
    cites:
      'v7.1 mm/pgtable-generic.c pgtable_trans_huge_withdraw(); syzbot-ci on v1 and v2, 2025-09-23 and 2025-10-16 ' +
      '(stack segment fault in pgtable_trans_huge_withdraw)',
  },
  {
    kind: 'assertion',
    name: 'I-ORDER',
    says: 'Hash MMU: a table is deposited before its leaf can be seen, for the hash fault handler writes to it.',
    cites:
      'v7.1 arch/powerpc/mm/book3s64/hash_pgtable.c hash__pgtable_trans_huge_deposit() (ends in smp_wmb()), ' +
      'arch/powerpc/mm/book3s64/hash_hugepage.c __hash_page_thp()',
  },
  {
    kind: 'assertion',
    name: 'assert_spin_locked',
    says: 'A deposit list changes only under the PMD lock.',
    cites:
      'v7.1 mm/pgtable-generic.c pgtable_trans_huge_deposit(), pgtable_trans_huge_withdraw() (assert_spin_locked(pmd_lockptr(mm, pmdp)))',
  },
  {
    kind: 'assertion',
    name: 'BUG_ON(cow-pfnmap)',
    says: 'vmf_insert_pfn_pmd() is not called for a CoW VM_PFNMAP VMA.',
    cites:
      'v7.1 mm/huge_memory.c vmf_insert_pfn_pmd() (BUG_ON((vma->vm_flags & VM_PFNMAP) && is_cow_mapping(vma->vm_flags)))',
  },
  {
    kind: 'assertion',
    name: 'BUG_ON(!pte_none)',
    says: 'remap_pte_range() writes only over none PTEs.',
    cites: 'v7.1 mm/memory.c remap_pte_range() (BUG_ON(!pte_none(ptep_get(pte))))',
  },
  {
    kind: 'assertion',
    name: 'VM_BUG_ON(pmd_huge_pte)',
    says: 'Without split PMD locks, an mm is freed with an empty deposit list.',
    cites: 'v7.1 kernel/fork.c check_mm() (VM_BUG_ON_MM(mm->pmd_huge_pte, mm))',
  },
  {
    kind: 'assertion',
    name: 'no-PMD-leaves',
    says: 'No leaf is installed on a machine that cannot map at PMD level.',
    cites: '"mm: thp: always enable mTHP support", 2025-11-06 (pgtable_has_pmd_leaves())',
  },
  {
    kind: 'assertion',
    name: 'VM_BUG_ON(!pte_none)',
    says: 'A split fills a table that is empty.',
    cites: 'v7.1 mm/huge_memory.c __split_huge_pmd_locked() (VM_WARN_ON(!pte_none(ptep_get(pte))))',
  },
  {
    kind: 'assertion',
    name: 'VM_BUG_ON_VMA(range)',
    says: 'A leaf is split for the VMA that all of it lies in.',
    cites:
      'v7.1 mm/huge_memory.c __split_huge_pmd_locked(), __split_huge_pud_locked() (VM_BUG_ON_VMA() of a start behind, or an end before, that of the leaf)',
  },
  {
    kind: 'assertion',
    name: 'fault-loop',
    says: 'An access that its VMA allows is served, or refused, after a few faults.',
    cites: 'v7.1 mm/memory.c handle_mm_fault(); its caller, which makes the access again',
  },
  {
    kind: 'assertion',
    name: 'bad-pmd',
    says: 'A walk of the page tables understands every PMD entry that it meets.',
    cites: 'v7.1 mm/pgtable-generic.c pmd_clear_bad(), include/linux/pgtable.h pmd_none_or_clear_bad()',
  },
  {
    kind: 'assertion',
    name: 'bad-pud',
    says: 'No walk that expects page tables meets a PUD leaf: it would clear it as a bad entry, without a flush.',
    cites:
      'v7.1 include/linux/pgtable.h pud_none_or_clear_bad(), mm/pgtable-generic.c pud_clear_bad(); mm/mremap.c get_old_pud(), ' +
      'mm/memory.c free_pud_range()',
  },
  {
    kind: 'assertion',
    name: 'descent-into-leaf',
    says: 'No walk takes the frame of a PUD leaf for a page table.',
    cites:
      'v7.1 mm/rmap.c mm_find_pmd() (asks pud_present(), not pud_leaf()), mm/huge_memory.c split_huge_pmd_address()',
  },
  {
    kind: 'assertion',
    name: 'no-PUD-leaves',
    says: 'Code for PUD leaves is reached only where there can be any.',
    cites:
      'v7.1 include/linux/rmap.h __folio_rmap_sanity_checks(), mm/rmap.c folio_add_file_rmap_pud() (WARN_ON_ONCE without ' +
      'CONFIG_HAVE_ARCH_TRANSPARENT_HUGEPAGE_PUD)',
  },
  {
    kind: 'assertion',
    name: 'VM_WARN(anon-pud)',
    says: 'No PUD leaf maps anonymous memory.',
    cites: 'v7.1 mm/huge_memory.c zap_huge_pud() (VM_WARN_ON_ONCE(vma_is_anonymous(vma) || !pud_present(orig_pud)))',
  },
  {
    kind: 'assertion',
    name: 'WARN(insert-mismatch)',
    says: 'A fault that finds a leaf where it wants to insert one finds the same frame.',
    cites: 'v7.1 mm/huge_memory.c insert_pmd(), insert_pud() (WARN_ON_ONCE(pud_pfn(*pud) != fop.pfn))',
  },
  {
    kind: 'assertion',
    name: 'WARN(written-leaf)',
    says: 'wp_shared_mapping_range() meets no leaf that is writable or dirty: it cleans PTEs only.',
    cites: 'v6.12 mm/mapping_dirty_helpers.c wp_clean_pmd_entry(), wp_clean_pud_entry() (WARN_ON())',
  },
  {
    kind: 'assertion',
    name: 'BUG_ON(insert-page)',
    says: 'vm_insert_page() is not called for a VM_PFNMAP VMA.',
    cites: 'v7.1 mm/memory.c vm_insert_page(), vm_insert_pages() (BUG_ON(vma->vm_flags & VM_PFNMAP))',
  },
  {
    kind: 'assertion',
    name: 'bad-page-map',
    says: 'No mapping is taken away that was not counted.',
    cites:
      'v7.1 mm/memory.c zap_present_folio_ptes() (print_bad_pte(): "BUG: Bad page map"), mm/huge_memory.c zap_huge_pmd()',
  },
  {
    kind: 'assertion',
    name: 'rmap-sanity',
    says: 'rmap is told of pages of one folio, of its own kind, and of a leaf only if it maps all of the folio.',
    cites:
      'v7.1 include/linux/rmap.h __folio_rmap_sanity_checks(), mm/rmap.c folio_add_anon_rmap_ptes() (VM_WARN_ON_FOLIO)',
  },
  {
    kind: 'assertion',
    name: 'exclusive-and-shared',
    says: 'No page that is PageAnonExclusive gets a second mapping.',
    cites: 'v7.1 mm/rmap.c __folio_add_anon_rmap() (VM_WARN_ON_FOLIO(… && PageAnonExclusive(…)))',
  },
  {
    kind: 'assertion',
    name: 'refcount-of-free',
    says: 'Nobody takes a reference to a folio that is free.',
    cites: 'v7.1 include/linux/mm.h folio_get() (VM_BUG_ON_FOLIO(folio_ref_zero_or_close_to_overflow(folio)))',
  },
  {
    kind: 'assertion',
    name: 'refcount-underflow',
    says: 'No reference is put that was not taken.',
    cites:
      'v7.1 include/linux/mm.h put_page_testzero() (VM_BUG_ON_PAGE(page_ref_count(page) == 0)); of a pgmap: v6.12 ' +
      'lib/percpu-refcount.c percpu_ref_switch_to_atomic_rcu() (WARN_ONCE(), "percpu_ref underflow")',
  },
  {
    kind: 'assertion',
    name: 'bad-page',
    says: 'A folio that is freed is mapped by nobody, and in no page cache.',
    cites: 'v7.1 mm/page_alloc.c free_pages_prepare(), free_tail_page_prepare(), bad_page() ("BUG: Bad page state")',
  },
  {
    kind: 'assertion',
    name: 'VM_BUG_ON(folio_mapped)',
    says: 'A folio leaves the page cache only when nobody maps it.',
    cites: 'v7.1 mm/filemap.c filemap_unaccount_folio() (VM_BUG_ON_FOLIO(folio_mapped(folio), folio))',
  },
  {
    kind: 'assertion',
    name: 'VM_BUG_ON_PAGE(write-shared)',
    says: 'A writable PTE that becomes a migration entry maps a page that is exclusive.',
    cites:
      'v7.1 mm/rmap.c try_to_migrate_one() (VM_BUG_ON_PAGE(pte_write(pteval) && folio_test_anon(folio) && !anon_exclusive))',
  },
  {
    kind: 'assertion',
    name: 'pin-not-exclusive',
    says: 'A page of anonymous memory is exclusive when its pin is made, and when it is let go.',
    cites: 'v7.1 mm/gup.c sanity_check_pinned_pages()',
  },
  {
    kind: 'assertion',
    name: 'gup-of-pfn',
    says: 'GUP takes no frame without struct page for a page.',
    cites: 'v7.1 mm/gup.c gup_fast_pmd_leaf(), gup_fast_pud_leaf(), follow_huge_pud(); ae3c99e650da (v6.12)',
  },
  {
    kind: 'assertion',
    name: 'no-struct-page',
    says: 'No walk takes a frame without struct page for a page.',
    cites: 'v7.1 mm/memory.c vm_normal_page(), mm/huge_memory.c zap_huge_pmd()',
  },
  {
    kind: 'assertion',
    name: 'BUG(normal-pud)',
    says: 'zap_huge_pud() meets only leaves of devices, until v6.14.',
    cites: 'v6.12 mm/huge_memory.c zap_huge_pud() (BUG())',
  },
  {
    kind: 'assertion',
    name: 'no-PMD-table',
    says: 'vmf_insert_pfn_pmd() has a PMD table to write to: vmf->pmd is not NULL.',
    cites:
      'v7.1 mm/memory.c __handle_mm_fault() (vmf.pmd, set behind create_huge_pud()), mm/huge_memory.c insert_pmd()',
  },
  {
    kind: 'assertion',
    name: 'walk-in-freed-table',
    says: 'No fault goes on in a PMD table that has been taken away since it found it.',
    cites:
      'v7.1 mm/memory.c __handle_mm_fault() (pmdp_get_lockless() without a lock); free_pgtables() runs under the mmap lock for ' +
      'writing',
  },
  {
    kind: 'assertion',
    name: 'VM_BUG_ON(pmd_trans_huge)',
    says: 'follow_pte() meets no PMD leaf: it is for PTEs.',
    cites: 'v6.8 mm/memory.c follow_pte() (VM_BUG_ON(pmd_trans_huge(*pmd))); gone with it in v6.12',
  },
  {
    kind: 'assertion',
    name: 'entry-in-freed-table',
    says: 'Who has looked up an entry, and not its value, finds it where it was.',
    cites:
      '"[RFC] Huge remap_pfn_range for vfio-pci", 2024; v7.1 mm/memory.c follow_pfnmap_start() ("Return: zero on success"; ' +
      'until follow_pfnmap_end() the lock keeps the table)',
  },
  {
    kind: 'assertion',
    name: 'BUG(pud-split)',
    says: 'No PUD leaf is split; asked of a kernel that is made to stop there.',
    cites: 'v7.1 mm/huge_memory.c __split_huge_pud(), drivers/dax/device.c dev_dax_may_split()',
  },
];

/** Those that not every machine can fail. */
const ONLY_ON: Readonly<Record<string, (machine: Machine) => boolean>> = {
  'I-ORDER': ({ depositsPer }) => depositsPer === 'slot',
  'VM_BUG_ON(pmd_huge_pte)': ({ depositsPer }) => depositsPer === 'mm',
  'no-PMD-leaves': ({ pmdLeaves }) => !pmdLeaves,
  'no-PUD-leaves': ({ pudLeaves, depositsPer }) => !pudLeaves || depositsPer === 'slot',
  'bad-pud': ({ pudLeaves }) => pudLeaves,
  'descent-into-leaf': ({ pudLeaves }) => pudLeaves,
  'VM_WARN(anon-pud)': ({ pudLeaves }) => pudLeaves,
  'BUG(normal-pud)': ({ pudLeaves }) => pudLeaves,
  'WARN(insert-mismatch)': ({ pmdLeaves, pudLeaves }) => pmdLeaves || pudLeaves,
  'WARN(written-leaf)': ({ pmdLeaves, pudLeaves }) => pmdLeaves || pudLeaves,
};

const any = ({ memory }: Geometry): boolean => memory.length > 0;
const withUse =
  (...uses: readonly Use[]) =>
  ({ memory }: Geometry): boolean =>
    memory.some(({ use }) => uses.includes(use));

/**
 * Those that ask for memory of some kind, or for a table that only some worlds have. A frame without struct page that is taken for a folio fails the assertions of
 * rmap, of references and of PUD leaves, too: those are asked everywhere.
 */
const ONLY_WITH: Readonly<Record<string, (geometry: Geometry) => boolean>> = {
  'WARN(written-leaf)': ({ trackedFrames }) => trackedFrames > 0,
  'BUG_ON(insert-page)': withUse('dax', 'driver'),
  'bad-page-map': any,
  'BUG(pud-split)': withUse('dax'),
  'exclusive-and-shared': withUse('anon'),
  'bad-page': any,
  'VM_BUG_ON(folio_mapped)': withUse('shmem', 'file'),
  'VM_BUG_ON_PAGE(write-shared)': withUse('anon'),
  'pin-not-exclusive': (geometry) => geometry.pins > 0 && withUse('anon')(geometry),
  'gup-of-pfn': ({ pins, locks }) => pins > 0 || locks > 0,
  'walk-in-freed-table': ({ halfFaults }) => halfFaults > 0,
  'VM_BUG_ON(pmd_trans_huge)': ({ lookups }) => lookups > 0,
  'entry-in-freed-table': ({ lookups }) => lookups > 0,
};

/** Those that this machine, with this memory, can fail, or any can. */
export const assertionsOn = (machine: Machine | 'any', geometry: Geometry | 'any'): readonly Assertion[] =>
  assertions.filter(
    ({ name }) =>
      (machine === 'any' || ONLY_ON[name]?.(machine) !== false) &&
      (geometry === 'any' || ONLY_WITH[name]?.(geometry) !== false),
  );
