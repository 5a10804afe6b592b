/**
 * Page faults: who handles which. Mirrors __handle_mm_fault() and handle_pte_fault() of mm/memory.c, v7.1, and the
 * CPU's access, which is made again after each fault (arch/x86/mm/fault.c do_user_addr_fault()).
 * Left out: NUMA hints, userfaultfd but for shmem, memory cgroups, VM_FAULT_RETRY.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { isUffdWp, Pmd, Prot, Pte, Pud, Result, Vma, VmaKind } from '../state/mm_types.ts';
import { do_huge_pmd_anonymous_page, do_huge_pmd_wp_page } from './huge_memory_fault.ts';
import { split_huge_pmd } from './huge_memory_split.ts';
import { touch_pmd } from './huge_memory.ts';
import { touch_pud } from './huge_memory_pud.ts';
import type { Sys } from './kernel.ts';
import { do_anonymous_page } from './memory_anon.ts';
import { do_fault } from './memory_file.ts';
import { do_wp_page } from './memory_wp.ts';
import { pmd_alloc } from './pgalloc.ts';
import {
  is_device_private_pte,
  is_migration_entry,
  is_pmd_migration_entry,
  is_hwpoison_pte,
  is_swap_pte,
  NONE_PTE,
  pmd_none,
  pmd_offset,
  pmd_table,
  pmd_trans_huge,
  pte_none,
  pte_offset,
  pud_none,
  pud_of,
  pud_offset,
  pud_trans_huge,
  slot_of,
} from './pgtable.ts';
import { writes_access_flags } from './pgtable_generic.ts';
import { take_pte_lock } from './ptl.ts';
import { mark_slot_outdated } from './swapfile.ts';
import { FALLBACK, WAITS } from './vm_fault.ts';
import { is_cow_mapping, vma_is_anonymous, vma_lookup } from './vma.ts';

/** Rounds of fault and retry that any access needs: PUD, PMD table, split, copy. */
export const ROUNDS_MAX = 6;

/** The CPU accesses a page: with permission it sets accessed and dirty, otherwise it faults. */
const cpu_access = (s: Sys, mm: number, page: number, write: boolean): boolean => {
  const { geometry: g } = s;
  const pudRow = pud_offset(g, mm, pud_of(g, page));
  const pud = s.pud.at(pudRow);
  if (pud_trans_huge(pud)) {
    if (Pud.protnone(pud) === 1 || (write && Pud.write(pud) === 0)) return false;
    s.pud.put(pudRow, Pud.mkDirty(Pud.mkYoung(pud, 1), write ? 1 : Pud.dirty(pud)));
    return true;
  }
  const row = pmd_offset(g, mm, slot_of(g, page));
  const e = s.pmd.at(row);
  if (pmd_trans_huge(e)) {
    if (Pmd.protnone(e) === 1 || (write && Pmd.write(e) === 0)) return false;
    s.pmd.put(row, Pmd.mkDirty(Pmd.mkYoung(e, 1), write ? 1 : Pmd.dirty(e)));
    return true;
  }
  if (!pmd_table(e)) return false;
  const at = pte_offset(g, Pmd.pfn(e), page);
  const pte = s.pte.at(at);
  if (Pte.present(pte) === 0 || Pte.protnone(pte) === 1 || (write && Pte.write(pte) === 0)) return false;
  s.pte.put(at, Pte.mkDirty(Pte.mkYoung(pte, 1), write ? 1 : Pte.dirty(pte)));
  if (write && s.swapSlot.rows > 0) mark_slot_outdated(s, Pte.pfn(pte));
  return true;
};

/** access_error() of arch/x86/mm/fault.c. */
const access_error = (vma: Vma, write: boolean): boolean =>
  Vma.prot(vma) === Prot.NONE || (write && Vma.prot(vma) !== Prot.RW);

