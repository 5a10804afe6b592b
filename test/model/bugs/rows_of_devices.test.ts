/** Every row of the catalogues of mappings of devices, and of page tables in reserve, is a bug that a patch brings back, or is one that is not searched for, with the reason. */
import { describe, expect, it } from '@effect/vitest';
import { BUGS } from '../../../model/bugs/all.ts';
import { MM_NOT_SEARCHED_FOR } from '../../../model/bugs/not_searched_for_mm.ts';
import { MM_BUGS } from '../../../model/bugs/of_mm.ts';

/** A row by its number: bugs by name, or the commit of what is not searched for, behind a '-'. */
type Rows = Readonly<Record<string, readonly string[]>>;

const HUGE_PFNMAPS: Rows = {
  B01: ['mprotect_clears_pud_leaf'],
  B02: ['fork_protects_shared_pud_leaf'],
  B03: ['fork_skips_pfnmap_pmd'],
  B04: ['fork_copies_migration_pmd_as_special'],
  B05: ['- syzbot 093d096417e7038a689b, v6.12'],
  B06: ['vfio_leaf_of_unaligned_frame'],
  B07: ['vfio_leaf_by_first_touch'],
  B08: ['vmf_insert_pfn_pud_ignores_cachemode'],
  B09: ['vmf_insert_folio_pmd_marks_special'],
  B10: ['vmf_insert_folio_pud_marks_special'],
  B11: ['- 2025-03; Fixes 3e509c9b03f9'],
  B12: ['follow_pfnmap_returns_stale_entry', '- ffef67b93aa3'],
  B13: ['- 3b89863c3fa4'],
  B14: ['- 6.12.115, v7.3'],
  B15: ['thp_policy_gates_huge_pfnmap'],
  B17: ['- 7.3.4'],
  B18: ['generic_access_phys_crosses_page', 'generic_access_phys_maps_ram'],
  B19: ['hwpoison_walk_skips_pfnmap'],
  B20: ['kvm_arm64_block_by_vma'],
  B22: ['uffd_move_zero_pmd_of_null_folio', 'uffd_move_zero_pmd_not_special'],
  B23: [
    'kvm_follow_pte_meets_leaf',
    'vfio_follow_pte_meets_leaf',
    'acrn_follow_pte_meets_leaf',
    'generic_access_phys_follow_pte_meets_leaf',
    '- bd8c2d18bf5c',
  ],
  B24: ['- d71a989cf5d9'],
  B25: ['- 948b71aa81cd'],
  B26: ['fork_copies_vm_pat'],
  B28: ['split_of_file_pmd_keeps_deposit', 'fork_of_pfnmap_pmd_deposits_nothing'],
  B29: ['vfio_dma_frame_by_vm_pgoff'],
  B30: ['- 6.12.117'],
  B31: ['kvm_assumes_pte_writable', 'acrn_looks_up_first_page', 'acrn_ignores_write_permission'],
  B32: ['- v6.12; CVE-2024-50066'],
  L1: ['vma_boundary_inside_pud_leaf'],
  L2: ['fork_of_pud_leaf_beyond_vma'],
  L3: ['mremap_clears_pud_leaf'],
  L4: ['vfio_drops_write_flag'],
  L5: ['hash_fork_of_special_pmd'],
  L7: ['zap_of_mixedmap_pud_leaf_leaks', 'split_of_mixedmap_pmd_leaf_leaks'],
  L8: ['readers_drop_pud_leaf'],
  L9: ['gup_slow_takes_special_leaf'],
  L10: ['follow_pfnmap_pgprot_as_of_leaf'],
};

const RESERVE: Rows = {
  B1: ['split_of_file_pmd_keeps_deposit'],
  B2: ['fork_of_pfnmap_pmd_deposits_nothing'],
  B3: ['- 1c641e84719f'],
  B4: ['mremap_leaves_deposit'],
  B5: ['hash_mremap_in_one_pmd_table'],
  B6: ['hash_mremap_of_file_pmd'],
  B7: ['hash_do_set_pmd_deposits_nothing'],
  B8: ['- v4.10-rc3; Fixes 953c66c2b22a'],
  B9: ['- 2016-12-12'],
  B10: ['hash_retract_keeps_table'],
  B11: ['hash_insert_pmd_deposits_nothing'],
  B12: ['hash_dax_load_hole_deposits_nothing'],
  B13: ['insert_pmd_over_leaf'],
  B15: ['- fc8efd2ddfed'],
  B16: ['hash_split_withdraws_first'],
  B17: ['- 2026-04-25, v7.1'],
  B18: ['- 2020-04, v5.7-rc'],
  B19: ['hash_fork_of_special_pmd'],
  B20: ['remap_frees_user_pmd_as_kernel'],
  B21: ['remap_leaf_without_deposit'],
  B22: ['- 2ba99c5e0881'],
  B23: ['fork_copies_migration_pmd_as_special'],
  B24: ['- a8aed3e0752b'],
  B25: ['vmf_insert_folio_pmd_marks_special', 'vmf_insert_folio_pud_marks_special'],
  B26: ['uffd_move_zero_pmd_of_null_folio'],
  B27: ['uffd_move_zero_pmd_not_special'],
  B28: ['vm_normal_page_pmd_without_special'],
  B29: ['- 2026-06, v7.1.5'],
  B30: ['split_of_mixedmap_pmd_leaf_leaks'],
  B31: ['fork_copies_huge_zero_as_special'],
  B32: ['- v4.4'],
  B34: ['vmf_insert_pfn_pud_ignores_cachemode'],
  B35: ['- 2018-08, v4.18.1'],
  B36: ['remap_leaf_of_high_frames'],
  B37: ['- 90a3e375d324'],
  B38: ['- 2026-03, v7.1'],
  B39: ['pmd_modify_drops_dirty', 'zap_drops_dirty_pmd'],
  B40: ['follow_pfnmap_pgprot_as_of_leaf'],
  B41: ['- v7.1, by reading'],
  B42: ['thead_pgprot_of_nc_leaf'],
  B43: ['remap_error_leaves_part'],
  B45: ['untrack_by_copied_page'],
  B46: ['fork_copies_vm_pat'],
  B47: ['- 6aab341e0a28'],
  B48: ['- v6.16, which refuses it'],
};

const all = [HUGE_PFNMAPS, RESERVE].flatMap((rows) => Object.values(rows).flat());
const commits = all.filter((one) => one.startsWith('- ')).map((one) => one.slice(2));
const names = all.filter((one) => !one.startsWith('- '));

describe('the rows of mappings of devices and of page tables in reserve', () => {
  it('are all there: some numbers were never given, or are of what was withdrawn', () => {
    expect([Object.keys(HUGE_PFNMAPS).length, Object.keys(RESERVE).length]).toEqual([38, 45]);
    expect(Object.values({ ...HUGE_PFNMAPS, ...RESERVE }).filter((row) => row.length === 0)).toEqual([]);
  });

  it('are bugs of the catalogue, each of which is in a row', () => {
    expect(names.filter((name) => !(name in BUGS))).toEqual([]);
    expect([...new Set(names)].toSorted()).toEqual(Object.keys(MM_BUGS).toSorted());
  });

  it('or not searched for, each for a reason', () => {
    const known = MM_NOT_SEARCHED_FOR.map(({ commit }) => commit);
    expect([...new Set(commits)].toSorted()).toEqual([...new Set(known)].toSorted());
    expect(MM_NOT_SEARCHED_FOR.filter(({ title, says }) => title === '' || says === '')).toEqual([]);
  });
});
