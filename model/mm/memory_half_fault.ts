/**
 * A page fault that another thread is half-way through: __handle_mm_fault() of mm/memory.c, v7.1, between pmd_alloc() with its look
 * at the PUD entry (pud_trans_unstable()) and pmdp_get_lockless(). It holds the mmap lock, or that of its VMA, for reading, and the
 * address of a PMD entry; nobody expects a PMD table to go away then. Left out: a PTE table that goes (pte_offset_map() finds out).
 */
import { ModelBug } from '../../checker/search/index.ts';
import { HalfFault, Prot, Pud, Vma } from '../state/mm_types.ts';
import type { Sys } from './kernel.ts';
import { fault_in_pmd_table, fault_to_pmd_table } from './memory_fault.ts';
import { pud_is_table, pud_of, pud_offset } from './pgtable.ts';
import { FALLBACK } from './vm_fault.ts';
import { vma_lookup } from './vma.ts';

const HALF_WAY = HalfFault.of({ taken: 1 });
const DONE = HalfFault.of({});

const is_allowed = (vma: Vma, write: boolean): boolean =>
  write ? Vma.prot(vma) === Prot.RW : Vma.prot(vma) !== Prot.NONE;

/** A fault up to its PMD table. False: it does not get there, because the VMA refuses it, or because a PUD leaf serves it. */
export const fault_to_pmd = (s: Sys, mm: number, vmaRow: number, page: number, write: boolean): boolean => {
  if (!is_allowed(s.vma.at(vmaRow), write) || fault_to_pmd_table(s, mm, vmaRow, page, write) !== FALLBACK) return false;
  s.halfFault.put(0, HalfFault.mkWrite(HalfFault.mkPage(HalfFault.mkMm(HALF_WAY, mm), page), write ? 1 : 0));
  return true;
};

/** The rest of it. Returns a code of `Result`, or WAITS. */
export const fault_goes_on = (s: Sys): number => {
  const e = s.halfFault.at(0);
  const [mm, page] = [HalfFault.mm(e), HalfFault.page(e)];
  const pud = s.pud.at(pud_offset(s.geometry, mm, pud_of(s.geometry, page)));
  if (!pud_is_table(pud))
    throw new ModelBug(
      'walk-in-freed-table',
      `pmdp_get_lockless() in the PMD table of page ${page}, but there is ${Pud.show(pud)}`,
    );
  s.halfFault.put(0, DONE);
  return fault_in_pmd_table(s, mm, vma_lookup(s, mm, page), page, HalfFault.write(e) === 1);
};
