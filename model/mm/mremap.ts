/**
 * mremap() to a free place: mirrors move_vma() and move_page_tables() of mm/mremap.c, v7.1, with a whole PMD table or PUD
 * leaf at a time where that is possible. Left out: locks of the reverse map, a source that cannot be split off (see
 * unmap_source_vma), growing and shrinking, MREMAP_DONTUNMAP, try_realign_addr().
 */
import { pudPages } from '../state/geometry.ts';
import { Pmd, Result, Vma } from '../state/mm_types.ts';
import { split_huge_pmd } from './huge_memory_split.ts';
import type { Sys } from './kernel.ts';
import { do_vmi_munmap } from './mmap.ts';
import { mmu_notify } from './mmu_notifier.ts';
import { dup_vma_track, move_failed, moved_away } from './pfnmap_track.ts';
import { pmd_alloc, pte_alloc, pud_none_or_clear_bad } from './pgalloc.ts';
import {
  NONE_PMD,
  NONE_PTE,
  NONE_PUD,
  pmd_is_huge,
  pmd_none,
  pmd_offset,
  pte_none,
  pte_offset,
  pud_none,
  pud_of,
  pud_offset,
  pud_trans_huge,
  slot_of,
} from './pgtable.ts';
import { copy_attributes } from './vma_attributes.ts';
import { free_vma_rows, linear_pfn, vm_area_alloc, vma_is_anonymous, vma_lookup, vma_merge } from './vma.ts';

/** Moves pages from..from+length-1, which one VMA covers, to the free pages at `to`. Returns a code of `Result`. */
export const move_vma = (s: Sys, mm: number, from: number, to: number, length: number): number => {
  const vma = s.vma.at(vma_lookup(s, mm, from));
  // prep_move_vma(): not when the VMAs that the move may need would be too many. The kernel asks for three.
  const splits = (Vma.start(vma) < from ? 1 : 0) + (from + length < Vma.end(vma) ? 1 : 0);
  if (free_vma_rows(s, mm) < 1 + splits) return Result.ENOMEM;
  if (!can_split_off(s, vma, from, from + length)) return Result.EINVAL;
  const newRow = vm_area_alloc(s, mm);
  if (newRow < 0) return Result.ENOMEM;
  // copy_vma(): the new VMA has the same frames, hence another vm_pgoff; anonymous memory that nobody has touched has none.
  const pgoff = vma_is_anonymous(vma) && Vma.anonVma(vma) === 0 ? to : linear_pfn(vma, from);
  const placed = Vma.mkStart(Vma.mkEnd(Vma.mkPgoff(vma, pgoff), to + length), to);
  s.vma.put(newRow, placed);
  copy_attributes(s, mm, mm, from, to, length);
  dup_vma_track(s, mm, Vma.start(vma), mm, to);
  const moved = move_page_tables(s, mm, vma, from, to, length);
  if (moved < length) {
    // What has been moved goes back; the allocations for that are there already, or it stays zapped.
    move_page_tables(s, mm, placed, to, from, moved);
    move_failed(s, mm, vma, placed);
    do_vmi_munmap(s, mm, to, to + length);
    return Result.ENOMEM;
  }
  moved_away(s, mm, vma, from, from + length);
  unmap_source_vma(s, mm, from, from + length);
  vma_merge(s, mm, to, to + length);
  return Result.ok;
};

/** prep_move_vma() asks ->may_split at both ends of what leaves the VMA. */
const can_split_off = (s: Sys, vma: Vma, start: number, end: number): boolean =>
  (Vma.start(vma) === start || s.kernel.may_split(s, vma, start)) &&
  (Vma.end(vma) === end || s.kernel.may_split(s, vma, end));

/**
 * The old range goes. Left out: the kernel may fail to split its VMA, succeeds all the same, and leaves the range
 * mapped and empty; every kernel does, and nothing but I-REFAULT would be heard of in worlds that split VMAs here.
 */
const unmap_source_vma = (s: Sys, mm: number, start: number, end: number): void => {
  const { choose } = s;
  s.choose = () => 0;
  do_vmi_munmap(s, mm, start, end);
  s.choose = choose;
};

/** The part of `left` pages that ends no later than the next boundary of `span` pages, at both addresses. */
const get_extent = (left: number, a: number, b: number, span: number): number =>
  Math.min(left, span - (a % span), span - (b % span));

/** Moves entries extent by extent; returns how many pages were done before memory ran out. */
const move_page_tables = (s: Sys, mm: number, vma: Vma, from: number, to: number, length: number): number => {
  const { ptrsPerPte } = s.geometry;
  const span = pudPages(s.geometry);
  mmu_notify(s, mm, from, from + length, 'UNMAP');
  for (let done = 0, extent: number; done < length; done += extent) {
    const [a, b] = [from + done, to + done];
    extent = get_extent(length - done, a, b, span);
    // get_old_pud(), before alloc_new_pud(): what is not there needs no place.
    if (s.kernel.get_old_pud_is_none(s, mm, pud_of(s.geometry, a))) continue;
    if (extent === span && move_pud(s, mm, a, b)) continue;
    // Only where get_old_pud() lets a leaf pass.
    s.kernel.split_huge_pud(s, mm, vma, pud_of(s.geometry, a));
    extent = get_extent(length - done, a, b, ptrsPerPte);
    if (!move_extent(s, mm, vma, a, b, extent)) return done;
  }
  return length;
};

