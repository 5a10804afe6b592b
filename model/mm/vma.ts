/**
 * VMAs: look-up, split, merge and what they allow. Mirrors mm/vma.c and include/linux/mm.h, v7.1.
 * Stubbed: the maple tree is a few rows in no order. Left out: the anon_vma but for
 * whether there is one, policies, userfaultfd, locked memory.
 */
import { Result, Vma, type VmaAttributes, VmaKind } from '../state/mm_types.ts';
import { vmaOrder } from '../state/vma_order.ts';
import type { Sys } from './kernel.ts';
import { dup_vma_track } from './pfnmap_track.ts';
import { alloc_succeeds } from '../alloc_succeeds.ts';
import { same_attributes, vma_attributes } from './vma_attributes.ts';

export const vma_is_anonymous = (vma: Vma): boolean => Vma.kind(vma) === VmaKind.anon;
/** is_cow_mapping(): private, and may be written. */
export const is_cow_mapping = (vma: Vma): boolean => Vma.shared(vma) === 0 && Vma.mayWrite(vma) === 1;
/** vma_is_dax(): of the device, or of a file on it. */
export const vma_is_dax = (vma: Vma): boolean => Vma.kind(vma) === VmaKind.dax || Vma.kind(vma) === VmaKind.fsdax;
/** vma_is_special_huge() of v7.1: not DAX, and VM_PFNMAP or VM_MIXEDMAP. */
export const vma_is_special_huge = (vma: Vma): boolean =>
  !vma_is_dax(vma) && (Vma.pfnmap(vma) === 1 || Vma.mixedmap(vma) === 1);
/** Neither ->fault nor ->huge_fault: what is zapped does not come back. */
export const vma_has_no_handler = (vma: Vma): boolean => Vma.fault(vma) === 0 && Vma.hugeFault(vma) === 0;
/** The frame that belongs to a page: vm_pgoff plus the distance. */
export const linear_pfn = (vma: Vma, page: number): number => Vma.pgoff(vma) + page - Vma.start(vma);

export const { vma_lookup, find_vma, range_is_free, floor_of, ceiling_of, free_vma_rows } = vmaOrder(Vma);

/**
 * vma_interval_tree_foreach(), and the walk of an anon_vma, of all VMAs there are: mm by mm, in the order of addresses. Who
 * walks looks at each whether it is one of those that the kernel's tree has.
 */
export const vma_interval_tree_iter_first = (s: Sys): number => first_from(s, 0);
export const vma_interval_tree_iter_next = (s: Sys, row: number): number => {
  const mm = vm_mm(s, row);
  const next = find_vma(s, mm, Vma.end(s.vma.at(row)));
  return next >= 0 ? next : first_from(s, mm + 1);
};
const first_from = (s: Sys, mm: number): number => {
  for (let one = mm; one < s.geometry.mms; one++) {
    const row = find_vma(s, one, 0);
    if (row >= 0) return row;
  }
  return -1;
};
/** vma->vm_mm */
export const vm_mm = (s: Sys, row: number): number => Math.trunc(row / s.geometry.vmas);

/** A free row for one more VMA, or -1 when there is no room (max_map_count) or no memory. */
export const vm_area_alloc = (s: Sys, mm: number): number => {
  const { vmas } = s.geometry;
  for (let row = mm * vmas; row < (mm + 1) * vmas; row++)
    if (Vma.kind(s.vma.at(row)) === VmaKind.none) return alloc_succeeds(s, 'vm_area_alloc') ? row : -1;
  return -1;
};

/** anon_vma_prepare(): the VMA is about to have anonymous pages. */
export const anon_vma_prepare = (s: Sys, row: number): void => s.vma.put(row, Vma.mkAnonVma(s.vma.at(row), 1));

/** __split_vma(): `row` keeps the pages before `at`, a new VMA gets the rest. Returns a code of `Result`. */
export const split_vma = (s: Sys, mm: number, row: number, at: number): number => {
  if (!s.kernel.may_split(s, s.vma.at(row), at)) return Result.EINVAL;
  const upper = vm_area_alloc(s, mm);
  if (upper < 0) return Result.ENOMEM;
  s.kernel.vma_adjust_trans_huge(s, mm, row, at);
  const vma = s.vma.at(row);
  s.vma.put(row, Vma.mkEnd(vma, at));
  s.vma.put(upper, Vma.mkPgoff(Vma.mkStart(vma, at), linear_pfn(vma, at)));
  dup_vma_track(s, mm, Vma.start(vma), mm, at);
  return Result.ok;
};

export const NO_VMA = Vma.of({});

/** VM_SPECIAL (VM_PFNMAP, VM_IO, VM_MIXEDMAP, VM_DONTEXPAND) never merges. */
const is_special = (vma: Vma): boolean =>
  Vma.pfnmap(vma) === 1 || Vma.mixedmap(vma) === 1 || Vma.kind(vma) === VmaKind.device;

/**
 * is_mergeable_anon_vma() of a VMA that changes, or is new, and its neighbour: they have the same, or one of them has none.
 * Which one it is, nobody knows here: neighbours that could merge share theirs (find_mergeable_anon_vma()). A child's VMA
 * has the parent's as well, and then none of the two may lack one: vma_had_uncowed_parents().
 */
export const is_mergeable_anon_vma = (mm: number, changed: Vma, neighbour: Vma): boolean =>
  mm === 0 || Vma.anonVma(changed) === Vma.anonVma(neighbour);

