/**
 * mprotect(): mirrors do_mprotect_pkey(), mprotect_fixup() and change_protection() of mm/mprotect.c, v7.1.
 * Left out: accounting, NUMA protection, userfaultfd, sealed VMAs, and write notification of files (->page_mkwrite,
 * write-back); that of ->pfn_mkwrite and of soft-dirty tracking is in vm_page_prot().
 */
import { pudPages } from '../state/geometry.ts';
import { Pgprot, Pmd, Prot, Pte, Result, Vma } from '../state/mm_types.ts';
import { split_huge_pmd } from './huge_memory_split.ts';
import type { Sys } from './kernel.ts';
import { NO_PAGE } from './memory.ts';
import { mmu_notify } from './mmu_notifier.ts';
import { folio_test_anon, page_folio, PageAnonExclusive } from './page_flags.ts';
import { type MmWalkOps, type WalkEntry, walk_page_range } from './pagewalk.ts';
import {
  is_device_private_pte,
  is_migration_entry,
  pmd_is_huge,
  pmd_offset,
  pmd_table,
  pte_offset,
  pte_present,
  pud_none,
  pud_of,
  pud_offset,
  pud_trans_huge,
  slot_of,
} from './pgtable.ts';
import { pfn_modify_allowed } from './remap_pfn_range.ts';
import { vma_lookup, vma_modify } from './vma.ts';
import { is_locked } from './vma_attributes.ts';

const PROT_NONE = Pgprot.of({ protnone: 1 });

/** mprotect() of pages start..end-1, all of them mapped. Returns a code of `Result`; an error may come half-way. */
export const do_mprotect_pkey = (s: Sys, mm: number, start: number, end: number, prot: number): number => {
  for (let page = start; page < end;) {
    const row = vma_lookup(s, mm, page);
    if (row < 0) return Result.ENOMEM;
    const last = Math.min(end, Vma.end(s.vma.at(row)));
    const error = mprotect_fixup(s, mm, row, page, last, prot);
    if (error !== Result.ok) return error;
    page = last;
  }
  return Result.ok;
};

const mprotect_fixup = (s: Sys, mm: number, row: number, start: number, end: number, prot: number): number => {
  const vma = s.vma.at(row);
  if (prot === Prot.RW && Vma.mayWrite(vma) === 0) return Result.EACCES;
  if (Vma.prot(vma) === prot) return Result.ok;
  if (s.machine.l1tf && (Vma.pfnmap(vma) === 1 || Vma.mixedmap(vma) === 1) && prot === Prot.NONE) {
    const error = walk_page_range(s, mm, start, end, prot_none_walk_ops);
    if (error !== 0) return error;
  }
  const error = vma_modify(s, mm, row, start, end, Vma.mkProt(vma, prot));
  if (error !== Result.ok) return error;
  const changed = vma_lookup(s, mm, start);
  change_protection(s, mm, s.vma.at(changed), start, end);
  // What is locked is copied now, not by a fault later; a failure is left to that.
  if (prot === Prot.RW && is_locked(s, mm, start) && Vma.shared(vma) === 0)
    s.kernel.populate_vma_page_range(s, mm, changed, start, end);
  return Result.ok;
};

/** prot_none_walk_ops: a walk over PTEs, which splits every leaf in range before anything is changed. */
const prot_none_walk_ops: MmWalkOps = {
  test_walk: () => 0,
  pte_entry: (s, walk, row, start, end) => s.kernel.prot_none_pte_entry(s, walk, row, start, end),
};
export const prot_none_pte_entry: WalkEntry = (s, _walk, row) => {
  const pte = s.pte.at(row);
  return Pte.present(pte) === 1 && !pfn_modify_allowed(s, Pte.pfn(pte), PROT_NONE) ? Result.EACCES : 0;
};

/** change_pud_range(): a leaf that changes in part is split first. */
const change_protection = (s: Sys, mm: number, vma: Vma, start: number, end: number): void => {
  const { geometry: g } = s;
  const span = pudPages(g);
  for (let page = start, next: number; page < end; page = next) {
    const pud = pud_of(g, page);
    next = Math.min(end, (pud + 1) * span);
    const e = s.pud.at(pud_offset(g, mm, pud));
    if (pud_none(e)) continue;
    // Once for the rest of the range; since v6.12 from here, before from the first PMD table that has anything.
    mmu_notify(s, mm, page, end, 'PROTECTION_VMA');
    if (!pud_trans_huge(e)) change_pmd_range(s, mm, vma, page, next);
    else s.kernel.change_pud_leaf(s, mm, vma, pud, next - page === span);
  }
};

/** What change_pud_range() makes of a leaf, since v6.12: `whole`, it changes; else it is split, and gone. */
export const change_pud_leaf = (s: Sys, mm: number, vma: Vma, pud: number, whole: boolean): void => {
  if (whole) s.kernel.change_huge_pud(s, mm, vma, pud);
  else s.kernel.split_huge_pud(s, mm, vma, pud);
};

const change_pmd_range = (s: Sys, mm: number, vma: Vma, start: number, end: number): void => {
  const { geometry: g } = s;
  for (let page = start, next: number; page < end; page = next) {
    const slot = slot_of(g, page);
    next = Math.min(end, (slot + 1) * g.ptrsPerPte);
    if (pmd_is_huge(s.pmd.at(pmd_offset(g, mm, slot)))) {
      if (next - page === g.ptrsPerPte) {
        s.kernel.change_huge_pmd(s, mm, vma, slot);
        continue;
      }
      split_huge_pmd(s, mm, vma, slot);
    }
    s.kernel.change_pte_range(s, mm, vma, page, next);
  }
};

export const change_pte_range = (s: Sys, mm: number, vma: Vma, start: number, end: number): void => {
  const { geometry: g } = s;
  const e = s.pmd.at(pmd_offset(g, mm, slot_of(g, start)));
  if (!pmd_table(e)) return;
  for (let page = start; page < end; page++) {
    const row = pte_offset(g, Pmd.pfn(e), page);
    const old = s.pte.at(row);
    if (pte_present(old)) {
      const pte = s.kernel.pte_modify(old, s.kernel.vm_page_prot(vma));
      s.pte.put(row, can_change_pte_writable(s, vma, pte) ? Pte.mkWrite(pte, 1) : pte);
    } else if (is_migration_entry(old) && Pte.write(old) === 1) {
      const anon = folio_test_anon(s, page_folio(s, Pte.pfn(old)));
      s.pte.put(row, Pte.mkExclusive(Pte.mkWrite(old, 0), anon ? 1 : 0));
    } else if (is_device_private_pte(old)) {
      s.kernel.change_device_private_pte(s, row);
    }
  }
};

/**
 * can_change_pte_writable(), with MM_CP_TRY_CHANGE_WRITABLE: so that the next write need not fault. Of a shared mapping
 * it is asked where writes are to be seen (vma_wants_manual_pte_write_upgrade()); elsewhere the protection has the write
 * bit already. A dirty entry is taken for one that its owner has been told of.
 */
const can_change_pte_writable = (s: Sys, vma: Vma, pte: Pte): boolean => {
  if (Vma.prot(vma) !== Prot.RW || Pte.write(pte) === 1 || Pte.protnone(pte) === 1 || Vma.softClean(vma) === 1)
    return false;
  if (Vma.shared(vma) === 1) return Pte.dirty(pte) === 1;
  const pfn = s.kernel.vm_normal_page(s, vma, pte);
  return pfn !== NO_PAGE && PageAnonExclusive(s, pfn);
};
