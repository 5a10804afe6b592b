/**
 * What the kernel, or the hardware, refuses on the spot. The model throws `ModelBug(name, …)` where the kernel
 * would crash or warn; each name is declared here, with what it means. A new one is one more entry.
 */
import type { Assertion } from '../checker/search/index.ts';
import type { Machine } from '../model/state/machine.ts';

export const assertions: readonly Assertion[] = [
  {
    kind: 'assertion',
    name: 'I-NOEMPTY',
    says: 'pgtable_trans_huge_withdraw() finds a table: it dereferences pmd_huge_pte without a look.',
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
    cites:
      'v7.1 arch/powerpc/include/asm/book3s/64/hash-4k.h hash__pmd_mkhuge() (BUG()); arch/x86 has_transparent_hugepage() ' +
      '(X86_FEATURE_PSE); "mm: thp: always enable mTHP support", 2025-11-06 (pgtable_has_pmd_leaves())',
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
    cites: 'v7.1 mm/huge_memory.c __split_huge_pmd_locked() (VM_BUG_ON_VMA(vma->vm_end < haddr + HPAGE_PMD_SIZE, vma))',
  },
  {
    kind: 'assertion',
    name: 'fault-loop',
    says: 'An access that its VMA allows is served, or refused, after a few faults.',
    cites: 'v7.1 mm/memory.c handle_mm_fault(), arch/x86/mm/fault.c do_user_addr_fault() (the access is made again)',
  },
  {
    kind: 'assertion',
    name: 'bad-pmd',
    says: 'A walk of the page tables understands every PMD entry that it meets.',
    cites: 'v7.1 mm/pgtable-generic.c pmd_clear_bad(), include/linux/pgtable.h pmd_none_or_clear_bad()',
  },
];

/** Those that not every machine can fail. */
const ONLY_ON: Readonly<Record<string, (machine: Machine) => boolean>> = {
  'I-ORDER': ({ depositsPer }) => depositsPer === 'slot',
  'VM_BUG_ON(pmd_huge_pte)': ({ depositsPer }) => depositsPer === 'mm',
  'no-PMD-leaves': ({ pmdLeaves }) => !pmdLeaves,
};

/** Those that this machine can fail, or any can. */
export const assertionsOn = (machine: Machine | 'any'): readonly Assertion[] =>
  assertions.filter(({ name }) => machine === 'any' || ONLY_ON[name]?.(machine) !== false);
