/**
 * Splitting a leaf. Mirrors __split_huge_pmd_locked() and what is below it in mm/huge_memory.c, v7.1. Anonymous memory
 * is mapped by PTEs afterwards, everything else by nothing: a fault brings it back. Left out: the split of the folio
 * itself (__folio_split()), device-private entries; the TLB.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { Pmd, Pte, Vma } from '../state/mm_types.ts';
import { is_huge_zero_pmd } from './huge_memory_zero.ts';
import type { Sys } from './kernel.ts';
import { mmu_notify } from './mmu_notifier.ts';
import { mark_used, PageAnonExclusive } from './page_flags.ts';
import { mlock_vma_folio, munlock_vma_folio } from './mlock_folio.ts';
import { folio_put, folio_ref_add } from './page_ref.ts';
import { pmd_populate } from './pgalloc.ts';
import {
  is_pmd_migration_entry,
  pmd_is_huge,
  pmd_offset,
  pmd_trans_huge,
  pte_none,
  pte_offset,
  pud_row,
  pud_trans_huge,
  slot_of,
} from './pgtable.ts';
import { pmd_lock, pmd_unlock, pmdp_huge_get_and_clear, zap_deposited_table } from './pgtable_generic.ts';
import { folio_remove_rmap_pmd, folio_try_share_anon_rmap_pmd } from './rmap.ts';
import { vma_is_anonymous } from './vma.ts';
import { add_mm_counter, mm_counter } from './vmstat.ts';

/** __split_huge_pmd(): part of a leaf is to change, so it becomes PTEs, or nothing where a fault brings it back. */
export const split_huge_pmd = (s: Sys, mm: number, vma: Vma, slot: number): void => {
  mmu_notify(s, mm, slot * s.geometry.ptrsPerPte, (slot + 1) * s.geometry.ptrsPerPte, 'CLEAR');
  pmd_lock(s);
  if (pmd_is_huge(s.pmd.at(pmd_offset(s.geometry, mm, slot)))) __split_huge_pmd_locked(s, mm, vma, slot);
  pmd_unlock(s);
};

const __split_huge_pmd_locked = (s: Sys, mm: number, vma: Vma, slot: number): void => {
  const { kernel, geometry: g } = s;
  const outside = slot * g.ptrsPerPte < Vma.start(vma) || Vma.end(vma) < (slot + 1) * g.ptrsPerPte;
  if (s.machine.debugVm && outside)
    throw new ModelBug('VM_BUG_ON_VMA(range)', `the leaf of slot ${slot} is split for a VMA that it does not lie in`);
  if (vma_is_anonymous(vma)) {
    kernel.split_anon_pmd(s, mm, vma, slot);
    return;
  }
  const e = pmdp_huge_get_and_clear(s, mm, slot);
  if (kernel.split_counts_pmd(s, vma, slot, e)) {
    if (kernel.split_file_frees_deposit(s)) zap_deposited_table(s, mm, slot);
    split_file_pmd(s, mm, slot, e);
  } else if (kernel.split_special_populates(s, vma, e)) {
    kernel.__split_huge_pfnmap_pmd(s, mm, slot, e);
  } else if (kernel.arch_needs_pgtable_deposit(s)) {
    zap_deposited_table(s, mm, slot);
  }
};

/** Whether a split finds a folio behind the leaf of a VMA that is not anonymous. It asks the VMA, even in v7.1. */
export const split_counts_pmd = (s: Sys, vma: Vma, _slot: number, _e: Pmd): boolean =>
  !s.kernel.vma_is_special_huge(vma);

/** What a file's leaf was counted by goes with it. */
const split_file_pmd = (s: Sys, mm: number, slot: number, e: Pmd): void => {
  if (is_huge_zero_pmd(s, e)) return;
  const pfn = Pmd.pfn(e);
  const present = s.kernel.split_file_maps(s, e);
  if (present) {
    mark_used(s, pfn, Pmd.dirty(e), Pmd.young(e));
    folio_remove_rmap_pmd(s, pfn, mm);
    munlock_vma_folio(s, pfn, mm, slot * s.geometry.ptrsPerPte);
  }
  s.kernel.split_file_counts(s, mm, pfn, present);
};

/** Since v5.13 a migration entry is told from a leaf: it maps nothing. */
export const split_file_maps = (_s: Sys, e: Pmd): boolean => pmd_trans_huge(e);

/** The rest of it in v7.1's order: the counter first, for the put may free the folio that tells which one it is. */
export const counter_then_put = (s: Sys, mm: number, pfn: number, present: boolean): void => {
  add_mm_counter(s, mm, mm_counter(s, pfn), -s.geometry.ptrsPerPte);
  if (present) folio_put(s, pfn);
};

