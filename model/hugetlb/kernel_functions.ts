/** Whole functions of hugetlb that a patch can replace; each is described where it stands. */
import type * as change_protection from './change_protection.ts';
import type * as copy_page_range from './copy_page_range.ts';
import type * as fault from './fault.ts';
import type * as folio from './folio.ts';
import type * as hugetlb_wp from './hugetlb_wp.ts';
import type * as make_huge_pte from './make_huge_pte.ts';
import type * as mempolicy from './mempolicy.ts';
import type * as mfill from './mfill.ts';
import type * as mincore from './mincore.ts';
import type * as mmu from './mmu.ts';
import type * as move_page_tables from './move_page_tables.ts';
import type * as pgalloc from './pgalloc.ts';
import type * as pmd_share from './pmd_share.ts';
import type * as reserve from './reserve.ts';
import type * as unmap from './unmap.ts';

export interface FunctionsKernel {
  // change_protection
  readonly hugetlb_change_protection: typeof change_protection.hugetlb_change_protection;

  // copy_page_range
  readonly copy_hugetlb_page_range: typeof copy_page_range.copy_hugetlb_page_range;

  // fault
  readonly hugetlb_fault: typeof fault.hugetlb_fault;

  // folio
  readonly hugetlb_add_to_page_cache: typeof folio.hugetlb_add_to_page_cache;

  // hugetlb_wp
  readonly hugetlb_wp: typeof hugetlb_wp.hugetlb_wp;

  // make_huge_pte
  readonly make_huge_pte: typeof make_huge_pte.make_huge_pte;

  // mempolicy
  readonly do_mbind: typeof mempolicy.do_mbind;

  // mfill
  readonly mfill_atomic_hugetlb: typeof mfill.mfill_atomic_hugetlb;

  // mincore
  readonly do_mincore: typeof mincore.do_mincore;

  // mmu
  readonly flush_tlb_range: typeof mmu.flush_tlb_range;
  readonly mmu_notifier_invalidate_range: typeof mmu.mmu_notifier_invalidate_range;

  // move_page_tables
  readonly move_hugetlb_page_tables: typeof move_page_tables.move_hugetlb_page_tables;

  // pgalloc
  readonly free_pgd_range: typeof pgalloc.free_pgd_range;

  // pmd_share
  readonly huge_pmd_share: typeof pmd_share.huge_pmd_share;
  readonly huge_pmd_unshare: typeof pmd_share.huge_pmd_unshare;
  readonly hugetlb_unshare_pmds: typeof pmd_share.hugetlb_unshare_pmds;

  // reserve
  readonly alloc_hugetlb_folio: typeof reserve.alloc_hugetlb_folio;
  readonly reset_private_reservations: typeof reserve.reset_private_reservations;

  // unmap
  readonly hugetlb_count_add: typeof unmap.hugetlb_count_add;
  readonly unmap_hugepage_range: typeof unmap.unmap_hugepage_range;
}
