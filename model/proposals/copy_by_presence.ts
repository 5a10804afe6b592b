/**
 * copy_huge_pmd() that asks first whether the entry is present, and then vm_normal_folio_pmd(), as v4 of "mm: add huge pfnmap support
 * for remap_pfn_range()" says that its fourth patch does. How it does so is inferred: the code has not been read.
 */
import { BUSY, type Copied, copy_special_huge_pmd, share_pmd } from '../mm/huge_memory.ts';
import { is_huge_zero_pmd } from '../mm/huge_memory_zero.ts';
import { split_huge_pmd } from '../mm/huge_memory_split.ts';
import type { Sys } from '../mm/kernel.ts';
import { NO_PAGE } from '../mm/memory.ts';
import { folio_test_anon } from '../mm/page_flags.ts';
import { mm_inc_nr_ptes } from '../mm/pgalloc.ts';
import { pmd_offset, pmd_trans_huge } from '../mm/pgtable.ts';
import { pmd_lock, pmd_unlock, set_pmd_at } from '../mm/pgtable_generic.ts';
import { vma_is_anonymous } from '../mm/vma.ts';
import { patch } from '../patch.ts';
import { Pmd } from '../state/mm_types.ts';

/** Puts the child's entry over a deposit; the parent has the same one from now on, old or young as it was. */
const put_pmd = (s: Sys, src: number, dst: number, slot: number, pgtable: number, shared: Pmd, child: Pmd): void => {
  mm_inc_nr_ptes(s, dst);
  s.kernel.pgtable_trans_huge_deposit(s, dst, slot, pgtable);
  s.pmd.put(pmd_offset(s.geometry, src, slot), shared);
  set_pmd_at(s, dst, slot, child);
};

/** A migration entry: nothing is referenced, and nothing can be pinned. */
const copy_huge_non_present_pmd = (s: Sys, src: number, dst: number, slot: number, e: Pmd): Copied => {
  const pgtable = s.kernel.pte_alloc_one(s);
  if (pgtable < 0) return 'ENOMEM';
  pmd_lock(s);
  const shared = share_pmd(s, src, dst, e);
  put_pmd(s, src, dst, slot, pgtable, shared, shared);
  pmd_unlock(s);
  return 'done';
};

const copy_huge_present_pmd = (s: Sys, src: number, dst: number, vmaRow: number, slot: number, e: Pmd): Copied => {
  const pgtable = s.kernel.pte_alloc_one(s);
  if (pgtable < 0) return 'ENOMEM';
  pmd_lock(s);
  const shared = share_pmd(s, src, dst, e);
  if (shared === BUSY) {
    s.kernel.pte_free(s, pgtable);
    pmd_unlock(s);
    split_huge_pmd(s, src, s.vma.at(vmaRow), slot);
    return 'EAGAIN';
  }
  put_pmd(s, src, dst, slot, pgtable, shared, Pmd.mkYoung(shared, 0));
  pmd_unlock(s);
  return 'done';
};

export default patch({
  title: 'mm/huge_memory: refactor copy_huge_pmd()',
  author: 'Yin Tirui',
  source: '[PATCH mm-unstable RFC v4 4/7], 2026-05-26; its cover letter',
  says: 'entries are told apart by pmd_present() first, then by vm_normal_folio_pmd(); no functional change intended',
  evidence: 'inferred',
  base: 'v7.1',
  mm: {
    copy_huge_pmd: () => (s, src, dst, vmaRow, slot) => {
      const vma = s.vma.at(vmaRow);
      const e = s.pmd.at(pmd_offset(s.geometry, src, slot));
      if (!pmd_trans_huge(e)) return vma_is_anonymous(vma) ? copy_huge_non_present_pmd(s, src, dst, slot, e) : 'done';
      const page = s.kernel.vm_normal_page_pmd(s, vma, slot * s.geometry.ptrsPerPte, e);
      if (page === NO_PAGE && !is_huge_zero_pmd(s, e))
        return copy_special_huge_pmd(s, dst, vma, slot, e) ? 'done' : 'ENOMEM';
      // File leaves come back by a fault.
      if (page !== NO_PAGE && !folio_test_anon(s, page)) return 'done';
      return copy_huge_present_pmd(s, src, dst, vmaRow, slot, e);
    },
  },
});
