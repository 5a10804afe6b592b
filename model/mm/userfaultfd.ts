/**
 * UFFDIO_MOVE: mm/userfaultfd.c move_pages() and what is below it, mm/huge_memory.c move_pages_huge_pmd(); v7.1.
 * Stubbed: the destination is registered, and nobody waits for its faults. Left out: holes in the source
 * (UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES). Where a large folio cannot be split now, the kernel tries again and again.
 */
import { Pmd, Prot, Pte, Result, Vma } from '../state/mm_types.ts';
import { split_folio } from './folio_split.ts';
import { pmd_mkwritten } from './huge_memory.ts';
import { split_huge_pmd } from './huge_memory_split.ts';
import { is_huge_zero_pmd } from './huge_memory_zero.ts';
import type { Sys } from './kernel.ts';
import { NO_PAGE } from './memory.ts';
import { move_swap_pte } from './memory_swap.ts';
import { folio_test_large, page_folio, PageAnonExclusive } from './page_flags.ts';
import { folio_get, folio_put } from './page_ref.ts';
import { pmd_alloc, pte_alloc } from './pgalloc.ts';
import {
  is_device_private_pte,
  is_hwpoison_pte,
  is_migration_entry,
  is_pmd_migration_entry,
  is_swap_pte,
  NONE_PTE,
  pmd_is_huge,
  pmd_none,
  pmd_offset,
  pmd_table,
  pmd_trans_huge,
  pte_none,
  pte_offset,
  pud_none,
  pud_row,
  slot_of,
} from './pgtable.ts';
import { pmd_lock, pmd_mkspecial, pmd_unlock, pmdp_huge_get_and_clear, set_pmd_at } from './pgtable_generic.ts';
import { WAITS } from './vm_fault.ts';
import { anon_vma_prepare, vma_is_anonymous, vma_lookup } from './vma.ts';
import { is_locked } from './vma_attributes.ts';

/** validate_move_areas(), and that both ranges lie in one private VMA each. */
const validate_move_areas = (s: Sys, src: Vma, dst: Vma, srcEnd: number, dstEnd: number): boolean =>
  Vma.shared(src) === 0 &&
  Vma.shared(dst) === 0 &&
  srcEnd <= Vma.end(src) &&
  dstEnd <= Vma.end(dst) &&
  Vma.prot(src) === Prot.RW &&
  s.kernel.vm_page_prot(src) === s.kernel.vm_page_prot(dst) &&
  Vma.prot(dst) === Prot.RW &&
  vma_is_anonymous(src) &&
  vma_is_anonymous(dst);

/**
 * move_pages(): `pages` pages from `from` to `to`, as large as they are mapped. Returns a code of `Result`, EAGAIN
 * where it stopped half-way, or WAITS for a migration to end.
 */
export const move_pages = (s: Sys, mm: number, from: number, to: number, pages: number): number => {
  const dstRow = vma_lookup(s, mm, to);
  const srcRow = vma_lookup(s, mm, from);
  if (dstRow < 0 || srcRow < 0) return Result.ENOENT;
  // find_vma_and_prepare_anon() comes before any check.
  if (Vma.shared(s.vma.at(dstRow)) === 0) anon_vma_prepare(s, dstRow);
  const src = s.vma.at(srcRow);
  const dst = s.vma.at(dstRow);
  if (!validate_move_areas(s, src, dst, from + pages, to + pages)) return Result.EINVAL;
  if (is_locked(s, mm, from) !== is_locked(s, mm, to)) return Result.EINVAL;
  for (let done = 0; done < pages;) {
    const whole = moves_whole_pmd(s, mm, from + done, to + done, pages - done);
    const result = whole
      ? move_pages_huge_pmd(s, mm, dst, from + done, to + done)
      : move_pages_ptes(s, mm, src, dst, from + done, to + done);
    if (result === WAITS) return WAITS;
    if (result !== Result.ok) return done === 0 ? result : Result.EAGAIN;
    done += whole ? s.geometry.ptrsPerPte : 1;
  }
  return Result.ok;
};

/** !move_splits_huge_pmd(): a leaf that moves as a whole, to a slot that is none. */
const moves_whole_pmd = (s: Sys, mm: number, from: number, to: number, left: number): boolean => {
  const { geometry: g } = s;
  if (from % g.ptrsPerPte !== 0 || to % g.ptrsPerPte !== 0 || left < g.ptrsPerPte) return false;
  const dst = s.pmd.at(pmd_offset(g, mm, slot_of(g, to)));
  return pmd_none(dst) && pmd_is_huge(s.pmd.at(pmd_offset(g, mm, slot_of(g, from))));
};

const move_deposit = (s: Sys, mm: number, from: number, to: number): void =>
  s.kernel.pgtable_trans_huge_deposit(s, mm, to, s.kernel.pgtable_trans_huge_withdraw(s, mm, from));