/** A user access to a page: the CPU's access, with the faults that it needs. Returns a code of `Result`, or WAITS. */
export const access_page = (s: Sys, mm: number, page: number, write: boolean): number => {
  for (let round = 0; round < ROUNDS_MAX; round++) {
    // The CPU asks the entry, and nobody the VMA before it faults.
    if (cpu_access(s, mm, page, write)) return Result.ok;
    const vmaRow = vma_lookup(s, mm, page);
    if (vmaRow < 0 || access_error(s.vma.at(vmaRow), write)) return Result.SIGSEGV;
    const error = handle_mm_fault(s, mm, vmaRow, page, write);
    if (error !== Result.ok) return error;
  }
  throw new ModelBug('fault-loop', `the access to page ${page} faults without end`);
};

/**
 * __handle_mm_fault(): PUD, then PMD, then PTE; FALLBACK goes one level down. `unshare`: FAULT_FLAG_UNSHARE of GUP,
 * which is a read elsewhere than in a CoW mapping (sanitize_fault_flags()).
 */
export const handle_mm_fault = (
  s: Sys,
  mm: number,
  vmaRow: number,
  page: number,
  write: boolean,
  unshare = false,
): number => {
  const made = fault_to_pmd_table(s, mm, vmaRow, page, write);
  return made === FALLBACK ? fault_in_pmd_table(s, mm, vmaRow, page, write, unshare) : made;
};

/** Its first half: a PUD leaf, or, FALLBACK, a PMD table that is there now. */
export const fault_to_pmd_table = (s: Sys, mm: number, vmaRow: number, page: number, write: boolean): number => {
  const { geometry: g } = s;
  const pud = pud_of(g, page);
  const pudEntry = s.pud.at(pud_offset(g, mm, pud));
  if (pud_none(pudEntry)) {
    const made = s.kernel.create_huge_pud(s, mm, vmaRow, page, write);
    if (made !== FALLBACK) return made;
  } else if (pud_trans_huge(pudEntry)) {
    if (!write || Pud.write(pudEntry) === 1) {
      touch_pud(s, mm, pud, write);
      return Result.ok;
    }
    const made = s.kernel.wp_huge_pud(s, mm, vmaRow, page);
    if (made !== FALLBACK) return made;
  }
  return pmd_alloc(s, mm, slot_of(g, page)) ? FALLBACK : Result.OOM;
};

/** Its second half, in the PMD table that the first has found. */
export const fault_in_pmd_table = (
  s: Sys,
  mm: number,
  vmaRow: number,
  page: number,
  write: boolean,
  unshare = false,
): number => {
  const unshares = unshare && is_cow_mapping(s.vma.at(vmaRow));
  const e = s.pmd.at(pmd_offset(s.geometry, mm, slot_of(s.geometry, page)));
  if (is_pmd_migration_entry(e)) return WAITS;
  if (pmd_none(e)) {
    const made = s.kernel.create_huge_pmd(s, mm, vmaRow, page, write);
    if (made !== FALLBACK) return made;
  } else if (pmd_trans_huge(e)) {
    if (!(write || unshares) || Pmd.write(e) === 1) {
      // huge_pmd_set_accessed()
      touch_pmd(s, mm, slot_of(s.geometry, page), write);
      return Result.ok;
    }
    const made = s.kernel.wp_huge_pmd(s, mm, vmaRow, page, unshares);
    if (made !== FALLBACK) return made;
  }
  return handle_pte_fault(s, mm, vmaRow, page, write, unshares);
};

const huge_fault = (s: Sys, mm: number, vmaRow: number, page: number, level: 'PMD' | 'PUD', write: boolean): number =>
  Vma.hugeFault(s.vma.at(vmaRow)) === 1 ? s.kernel.driver_huge_fault(s, mm, vmaRow, page, level, write) : FALLBACK;

/** create_huge_pud(): none of anonymous memory. */
export const create_huge_pud = (s: Sys, mm: number, vmaRow: number, page: number, write: boolean): number => {
  const vma = s.vma.at(vmaRow);
  if (vma_is_anonymous(vma) || !s.kernel.thp_vma_allowable_order(s, vma, 'PUD')) return FALLBACK;
  return huge_fault(s, mm, vmaRow, page, 'PUD', write);
};

