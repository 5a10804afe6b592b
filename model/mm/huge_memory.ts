/**
 * PMD leaves: insertion, copy, zap, move and change. Mirrors mm/huge_memory.c, v7.1; its faults, splits, PUD leaves,
 * the huge zero folio, migration, MADV_FREE and UFFDIO_MOVE are in files of their own. Left out: device-private
 * entries, userfaultfd write protection, NUMA hints; the TLB.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { Rss } from '../state/memmap.ts';
import { Mm, type Pgprot, Pmd, Prot, Vma } from '../state/mm_types.ts';
import { split_huge_pmd } from './huge_memory_split.ts';
import type { Sys } from './kernel.ts';
import { munlock_vma_folio } from './mlock_folio.ts';
import { tlb_remove_page } from './mmu_gather.ts';
import { NO_PAGE } from './memory.ts';
import { add_mm_counter, mm_counter } from './vmstat.ts';
import { folio_test_anon, mark_used, PageAnonExclusive, pfn_valid } from './page_flags.ts';
import { folio_get, folio_put } from './page_ref.ts';
import { mm_inc_nr_ptes } from './pgalloc.ts';
import { is_pmd_migration_entry, pmd_none, pmd_offset, pmd_trans_huge, pud_is_table, pud_row } from './pgtable.ts';
import {
  pmd_huge_pte,
  pmd_lock,
  pmd_mkspecial,
  pmd_unlock,
  pmdp_huge_get_and_clear,
  set_pmd_at,
  writes_access_flags,
  zap_deposited_table,
} from './pgtable_generic.ts';
import { take_pmd_lock } from './ptl.ts';
import { folio_add_file_rmap_pmd, folio_remove_rmap_pmd, folio_try_dup_anon_rmap_pmd } from './rmap.ts';
import { is_cow_mapping, vma_is_anonymous } from './vma.ts';
import { is_huge_zero_pmd, mm_get_huge_zero_folio } from './huge_memory_zero.ts';

/** Whether the leaf, or migration entry, maps anonymous memory: vm_normal_folio_pmd() and folio_test_anon(). */
export const is_anon_leaf = (s: Sys, e: Pmd): boolean =>
  Pmd.special(e) === 0 && pfn_valid(s, Pmd.pfn(e)) && folio_test_anon(s, Pmd.pfn(e));

/**
 * What an insertion puts in place: a frame without struct page, a folio that is counted, or, until v6.14, a frame of
 * ZONE_DEVICE, whose leaf is marked devmap and counted nowhere.
 */
export type Fop = 'pfn' | 'folio' | 'devmap';

/**
 * insert_pmd(), for vmf_insert_pfn_pmd() and vmf_insert_folio_pmd(). A slot that is taken is only made writable,
 * young and dirty. False: out of memory.
 */
export const insert_pmd = (
  s: Sys,
  mm: number,
  slot: number,
  pfn: number,
  prot: Pgprot,
  write: boolean,
  fop: Fop = 'pfn',
): boolean => {
  const { kernel } = s;
  if (!pud_is_table(s.pud.at(pud_row(s.geometry, mm, slot))))
    throw new ModelBug('no-PMD-table', `insert_pmd() for slot ${slot}, and there is no PMD table`);
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
    const e = kernel.insert_pmd_entry(s, mm, pfn, prot, fop);
    set_pmd_at(s, mm, slot, write ? pmd_mkwritten(e) : e);
  } else {
    if (needs) kernel.pte_free(s, pgtable);
    if (write) upgrade_pmd(s, mm, slot, old, pfn);
  }
  pmd_unlock(s);
  return true;
};

/** The entry for a slot that was none, and, of a folio, what counts it. */
export const insert_pmd_entry = (s: Sys, mm: number, pfn: number, prot: Pgprot, fop: Fop): Pmd => {
  const e = s.kernel.pfn_pmd(pfn, prot);
  if (fop === 'pfn') return pmd_mkspecial(s, e);
  if (fop === 'devmap') return Pmd.mkDevmap(e, 1);
  folio_get(s, pfn);
  folio_add_file_rmap_pmd(s, pfn, mm);
  add_mm_counter(s, mm, mm_counter(s, pfn), s.geometry.ptrsPerPte);
  return e;
};

