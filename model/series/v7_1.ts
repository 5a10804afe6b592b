/** Linux v7.1, as read in its source (7.1.5). remap_pfn_range() maps PTEs only. */
import { pfn_pmd, pfn_pte, pmd_pgprot } from '../arch/x86.ts';
import { is_anon_leaf } from '../mm/huge_memory.ts';
import type { Kernel } from '../mm/kernel.ts';
import { vma_is_anonymous } from '../mm/vma.ts';

const no = (): boolean => false;

export const v7_1: Kernel = {
  name: 'v7.1',
  pfn_pte,
  pfn_pmd,
  pmd_pgprot,
  // radix, x86 and others: no; powerpc's hash MMU keeps its slots in the reserved table.
  arch_needs_pgtable_deposit: (s) => s.machine.depositsPer === 'slot',
  has_deposited_pgtable: (s, _vma, e) => s.kernel.arch_needs_pgtable_deposit(s) || is_anon_leaf(s, e),
  // The lists differ; the caller has seen to that, except that the hash MMU's cells always do.
  pmd_move_must_withdraw: (s, vma) => s.machine.depositsPer === 'slot' || vma_is_anonymous(vma),
  copy_special_allocates: no,
  copy_special_deposits: no,
  split_special_populates: no,
  split_special_pgprot: (prot) => prot,
  split_file_frees_deposit: (s) => s.kernel.arch_needs_pgtable_deposit(s),
  vma_closes_first: no,
  remap_pmd_allowed: no,
  remap_clear_slot: no,
  install: { deposits: false, underLock: true, fallsBack: true, depositFirst: true },
};