/** get_old_pud(): whether there is nothing to move. A leaf is a bad entry to it, and cleared. */
export const get_old_pud_is_none = (s: Sys, mm: number, pud: number): boolean =>
  pud_none_or_clear_bad(s, mm, pud, 'get_old_pud()');

/** A whole PUD slot from `a` to `b`: the PMD table, or a leaf, where get_old_pud() lets one pass. False: not possible. */
const move_pud = (s: Sys, mm: number, a: number, b: number): boolean => {
  const { geometry: g } = s;
  if (!pud_trans_huge(s.pud.at(pud_offset(g, mm, pud_of(g, a))))) return move_normal_pud(s, mm, a, b);
  // An error is ignored: the leaf stays behind, and munmap() takes it.
  s.kernel.move_huge_pud(s, mm, pud_of(g, a), pud_of(g, b));
  return true;
};

/** powerpc's hash MMU keeps its slots behind the PTEs and cannot move a table: radix_enabled() there, v6.12. */
const arch_supports_page_table_move = (s: Sys): boolean => s.machine.depositsPer !== 'slot';

/** move_normal_pud(): the PMD table changes its slot, and with it what is deposited in it. */
const move_normal_pud = (s: Sys, mm: number, a: number, b: number): boolean => {
  const { geometry: g } = s;
  const [from, to] = [pud_of(g, a), pud_of(g, b)];
  const [old, next] = [pud_offset(g, mm, from), pud_offset(g, mm, to)];
  if (!pud_none(s.pud.at(next)) || !arch_supports_page_table_move(s)) return false;
  s.pud.put(next, s.pud.at(old));
  s.pud.put(old, NONE_PUD);
  for (let i = 0; i < g.ptrsPerPmd; i++) {
    const source = pmd_offset(g, mm, from * g.ptrsPerPmd + i);
    const target = pmd_offset(g, mm, to * g.ptrsPerPmd + i);
    s.pmd.put(target, s.pmd.at(source));
    s.pmd.put(source, NONE_PMD);
    // The list hangs on the table that moves, or on the mm, which stays.
    if (s.machine.depositsPer === 'mm') continue;
    s.deposit.put(target, s.deposit.at(source));
    s.deposit.put(source, 0);
  }
  return true;
};

/** get_extent() pages of one PMD slot from `a` to `b`. False: out of memory. */
const move_extent = (s: Sys, mm: number, vma: Vma, a: number, b: number, extent: number): boolean => {
  const { geometry: g } = s;
  const [from, to] = [slot_of(g, a), slot_of(g, b)];
  const whole = extent === g.ptrsPerPte;
  const row = pmd_offset(g, mm, from);
  // get_old_pmd() before alloc_new_pmd().
  if (pmd_none(s.pmd.at(row))) return true;
  if (!pmd_alloc(s, mm, to)) return false;
  if (pmd_is_huge(s.pmd.at(row))) {
    if (whole && s.kernel.move_huge_pmd(s, mm, vma, from, to)) return true;
    split_huge_pmd(s, mm, vma, from);
  } else if (whole && move_normal_pmd(s, mm, from, to)) {
    return true;
  }
  if (pmd_none(s.pmd.at(row))) return true;
  if (!pte_alloc(s, mm, to)) return false;
  s.kernel.move_ptes(s, mm, a, b, extent);
  return true;
};

/** move_normal_pmd(): the whole PTE table changes its slot. */
const move_normal_pmd = (s: Sys, mm: number, from: number, to: number): boolean => {
  const { geometry: g } = s;
  const [old, next] = [pmd_offset(g, mm, from), pmd_offset(g, mm, to)];
  if (!pmd_none(s.pmd.at(next)) || !arch_supports_page_table_move(s)) return false;
  s.pmd.put(next, s.pmd.at(old));
  s.pmd.put(old, NONE_PMD);
  return true;
};

export const move_ptes = (s: Sys, mm: number, a: number, b: number, extent: number): void => {
  const { geometry: g } = s;
  const source = Pmd.pfn(s.pmd.at(pmd_offset(g, mm, slot_of(g, a))));
  const target = Pmd.pfn(s.pmd.at(pmd_offset(g, mm, slot_of(g, b))));
  for (let i = 0; i < extent; i++) {
    const row = pte_offset(g, source, a + i);
    const pte = s.pte.at(row);
    if (pte_none(pte)) continue;
    s.pte.put(row, NONE_PTE);
    s.pte.put(pte_offset(g, target, b + i), pte);
  }
};
