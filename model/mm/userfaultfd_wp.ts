/**
 * VMAs of shmem that are registered with a userfaultfd: userfaultfd_register_range() of mm/userfaultfd.c, for missing pages
 * or for writes to protected ones, and UFFDIO_WRITEPROTECT, mwriteprotect_range(), with its bits and markers in PTEs
 * (mm/mprotect.c change_pte_range(), include/linux/mm_inline.h pte_install_uffd_wp_if_needed()); v7.1. Stubbed: user space,
 * for which whoever faults waits. Left out: anonymous memory, minor faults, UFFDIO_UNREGISTER, what MADV_DONTNEED and
 * truncation leave of markers, and that nothing is writable in such a VMA before it is written to.
 */
import {
  isUffdMarker,
  isUffdWp,
  Pmd,
  Prot,
  Pte,
  Result,
  Uffd,
  Vma,
  VmaAttributes,
  VmaKind,
} from '../state/mm_types.ts';
import { cached_frame, type FileUse, file_of, is_mapping_of, NO_FRAME } from './filemap.ts';
import { split_huge_pmd } from './huge_memory_split.ts';
import type { Sys } from './kernel.ts';
import { pmd_alloc, pte_alloc } from './pgalloc.ts';
import { NONE_PTE, pmd_is_huge, pmd_offset, pmd_table, pte_none, pte_offset, pte_present, slot_of } from './pgtable.ts';
import { put_attributes, vma_attributes } from './vma_attributes.ts';
import {
  linear_pfn,
  vm_mm,
  vma_interval_tree_iter_first,
  vma_interval_tree_iter_next,
  vma_lookup,
  vma_modify,
} from './vma.ts';

/** PTE_MARKER_UFFD_WP */
const UFFD_WP_MARKER = Pte.of({ exclusive: 1 });

const mode_of = (s: Sys, mm: number, vma: Vma): number => VmaAttributes.uffd(vma_attributes(s, mm, Vma.start(vma)));
export const userfaultfd_missing = (s: Sys, mm: number, vma: Vma): boolean => mode_of(s, mm, vma) === Uffd.missing;
export const userfaultfd_wp = (s: Sys, mm: number, vma: Vma): boolean => mode_of(s, mm, vma) === Uffd.wp;
export const userfaultfd_armed = (s: Sys, mm: number, vma: Vma): boolean => mode_of(s, mm, vma) !== Uffd.no;

/** dup_userfaultfd(), for who does not follow fork(): the child's VMA is registered no more. */
export const userfaultfd_reset_ctx = (s: Sys, mm: number, vma: Vma): void => {
  const attributes = vma_attributes(s, mm, Vma.start(vma));
  if (VmaAttributes.uffd(attributes) === Uffd.no) return;
  put_attributes(s, mm, Vma.start(vma), Vma.end(vma), VmaAttributes.mkUffd(attributes, Uffd.no));
};

/** Whether a fault on the page waits for user space: it is in nobody's page cache, and the VMA is registered for that. */
export const waits_for_missing = (s: Sys, mm: number, vma: Vma, page: number): boolean =>
  Vma.kind(vma) === VmaKind.shmem &&
  userfaultfd_missing(s, mm, vma) &&
  cached_frame(s, file_of(vma), linear_pfn(vma, page)) === NO_FRAME;

/** UFFDIO_REGISTER of pages start..end-1, which lie in one VMA of shmem. Returns a code of `Result`. */
export const userfaultfd_register = (s: Sys, mm: number, start: number, end: number, mode: number): number => {
  const row = vma_lookup(s, mm, start);
  const before = vma_attributes(s, mm, start);
  put_attributes(s, mm, start, end, VmaAttributes.mkUffd(before, mode));
  const error = vma_modify(s, mm, row, start, end, s.vma.at(row));
  if (error !== Result.ok) put_attributes(s, mm, start, end, before);
  return error;
};

/** mwriteprotect_range() of one page: a leaf is split first, and what has no page table gets one. */
export const mwriteprotect_page = (s: Sys, mm: number, page: number, enable: boolean): number => {
  const { geometry: g } = s;
  const vma = s.vma.at(vma_lookup(s, mm, page));
  if (!userfaultfd_wp(s, mm, vma)) return Result.ENOENT;
  const slot = slot_of(g, page);
  if (pmd_is_huge(s.pmd.at(pmd_offset(g, mm, slot)))) split_huge_pmd(s, mm, vma, slot);
  if (enable && !(pmd_alloc(s, mm, slot) && pte_alloc(s, mm, slot))) return Result.ENOMEM;
  const e = s.pmd.at(pmd_offset(g, mm, slot));
  if (!pmd_table(e)) return Result.ok;
  const row = pte_offset(g, Pmd.pfn(e), page);
  s.pte.put(row, enable ? protected_pte(s.pte.at(row)) : resolved_pte(s.pte.at(row), vma));
  return Result.ok;
};

/** change_pte_range() with MM_CP_UFFD_WP. */
const protected_pte = (pte: Pte): Pte => {
  if (pte_none(pte)) return UFFD_WP_MARKER;
  return pte_present(pte) ? pte_mkuffd_wp(pte) : pte;
};

/** MM_CP_UFFD_WP_RESOLVE: what has been written to is writable again. */
const resolved_pte = (pte: Pte, vma: Vma): Pte => {
  if (isUffdMarker(pte)) return NONE_PTE;
  if (!isUffdWp(pte)) return pte;
  const writable = Pte.dirty(pte) === 1 && Vma.prot(vma) === Prot.RW && Vma.shared(vma) === 1;
  return Pte.mkWrite(Pte.mkExclusive(pte, 0), writable ? 1 : 0);
};

/** pte_mkuffd_wp() */
export const pte_mkuffd_wp = (pte: Pte): Pte => Pte.mkExclusive(Pte.mkWrite(pte, 0), 1);

/** pte_install_uffd_wp_if_needed(): what stays in a PTE that try_to_unmap() has cleared. */
export const pte_left_by_uffd_wp = (pte: Pte): Pte => (isUffdWp(pte) ? UFFD_WP_MARKER : NONE_PTE);

/** Whether anybody is registered for missing pages, in any of those of a slot, which a collapse would fill. */
export const collapse_file_fills_missing = (s: Sys, use: FileUse, start: number): boolean => {
  for (let row = vma_interval_tree_iter_first(s); row >= 0; row = vma_interval_tree_iter_next(s, row)) {
    const mm = vm_mm(s, row);
    const vma = s.vma.at(row);
    const [first, end] = [Vma.pgoff(vma), Vma.pgoff(vma) + Vma.end(vma) - Vma.start(vma)];
    // vma_interval_tree_foreach() has the page behind the slot as well.
    if (!is_mapping_of(vma, use) || start + s.geometry.ptrsPerPte < first || end <= start) continue;
    if (userfaultfd_missing(s, mm, vma)) return true;
  }
  return false;
};
