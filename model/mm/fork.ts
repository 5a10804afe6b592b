/**
 * fork(): mirrors dup_mmap() and the error path of copy_process() in kernel/fork.c, v7.1.
 * Left out: allocations that come before the first VMA is copied, whose failure changes nothing.
 */
import { Mm, Result, Vma } from '../state/mm_types.ts';
import type { Sys } from './kernel.ts';
import { copy_page_range, vma_needs_copy } from './memory.ts';
import { exit_mmap } from './mmap.ts';
import { alloc_succeeds } from './pgalloc.ts';
import { find_vma, vm_area_alloc } from './vma.ts';
import { fork_attributes } from './vma_attributes.ts';

const NEW_MM = Mm.of({ alive: 1 });

/** copy_process(): the child gets a copy of the address space, or none. Returns a code of `Result`. */
export const copy_process = (s: Sys, parent: number, child: number): number => {
  s.mm.put(child, NEW_MM);
  // alloc_pid() stands for everything that can still fail once the mm is copied.
  if (dup_mmap(s, parent, child) && alloc_succeeds(s, 'alloc_pid')) return Result.ok;
  exit_mmap(s, child);
  return Result.ENOMEM;
};

/** False: out of memory; what was copied so far, the VMA that failed included, is torn down with the mm. */
const dup_mmap = (s: Sys, parent: number, child: number): boolean => {
  for (let row = find_vma(s, parent, 0); row >= 0; row = find_vma(s, parent, Vma.end(s.vma.at(row)))) {
    const vma = s.vma.at(row);
    if (Vma.dontcopy(vma) === 1) continue;
    const copy = vm_area_alloc(s, child);
    if (copy < 0) return false;
    s.vma.put(copy, vma);
    fork_attributes(s, parent, child, Vma.start(vma), Vma.end(vma) - Vma.start(vma));
    if (vma_needs_copy(vma) && !copy_page_range(s, parent, child, row)) return false;
  }
  return true;
};
