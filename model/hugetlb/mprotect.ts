/**
 * mprotect() of hugetlb. Mirrors mm/mprotect.c do_mprotect_pkey(), mprotect_fixup(); v6.1 and later. Stubbed: locks. Left out:
 * sealed VMAs, protection keys, security modules.
 */
import { Prot, Result, Vma } from '../state/hugetlb/hugetlb_types.ts';
import { vm_page_prot_writes } from './change_protection.ts';
import type { Sys } from './kernel.ts';
import { find_vma, may_write, vma_in_range } from './vma.ts';

/** mprotect() of pages start..end-1. Returns a code of `Result`; what came before an error is done. */
export const do_mprotect_pkey = (s: Sys, mm: number, start: number, end: number, prot: number): number => {
  for (let page = start; page < end;) {
    const row = find_vma(s, mm, page);
    if (row < 0 || Vma.start(s.vma.at(row)) > page) return Result.ENOMEM;
    const vma = s.vma.at(row);
    page = Vma.end(vma);
    if (prot === Prot.RW && !may_write(vma)) return Result.EACCES;
    const error = Vma.prot(vma) === prot ? Result.ok : mprotect_fixup(s, row, start, end, prot);
    if (error !== Result.ok) return error;
  }
  return Result.ok;
};

/** mprotect_fixup() of the part of a VMA that is in the range; EINVAL where a border is inside a hugepage. */
const mprotect_fixup = (s: Sys, of: number, start: number, end: number, prot: number): number => {
  const row = vma_in_range(s, of, start, end);
  if (row < 0) return -1 - row;
  s.vma.put(row, Vma.mkProt(s.vma.at(row), prot));
  const vma = s.vma.at(row);
  const changed = s.kernel.hugetlb_change_protection(
    s,
    row,
    Vma.start(vma),
    Vma.end(vma),
    vm_page_prot_writes(s, vma),
    'as it is',
  );
  s.done.put(0, s.done.at(0) + changed);
  return Result.ok;
};
