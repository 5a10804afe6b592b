/**
 * PMD leaves: insertion, copy, zap, split, move and change. Mirrors mm/huge_memory.c, v7.1.
 * Stubbed: rmap, folio references and rss (an anonymous folio is mapped where its frames stand); the TLB.
 * Left out: huge zero folio, migration and device-private entries, userfaultfd, NUMA hints, PUD leaves.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { thpFrame } from '../state/geometry.ts';
import { type Pgprot, Pmd, Prot, Pte, Vma } from '../state/mm_types.ts';
import type { Sys } from './kernel.ts';
import { mm_inc_nr_ptes, pmd_populate } from './pgalloc.ts';
import { pmd_none, pmd_offset, pmd_trans_huge, pte_offset, slot_of } from './pgtable.ts';
import {
  pmd_huge_pte,
  pmd_lock,
  pmd_unlock,
  pmdp_huge_get_and_clear,
  set_pmd_at,
  zap_deposited_table,
} from './pgtable_generic.ts';
import { is_cow_mapping, vma_is_anonymous, vma_is_special_huge } from './vma.ts';

/** vm_normal_folio_pmd() and folio_test_anon(): a special leaf has no folio; folios of anonymous memory lie last. */
export const is_anon_leaf = (s: Sys, e: Pmd): boolean => Pmd.special(e) === 0 && Pmd.pfn(e) >= thpFrame(s.geometry, 0);

/**
 * insert_pmd(), for vmf_insert_pfn_pmd(): a special leaf from a ->huge_fault. A slot that is taken is only made
 * writable, young and dirty. False: out of memory.
 */
export const insert_pmd = (s: Sys, mm: number, slot: number, pfn: number, prot: Pgprot, write: boolean): boolean => {
  const { kernel } = s;
  const needs = kernel.arch_needs_pgtable_deposit(s);
  const pgtable = needs ? kernel.pte_alloc_one(s) : -1;
  if (needs && pgtable < 0) return false;
  pmd_lock(s);
  const old = s.pmd.at(pmd_offset(s.geometry, mm, slot));
  if (pmd_none(old)) {
    if (needs) {
      kernel.pgtable_trans_huge_deposit(s, mm, slot, pgtable);
      mm_inc_nr_ptes(s, mm);
    }
    const e = Pmd.mkSpecial(kernel.pfn_pmd(pfn, prot), 1);
    set_pmd_at(s, mm, slot, write ? pmd_mkwritten(e) : e);
  } else {
    if (needs) kernel.pte_free(s, pgtable);
    if (write && pmd_trans_huge(old)) set_pmd_at(s, mm, slot, pmd_mkwritten(old));
  }
  pmd_unlock(s);
  return true;
};

/** maybe_pmd_mkwrite(pmd_mkyoung(pmd_mkdirty())): for a write that the VMA allows. */
export const pmd_mkwritten = (e: Pmd): Pmd => Pmd.mkWrite(Pmd.mkYoung(Pmd.mkDirty(e, 1), 1), 1);

/** copy_huge_pmd(): fork copies one leaf. False: out of memory. */
export const copy_huge_pmd = (s: Sys, src: number, dst: number, vmaRow: number, slot: number): boolean => {
  const vma = s.vma.at(vmaRow);
  const e = s.pmd.at(pmd_offset(s.geometry, src, slot));
  if (Pmd.special(e) === 1) return copy_special_huge_pmd(s, dst, vma, slot, e);
  // File leaves come back by a fault.
  if (!vma_is_anonymous(vma)) return true;
  const pgtable = s.kernel.pte_alloc_one(s);
  if (pgtable < 0) return false;
  pmd_lock(s);
  mm_inc_nr_ptes(s, dst);
  s.kernel.pgtable_trans_huge_deposit(s, dst, slot, pgtable);
  const shared = Pmd.mkWrite(e, 0);
  s.pmd.put(pmd_offset(s.geometry, src, slot), shared);
  set_pmd_at(s, dst, slot, Pmd.mkYoung(shared, 0));
  pmd_unlock(s);
  return true;
};

