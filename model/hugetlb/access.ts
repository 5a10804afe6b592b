/**
 * An access to memory: the CPU finds a leaf that allows it, or faults until it does. Mirrors the use that
 * arch/x86/mm/fault.c do_user_addr_fault() makes of handle_mm_fault(); v6.1 and later.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { pmdPages, pudPages } from '../state/hugetlb/geometry.ts';
import { HugePte, type HugetlbPte, Level, Prot, Result, Vma } from '../state/hugetlb/hugetlb_types.ts';
import { WAITS } from './fault.ts';
import {
  huge_ptep_get,
  hugetlb_pte_init,
  hugetlb_pte_present_leaf,
  is_table,
  NO_HPTE,
  set_huge_pte_at,
} from './hugetlb_pte.ts';
import type { Sys } from './kernel.ts';
import { tlb_hits, tlb_remembers, translation_by } from './mmu.ts';
import { entry_below, huge_pte_offset } from './pgalloc.ts';
import { vma_lookup } from './vma.ts';

/** The leaf that page tables have for a page, or NO_HPTE. The CPU asks entries alone. */
export const leaf_of = (s: Sys, mm: number, page: number): HugetlbPte => {
  const { geometry: g } = s;
  let h = hugetlb_pte_init(g, Level.pud, mm, page, pudPages(g));
  if (is_table(huge_ptep_get(s, h))) h = entry_below(s, h, page, pmdPages(g));
  if (is_table(huge_ptep_get(s, h))) h = entry_below(s, h, page, 1);
  const e = huge_ptep_get(s, h);
  if (!hugetlb_pte_present_leaf(e)) return NO_HPTE;
  return HugePte.cont(e) === 1 ? huge_pte_offset(s, mm, page) : h;
};

/** Whether the access is done: the TLB has the page, or a leaf allows it; accessed and dirty are set then. */
const cpu_accesses = (s: Sys, mm: number, page: number, write: boolean): boolean => {
  if (tlb_hits(s, mm, page, write)) return true;
  const h = leaf_of(s, mm, page);
  if (h === NO_HPTE) return false;
  const e = huge_ptep_get(s, h);
  if (HugePte.protnone(e) === 1 || (write && HugePte.write(e) === 0)) return false;
  set_huge_pte_at(s, h, HugePte.mkYoung(write ? HugePte.mkDirty(e, 1) : e, 1));
  tlb_remembers(s, mm, page, translation_by(h, e, page));
  return true;
};

/** Faults after which an access is given up: none needs more than three. */
export const FAULTS_MAX = 6;

/** One access of one page. Returns a code of `Result`, or WAITS. */
export const access_page = (s: Sys, mm: number, page: number, write: boolean): number => {
  for (let i = 0; i < FAULTS_MAX; i++) {
    if (cpu_accesses(s, mm, page, write)) return Result.ok;
    const row = vma_lookup(s, mm, page);
    if (row < 0) return Result.SIGSEGV;
    const prot = Vma.prot(s.vma.at(row));
    if (prot === Prot.NONE || (write && prot !== Prot.RW)) return Result.SIGSEGV;
    const fault = s.kernel.hugetlb_fault(s, row, page, write);
    if (fault !== Result.ok) return fault;
  }
  throw new ModelBug('fault-loop', `${write ? 'a write' : 'a read'} of page ${page} faults again and again`);
};
export { WAITS };
