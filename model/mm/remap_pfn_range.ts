/**
 * remap_pfn_range() of mm/memory.c, v7.1, with the place where the series "mm: add huge pfnmap support for
 * remap_pfn_range()" installs PMD leaves. What is reserved for its frames: pfnmap_track.ts.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { DEVICE_FRAMES } from '../state/geometry.ts';
import { L1TF_LIMIT } from '../state/machine.ts';
import { Pgprot, Pmd, Pte, Result, Vma } from '../state/mm_types.ts';
import type { Sys } from './kernel.ts';
import { mm_inc_nr_ptes, pmd_alloc, pte_alloc } from './pgalloc.ts';
import { NONE_PMD, pmd_none, pmd_offset, pmd_table, pte_offset, slot_of } from './pgtable.ts';
import { remap_failed, remap_fails, track_remap } from './pfnmap_track.ts';
import { pmd_lock, pmd_unlock, set_pmd_at } from './pgtable_generic.ts';
import { is_cow_mapping } from './vma.ts';

/** One step of remap_pmd_range(): `pages` pages from the start of `slot` on, or less than all of it. */
export interface RemapStep {
  readonly mm: number;
  readonly vmaRow: number;
  readonly slot: number;
  /** First page, and the page behind the last. */
  readonly from: number;
  readonly to: number;
  readonly pfn: number;
  readonly prot: Pgprot;
}

/** The order of events in the installation of a PMD leaf by remap_pfn_range(). */
export interface Install {
  /** A table is deposited with the leaf. */
  readonly deposits: boolean;
  /** The leaf is written inside the PMD lock; otherwise before the table is even allocated. */
  readonly underLock: boolean;
  /** When the table can not be allocated there is no leaf, and PTEs are tried; otherwise the leaf stays. */
  readonly fallsBack: boolean;
  /** The deposit comes before the leaf can be seen. */
  readonly depositFirst: boolean;
}

/** pfn_modify_allowed() of arch/x86/mm/mmap.c: no PROT_NONE entry for high device memory on a CPU with L1TF. */
export const pfn_modify_allowed = (s: Sys, pfn: number, prot: Pgprot): boolean =>
  !s.machine.l1tf || Pgprot.protnone(prot) === 0 || pfn < L1TF_LIMIT || pfn >= DEVICE_FRAMES;

/**
 * Maps frames pfn, pfn+1, … at pages from..to-1 of a VMA. After an error nothing of the range is mapped.
 * Returns a code of `Result`.
 */
export const remap_pfn_range = (s: Sys, mm: number, vmaRow: number, from: number, to: number, pfn: number): number => {
  let vma = s.vma.at(vmaRow);
  const prot = track_remap(s, mm, vma, from, to, pfn, s.kernel.vm_page_prot(vma));
  if (prot < 0) return -prot;
  if (is_cow_mapping(vma)) {
    if (!s.kernel.cow_remap_fits(vma, from, to)) return Result.EINVAL;
    vma = Vma.mkPgoff(vma, pfn);
  }
  s.vma.put(vmaRow, Vma.mkPfnmap(vma, 1));
  const error = remap_pfn_range_internal(s, mm, vmaRow, from, to, pfn, prot as Pgprot);
  if (error === Result.ok) return error;
  vma = s.vma.at(vmaRow);
  remap_fails(s, mm, vma, to - from, pfn);
  s.kernel.remap_unmaps(s, mm, vma, from, to);
  remap_failed(s, mm, vma, to - from, pfn);
  return error;
};

/** Special pages of a CoW mapping are told from copies by their linear frame: the whole VMA, or nothing. */
export const cow_remap_fits = (vma: Vma, from: number, to: number): boolean =>
  from === Vma.start(vma) && to === Vma.end(vma);

const remap_pfn_range_internal = (
  s: Sys,
  mm: number,
  vmaRow: number,
  from: number,
  to: number,
  pfn: number,
  prot: Pgprot,
): number => {
  const { geometry: g } = s;
  for (let page = from, next: number; page < to; page = next) {
    const slot = slot_of(g, page);
    next = Math.min(to, (slot + 1) * g.ptrsPerPte);
    if (!pmd_alloc(s, mm, slot)) return Result.ENOMEM;
    const step: RemapStep = { mm, vmaRow, slot, from: page, to: next, pfn: pfn + page - from, prot };
    if (remap_try_huge_pmd(s, step)) continue;
    const error = s.kernel.remap_pte_range(s, step);
    if (error !== Result.ok) return error;
  }
  return Result.ok;
};

/** Whether the step is a whole slot, from a frame that a leaf can begin with. */
export const remap_is_aligned = (s: Sys, { from, to, pfn }: RemapStep): boolean => {
  const { ptrsPerPte } = s.geometry;
  return to - from === ptrsPerPte && pfn % ptrsPerPte === 0;
};

/** The series: one leaf for the whole slot, if slot, frame, kernel and CPU allow it. */
const remap_try_huge_pmd = (s: Sys, step: RemapStep): boolean => {
  const { kernel } = s;
  if (!kernel.remap_is_aligned(s, step)) return false;
  if (!kernel.remap_pmd_allowed(s, s.vma.at(step.vmaRow), step)) return false;
  const slotIsNone = pmd_none(s.pmd.at(pmd_offset(s.geometry, step.mm, step.slot)));
  if (!slotIsNone && !kernel.remap_clear_slot(s, step)) return false;
  return install_pmd_leaf(s, step);
};

/** The order of the kernel's `install`; true when a leaf is in place. */
const install_pmd_leaf = (s: Sys, { mm, slot, pfn, prot }: RemapStep): boolean => {
  const { deposits, underLock, fallsBack, depositFirst } = s.kernel.install;
  const leaf = Pmd.mkByRemap(Pmd.mkSpecial(s.kernel.pfn_pmd(pfn, prot), 1), 1);
  if (!underLock) set_pmd_at(s, mm, slot, leaf);
  const table = deposits ? s.kernel.pte_alloc_one(s) : -1;
  const failed = deposits && table < 0;
  if (failed && fallsBack) {
    if (!underLock) s.pmd.put(pmd_offset(s.geometry, mm, slot), NONE_PMD);
    return false;
  }
  if (table >= 0) mm_inc_nr_ptes(s, mm);
  pmd_lock(s);
  if (table >= 0 && depositFirst) s.kernel.pgtable_trans_huge_deposit(s, mm, slot, table);
  if (underLock) set_pmd_at(s, mm, slot, leaf);
  if (table >= 0 && !depositFirst) s.kernel.pgtable_trans_huge_deposit(s, mm, slot, table);
  pmd_unlock(s);
  return true;
};

/** PTEs for one slot, or for a part of it. */
export const remap_pte_range = (s: Sys, { mm, slot, from, to, pfn, prot }: RemapStep): number => {
  const { geometry: g } = s;
  if (!pte_alloc(s, mm, slot)) return Result.ENOMEM;
  const e = s.pmd.at(pmd_offset(g, mm, slot));
  // pte_alloc_map_lock() finds no table under a leaf.
  if (!pmd_table(e)) return Result.ENOMEM;
  for (let page = from; page < to; page++) {
    const row = pte_offset(g, Pmd.pfn(e), page);
    if (Pte.present(s.pte.at(row)) === 1) throw new ModelBug('BUG_ON(!pte_none)', `remap_pte_range() at page ${page}`);
    const frame = pfn + page - from;
    if (!pfn_modify_allowed(s, frame, prot)) return Result.EACCES;
    s.pte.put(row, Pte.mkSpecial(s.kernel.pfn_pte(frame, prot), 1));
  }
  return Result.ok;
};
