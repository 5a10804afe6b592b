/**
 * What files under /proc/PID do to page tables: fs/proc/task_mmu.c, v7.1 (v6.12 and v7.3 read beside it).
 *
 * Reading: show_smap(), show_numa_map(), pagemap_read(). Each returns how many pages it has found. From v7.3 on the first
 * two hold the lock of a VMA and no more, which nobody here can tell. Left out: all other numbers that they print,
 * smaps_rollup, which walks in the same way, and the lookup of shmem in holes.
 *
 * Writing 4 to clear_refs: clear_refs_write() and clear_refs_pte_range(), with CONFIG_MEM_SOFT_DIRTY. Left out: the
 * soft-dirty bit of an entry. An entry counts as clean as long as its VMA is, so that mprotect() never gives the right
 * to write back there, which the kernel does once a write has been seen.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { pagesOf } from '../state/geometry.ts';
import { Page, PageKind } from '../state/memmap.ts';
import { Mm, Pmd, Pte, Vma, VmaKind } from '../state/mm_types.ts';
import type { Sys } from './kernel.ts';
import { NO_PAGE } from './memory.ts';
import { mmu_notify } from './mmu_notifier.ts';
import { folio_is_zone_device, page_folio, page_of, pfn_valid } from './page_flags.ts';
import { type MmWalkOps, type WalkEntry, walk_page_range, walk_page_vma } from './pagewalk.ts';
import {
  is_device_private_pte,
  is_migration_entry,
  pmd_is_huge,
  pmd_table,
  pmd_trans_huge,
  pte_none,
  pte_offset,
  pte_present,
  slot_of,
} from './pgtable.ts';
import { pmd_lock, pmd_unlock, set_pmd_at } from './pgtable_generic.ts';
import { is_cow_mapping } from './vma.ts';

/** What the read that runs has found: mss->resident, md->pages, the present pages of a pagemap. */
let found = 0;

/** No walk of a read takes care of PUD leaves: it is the walker that splits them. */
const reader_ops = (pmd_entry: WalkEntry): MmWalkOps => ({
  pud_entry: (s, walk, row, start, end) => s.kernel.reader_pud_entry(s, walk, row, start, end),
  pmd_entry,
});

/** smaps_pte_range(): of a leaf smaps_pmd_entry(), of a PTE smaps_pte_entry(); migration and device-private entries count. */
export const smaps_pte_range: WalkEntry = (s, { vma }, row, start, end) => {
  const e = s.pmd.at(row);
  if (pmd_is_huge(e)) {
    const normal = !pmd_trans_huge(e) || s.kernel.vm_normal_page_pmd(s, vma, start, e) !== NO_PAGE;
    found += normal ? s.geometry.ptrsPerPte : 0;
    return 0;
  }
  for (let page = start; page < end; page++) {
    const pte = s.pte.at(pte_offset(s.geometry, Pmd.pfn(e), page));
    const isEntry = is_migration_entry(pte) || is_device_private_pte(pte);
    if (isEntry || (pte_present(pte) && s.kernel.vm_normal_page(s, vma, pte) !== NO_PAGE)) found++;
  }
  return 0;
};
const smaps_walk_ops = reader_ops((s, walk, row, start, end) => s.kernel.smaps_pte_range(s, walk, row, start, end));

/** gather_pte_stats(): what is present, and neither reserved nor, by PTEs, memory of a device. */
const gather_pte_stats: WalkEntry = (s, { vma }, row, start, end) => {
  const e = s.pmd.at(row);
  if (pmd_is_huge(e)) {
    if (pmd_trans_huge(e) && is_counted(s, s.kernel.vm_normal_page_pmd(s, vma, start, e)))
      found += s.geometry.ptrsPerPte;
    return 0;
  }
  for (let page = start; page < end; page++) {
    const pte = s.pte.at(pte_offset(s.geometry, Pmd.pfn(e), page));
    const pfn = pte_present(pte) ? s.kernel.vm_normal_page(s, vma, pte) : NO_PAGE;
    if (is_counted(s, pfn) && !folio_is_zone_device(s, page_folio(s, pfn))) found++;
  }
  return 0;
};
const show_numa_ops = reader_ops(gather_pte_stats);

const is_counted = (s: Sys, pfn: number): boolean => pfn !== NO_PAGE && Page.kind(page_of(s, pfn)) !== PageKind.zero;

