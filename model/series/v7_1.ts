/** Linux v7.1, as read in its source (7.1.5). remap_pfn_range() maps PTEs only. */
import { pfn_pmd, pfn_pte, pmd_modify, pmd_pgprot, pte_modify, vm_page_prot } from '../arch/x86.ts';
import {
  change_huge_pmd,
  copy_huge_pmd,
  do_set_pmd,
  insert_pmd,
  is_anon_leaf,
  map_anon_folio_pmd,
  move_huge_pmd,
  split_anon_pmd,
  __split_huge_pfnmap_pmd,
  vma_adjust_trans_huge,
  zap_huge_pmd,
} from '../mm/huge_memory.ts';
import type { Kernel } from '../mm/kernel.ts';
import { copy_pte_range, zap_pte_range } from '../mm/memory.ts';
import { unmap_region } from '../mm/mmap.ts';
import { change_pte_range } from '../mm/mprotect.ts';
import { move_ptes } from '../mm/mremap.ts';
import { pte_alloc_one, pte_free } from '../mm/pgalloc.ts';
import { pgtable_trans_huge_deposit, pgtable_trans_huge_withdraw } from '../mm/pgtable_generic.ts';
import { remap_is_aligned, remap_pfn_range, remap_pte_range } from '../mm/remap_pfn_range.ts';
import { split_vma, vma_is_anonymous } from '../mm/vma.ts';

const no = (): boolean => false;

export const v7_1: Kernel = {
  name: 'v7.1',
  vm_page_prot,
  pmd_modify,
  pte_modify,
  pfn_pte,
  pfn_pmd,
  pmd_pgprot,
  pte_alloc_one,
  pte_free,
  pgtable_trans_huge_deposit,
  pgtable_trans_huge_withdraw,
  insert_pmd,
  do_set_pmd,
  map_anon_folio_pmd,
  copy_huge_pmd,
  zap_huge_pmd,
  split_anon_pmd,
  __split_huge_pfnmap_pmd,
  move_huge_pmd,
  change_huge_pmd,
  vma_adjust_trans_huge,
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
  split_vma,
  unmap_and_free_vma: unmap_region,
  vma_closes_first: no,
  zap_pte_range,
  copy_pte_range,
  change_pte_range,
  move_ptes,
  remap_pfn_range,
  remap_pte_range,
  remap_is_aligned,
  remap_pmd_allowed: no,
  remap_clear_slot: no,
  install: { deposits: false, underLock: true, fallsBack: true, depositFirst: true },
};
