/**
 * __split_huge_pmd_locked() that asks first whether the entry is present, and then vm_normal_folio_pmd(), as v4 of "mm: add huge pfnmap
 * support for remap_pfn_range()" says that its fifth patch does: the entry tells whether there is a folio, and not its VMA. How it does
 * so is inferred: the code has not been read.
 */
import { is_huge_zero_pmd } from '../mm/huge_memory_zero.ts';
import { pmd_trans_huge } from '../mm/pgtable.ts';
import { patch } from '../patch.ts';

export default patch({
  title: 'mm/huge_memory: refactor __split_huge_pmd_locked()',
  author: 'Yin Tirui',
  source: '[PATCH mm-unstable RFC v4 5/7], 2026-05-26; its cover letter',
  says: 'entries are told apart by pmd_present() first, then by vm_normal_folio_pmd(); no functional change intended',
  evidence: 'inferred',
  base: 'v7.1',
  mm: {
    split_counts_pmd: () => (s, vma, slot, e) =>
      !pmd_trans_huge(e) || is_huge_zero_pmd(s, e) || s.kernel.zap_counts_pmd(s, vma, slot, e),
  },
});
