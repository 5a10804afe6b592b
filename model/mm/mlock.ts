/**
 * mlock(), mlock2() and munlock(): mm/mlock.c do_mlock(), apply_vma_lock_flags(), mlock_fixup(), mlock_pte_range(), and
 * mm/gup.c __mm_populate(), populate_vma_page_range(); v7.1 (v6.8, v6.12 and v7.3 read beside it).
 * A VMA of VM_SPECIAL, or of DAX, is never locked: the call succeeds, and only populates it, and not even that where it is
 * VM_PFNMAP. So the walk that marks folios meets no leaf of frames, and does not ask for one: a leaf that is not of the huge
 * zero folio is one of a folio (pmd_folio()). Left out: mlockall(), MAP_LOCKED, limits, secretmem, hugetlb.
 */
import { Pmd, Prot, Result, Vma, VmaAttributes, VmaKind } from '../state/mm_types.ts';
import { populate_page } from './gup.ts';
import { FOLL_FORCE, FOLL_WRITE } from './gup_grab.ts';
import { is_huge_zero_pmd } from './huge_memory_zero.ts';
import type { Sys } from './kernel.ts';
import { folio_pte_batch, NO_PAGE } from './memory.ts';
import type * as mlock_folio from './mlock_folio.ts';
import { folio_is_zone_device, folio_nr_pages, folio_test_large, page_folio } from './page_flags.ts';
import { type MmWalkOps, type WalkEntry, walk_page_range } from './pagewalk.ts';
import { pmd_is_huge, pmd_trans_huge, pte_offset, pte_present } from './pgtable.ts';
import { vma_is_dax, vma_lookup, vma_modify } from './vma.ts';
import { is_locked, put_attributes, vma_attributes } from './vma_attributes.ts';

/** VM_SPECIAL, which of VM_IO, VM_PFNMAP, VM_MIXEDMAP and VM_DONTEXPAND every mapping of a device has. */
const is_special = (vma: Vma): boolean =>
  Vma.pfnmap(vma) === 1 || Vma.mixedmap(vma) === 1 || Vma.kind(vma) === VmaKind.device;

/** vma_supports_mlock(), and what mlock_fixup() asks in its place until v6.18. */
export const vma_supports_mlock = (_s: Sys, vma: Vma): boolean => !is_special(vma) && !vma_is_dax(vma);

/** do_mlock() of pages start..end-1, all of them mapped. Returns a code of `Result`, or WAITS. */
export const do_mlock = (s: Sys, mm: number, start: number, end: number, onFault: boolean): number => {
  const error = apply_vma_lock_flags(s, mm, start, end, true, onFault);
  return error === Result.ok ? mlock_error(__mm_populate(s, mm, start, end)) : error;
};

export const do_munlock = (s: Sys, mm: number, start: number, end: number): number =>
  apply_vma_lock_flags(s, mm, start, end, false, false);

/** __mlock_posix_error_return() */
const mlock_error = (error: number): number => {
  if (error === Result.EFAULT) return Result.ENOMEM;
  return error === Result.ENOMEM ? Result.EAGAIN : error;
};

const apply_vma_lock_flags = (
  s: Sys,
  mm: number,
  start: number,
  end: number,
  locked: boolean,
  onFault: boolean,
): number => {
  for (let page = start; page < end;) {
    const row = vma_lookup(s, mm, page);
    const last = Math.min(end, Vma.end(s.vma.at(row)));
    const error = mlock_fixup(s, mm, row, page, last, locked, onFault);
    if (error !== Result.ok) return error;
    page = last;
  }
  return Result.ok;
};

const mlock_fixup = (
  s: Sys,
  mm: number,
  row: number,
  start: number,
  end: number,
  locked: boolean,
  onFault: boolean,
): number => {
  const vma = s.vma.at(row);
  const before = vma_attributes(s, mm, start);
  const after = VmaAttributes.mkOnFault(VmaAttributes.mkLocked(before, locked ? 1 : 0), locked && onFault ? 1 : 0);
  if (after === before || !s.kernel.vma_supports_mlock(s, vma)) return Result.ok;
  const error = vma_modify(s, mm, row, start, end, vma, after);
  if (error !== Result.ok) return error;
  put_attributes(s, mm, start, end, after);
  // Locked before as well: to do it twice would count twice.
  if (!(locked && VmaAttributes.locked(before) === 1)) walk_page_range(s, mm, start, end, mlock_walk_ops);
  return Result.ok;
};

