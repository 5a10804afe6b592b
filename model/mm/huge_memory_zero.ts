/**
 * The huge zero folio: mm/huge_memory.c get_huge_zero_folio() and its users, v7.1. It is in no rmap and in no rss; what
 * counts its users (huge_zero_refcount) stands in the reference count of its block.
 */
import { Page, PageKind } from '../state/memmap.ts';
import { Mm, Pmd, PmdKind, type Vma } from '../state/mm_types.ts';
import type { Sys } from './kernel.ts';
import { page_of, pfn_to_page } from './page_flags.ts';
import { prep_folio } from './page_ref.ts';
import { alloc_succeeds } from '../alloc_succeeds.ts';
import { mm_inc_nr_ptes } from './pgalloc.ts';
import { pmd_mkspecial, set_pmd_at } from './pgtable_generic.ts';

const huge_zero_block = (s: Sys): number => s.memmap.blocks.findIndex(({ use }) => use === 'huge zero');

/** is_huge_zero_pfn() */
export const is_huge_zero_pfn = (s: Sys, pfn: number): boolean => {
  const block = s.memmap.blockOf[pfn_to_page(pfn)];
  return block !== undefined && s.memmap.blocks[block]!.use === 'huge zero';
};
/** is_huge_zero_pmd(): a present leaf of it. */
export const is_huge_zero_pmd = (s: Sys, e: Pmd): boolean =>
  Pmd.kind(e) === PmdKind.leaf && is_huge_zero_pfn(s, Pmd.pfn(e));

/**
 * mm_get_huge_zero_folio(): each mm has at most one reference, until it is freed; the shrinker has one more. Returns
 * the first frame, or -1 without memory.
 */
export const mm_get_huge_zero_folio = (s: Sys, mm: number): number => {
  const block = huge_zero_block(s);
  if (block < 0) return -1;
  const folio = s.memmap.start[block]!;
  if (Mm.hugeZero(s.mm.at(mm)) === 1) return folio;
  const row = pfn_to_page(folio);
  if (Page.kind(page_of(s, folio)) === PageKind.free) {
    if (!alloc_succeeds(s, 'get_huge_zero_folio')) return -1;
    prep_folio(s, block, PageKind.zero);
  }
  s.refcount.put(row, s.refcount.at(row) + 1);
  s.mm.put(mm, Mm.mkHugeZero(s.mm.at(mm), 1));
  return folio;
};

/** mm_put_huge_zero_folio(): at the end of the mm, not when it is unmapped. */
export const mm_put_huge_zero_folio = (s: Sys, mm: number): void => {
  if (Mm.hugeZero(s.mm.at(mm)) === 0) return;
  const row = pfn_to_page(s.memmap.start[huge_zero_block(s)]!);
  s.refcount.put(row, s.refcount.at(row) - 1);
  s.mm.put(mm, Mm.mkHugeZero(s.mm.at(mm), 0));
};

/** set_huge_zero_folio(): a read-only leaf with a table in reserve. */
export const set_huge_zero_folio = (
  s: Sys,
  mm: number,
  vma: Vma,
  slot: number,
  folio: number,
  pgtable: number,
): void => {
  s.kernel.pgtable_trans_huge_deposit(s, mm, slot, pgtable);
  mm_inc_nr_ptes(s, mm);
  const e = s.kernel.pfn_pmd(folio, s.kernel.vm_page_prot(vma));
  set_pmd_at(s, mm, slot, s.kernel.huge_zero_is_special(s) ? pmd_mkspecial(s, e) : e);
};
