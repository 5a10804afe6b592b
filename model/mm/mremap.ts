/**
 * mremap() to a free place: mirrors move_vma() and move_page_tables() of mm/mremap.c, v7.1.
 * Left out: a source that cannot be split off (see unmap_source_vma), growing and shrinking, MREMAP_DONTUNMAP, try_realign_addr(), whole PMD tables (move_normal_pud()).
 */
import { Pmd, Pte, Result, Vma } from '../state/mm_types.ts';
import { split_huge_pmd } from './huge_memory.ts';
import type { Sys } from './kernel.ts';
import { do_vmi_munmap } from './mmap.ts';
import { pmd_alloc, pte_alloc } from './pgalloc.ts';
import { NONE_PMD, pmd_none, pmd_offset, pmd_trans_huge, pte_offset, slot_of } from './pgtable.ts';
import { free_vma_rows, linear_pfn, vm_area_alloc, vma_lookup, vma_merge } from './vma.ts';

/** Moves pages from..from+length-1, which one VMA covers, to the free pages at `to`. Returns a code of `Result`. */
export const move_vma = (s: Sys, mm: number, from: number, to: number, length: number): number => {
  const vma = s.vma.at(vma_lookup(s, mm, from));
  // prep_move_vma(): not when the VMAs that the move may need would be too many. The kernel asks for three.
  const splits = (Vma.start(vma) < from ? 1 : 0) + (from + length < Vma.end(vma) ? 1 : 0);
  if (free_vma_rows(s, mm) < 1 + splits) return Result.ENOMEM;
  const newRow = vm_area_alloc(s, mm);
  if (newRow < 0) return Result.ENOMEM;
  // copy_vma(): the new VMA has the same frames, hence another vm_pgoff.
  const placed = Vma.mkStart(Vma.mkEnd(Vma.mkPgoff(vma, linear_pfn(vma, from)), to + length), to);
  s.vma.put(newRow, placed);
  const moved = move_page_tables(s, mm, vma, from, to, length);
  if (moved < length) {
    // What has been moved goes back; the allocations for that are there already, or it stays zapped.
    move_page_tables(s, mm, placed, to, from, moved);
    do_vmi_munmap(s, mm, to, to + length);
    return Result.ENOMEM;
  }
  unmap_source_vma(s, mm, from, from + length);
  vma_merge(s, mm);
  return Result.ok;
};

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

/** Moves entries extent by extent; returns how many pages were done before memory ran out. */
const move_page_tables = (s: Sys, mm: number, vma: Vma, from: number, to: number, length: number): number => {
  const { ptrsPerPte } = s.geometry;
  for (let done = 0, extent: number; done < length; done += extent) {
    const [a, b] = [from + done, to + done];
    extent = Math.min(length - done, ptrsPerPte - (a % ptrsPerPte), ptrsPerPte - (b % ptrsPerPte));
    if (!move_extent(s, mm, vma, a, b, extent)) return done;
  }
  return length;
};

/** get_extent() pages from `a` to `b`. False: out of memory. */
const move_extent = (s: Sys, mm: number, vma: Vma, a: number, b: number, extent: number): boolean => {
  const { geometry: g } = s;
  const [from, to] = [slot_of(g, a), slot_of(g, b)];
  const whole = extent === g.ptrsPerPte;
  if (s.pmdTable.at(mm * g.pmdTables + Math.trunc(from / g.ptrsPerPmd)) === 0) return true;
  const row = pmd_offset(g, mm, from);
  // get_old_pmd() before alloc_new_pmd(): what is not there needs no place.
  if (pmd_none(s.pmd.at(row))) return true;
  if (!pmd_alloc(s, mm, to)) return false;
  if (pmd_trans_huge(s.pmd.at(row))) {
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
  if (!pmd_none(s.pmd.at(next))) return false;
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
    if (Pte.present(pte) === 0) continue;
    s.pte.put(row, 0 as Pte);
    s.pte.put(pte_offset(g, target, b + i), pte);
  }
};