/** mlock_pte_range(), of a leaf: it lies in the VMA, which has been split where it did not. */
const mlock_leaf = (s: Sys, mm: number, page: number, e: Pmd): void => {
  if (!pmd_trans_huge(e) || is_huge_zero_pmd(s, e) || folio_is_zone_device(s, Pmd.pfn(e))) return;
  if (is_locked(s, mm, page)) s.kernel.mlock_folio(s, Pmd.pfn(e));
  else s.kernel.munlock_folio(s, Pmd.pfn(e));
};

export const mlock_pte_range: WalkEntry = (s, walk, row, start, end) => {
  const e = s.pmd.at(row);
  if (pmd_is_huge(e)) {
    mlock_leaf(s, walk.mm, start, e);
    return 0;
  }
  for (let page = start, nr: number; page < end; page += nr) {
    nr = 1;
    const at = pte_offset(s.geometry, Pmd.pfn(e), page);
    const pte = s.pte.at(at);
    const pfn = pte_present(pte) ? s.kernel.vm_normal_page(s, walk.vma, pte) : NO_PAGE;
    if (pfn === NO_PAGE || folio_is_zone_device(s, page_folio(s, pfn))) continue;
    const folio = page_folio(s, pfn);
    // folio_mlock_step(), allow_mlock_munlock(): of a large folio all, or it is not marked; the mark is always taken away.
    if (folio_test_large(s, folio)) nr = folio_pte_batch(s, folio, at, end - page);
    if (!is_locked(s, walk.mm, page)) s.kernel.munlock_folio(s, folio);
    else if (nr === folio_nr_pages(s, folio)) s.kernel.mlock_folio(s, folio);
  }
  return 0;
};

/** The walk of v7.3 is over the one VMA; before, over a range that lies in it. */
const mlock_walk_ops: MmWalkOps = {
  pmd_entry: (s, walk, row, start, end) => s.kernel.mlock_pte_range(s, walk, row, start, end),
};

/** __mm_populate(): VMA by VMA, but for VM_IO and VM_PFNMAP. Returns a code of `Result`, or WAITS. */
const __mm_populate = (s: Sys, mm: number, start: number, end: number): number => {
  for (let page = start; page < end;) {
    const row = vma_lookup(s, mm, page);
    const last = Math.min(end, Vma.end(s.vma.at(row)));
    const error =
      Vma.pfnmap(s.vma.at(row)) === 1 ? Result.ok : s.kernel.populate_vma_page_range(s, mm, row, page, last);
    if (error !== Result.ok) return error;
    page = last;
  }
  return Result.ok;
};

/** populate_vma_page_range(): faults, for writing where a private mapping may be written. */
export const populate_vma_page_range = (s: Sys, mm: number, row: number, start: number, end: number): number => {
  const vma = s.vma.at(row);
  if (VmaAttributes.onFault(vma_attributes(s, mm, start)) === 1) return Result.ok;
  if (Vma.prot(vma) === Prot.NONE) return Result.EFAULT;
  const flags = Vma.prot(vma) === Prot.RW && Vma.shared(vma) === 0 ? FOLL_WRITE : FOLL_FORCE;
  for (let page = start; page < end; page++) {
    const error = populate_page(s, mm, page, flags);
    if (error !== Result.ok) return error;
  }
  return Result.ok;
};

/** Locked memory, as a part of a kernel: see kernel.ts. */
export interface MlockKernel {
  // mm/mlock.c, mm/gup.c
  readonly vma_supports_mlock: typeof vma_supports_mlock;
  readonly mlock_pte_range: typeof mlock_pte_range;
  readonly populate_vma_page_range: typeof populate_vma_page_range;
  readonly mlock_folio: typeof mlock_folio.mlock_folio;
  readonly munlock_folio: typeof mlock_folio.munlock_folio;

  // mm/rmap.c, mm/memory.c
  /** Whether a mapping of `nr` pages of a folio in a locked VMA marks the folio; if not, reclaim may. */
  readonly rmap_mlocks: typeof mlock_folio.rmap_mlocks_whole;
  readonly stays_locked: typeof mlock_folio.stays_locked;
  /** Whether a page that is read in from swap is marked as it is mapped. */
  readonly swapin_mlocks: (s: Sys) => boolean;
}