const upgrade_pmd = (s: Sys, mm: number, slot: number, old: Pmd, pfn: number): void => {
  if (!pmd_trans_huge(old) || Pmd.pfn(old) !== pfn)
    throw new ModelBug('WARN(insert-mismatch)', `insert_pmd() of frame ${pfn} for a write finds ${Pmd.show(old)}`);
  set_pmd_at(s, mm, slot, pmd_mkwritten(old));
};

/** maybe_pmd_mkwrite(pmd_mkyoung(pmd_mkdirty())): for a write that the VMA allows. */
export const pmd_mkwritten = (e: Pmd): Pmd => Pmd.mkWrite(Pmd.mkYoung(Pmd.mkDirty(e, 1), 1), 1);
export const maybe_pmd_mkwrite = (e: Pmd, vma: Vma): Pmd => Pmd.mkWrite(e, Vma.prot(vma) === Prot.RW ? 1 : 0);

/** touch_pmd(), of a fault that finds the leaf good enough, and of GUP: young, and dirty for a write. */
export const touch_pmd = (s: Sys, mm: number, slot: number, write: boolean): void => {
  if (!writes_access_flags(s, write)) return;
  take_pmd_lock(s, mm, slot);
  const row = pmd_offset(s.geometry, mm, slot);
  const e = Pmd.mkYoung(s.pmd.at(row), 1);
  s.pmd.put(row, write ? Pmd.mkDirty(e, 1) : e);
};

/** What copying one huge entry comes to; `EAGAIN`: it is PTEs now, or none, and is copied as such. */
export type Copied = 'done' | 'ENOMEM' | 'EAGAIN';

/** copy_huge_pmd(): fork copies one leaf or migration entry. */
export const copy_huge_pmd = (s: Sys, src: number, dst: number, vmaRow: number, slot: number): Copied => {
  const vma = s.vma.at(vmaRow);
  const e = s.pmd.at(pmd_offset(s.geometry, src, slot));
  if (s.kernel.copy_as_special(s, e)) return copy_special_huge_pmd(s, dst, vma, slot, e) ? 'done' : 'ENOMEM';
  // File leaves come back by a fault.
  if (!vma_is_anonymous(vma)) return 'done';
  const pgtable = s.kernel.pte_alloc_one(s);
  if (pgtable < 0) return 'ENOMEM';
  pmd_lock(s);
  const shared = share_pmd(s, src, dst, e);
  if (shared === BUSY) {
    // The page may be pinned: its child gets a copy of it, PTE by PTE.
    s.kernel.pte_free(s, pgtable);
    pmd_unlock(s);
    split_huge_pmd(s, src, vma, slot);
    return 'EAGAIN';
  }
  mm_inc_nr_ptes(s, dst);
  s.kernel.pgtable_trans_huge_deposit(s, dst, slot, pgtable);
  s.pmd.put(pmd_offset(s.geometry, src, slot), shared);
  set_pmd_at(s, dst, slot, is_pmd_migration_entry(shared) ? shared : Pmd.mkYoung(shared, 0));
  pmd_unlock(s);
  return 'done';
};
export const BUSY = -1 as Pmd;

/** What parent and child both have of an anonymous leaf from now on, or BUSY; references, rmap and rss with it. */
export const share_pmd = (s: Sys, src: number, dst: number, e: Pmd): Pmd => {
  const { ptrsPerPte } = s.geometry;
  if (is_pmd_migration_entry(e)) {
    add_mm_counter(s, dst, Rss.MM_ANONPAGES, ptrsPerPte);
    return Pmd.mkExclusive(Pmd.mkWrite(e, 0), 0);
  }
  const pfn = Pmd.pfn(e);
  if (is_huge_zero_pmd(s, e)) {
    mm_get_huge_zero_folio(s, dst);
  } else {
    folio_get(s, pfn);
    if (!folio_try_dup_anon_rmap_pmd(s, pfn, dst, Mm.hasPinned(s.mm.at(src)) === 1)) {
      folio_put(s, pfn);
      return BUSY;
    }
    add_mm_counter(s, dst, Rss.MM_ANONPAGES, ptrsPerPte);
  }
  return Pmd.mkWrite(e, 0);
};