/** set_pte_at() of a split, into a table that must be empty. */
const fill_pte = (s: Sys, table: number, i: number, pte: Pte): void => {
  const row = pte_offset(s.geometry, table, i);
  if (!pte_none(s.pte.at(row)))
    throw new ModelBug('VM_BUG_ON(!pte_none)', `a split fills table ${table}, which is not empty`);
  s.pte.put(row, pte);
};

/**
 * The anonymous part of __split_huge_pmd_locked(). `freeze`: into migration entries, if the pages can be shared.
 * Order: withdraw once the entry is invalid, fill, populate.
 */
export const split_anon_pmd = (s: Sys, mm: number, vma: Vma, slot: number, freeze = false): void => {
  const { geometry: g, kernel } = s;
  const e = s.pmd.at(pmd_offset(g, mm, slot));
  const pfn = Pmd.pfn(e);
  const counted = pmd_trans_huge(e) && !is_huge_zero_pmd(s, e);
  if (counted) mark_used(s, pfn, Pmd.dirty(e), 0);
  const exclusive = counted ? PageAnonExclusive(s, pfn) : Pmd.exclusive(e) === 1;
  const frozen = is_pmd_migration_entry(e) || (freeze && counted && folio_try_share_anon_rmap_pmd(s, pfn));
  if (counted && !frozen) {
    folio_ref_add(s, pfn, g.ptrsPerPte - 1);
    kernel.folio_add_anon_rmap_ptes(s, pfn, g.ptrsPerPte, mm, exclusive);
    mlock_vma_folio(s, pfn, g.ptrsPerPte, mm, slot * g.ptrsPerPte);
  }
  const table = kernel.pgtable_trans_huge_withdraw(s, mm, slot);
  for (let i = 0; i < g.ptrsPerPte; i++)
    fill_pte(s, table, i, frozen ? migration_pte(e, i, exclusive) : split_pte(s, vma, e, i));
  if (counted) {
    folio_remove_rmap_pmd(s, pfn, mm);
    munlock_vma_folio(s, pfn, mm, slot * g.ptrsPerPte);
  }
  if (counted && frozen) folio_put(s, pfn);
  pmd_populate(s, mm, slot, table);
};

const migration_pte = (e: Pmd, i: number, exclusive: boolean): Pte =>
  Pte.of({
    migration: 1,
    pfn: Pmd.pfn(e) + i,
    write: Pmd.write(e),
    exclusive: exclusive && Pmd.write(e) === 0 ? 1 : 0,
    young: Pmd.young(e),
    dirty: Pmd.dirty(e),
  });

/** From vm_page_prot, not from the leaf; only write, young and dirty are carried over. Zero pages are special. */
const split_pte = (s: Sys, vma: Vma, e: Pmd, i: number): Pte => {
  const prot = s.kernel.vm_page_prot(vma);
  if (is_huge_zero_pmd(s, e)) return s.kernel.zero_pte(s, prot);
  const pte = s.kernel.pfn_pte(Pmd.pfn(e) + i, prot);
  const dirty = s.kernel.split_keeps_dirty(s) ? Pmd.dirty(e) : 0;
  return Pte.mkDirty(Pte.mkYoung(Pte.mkWrite(pte, Pmd.write(e)), Pmd.young(e)), dirty);
};

/** Its protection is that of the leaf, as pmd_pgprot() gives it. */
export const split_pfnmap_pte = ({ kernel }: Sys, pfn: number, leaf: Pmd): Pte =>
  kernel.pfn_pte(pfn, kernel.pmd_pgprot(leaf));

/** Every PTE continues the first: set_ptes() counts the frame up. */
export const __split_huge_pfnmap_pmd = (s: Sys, mm: number, slot: number, e: Pmd): void => {
  const { geometry: g, kernel } = s;
  const table = kernel.pgtable_trans_huge_withdraw(s, mm, slot);
  const first = kernel.split_pfnmap_pte(s, Pmd.pfn(e), e);
  for (let i = 0; i < g.ptrsPerPte; i++) fill_pte(s, table, i, Pte.mkPfn(first, Pte.pfn(first) + i));
  pmd_populate(s, mm, slot, table);
};

/**
 * vma_adjust_trans_huge(): a PMD leaf across a new VMA boundary is split first. split_huge_pmd_address() finds it with
 * mm_find_pmd(), which asks whether the PUD is present, not whether it is a table; a PUD leaf is never split.
 */
export const vma_adjust_trans_huge = (s: Sys, mm: number, vmaRow: number, page: number): void => {
  const { geometry: g } = s;
  if (page % g.ptrsPerPte === 0) return;
  const slot = slot_of(g, page);
  const pud = s.pud.at(pud_row(g, mm, slot));
  if (pud_trans_huge(pud))
    throw new ModelBug(
      'descent-into-leaf',
      `mm_find_pmd() takes the frame of a PUD leaf for a PMD table, page ${page}`,
    );
  const e = s.pmd.at(pmd_offset(g, mm, slot));
  if (pmd_is_huge(e)) split_huge_pmd(s, mm, s.vma.at(vmaRow), slot);
};