/** wp_huge_pud(): a write to a leaf that may not be written. */
export const wp_huge_pud = (s: Sys, mm: number, vmaRow: number, page: number): number => {
  const vma = s.vma.at(vmaRow);
  if (Vma.shared(vma) === 1) {
    const made = huge_fault(s, mm, vmaRow, page, 'PUD', true);
    if (made !== FALLBACK) return made;
  }
  s.kernel.split_huge_pud(s, mm, vma, pud_of(s.geometry, page));
  return FALLBACK;
};

export const create_huge_pmd = (s: Sys, mm: number, vmaRow: number, page: number, write: boolean): number => {
  const vma = s.vma.at(vmaRow);
  if (!s.kernel.thp_vma_allowable_order(s, vma, 'PMD')) return FALLBACK;
  return vma_is_anonymous(vma)
    ? do_huge_pmd_anonymous_page(s, mm, vmaRow, slot_of(s.geometry, page), write)
    : huge_fault(s, mm, vmaRow, page, 'PMD', write);
};

/** wp_huge_pmd(): a write to a leaf that may not be written. */
export const wp_huge_pmd = (s: Sys, mm: number, vmaRow: number, page: number, unshare: boolean): number => {
  const vma = s.vma.at(vmaRow);
  const slot = slot_of(s.geometry, page);
  if (vma_is_anonymous(vma)) return do_huge_pmd_wp_page(s, mm, vma, slot, unshare);
  if (Vma.shared(vma) === 1) {
    const made = huge_fault(s, mm, vmaRow, page, 'PMD', true);
    if (made !== FALLBACK) return made;
  }
  split_huge_pmd(s, mm, vma, slot);
  return FALLBACK;
};

const handle_pte_fault = (
  s: Sys,
  mm: number,
  vmaRow: number,
  page: number,
  write: boolean,
  unshare: boolean,
): number => {
  const { geometry: g } = s;
  const e = s.pmd.at(pmd_offset(g, mm, slot_of(g, page)));
  if (pmd_trans_huge(e)) return Result.ok;
  const row = pmd_table(e) ? pte_offset(g, Pmd.pfn(e), page) : -1;
  const pte = row >= 0 ? s.pte.at(row) : NONE_PTE;
  if (is_migration_entry(pte)) return WAITS;
  if (is_device_private_pte(pte)) return s.kernel.do_device_private_page(s, mm, page, row);
  if (is_swap_pte(pte)) return s.kernel.do_swap_page(s, mm, vmaRow, page, row, write);
  // do_wp_page(), userfaultfd_pte_wp(): user space is told, and the writer waits.
  if (write && isUffdWp(pte)) return WAITS;
  if (is_hwpoison_pte(pte)) return Result.SIGBUS;
  if (pte_none(pte))
    return do_pte_missing(s, mm, vmaRow, page, write || (unshare && s.kernel.unshare_copies_missing(s)));
  if ((write || unshare) && Pte.write(pte) === 0) return do_wp_page(s, mm, vmaRow, page, unshare);
  set_accessed(s, row, write);
  return Result.ok;
};

/** ptep_set_access_flags() at the end of handle_pte_fault(): the entry is good enough. */
const set_accessed = (s: Sys, row: number, write: boolean): void => {
  if (!writes_access_flags(s, write)) return;
  take_pte_lock(s, row);
  const pte = Pte.mkYoung(s.pte.at(row), 1);
  s.pte.put(row, write ? Pte.mkDirty(pte, 1) : pte);
};

const do_pte_missing = (s: Sys, mm: number, vmaRow: number, page: number, write: boolean): number =>
  Vma.kind(s.vma.at(vmaRow)) === VmaKind.anon
    ? do_anonymous_page(s, mm, vmaRow, page, write)
    : do_fault(s, mm, vmaRow, page, write);
