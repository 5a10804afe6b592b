/**
 * fork(): mirrors dup_mmap() and the error path of copy_process() in kernel/fork.c, v7.1.
 * Left out: allocations that come before the first VMA is copied, whose failure changes nothing.
 */
import { Mm, Result, Vma } from '../state/mm_types.ts';
import type { Sys } from './kernel.ts';
import { copy_page_range, vma_needs_copy } from './memory.ts';
import { exit_mmap } from './mmap.ts';
import { alloc_succeeds } from '../alloc_succeeds.ts';
import { copy_failed, dup_vma_track, track_copy } from './pfnmap_track.ts';
import { find_vma, vm_area_alloc } from './vma.ts';
import { userfaultfd_reset_ctx } from './userfaultfd_wp.ts';
import { fork_attributes } from './vma_attributes.ts';

const NEW_MM = Mm.of({ alive: 1 });

/** copy_process(): the child gets a copy of the address space, or none. Returns a code of `Result`. */
export const copy_process = (s: Sys, parent: number, child: number): number => {
  s.mm.put(child, NEW_MM);
  // alloc_pid() stands for everything that can still fail once the mm is copied.
  const error = dup_mmap(s, parent, child);
  if (error === Result.ok && alloc_succeeds(s, 'alloc_pid')) return Result.ok;
  exit_mmap(s, child);
  return error === Result.ok ? Result.ENOMEM : error;
};

/** After an error, what was copied so far, the VMA that failed included, is torn down with the mm. */
const dup_mmap = (s: Sys, parent: number, child: number): number => {
  for (let row = find_vma(s, parent, 0); row >= 0; row = find_vma(s, parent, Vma.end(s.vma.at(row)))) {
    const vma = s.vma.at(row);
    if (Vma.dontcopy(vma) === 1) continue;
    const copy = vm_area_alloc(s, child);
    if (copy < 0) return Result.ENOMEM;
    s.vma.put(copy, vma);
    fork_attributes(s, parent, child, Vma.start(vma), Vma.end(vma) - Vma.start(vma));
    userfaultfd_reset_ctx(s, child, vma);
    dup_vma_track(s, parent, Vma.start(vma), child, Vma.start(vma));
    const error = vma_needs_copy(vma) ? copy_vma(s, parent, child, row) : Result.ok;
    if (error !== Result.ok) return error;
  }
  return Result.ok;
};

/** copy_page_range(), with what is reserved for frames before, and given up when it fails. */
const copy_vma = (s: Sys, parent: number, child: number, row: number): number => {
  const vma = s.vma.at(row);
  const error = track_copy(s, parent, child, vma);
  if (error !== Result.ok) return error;
  if (copy_page_range(s, parent, child, row)) return Result.ok;
  copy_failed(s, parent, child, vma);
  return Result.ENOMEM;
};