/** The child gets the same leaf, old; nothing happens to the parent. */
export const copy_special_huge_pmd = (s: Sys, dst: number, vma: Vma, slot: number, e: Pmd): boolean => {
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

/** zap_huge_pmd(): the whole leaf, or migration entry, goes. */
export const zap_huge_pmd = (s: Sys, mm: number, vma: Vma, slot: number): void => {
  pmd_lock(s);
  const e = pmdp_huge_get_and_clear(s, mm, slot);
  const counted = s.kernel.zap_counts_pmd(s, vma, slot, e);
  // Decided while the folio is still there; withdrawn only once the entry is clear, for powerpc wipes the table then.
  const deposited = s.kernel.has_deposited_pgtable(s, vma, e);
  if (counted) zap_folio_pmd(s, mm, slot, e);
  if (deposited) zap_deposited_table(s, mm, slot);
  pmd_unlock(s);
  if (!counted || !pmd_trans_huge(e)) return;
  tlb_remove_page(s, Pmd.pfn(e));
  folio_put(s, Pmd.pfn(e));
};

const zap_folio_pmd = (s: Sys, mm: number, slot: number, e: Pmd): void => {
  const pfn = Pmd.pfn(e);
  if (pmd_trans_huge(e)) {
    folio_remove_rmap_pmd(s, pfn, mm);
    munlock_vma_folio(s, pfn, mm, slot * s.geometry.ptrsPerPte);
    const dirty = s.kernel.zap_marks_dirty(s) ? Pmd.dirty(e) : 0;
    if (!folio_test_anon(s, pfn)) mark_used(s, pfn, dirty, Pmd.young(e));
  }
  add_mm_counter(s, mm, mm_counter(s, pfn), -s.geometry.ptrsPerPte);
};

/** Whether an entry of this VMA has a folio to be counted, as v7.1 asks: normal_or_softleaf_folio_pmd(). */
export const zap_counts_pmd = (s: Sys, vma: Vma, slot: number, e: Pmd): boolean =>
  is_pmd_migration_entry(e) || s.kernel.vm_normal_page_pmd(s, vma, slot * s.geometry.ptrsPerPte, e) !== NO_PAGE;

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
  const old = s.pmd.at(pmd_offset(s.geometry, mm, slot));
  if (is_pmd_migration_entry(old)) {
    // Only ever taken away: a writable entry becomes readable, still exclusive if it is of anonymous memory.
    const anon = folio_test_anon(s, Pmd.pfn(old)) ? 1 : Pmd.exclusive(old);
    if (Pmd.write(old) === 1) set_pmd_at(s, mm, slot, Pmd.mkExclusive(Pmd.mkWrite(old, 0), anon));
  } else {
    const e = s.kernel.pmd_modify(old, s.kernel.vm_page_prot(vma));
    set_pmd_at(s, mm, slot, can_change_pmd_writable(s, vma, slot, e) ? Pmd.mkWrite(e, 1) : e);
  }
  pmd_unlock(s);
};

/** can_change_pmd_writable(): so that the next write need not fault. */
const can_change_pmd_writable = (s: Sys, vma: Vma, slot: number, e: Pmd): boolean => {
  if (Vma.prot(vma) !== Prot.RW || Pmd.write(e) === 1 || Pmd.protnone(e) === 1) return false;
  if (Vma.softClean(vma) === 1 || !s.kernel.mprotect_upgrades_pmd(s)) return false;
  const page = s.kernel.vm_normal_page_pmd(s, vma, slot * s.geometry.ptrsPerPte, e);
  if (Vma.shared(vma) === 0) return page !== NO_PAGE && PageAnonExclusive(s, page);
  return Pmd.dirty(e) === 1;
};
