/**
 * fork() of a process that maps hugetlb. Mirrors kernel/fork.c and mm/mmap.c dup_mmap(), mm/memory.c vma_needs_copy(),
 * fs/userfaultfd.c dup_userfaultfd(), mm/hugetlb.c hugetlb_dup_vma_private(), hugetlb_vm_op_open(); v6.1 and later. Stubbed: locks.
 * Left out: MADV_DONTFORK, memory for VMAs and for the child's userfaultfd.
 */
import { Result, Uffd, Vma } from '../state/hugetlb/hugetlb_types.ts';
import type { Sys } from './kernel.ts';
import { exit_mmap } from './mmap.ts';
import { forget_range } from './unmap.ts';
import { find_vma } from './vma.ts';

/** dup_userfaultfd(): the child goes on with a userfaultfd of its own where user space is told of it, and else without. */
const dup_userfaultfd = (vma: Vma, parent: Uffd): Vma =>
  Uffd.eventFork(parent) === 1 ? vma : Vma.mkWp(Vma.mkMinor(Vma.mkMissing(vma, 0), 0), 0);

/** hugetlb_dup_vma_private(): the lock is the parent's, and so are reservations. */
export const hugetlb_dup_vma_private = (vma: Vma): Vma => Vma.mkUnmapped(Vma.mkOwner(Vma.mkData(vma, 0), 0), 0);

/** vma_needs_copy(): what a fault would not bring back. anon_vma_fork() has given the child an anon_vma where its parent has one. */
const vma_needs_copy = (dst: Vma): boolean => Vma.wp(dst) === 1 || Vma.anonVma(dst) === 1;

/**
 * dup_mmap(): `child` is a copy of `parent`. Returns a code of `Result`; with an error there is no child, and fork() itself ends
 * with ENOMEM whatever it was.
 */
export const dup_mmap = (s: Sys, parent: number, child: number): number => {
  s.mm.put(child, 1);
  if (Uffd.eventFork(s.uffd.at(parent)) === 1) s.uffd.put(child, s.uffd.at(parent));
  const to = (child - parent) * s.geometry.vmas;
  for (let row = find_vma(s, parent, 0); row >= 0; row = find_vma(s, parent, Vma.end(s.vma.at(row)))) {
    const vma = hugetlb_dup_vma_private(dup_userfaultfd(s.vma.at(row), s.uffd.at(parent)));
    s.vma.put(row + to, s.kernel.hugetlb_vm_op_open(s, vma));
    const error = vma_needs_copy(vma) ? s.kernel.copy_hugetlb_page_range(s, row + to, row) : Result.ok;
    // Of a shared VMA nothing has changed for the parent.
    if (Vma.mayShare(vma) === 0) forget_range(s, row, Vma.start(vma), Vma.end(vma));
    if (error !== Result.ok) {
      exit_mmap(s, child);
      return error;
    }
  }
  return Result.ok;
};