/** The child gets the same leaf, old; nothing happens to the parent. */
const copy_special_huge_pmd = (s: Sys, dst: number, vma: Vma, slot: number, e: Pmd): boolean => {
  const { kernel } = s;
  const allocates = kernel.copy_special_allocates(s, vma, e);
  const pgtable = allocates ? kernel.pte_alloc_one(s) : -1;
  if (allocates && pgtable < 0) return false;
  if (is_cow_mapping(vma) && Pmd.write(e) === 1) s.warnedCowWrite.put(0, 1);
  pmd_lock(s);
  if (allocates) {
    if (kernel.copy_special_deposits(s, vma, e)) {
      mm_inc_nr_ptes(s, dst);
      kernel.pgtable_trans_huge_deposit(s, dst, slot, pgtable);
    } else {
      kernel.pte_free(s, pgtable);
    }
  }
  set_pmd_at(s, dst, slot, Pmd.mkYoung(e, 0));
  pmd_unlock(s);
  return true;
};

/** zap_huge_pmd(): the whole leaf goes. */
export const zap_huge_pmd = (s: Sys, mm: number, vma: Vma, slot: number): void => {
  pmd_lock(s);
  const e = pmdp_huge_get_and_clear(s, mm, slot);
  // Withdrawn only once the entry is clear: powerpc wipes the reserved table as it clears.
  if (s.kernel.has_deposited_pgtable(s, vma, e)) zap_deposited_table(s, mm, slot);
  pmd_unlock(s);
};

/** __split_huge_pmd(): part of a leaf is to change, so it becomes PTEs, or nothing where a fault brings it back. */
export const split_huge_pmd = (s: Sys, mm: number, vma: Vma, slot: number): void => {
  pmd_lock(s);
  if (pmd_trans_huge(s.pmd.at(pmd_offset(s.geometry, mm, slot)))) __split_huge_pmd_locked(s, mm, vma, slot);
  pmd_unlock(s);
};

const __split_huge_pmd_locked = (s: Sys, mm: number, vma: Vma, slot: number): void => {
  const { kernel, geometry: g } = s;
  if (slot * g.ptrsPerPte < Vma.start(vma) || Vma.end(vma) < (slot + 1) * g.ptrsPerPte)
    throw new ModelBug('VM_BUG_ON_VMA(range)', `the leaf of slot ${slot} is split for a VMA that it does not lie in`);
  if (vma_is_anonymous(vma)) {
    kernel.split_anon_pmd(s, mm, vma, slot);
    return;
  }
  const e = pmdp_huge_get_and_clear(s, mm, slot);
  if (!vma_is_special_huge(vma)) {
    if (kernel.split_file_frees_deposit(s)) zap_deposited_table(s, mm, slot);
  } else if (kernel.split_special_populates(s, vma, e)) {
    kernel.__split_huge_pfnmap_pmd(s, mm, slot, e);
  } else if (kernel.arch_needs_pgtable_deposit(s)) {
    zap_deposited_table(s, mm, slot);
  }
};

/** set_pte_at() of a split, into a table that must be empty. */
const fill_pte = (s: Sys, table: number, i: number, pte: Pte): void => {
  const row = pte_offset(s.geometry, table, i);
  if (Pte.present(s.pte.at(row)) === 1)
    throw new ModelBug('VM_BUG_ON(!pte_none)', `a split fills table ${table}, which is not empty`);
  s.pte.put(row, pte);
};

/** Order: withdraw once the entry is invalid, fill, populate. */
export const split_anon_pmd = (s: Sys, mm: number, vma: Vma, slot: number): void => {
  const { geometry: g } = s;
  const e = s.pmd.at(pmd_offset(g, mm, slot));
  const table = s.kernel.pgtable_trans_huge_withdraw(s, mm, slot);
  const flags = Pmd.write(e) | (Pmd.young(e) << 1) | (Pmd.dirty(e) << 2);
  for (let i = 0; i < g.ptrsPerPte; i++) {
    // From vm_page_prot, not from the leaf; only write, young and dirty are carried over.
    const pte = s.kernel.pfn_pte(Pmd.pfn(e) + i, s.kernel.vm_page_prot(vma));
    fill_pte(s, table, i, Pte.mkDirty(Pte.mkYoung(Pte.mkWrite(pte, flags & 1), (flags >> 1) & 1), flags >> 2));
  }
  pmd_populate(s, mm, slot, table);
};

