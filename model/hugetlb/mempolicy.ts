/**
 * mbind() with MPOL_MF_MOVE: which folios of a range are to be moved. Mirrors mm/mempolicy.c queue_folios_hugetlb(),
 * queue_pages_range(), do_mbind() (v6.1 and later), and of "hugetlb: introduce HugeTLB high-granularity mapping" RFC v2 29/47, v1 and v2
 * 30/46: entry by entry. Every page is on a node that is not wanted. Stubbed: the migration that follows; what was isolated is
 * put back. Left out: MPOL_MF_MOVE_ALL, MPOL_MF_STRICT alone.
 */
import { Folio, HugePte, type HugetlbPte, Result } from '../state/hugetlb/hugetlb_types.ts';
import { folio_pfn, page_folio } from './folio.ts';
import { hugetlb_full_walk } from './hgm_walk.ts';
import {
  huge_ptep_get,
  hugetlb_pte_size,
  is_hugetlb_entry_migration,
  is_table,
  NO_HPTE,
  pte_present,
} from './hugetlb_pte.ts';
import type { Sys } from './kernel.ts';
import { counts_as_shared_pmd } from './task_mmu.ts';
import { vma_lookup } from './vma.ts';

/** folio_isolate_hugetlb() onto the list of folios: whether it was possible. */
const isolate = (s: Sys, folio: number): boolean => {
  const queued = s.queued.at(0);
  if (Folio.migratable(s.folio.at(folio)) === 0 || (queued & (1 << folio)) !== 0) return false;
  s.queued.put(0, queued | (1 << folio));
  return true;
};

/** What the walk has come to: pages that cannot be moved, and the folio that was isolated last, or -1. */
interface QueuePages {
  failed: number;
  last: number;
}

/** queue_folios_hugetlb() of an entry. Returns a code of `Result`; an error ends the walk. */
const queue_folios_hugetlb = (s: Sys, h: HugetlbPte, qp: QueuePages): number => {
  if (s.kernel.mbind_refuses(s, hugetlb_pte_size(h))) return Result.EINVAL;
  const e = huge_ptep_get(s, h);
  if (!pte_present(e)) {
    if (is_hugetlb_entry_migration(e) && s.kernel.mbind_counts_migration(s)) qp.failed++;
    return Result.ok;
  }
  if (is_table(e)) return Result.EAGAIN;
  const folio = page_folio(s, HugePte.pfn(e));
  if (folio === qp.last) return Result.ok;
  // The mapcount is that of the head, whichever page the entry maps.
  if (s.kernel.page_mapcount(s, folio_pfn(s, folio)) !== 1 || counts_as_shared_pmd(s, h)) return Result.ok;
  if (s.kernel.mbind_remembers_last(s)) qp.last = folio;
  if (!isolate(s, folio)) qp.failed++;
  return Result.ok;
};

/**
 * mbind() of pages start..end-1, all of which are mapped; `queued` is what would be moved. `strict`: MPOL_MF_STRICT. Returns a
 * code of `Result`.
 */
export const do_mbind = (s: Sys, mm: number, start: number, end: number, strict: boolean): number => {
  const qp: QueuePages = { failed: 0, last: -1 };
  for (let page = start; page < end;) {
    const h = hugetlb_full_walk(s, vma_lookup(s, mm, page), page);
    if (h === NO_HPTE) {
      page += s.geometry.hugepage;
      continue;
    }
    const error = queue_folios_hugetlb(s, h, qp);
    if (error !== Result.ok) return error;
    page = page - (page % hugetlb_pte_size(h)) + hugetlb_pte_size(h);
  }
  return qp.failed > 0 && strict ? Result.EIO : Result.ok;
};
