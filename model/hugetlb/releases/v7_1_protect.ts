/** What Linux v7.1 does to entries of hugetlb that change, are copied or move, as read in 7.1.5. */
import { ModelBug } from '../../../checker/search/index.ts';
import { HugePte, HugetlbPte, Level, Result, Vma } from '../../state/hugetlb/hugetlb_types.ts';
import { vm_page_prot_writes } from '../change_protection.ts';
import { folio_get } from '../folio.ts';
import { huge_pte_clear, huge_ptep_get, pte_marker_uffd_wp } from '../hugetlb_pte.ts';
import type { ProtectKernel } from '../kernel_protect.ts';
import { alloc_succeeds } from '../../alloc_succeeds.ts';
import { page_behind_table } from '../pgalloc.ts';
import { hugetlb_pmd_shared } from '../pmd_share.ts';

const no = (): boolean => false;
const yes = (): boolean => true;

export const v7_1_protect: ProtectKernel = {
  vma_wants_writenotify: (_s, vma) => Vma.wp(vma) === 1,
  // vm_page_prot of a VMA that is registered still: the first write faults.
  wp_resolve_is_writable: vm_page_prot_writes,
  wp_wants_one_vma: no,
  wp_allocates_tables: yes,
  wp_tells_no_memory: yes,
  wp_marker_at: (_s, h) => h,
  protect_marker: (s, h, wp) => {
    if (wp === 'cleared' && pte_marker_uffd_wp(huge_ptep_get(s, h))) huge_pte_clear(s, h);
  },
  wp_of_migration: yes,
  copy_begins: () => Result.ok,
  // Since v6.13. pt_share_count of a PUD table is what the page had there before: nobody sets it. Any page can have had anything.
  copy_takes_for_shared: (s, dst) =>
    hugetlb_pmd_shared(s, dst) ||
    (HugetlbPte.level(dst) === Level.pud && s.kernel.shares_pmd_tables(s) && !alloc_succeeds(s, 'pt_share_count is 0')),
  copy_takes_ref: (s, folio) => {
    folio_get(s, folio);
    return Result.ok;
  },
  copy_fails_locked: () => undefined,
  copy_counts_first: (_s, _page, slotWasNone) => slotWasNone,
  // huge_pte_clear_uffd_wp() of an entry that is not present: the bit that it clears is one of the inverted offset, here that of
  // the folio's middle; uffd-wp stays.
  copy_counts_migration: no,
  copy_swap_without_wp: (s, e) => HugePte.mkPfn(e, HugePte.pfn(e) | (s.geometry.hugepage >> 1)),
  copy_clears_wp: yes,
  copy_of_pinned_keeps_wp: yes,
  move_walks_down: yes,
  // Both addresses are rounded up, whatever their distance from the next table.
  move_skips_to: (s, _from, _next, to) => page_behind_table(s, to),
  move_clears_wp: (_s, heard) => !heard,
  mremap_resolves_wp: no,
  move_meets_sharing: (_s, page) => {
    throw new ModelBug(
      'deadlock(i_mmap_rwsem)',
      `move_hugetlb_page_tables() holds i_mmap_rwsem for writing, and huge_pmd_share() for page ${page} wants it for reading`,
    );
  },
  mremap_fixes_source: yes,
  mremap_splits_first: () => false,
};