/** A file that is printed VMA by VMA: walk_page_vma(), which skips none. */
const show_vmas = (s: Sys, mm: number, ops: MmWalkOps): number => {
  const { vmas } = s.geometry;
  found = 0;
  for (let row = mm * vmas; row < (mm + 1) * vmas; row++)
    if (Vma.kind(s.vma.at(row)) !== VmaKind.none) walk_page_vma(s, row, ops);
  return found;
};

/** /proc/PID/smaps: smap_gather_stats() of each VMA. */
export const show_smap = (s: Sys, mm: number): number => show_vmas(s, mm, smaps_walk_ops);

/** /proc/PID/numa_maps */
export const show_numa_map = (s: Sys, mm: number): number => show_vmas(s, mm, show_numa_ops);

/** pagemap_pmd_range(): of a leaf, until v7.2, the struct page is looked at whatever it maps. */
const pagemap_pmd_range: WalkEntry = (s, { vma }, row, start, end) => {
  const e = s.pmd.at(row);
  if (pmd_is_huge(e)) {
    const pfn = pmd_trans_huge(e) ? s.kernel.walked_pmd_page(s, vma, start, e) : Pmd.pfn(e);
    if (pfn !== NO_PAGE && !pfn_valid(s, pfn))
      throw new ModelBug('no-struct-page', `pagemap takes frame ${pfn} for a page; it has no struct page`);
    found += end - start;
    return 0;
  }
  for (let page = start; page < end; page++) if (!pte_none(s.pte.at(pte_offset(s.geometry, Pmd.pfn(e), page)))) found++;
  return 0;
};
/** What is mapped by VM_PFNMAP is a hole in the file. */
const pagemap_ops: MmWalkOps = { ...reader_ops(pagemap_pmd_range), pte_hole: () => 0 };

/** /proc/PID/pagemap, all of it */
export const pagemap_read = (s: Sys, mm: number): number => {
  found = 0;
  walk_page_range(s, mm, 0, pagesOf(s.geometry), pagemap_ops);
  return found;
};

/** Writing 4: the flags of all VMAs first, and with them vm_page_prot; then the entries. */
export const clear_refs_write = (s: Sys, mm: number): void => {
  const { vmas } = s.geometry;
  for (let row = mm * vmas; row < (mm + 1) * vmas; row++)
    if (Vma.kind(s.vma.at(row)) !== VmaKind.none) s.vma.put(row, Vma.mkSoftClean(s.vma.at(row), 1));
  mmu_notify(s, mm, 0, pagesOf(s.geometry), 'SOFT_DIRTY');
  walk_page_range(s, mm, 0, pagesOf(s.geometry), clear_refs_walk_ops);
};

export const clear_refs_pte_range: WalkEntry = (s, { mm, vma }, row, start, end) => {
  const e = s.pmd.at(row);
  if (pmd_trans_huge(e)) {
    // clear_soft_dirty_pmd()
    pmd_lock(s);
    set_pmd_at(s, mm, slot_of(s.geometry, start), Pmd.mkWrite(e, 0));
    pmd_unlock(s);
  }
  if (!pmd_table(e)) return 0;
  for (let page = start; page < end; page++) {
    const at = pte_offset(s.geometry, Pmd.pfn(e), page);
    const pte = s.pte.at(at);
    if (pte_present(pte) && !pte_is_pinned(s, mm, vma, pte)) s.pte.put(at, Pte.mkWrite(pte, 0));
  }
  return 0;
};
/** Nobody takes care of PUD leaves: they are split. */
const clear_refs_walk_ops: MmWalkOps = {
  test_walk: (_s, { vma }) => Vma.pfnmap(vma),
  pmd_entry: (s, walk, row, start, end) => s.kernel.clear_refs_pte_range(s, walk, row, start, end),
};

/** pte_is_pinned(): a private page that may be pinned keeps its right to write. */
const pte_is_pinned = (s: Sys, mm: number, vma: Vma, pte: Pte): boolean => {
  if (!is_cow_mapping(vma) || Mm.hasPinned(s.mm.at(mm)) === 0) return false;
  const pfn = s.kernel.vm_normal_page(s, vma, pte);
  return pfn !== NO_PAGE && s.kernel.folio_maybe_dma_pinned(s, page_folio(s, pfn));
};
