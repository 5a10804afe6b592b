/**
 * What a VMA has besides its row, kept by page so that rows need not carry it: vm_policy, of which it has a reference,
 * and VM_LOCKED. Mirrors the parts of mm/vma.c, mm/mempolicy.c and mm/mlock.c that split, merge, copy and move them; v7.1. A world without any of it
 * has no such table.
 */
import { pagesOf } from '../state/geometry.ts';
import { VmaAttributes } from '../state/mm_types.ts';
import type { Sys } from './kernel.ts';

const NONE = VmaAttributes.of({});

const row_of = (s: Sys, mm: number, page: number): number => mm * pagesOf(s.geometry) + page;

export const vma_attributes = (s: Sys, mm: number, page: number): VmaAttributes =>
  s.vmaAttributes.rows === 0 ? NONE : s.vmaAttributes.at(row_of(s, mm, page));

/** Whether the VMAs on both sides of a border have the same (is_mergeable_vma(), mpol_equal()). */
export const same_attributes = (s: Sys, mm: number, border: number): boolean =>
  s.vmaAttributes.rows === 0 || vma_attributes(s, mm, border - 1) === vma_attributes(s, mm, border);

/** VM_LOCKED of the VMA that a page lies in. */
export const is_locked = (s: Sys, mm: number, page: number): boolean =>
  s.vmaAttributes.rows > 0 && VmaAttributes.locked(vma_attributes(s, mm, page)) === 1;

/** Pages start..end-1 get these. */
export const put_attributes = (s: Sys, mm: number, start: number, end: number, attributes: VmaAttributes): void => {
  if (s.vmaAttributes.rows === 0) return;
  for (let page = start; page < end; page++) s.vmaAttributes.put(row_of(s, mm, page), attributes);
};

/** remove_vma(): they go with the VMA. */
export const drop_attributes = (s: Sys, mm: number, start: number, end: number): void =>
  put_attributes(s, mm, start, end, NONE);

/** vma_dup_policy() of copy_vma(): those of one VMA, for one that begins at page `to` of `dst`. */
export const copy_attributes = (s: Sys, src: number, dst: number, from: number, to: number, length: number): void => {
  if (s.vmaAttributes.rows === 0) return;
  for (let i = 0; i < length; i++) s.vmaAttributes.put(row_of(s, dst, to + i), vma_attributes(s, src, from + i));
};

/** The same of fork: a child has nothing locked (VM_LOCKED_MASK, dup_mmap()). */
export const fork_attributes = (s: Sys, src: number, dst: number, from: number, length: number): void => {
  if (s.vmaAttributes.rows === 0) return;
  for (let page = from; page < from + length; page++) {
    const unlocked = VmaAttributes.mkOnFault(VmaAttributes.mkLocked(vma_attributes(s, src, page), 0), 0);
    s.vmaAttributes.put(row_of(s, dst, page), unlocked);
  }
};