/** Every PTE continues the first: set_ptes() counts the frame up. */
export const __split_huge_pfnmap_pmd = (s: Sys, mm: number, slot: number, e: Pmd): void => {
  const { geometry: g, kernel } = s;
  const table = kernel.pgtable_trans_huge_withdraw(s, mm, slot);
  const prot = kernel.split_special_pgprot(kernel.pmd_pgprot(e));
  const first = kernel.pfn_pte(Pmd.pfn(e), prot);
  for (let i = 0; i < g.ptrsPerPte; i++) fill_pte(s, table, i, Pte.mkPfn(first, Pte.pfn(first) + i));
  pmd_populate(s, mm, slot, table);
};

/** vma_adjust_trans_huge(): a leaf across a new VMA boundary is split first. */
export const vma_adjust_trans_huge = (s: Sys, mm: number, vmaRow: number, page: number): void => {
  const { geometry: g } = s;
  if (page % g.ptrsPerPte === 0) return;
  const slot = slot_of(g, page);
  if (pmd_trans_huge(s.pmd.at(pmd_offset(g, mm, slot)))) split_huge_pmd(s, mm, s.vma.at(vmaRow), slot);
};

/** move_huge_pmd(): the leaf changes its slot. False when the new slot is taken. */
export const move_huge_pmd = (s: Sys, mm: number, vma: Vma, from: number, to: number): boolean => {
  const { geometry: g } = s;
  if (!pmd_none(s.pmd.at(pmd_offset(g, mm, to)))) return false;
  pmd_lock(s);
  const e = s.pmd.at(pmd_offset(g, mm, from));
  if (s.kernel.pmd_move_must_withdraw(s, vma, e) && pmd_huge_pte(s, mm, from) !== pmd_huge_pte(s, mm, to)) {
    pmdp_huge_get_and_clear(s, mm, from);
    s.kernel.pgtable_trans_huge_deposit(s, mm, to, s.kernel.pgtable_trans_huge_withdraw(s, mm, from));
  } else {
    pmdp_huge_get_and_clear(s, mm, from);
  }
  set_pmd_at(s, mm, to, e);
  pmd_unlock(s);
  return true;
};

/** change_huge_pmd(): mprotect of a whole leaf; the deposit stays. */
export const change_huge_pmd = (s: Sys, mm: number, vma: Vma, slot: number): void => {
  pmd_lock(s);
  const e = s.kernel.pmd_modify(s.pmd.at(pmd_offset(s.geometry, mm, slot)), s.kernel.vm_page_prot(vma));
  set_pmd_at(s, mm, slot, e);
  pmd_unlock(s);
};

/** do_huge_pmd_anonymous_page(): a whole folio, with a table in reserve. */
export const map_anon_folio_pmd = (s: Sys, mm: number, vma: Vma, slot: number, pfn: number, pgtable: number): void => {
  pmd_lock(s);
  s.kernel.pgtable_trans_huge_deposit(s, mm, slot, pgtable);
  const e = Pmd.mkDirty(Pmd.mkYoung(s.kernel.pfn_pmd(pfn, s.kernel.vm_page_prot(vma)), 1), 1);
  set_pmd_at(s, mm, slot, maybe_pmd_mkwrite(e, vma));
  mm_inc_nr_ptes(s, mm);
  pmd_unlock(s);
};
const maybe_pmd_mkwrite = (e: Pmd, vma: Vma): Pmd => Pmd.mkWrite(e, Vma.prot(vma) === Prot.RW ? 1 : 0);

/** do_set_pmd(): the page-cache folio of a file; a deposit only where the architecture needs one. False: no memory. */
export const do_set_pmd = (s: Sys, mm: number, vma: Vma, slot: number, pfn: number, write: boolean): boolean => {
  const needs = s.kernel.arch_needs_pgtable_deposit(s);
  const pgtable = needs ? s.kernel.pte_alloc_one(s) : -1;
  if (needs && pgtable < 0) return false;
  pmd_lock(s);
  if (needs) {
    s.kernel.pgtable_trans_huge_deposit(s, mm, slot, pgtable);
    mm_inc_nr_ptes(s, mm);
  }
  const e = s.kernel.pfn_pmd(pfn, s.kernel.vm_page_prot(vma));
  set_pmd_at(s, mm, slot, write ? pmd_mkwritten(e) : e);
  pmd_unlock(s);
  return true;
};
