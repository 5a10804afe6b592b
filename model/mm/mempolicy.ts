/**
 * mbind(): a policy for the memory of a range. Mirrors do_mbind(), queue_pages_range() and mbind_range() of
 * mm/mempolicy.c, v7.1 (6.12.117, v7.2 and v7.3 read beside it). There are two nodes, and all memory is on the first.
 * Left out: MPOL_MF_MOVE_ALL, gaps in the range, policies of processes, and that a policy decides where memory comes from.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { Pmd, Result, Vma, VmaAttributes } from '../state/mm_types.ts';
import { is_huge_zero_pfn } from './huge_memory_zero.ts';
import type { Sys } from './kernel.ts';
import { NO_PAGE } from './memory.ts';
import { clear_pagelist, migrate_folio_add, vma_migratable } from './mempolicy_move.ts';
import { folio_is_zone_device, folio_test_large, page_folio, pfn_valid } from './page_flags.ts';
import { ACTION_CONTINUE, type MmWalkOps, type WalkEntry, walk_page_range } from './pagewalk.ts';
import { is_migration_entry, is_pmd_migration_entry, pmd_is_huge, pte_offset, pte_present } from './pgtable.ts';
import { put_attributes, vma_attributes } from './vma_attributes.ts';
import { vma_lookup, vma_modify } from './vma.ts';

/** struct queue_pages: MPOL_MF_STRICT; MPOL_MF_MOVE; whether the nodes of the policy have the memory; what cannot be moved. */
const qp = { strict: false, move: false, misplaced: false, failed: 0, large: NO_PAGE };

/** The end of queue_folios_pmd() and of queue_folios_pte_range(), of a folio that is where it should not be. */
const is_queued_for_move = (s: Sys, vma: Vma, folio: number): boolean =>
  qp.move && vma_migratable(vma) && migrate_folio_add(s, folio);

/** queue_folios_pmd(): until v7.2 the folio of the frame, whatever the leaf maps. */
const queue_folios_pmd: WalkEntry = (s, walk, row, start) => {
  const e = s.pmd.at(row);
  if (is_pmd_migration_entry(e)) {
    qp.failed++;
    return 0;
  }
  const pfn = s.kernel.walked_pmd_page(s, walk.vma, start, e);
  if (pfn === NO_PAGE) return 0;
  if (!pfn_valid(s, pfn))
    throw new ModelBug('no-struct-page', `queue_folios_pmd() takes frame ${pfn} for a folio; it has no struct page`);
  if (is_huge_zero_pfn(s, pfn)) walk.action = ACTION_CONTINUE;
  else if (qp.misplaced && !is_queued_for_move(s, walk.vma, page_folio(s, pfn))) qp.failed++;
  return 0;
};

const queue_folios_pte = (s: Sys, vma: Vma, row: number): void => {
  const pte = s.pte.at(row);
  if (is_migration_entry(pte)) qp.failed++;
  if (!pte_present(pte)) return;
  const pfn = s.kernel.vm_normal_page(s, vma, pte);
  if (pfn === NO_PAGE || folio_is_zone_device(s, page_folio(s, pfn)) || !qp.misplaced) return;
  const folio = page_folio(s, pfn);
  // A large folio is isolated by the first of its PTEs.
  if (folio_test_large(s, folio) && qp.large === folio) return;
  if (folio_test_large(s, folio)) qp.large = folio;
  if (!is_queued_for_move(s, vma, folio)) qp.failed++;
};

const queue_folios_pte_range: WalkEntry = (s, walk, row, start, end) => {
  const e = s.pmd.at(row);
  if (pmd_is_huge(e)) queue_folios_pmd(s, walk, row, start, end);
  else
    for (let page = start; page < end; page++) queue_folios_pte(s, walk.vma, pte_offset(s.geometry, Pmd.pfn(e), page));
  // strictly_unmovable()
  return qp.failed > 0 && qp.strict && !qp.move ? -Result.EIO : 0;
};

/** queue_pages_test_walk(): MPOL_MF_STRICT makes it look at what is mapped, of any VMA; MPOL_MF_MOVE of those that may move. */
const queue_pages_walk_ops: MmWalkOps = {
  test_walk: (_s, walk) => (qp.strict || (qp.move && vma_migratable(walk.vma)) ? 0 : 1),
  pud_entry: (s, walk, row, start, end) => s.kernel.reader_pud_entry(s, walk, row, start, end),
  pmd_entry: queue_folios_pte_range,
};

/** mbind() of pages start..end-1, all of them mapped. Returns a code of `Result`. */
export const do_mbind = (
  s: Sys,
  mm: number,
  start: number,
  end: number,
  policy: number,
  strict: boolean,
  move = false,
): number => {
  qp.strict = strict && policy !== VmaAttributes.policies.default;
  qp.move = move;
  qp.large = NO_PAGE;
  clear_pagelist();
  // queue_folio_required(): MPOL_DEFAULT has no nodes, so that all memory is where it should not be.
  qp.misplaced = policy !== VmaAttributes.policies.here;
  qp.failed = 0;
  const queued = walk_page_range(s, mm, start, end, queue_pages_walk_ops);
  if (queued < 0) return -queued;
  for (let page = start; page < end;) {
    const row = vma_lookup(s, mm, page);
    const last = Math.min(end, Vma.end(s.vma.at(row)));
    const error = mbind_range(s, mm, row, page, last, policy);
    if (error !== Result.ok) return error;
    page = last;
  }
  const failed = qp.failed + (move ? s.kernel.migrate_queued(s) : 0);
  return failed > 0 && qp.strict ? Result.EIO : Result.ok;
};

/** mbind_range(): the part of one VMA becomes a VMA of its own, or one with its neighbours. */
const mbind_range = (s: Sys, mm: number, row: number, start: number, end: number, policy: number): number => {
  const before = vma_attributes(s, mm, start);
  if (VmaAttributes.policy(before) === policy) return Result.ok;
  // The part has its policy first: that is what it must have in common with a neighbour.
  put_attributes(s, mm, start, end, VmaAttributes.mkPolicy(before, policy));
  const error = vma_modify(s, mm, row, start, end, s.vma.at(row));
  if (error !== Result.ok) put_attributes(s, mm, start, end, before);
  return error;
};
