/**
 * Who remembers translations: the TLB of CPUs, and page tables of a second stage, and how they are told. Mirrors
 * arch/x86/mm/tlb.c flush_tlb_mm_range(), include/linux/mmu_notifier.h mmu_notifier_invalidate_range_start(), and of KVM
 * arch/x86/kvm/mmu/mmu.c kvm_unmap_gfn_range(), host_pfn_mapping_level(); v6.1 and later. Stubbed: a CPU has room for every
 * translation that it has used. Left out: what is invalidated between start and end, and who waits for the end.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { pagesOf } from '../state/hugetlb/geometry.ts';
import { HugePte, HugetlbPte, Translation } from '../state/hugetlb/hugetlb_types.ts';
import type { Sys } from './kernel.ts';

const NO_TRANSLATION = Translation.of({});

/** What a leaf of this size makes of a page. */
export const translation_by = (h: HugetlbPte, e: HugePte, page: number): Translation => {
  const size = HugetlbPte.size(h);
  const made = Translation.of({ valid: 1, write: HugePte.write(e) });
  return Translation.mkSize(Translation.mkPfn(made, HugePte.pfn(e) + (page % size)), size);
};

/** The CPU remembers what it has found for a page. */
export const tlb_remembers = (s: Sys, mm: number, page: number, one: Translation): void => {
  if (s.geometry.tlb === 1) s.tlb.put(mm * pagesOf(s.geometry) + page, one);
};
/** Whether the CPU has a translation of the page that allows the access. */
export const tlb_hits = (s: Sys, mm: number, page: number, write: boolean): boolean => {
  if (s.geometry.tlb === 0) return false;
  const one = s.tlb.at(mm * pagesOf(s.geometry) + page);
  return Translation.valid(one) === 1 && (!write || Translation.write(one) === 1);
};

/** flush_tlb_range(): of pages start..end-1, no CPU remembers any. */
export const flush_tlb_range = (s: Sys, mm: number, start: number, end: number): void => {
  if (s.geometry.tlb === 0) return;
  const first = mm * pagesOf(s.geometry);
  for (let page = start; page < end; page++) s.tlb.put(first + page, NO_TRANSLATION);
};

/**
 * A leaf takes the place of smaller ones: what hardware asks for is that no CPU remembers them any more (break before make; x86
 * may do anything with two sizes at a time).
 */
export const tlb_meets_leaf = (s: Sys, mm: number, page: number, size: number): void => {
  if (s.geometry.tlb === 0) return;
  for (let i = page; i < page + size; i++) {
    const one = s.tlb.at(mm * pagesOf(s.geometry) + i);
    if (Translation.valid(one) === 1 && Translation.size(one) !== size)
      throw new ModelBug(
        'two-sizes-in-TLB',
        `a leaf of ${size} pages stands at page ${page}; page ${i} is remembered by ${Translation.size(one)}`,
      );
  }
};

/**
 * mmu_notifier_invalidate_range_start() and its end: the second stage forgets pages start..end-1, and with one page of a large
 * mapping all of it. The guest's memory is the parent's.
 */
export const mmu_notifier_invalidate_range = (s: Sys, mm: number, start: number, end: number): void => {
  if (mm !== 0) return;
  for (let page = start; page < Math.min(end, s.geometry.guestPages); page++) {
    const one = s.guest.at(page);
    if (Translation.valid(one) === 0) continue;
    const size = Translation.size(one);
    const first = Math.trunc(page / size) * size;
    for (let i = first; i < Math.min(first + size, s.geometry.guestPages); i++) s.guest.put(i, NO_TRANSLATION);
  }
};

/** Both, of what has changed already: what most of those do that change entries. */
export const forget_translations = (s: Sys, mm: number, start: number, end: number): void => {
  s.kernel.mmu_notifier_invalidate_range(s, mm, start, end);
  s.kernel.flush_tlb_range(s, mm, start, end);
};
