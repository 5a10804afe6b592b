/**
 * KVM on x86: virt/kvm/kvm_main.c hva_to_pfn_remapped() and its MMU notifier, arch/x86/kvm/mmu/mmu.c
 * host_pfn_mapping_level(), kvm_mmu_hugepage_adjust() and is_page_fault_stale(); v7.1; on arm64 arch/arm64/kvm/mmu.c
 * user_mem_abort() and get_user_mapping_size(), 6.12.117. Guest page i is page i of the parent, in one memory slot. Stubbed: the tables of the second stage, a row for each guest page. Left out: memory that GUP
 * can take (hva_to_pfn_slow()), and the reference that v6.12 takes of a frame with a counted page; dirty logging; a vm_pgoff that
 * says nothing of frames, as that of vfio since v6.10 (the region of the device): a block by the VMA is out of place there, too.
 */
import { DEVICE_FRAMES } from '../state/geometry.ts';
import { Level, Lookup, LookupStage, LookupUser, Found, Spte } from '../state/lookups.ts';
import { Result, Vma } from '../state/mm_types.ts';
import type { Sys } from '../mm/kernel.ts';
import { pages_of_level, read_entry } from '../mm/follow_pfnmap.ts';
import { LOOKUP_MM } from '../mm/ptl.ts';

const NO_SPTE = Spte.of({});

/** The row of the entry that maps a guest page, or -1. */
const spte_row = (s: Sys, page: number): number => {
  for (const level of [Level.PTE, Level.PMD, Level.PUD]) {
    const first = page - (page % pages_of_level(s, level));
    if (first < s.spte.rows && Spte.level(s.spte.at(first)) === level) return first;
  }
  return -1;
};

/** Whether a guest reads or writes a page without a fault. */
export const guest_maps = (s: Sys, page: number, write: boolean): boolean => {
  const row = spte_row(s, page);
  return row >= 0 && (!write || Spte.write(s.spte.at(row)) === 1);
};

/** kvm_unmap_gfn_range(): whatever maps one of the guest pages from..to-1 goes, large entries as a whole. */
const unmap_gfn_range = (s: Sys, from: number, to: number): void => {
  for (let page = from; page < Math.min(to, s.spte.rows); page++) {
    const row = spte_row(s, page);
    if (row >= 0) s.spte.put(row, NO_SPTE);
  }
};

/** kvm_mmu_notifier_invalidate_range_start() and _end(): mmu_invalidate_seq moves on, if the range meets guest memory. */
export const kvm_invalidate = (s: Sys, from: number, to: number): void => {
  if (from >= s.spte.rows) return;
  unmap_gfn_range(s, from, to);
  if (s.lookup.rows === 0) return;
  const e = s.lookup.at(0);
  if (Lookup.stage(e) !== LookupStage.none && Lookup.user(e) === LookupUser.kvm)
    s.lookup.put(0, Lookup.mkInvalidated(e, 1));
};

/** is_page_fault_stale(): what was found may have changed since the fault began. */
export const is_page_fault_stale = (s: Sys): boolean => Lookup.invalidated(s.lookup.at(0)) === 1;

/** host_pfn_mapping_level(): a walk of the parent's tables without a lock, which the check before covers. */
export const host_pfn_mapping_level = (s: Sys, page: number): number => {
  const level = Found.level(read_entry(s, LOOKUP_MM, page));
  return level === Level.none ? Level.PTE : level;
};

/** kvm_lpage_info, fault_supports_stage2_huge_mapping(): the largest entry around a guest page that does not leave the memory slot. */
export const max_mapping_level = (s: Sys, page: number): number => {
  for (const level of [Level.PUD, Level.PMD]) {
    const pages = pages_of_level(s, level);
    if (page - (page % pages) + pages <= s.spte.rows) return level;
  }
  return Level.PTE;
};

/**
 * The level that is decided before the look-up, and mapped whatever that finds; none where the tables of the process decide. On arm64
 * get_vma_page_shift(), from v5.14 on: a block where VMA and frame, as vm_pgoff gives it, are aligned alike, and the block begins
 * inside the VMA; whether it ends there is asked of ALIGN(hva), which for the first page of a block is the page itself.
 */
export const kvm_block = (s: Sys, vma: Vma, page: number): number => {
  if (s.machine.arch !== 'arm64' || Vma.pfnmap(vma) === 0) return Level.none;
  const frame = Vma.pgoff(vma) + page - Vma.start(vma);
  for (const level of [Level.PUD, Level.PMD]) {
    const pages = pages_of_level(s, level);
    const first = page - (page % pages);
    const aligned = page === first ? page : first + pages;
    if (page % pages !== frame % pages || first < Vma.start(vma) || Vma.end(vma) < aligned) continue;
    return Math.min(level, s.kernel.max_mapping_level(s, page));
  }
  return Level.none;
};

/** The level at which the guest's page is mapped: arm64 has no blocks above a PMD by what the tables say, and none of a device. */
const level_of = (s: Sys, e: Lookup): number => {
  if (Lookup.block(e) !== Level.none) return Lookup.block(e);
  const page = Lookup.page(e);
  const most = s.machine.arch === 'arm64' ? Level.PMD : Level.PUD;
  const isDevice = Found.pfn(s.found.at(0)) < DEVICE_FRAMES;
  if (s.machine.arch === 'arm64' && isDevice && !s.kernel.kvm_adjusts_device(s)) return Level.PTE;
  return Math.min(s.kernel.host_pfn_mapping_level(s, page), s.kernel.max_mapping_level(s, page), most);
};

/**
 * Entries of the largest level up to `level` to which the frame is aligned, from the guest page on: kvm_block_mapping_supported()
 * of arch/arm64/kvm/hyp/pgtable.c.
 */
const map_blocks = (s: Sys, first: number, level: number, pfn: number, write: number): void => {
  const pages = pages_of_level(s, level);
  if (pfn % pages === 0) {
    s.spte.put(first, Spte.of({ level, pfn, write }));
    return;
  }
  const step = pages_of_level(s, level - 1);
  for (let i = 0; i < pages; i += step) map_blocks(s, first + i, level - 1, pfn + i, write);
};

/** kvm_tdp_mmu_map() under mmu_lock, of what the look-up has found; nothing if that is stale: the guest faults again. */
export const kvm_map = (s: Sys): number => {
  if (s.kernel.is_page_fault_stale(s)) return Result.EAGAIN;
  const e = s.lookup.at(0);
  const level = level_of(s, e);
  const pages = pages_of_level(s, level);
  const first = Lookup.page(e) - (Lookup.page(e) % pages);
  unmap_gfn_range(s, first, first + pages);
  const at = s.found.at(0);
  // kvm_mmu_hugepage_adjust(), transparent_hugepage_adjust(): the first frame of a leaf. A block by the VMA begins with what is found.
  const pfn = Lookup.block(e) === Level.none ? Found.pfn(at) - (Found.pfn(at) % pages) : Found.pfn(at);
  map_blocks(s, first, level, pfn, Found.write(at));
  return Result.ok;
};