/** Whether they are alike, and neighbours, whatever anonymous pages they have had. */
export const can_merge = (low: Vma, high: Vma): boolean => {
  if (is_special(low) || Vma.end(low) !== Vma.start(high)) return false;
  const behind = Vma.mkPgoff(Vma.mkStart(low, Vma.start(high)), linear_pfn(low, Vma.start(high)));
  return Vma.mkAnonVma(Vma.mkEnd(behind, Vma.end(high)), Vma.anonVma(high)) === high;
};

/** The row of the VMA that starts at `page`, or -1. */
const vma_at = (s: Sys, mm: number, page: number): number => {
  const row = vma_lookup(s, mm, page);
  return row >= 0 && Vma.start(s.vma.at(row)) === page ? row : -1;
};

/**
 * vma_merge(): where pages start..end-1 have become like their neighbours, or each other, they are one VMA again. From
 * the lowest border on, as the kernel goes through a range; at its end it is the VMA behind that is the neighbour.
 */
export const vma_merge = (s: Sys, mm: number, start: number, end: number): void => {
  for (let border = Math.max(start, 1); border <= end; border++) {
    const [lower, upper] = [vma_lookup(s, mm, border - 1), vma_at(s, mm, border)];
    if (lower < 0 || upper < 0 || lower === upper) continue;
    const [low, high] = [s.vma.at(lower), s.vma.at(upper)];
    const [changed, neighbour] = border === end ? [low, high] : [high, low];
    if (
      !can_merge(low, high) ||
      !same_attributes(s, mm, border) ||
      !s.kernel.is_mergeable_anon_vma(mm, changed, neighbour)
    )
      continue;
    s.vma.put(lower, Vma.mkAnonVma(Vma.mkEnd(low, Vma.end(high)), Vma.anonVma(low) | Vma.anonVma(high)));
    s.vma.put(upper, NO_VMA);
  }
};

/** Pages start..end-1 of a VMA, as a VMA. */
const part_of = (vma: Vma, start: number, end: number): Vma =>
  Vma.mkPgoff(Vma.mkEnd(Vma.mkStart(vma, start), end), linear_pfn(vma, start));

/** The rest of the VMA in `row`, of which a neighbour has taken pages over; nothing may be left of it. */
const shrink_vma = (s: Sys, mm: number, row: number, start: number, end: number): void => {
  if (start === end) {
    s.vma.put(row, NO_VMA);
    return;
  }
  const vma = s.vma.at(row);
  s.kernel.vma_adjust_trans_huge(s, mm, row, start === Vma.start(vma) ? end : start);
  s.vma.put(row, part_of(vma, start, end));
};

/**
 * vma_merge_existing_range(): pages of the VMA in `row` that are about to become like the neighbour before or behind them
 * go to it, or all three become one. A border moves: no VMA is split, nobody asks ->may_split(), and nothing is allocated.
 */
const vma_merge_existing_range = (s: Sys, mm: number, row: number, part: Vma, attributes: VmaAttributes): boolean => {
  const vma = s.vma.at(row);
  const [start, end] = [Vma.start(part), Vma.end(part)];
  const prev = Vma.start(vma) === start ? vma_lookup(s, mm, start - 1) : -1;
  const next = Vma.end(vma) === end ? vma_at(s, mm, end) : -1;
  const { is_mergeable_anon_vma: is_mergeable } = s.kernel;
  const left =
    prev >= 0 &&
    can_merge(s.vma.at(prev), part) &&
    vma_attributes(s, mm, start - 1) === attributes &&
    is_mergeable(mm, part, s.vma.at(prev));
  const right =
    next >= 0 &&
    can_merge(part, s.vma.at(next)) &&
    vma_attributes(s, mm, end) === attributes &&
    is_mergeable(mm, part, s.vma.at(next));
  if (!left && !right) return false;
  // Where what is left of the VMA ends; nothing may be left.
  const border = left ? end : start;
  if (!(left ? end === Vma.end(vma) : start === Vma.start(vma)) && !s.kernel.border_may_move(s, vma, border))
    return false;
  const low = left ? s.vma.at(prev) : part;
  const high = right ? s.vma.at(next) : part;
  const merged = Vma.mkAnonVma(
    part_of(low, Vma.start(low), Vma.end(high)),
    Vma.anonVma(low) | Vma.anonVma(vma) | Vma.anonVma(high),
  );
  if (left) shrink_vma(s, mm, row, end, Vma.end(vma));
  else shrink_vma(s, mm, row, Vma.start(vma), start);
  if (left && right) s.vma.put(next, NO_VMA);
  s.vma.put(left ? prev : next, merged);
  return true;
};

/**
 * vma_modify(): pages start..end-1 of the VMA in `row` become as `changed`, which is that VMA with other flags. A
 * neighbour that is like them takes them over; otherwise they become a VMA of their own. `attributes`: what they are about
 * to have besides. Returns a code of `Result`.
 */
export const vma_modify = (
  s: Sys,
  mm: number,
  row: number,
  start: number,
  end: number,
  changed: Vma,
  attributes: VmaAttributes = vma_attributes(s, mm, start),
): number => {
  if (vma_merge_existing_range(s, mm, row, part_of(changed, start, end), attributes)) return Result.ok;
  if (Vma.start(s.vma.at(row)) < start) {
    const error = s.kernel.split_vma(s, mm, row, start);
    if (error !== Result.ok) return error;
  }
  const middle = vma_lookup(s, mm, start);
  if (end < Vma.end(s.vma.at(middle))) {
    const error = s.kernel.split_vma(s, mm, middle, end);
    if (error !== Result.ok) return error;
  }
  s.vma.put(middle, part_of(changed, start, end));
  return Result.ok;
};
