/**
 * GUP: pages that the kernel works with, faulted in as needed. Mirrors mm/hugetlb.c follow_hugetlb_page() (v6.1), mm/gup.c
 * __get_user_pages(), populate_vma_page_range() (v6.12 and later), and of "hugetlb: introduce HugeTLB high-granularity mapping" RFC v2
 * 18/47, v1 19/46, v2 20/46: a leaf of any size is one step. Stubbed: locks. Left out: the fast way without them, FOLL_FORCE,
 * core dumps, pins for reading of a page that would have to be unshared first.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { Folio, HugePte, type HugetlbPte, Pin, Prot, Result, Vma } from '../state/hugetlb/hugetlb_types.ts';
import { FAULTS_MAX } from './access.ts';
import { WAITS } from './fault.ts';
import { folio_get, folio_put, page_folio } from './folio.ts';
import { hugetlb_full_walk } from './hgm_walk.ts';
import { huge_ptep_get, hugetlb_pte_present_leaf, hugetlb_pte_size, is_table, NO_HPTE } from './hugetlb_pte.ts';
import type { Sys } from './kernel.ts';
import { free_pin } from './pin.ts';
import { vma_lookup } from './vma.ts';

/** vm_fault_to_errno(); `hwpoison`: FOLL_HWPOISON. */
export const vm_fault_to_errno = (fault: number, hwpoison: boolean): number => {
  if (fault === WAITS || fault === Result.USERFAULT) return fault;
  if (fault === Result.OOM) return Result.ENOMEM;
  return fault === Result.MCE && hwpoison ? Result.EHWPOISON : Result.EFAULT;
};

/** Whether the entry serves as it is. */
const can_follow = (s: Sys, h: HugetlbPte, write: boolean): boolean => {
  if (h === NO_HPTE) return false;
  const e = huge_ptep_get(s, h);
  if (is_table(e))
    throw new ModelBug('endless-loop', `follow_hugetlb_page() finds ${HugePte.show(e)}, and tries again`);
  return hugetlb_pte_present_leaf(e) && (!write || HugePte.write(e) === 1);
};

/** Faults until there is a leaf that serves. Returns a code of `Result`, or WAITS. */
const faultin_page = (s: Sys, row: number, page: number, write: boolean): number => {
  for (let i = 0; i < FAULTS_MAX; i++) {
    if (can_follow(s, hugetlb_full_walk(s, row, page), write)) return Result.ok;
    const fault = s.kernel.hugetlb_fault(s, row, page, write);
    if (fault !== Result.ok) return vm_fault_to_errno(fault, false);
  }
  throw new ModelBug('fault-loop', `GUP of page ${page} faults again and again`);
};

/** check_vma_flags() */
const check_vma_flags = (vma: Vma, write: boolean): boolean =>
  write ? Vma.prot(vma) === Prot.RW : Vma.prot(vma) !== Prot.NONE;

/**
 * populate_vma_page_range() of pages start..end-1 of one VMA, as mlock() does: no page is listed. `done` is how many pages it
 * says are there. Returns a code of `Result`, or WAITS.
 */
export const populate_vma_page_range = (s: Sys, mm: number, start: number, end: number): number => {
  const row = vma_lookup(s, mm, start);
  const vma = s.vma.at(row);
  const write = Vma.prot(vma) === Prot.RW && Vma.shared(vma) === 0;
  if (!check_vma_flags(vma, write)) return Result.EFAULT;
  let page = start;
  for (let left = end - start; left > 0;) {
    const error = faultin_page(s, row, page, write);
    if (error !== Result.ok) return error;
    const size = hugetlb_pte_size(hugetlb_full_walk(s, row, page));
    const whole = page % size === 0 && left >= size;
    const pages = whole ? size : Math.min(size - (page % size), left);
    page += whole ? s.kernel.gup_steps(s, size) : pages;
    left -= pages;
    s.done.put(0, end - start - left);
  }
  return Result.ok;
};

/** gup_must_unshare(): a private page that is not exclusive cannot be pinned as it is. */
const gup_must_unshare = (s: Sys, folio: number, write: boolean): boolean =>
  !write && Folio.anon(s.folio.at(folio)) === 1 && Folio.exclusive(s.folio.at(folio)) === 0;

/** pin_user_pages() of one page. Returns a code of `Result`, or WAITS. */
export const pin_user_page = (s: Sys, mm: number, page: number, write: boolean): number => {
  const row = vma_lookup(s, mm, page);
  if (!check_vma_flags(s.vma.at(row), write)) return Result.EFAULT;
  const error = faultin_page(s, row, page, write);
  if (error !== Result.ok) return error;
  const h = hugetlb_full_walk(s, row, page);
  const pfn = s.kernel.gup_page(s, row, HugePte.pfn(huge_ptep_get(s, h))) + (page % hugetlb_pte_size(h));
  const folio = page_folio(s, pfn);
  if (gup_must_unshare(s, folio, write)) return WAITS;
  if (write && Folio.anon(s.folio.at(folio)) === 1 && Folio.exclusive(s.folio.at(folio)) === 0)
    throw new ModelBug('VM_BUG_ON(!PageAnonExclusive)', `a pin for writing of folio ${folio}, which is not exclusive`);
  folio_get(s, folio);
  s.pin.put(free_pin(s), Pin.of({ taken: 1, mm, page, pfn, write: write ? 1 : 0 }));
  return Result.ok;
};

/** unpin_user_page() */
export const unpin_user_page = (s: Sys, row: number): void => {
  const folio = page_folio(s, Pin.pfn(s.pin.at(row)));
  s.pin.put(row, Pin.of({}));
  folio_put(s, folio);
};