/** move_pages_huge_pmd(): the leaf with its deposit. Order, as read in v6.12: clear, set, then withdraw and deposit. */
const move_pages_huge_pmd = (s: Sys, mm: number, dstVma: Vma, from: number, to: number): number => {
  const [src, dst] = [slot_of(s.geometry, from), slot_of(s.geometry, to)];
  if (!pmd_alloc(s, mm, dst)) return Result.ENOMEM;
  const old = s.pmd.at(pmd_offset(s.geometry, mm, src));
  if (is_pmd_migration_entry(old)) return WAITS;
  const pfn = Pmd.pfn(old);
  const zero = is_huge_zero_pmd(s, old);
  if (!zero && (!PageAnonExclusive(s, pfn) || s.kernel.folio_maybe_dma_pinned(s, pfn))) return Result.EBUSY;
  pmd_lock(s);
  pmdp_huge_get_and_clear(s, mm, src);
  const e = s.kernel.pfn_pmd(pfn, s.kernel.vm_page_prot(dstVma));
  const first = s.kernel.uffd_move_deposits_first(s);
  if (first) move_deposit(s, mm, src, dst);
  set_pmd_at(s, mm, dst, zero ? s.kernel.moved_zero_pmd(s, e) : pmd_mkwritten(e));
  if (!first) move_deposit(s, mm, src, dst);
  pmd_unlock(s);
  return Result.ok;
};

/** How the huge zero folio arrives: special, as where it came from. */
export const moved_zero_pmd = (s: Sys, e: Pmd): Pmd => (s.kernel.huge_zero_is_special(s) ? pmd_mkspecial(s, e) : e);

/** The other half of the loop: one page, after a split of what is larger at the source. */
const move_pages_ptes = (s: Sys, mm: number, srcVma: Vma, dstVma: Vma, from: number, to: number): number => {
  const { geometry: g } = s;
  const src = slot_of(g, from);
  if (pud_none(s.pud.at(pud_row(g, mm, src)))) return Result.ENOENT;
  if (!pmd_alloc(s, mm, slot_of(g, to))) return Result.ENOMEM;
  if (pmd_trans_huge(s.pmd.at(pmd_offset(g, mm, slot_of(g, to))))) return Result.EEXIST;
  const e = s.pmd.at(pmd_offset(g, mm, src));
  if (pmd_is_huge(e)) {
    if (pmd_trans_huge(e) && !is_huge_zero_pmd(s, e) && !PageAnonExclusive(s, Pmd.pfn(e))) return Result.EBUSY;
    split_huge_pmd(s, mm, srcVma, src);
  }
  if (pmd_none(s.pmd.at(pmd_offset(g, mm, src)))) return Result.ENOENT;
  if (!pte_alloc(s, mm, slot_of(g, to))) return Result.ENOMEM;
  const [table, target] = [s.pmd.at(pmd_offset(g, mm, src)), s.pmd.at(pmd_offset(g, mm, slot_of(g, to)))];
  // pte_offset_map_rw_nolock() finds no table: the leaf is still there, or a migration entry where the destination's table
  // would be. -EAGAIN until it has gone.
  if (!pmd_table(table) || !pmd_table(target)) return WAITS;
  return move_pte(s, srcVma, dstVma, pte_offset(g, Pmd.pfn(table), from), pte_offset(g, Pmd.pfn(target), to));
};

/** move_pages_pte(): move_zeropage_pte() or move_present_pte(). */
const move_pte = (s: Sys, srcVma: Vma, dstVma: Vma, from: number, to: number): number => {
  if (!pte_none(s.pte.at(to))) return Result.EEXIST;
  const old = s.pte.at(from);
  if (pte_none(old)) return Result.ENOENT;
  if (is_migration_entry(old)) return WAITS;
  if (is_hwpoison_pte(old) || is_device_private_pte(old)) return Result.EFAULT;
  if (is_swap_pte(old)) return move_swap_pte(s, from, to);
  const prot = s.kernel.vm_page_prot(dstVma);
  const pfn = s.kernel.vm_normal_page(s, srcVma, old);
  // Nothing else is special in anonymous memory: the zero page.
  if (pfn === NO_PAGE) {
    s.pte.put(from, NONE_PTE);
    s.pte.put(to, s.kernel.zero_pte(s, prot));
    return Result.ok;
  }
  const folio = page_folio(s, pfn);
  // Of a large folio, its first page is asked; of what it is split into, this one.
  if (!PageAnonExclusive(s, folio)) return Result.EBUSY;
  if (folio_test_large(s, folio)) {
    folio_get(s, folio);
    const error = split_folio(s, folio);
    folio_put(s, folio);
    return error === Result.ok ? move_pte(s, srcVma, dstVma, from, to) : WAITS;
  }
  if (s.kernel.folio_maybe_dma_pinned(s, folio)) return Result.EBUSY;
  s.pte.put(from, NONE_PTE);
  const dirty = s.kernel.moved_pte_keeps_clean(s) ? Pte.dirty(old) : 1;
  s.pte.put(to, Pte.mkWrite(Pte.mkDirty(s.kernel.pfn_pte(pfn, prot), dirty), 1));
  return Result.ok;
};
