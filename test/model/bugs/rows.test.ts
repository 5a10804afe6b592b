/** Every row of the catalogues of DAX and of hugetlb is a bug that a patch brings back, or is one that is not searched for, with the reason. */
import { describe, expect, it } from '@effect/vitest';
import { BUGS } from '../../../model/bugs/all.ts';
import { DEVICE_MEMORY_NOT_SEARCHED_FOR } from '../../../model/bugs/not_searched_for_device_memory.ts';
import { HUGETLB_NOT_SEARCHED_FOR } from '../../../model/bugs/not_searched_for_hugetlb.ts';
import { DEVICE_MEMORY_BUGS } from '../../../model/bugs/of_device_memory.ts';
import { HIGH_GRANULARITY_BUGS } from '../../../model/bugs/of_high_granularity.ts';
import { HUGETLB_BUGS } from '../../../model/bugs/of_hugetlb.ts';

/** A row by its number: bugs by name, or the commit of what is not searched for, behind a '-'. */
type Rows = Readonly<Record<string, readonly string[]>>;

/** Rows that are bugs of the catalogues of mappings of devices as well. */
const OF_DEVICES = 'also of mappings of devices';

const DAX: Rows = {
  1: [OF_DEVICES],
  2: [OF_DEVICES],
  4: ['split_huge_pmd_migration_entry_as_leaf'],
  6: ['- 3a5a8d343e1c'],
  7: ['- be6e843fc51a'],
  8: ['try_to_migrate_ends_at_split_pmd'],
  10: ['- c444eb564fb1'],
  11: ['copy_huge_pmd_shares_pinned_leaf'],
  12: ['zap_huge_pud_bug_on_folio'],
  13: [OF_DEVICES],
  14: ['- 70cbc3cc78a9'],
  15: ['- a8f97366452e'],
  16: ['- 5d543f13e2f5'],
  17: ['- dd78fedde4b9'],
  19: ['- 6287b7dae809'],
  20: ['deferred_split_of_unmapped_folio'],
  21: ['- e66f3185fa04'],
  22: ['- f1d47cafe513'],
  23: ['- Bijan Tabatabai'],
  24: ['pud_rmap_counts_pmdmapped'],
  25: ['pud_rmap_counts_nothing_mapped'],
  26: ['- 8bdea2fce980'],
  27: ['- Petr Vanek'],
  28: ['- v6.15, by design'],
  29: ['- 088b8aa537c2'],
  30: ['- 4b7c0857f87a'],
  31: ['lazyfree_batch_restored_writable'],
  32: ['- 71c186efc1b2'],
  33: [OF_DEVICES],
  34: ['- aa88b68c3b1d'],
  35: ['- by design'],
  36: ['- 22061a1ffabd'],
  37: ['- 732ed55823fc'],
  38: ['file_thp_open_unmaps_copies'],
  39: ['- 87c460a0bded'],
  40: ['- Shivank Garg'],
  41: ['- Zi Yan, v7.0'],
  42: ['- Zi Yan, v6.14'],
  43: ['- aaa52e340073'],
  44: ['dax_folio_keeps_order'],
  45: ['dax_zero_entry_disassociated'],
  46: ['- Souvik Banerjee'],
  47: ['- Alistair Popple, 2025-05-23'],
  48: ['- 6be3e21d25ca'],
  49: ['dax_unmapped_file_is_idle'],
  50: ['dax_truncate_scans_empty_range'],
  51: ['dax_evict_does_not_wait'],
  52: ['copy_huge_pmd_counts_file_leaf_by_ptes'],
  53: ['copy_huge_pud_counts_nothing'],
  54: [OF_DEVICES],
  55: [OF_DEVICES],
  56: ['dax_pmd_deposit_freed'],
  57: ['dax_mapping_cleared_at_last_reference'],
  58: ['- v1 of the DAX series'],
  59: ['dax_wp_fault_tells_no_file_system'],
  60: ['- Dan Williams'],
  62: ['dax_inserts_page_without_reference'],
  63: ['- v9 of the DAX series'],
  64: ['dax_waits_for_mapping_of_other_file'],
  65: ['dax_breaks_part_of_pmd_entry'],
  T4: ['dax_shared_page_knows_last_file'],
  T5: ['dax_mapped_page_is_busy'],
  Q9: ['dax_small_page_keeps_index'],
};

const HGM: Rows = {
  'G-1': ['hgm_mapcount_of_first_page'],
  'G-2': ['hgm_mapcount_of_each_leaf_overflows'],
  'G-3': ['hgm_forgotten_at_vma_split'],
  'G-4': ['hgm_marker_written_over_table'],
  'G-5': ['hgm_marker_retried_without_end'],
  'G-6': ['hgm_gup_steps_by_pages'],
  'G-7': ['- HGM RFC v2 24/47'],
  'G-8': ['- HGM RFC v2 36/47'],
  'G-9': ['hgm_wp_fault_bug_on_small_leaf'],
  'G-10': ['- HGM v1 35/46'],
  'G-11': ['- HGM RFC v2 36/47, v1 35/46'],
  'G-12': ['hgm_collapse_bug_on_part'],
  'G-13': ['hgm_collapse_flushes_last'],
  'G-14': ['hgm_continue_refused_at_marker'],
  'G-15': ['hgm_small_leaves_not_mapped'],
  'G-16': ['hgm_fork_ref_test_inverted', 'hgm_fork_returns_with_locks'],
  'G-17': ['hgm_refused_folio_stays_locked'],
  'G-19': ['hgm_fork_asserts_child_lock'],
  'G-20': ['hgm_smaps_takes_parts_for_sharers'],
  'G-21': ['hgm_mbind_takes_parts_for_sharers'],
  'G-23': ['- HGM, all versions'],
  'G-24': ['- HGM, all versions'],
  'G-25': ['- HGM RFC v2 8/47'],
  'G-26': ['- HGM, design'],
  'G-27': ['- HGM v2 34/46'],
  'N-1': ['hgm_follow_page_by_hugepage_offset', 'hgm_follow_page_returns_table'],
  'N-2': ['hgm_collapse_replaces_nothing'],
  'N-3': ['hgm_collapse_loses_error'],
  'N-4': ['hgm_mbind_isolates_folio_twice'],
  'N-5': ['mremap_hugetlb_loses_distance'],
  'N-6': ['hgm_split_leaves_large_translation', 'hgm_split_undone_by_unmap'],
  'N-7': [
    'hgm_hwpoison_locks_itself',
    'hgm_hwpoison_mapped_is_unmapped',
    'hgm_hwpoison_fault_maps_rounded',
    'hgm_hwpoison_splits_first_page',
    'hgm_hwpoison_list_asserts_head',
    'hgm_hwpoison_second_page_stays',
  ],
  'walk of RFC v1': ['hgm_walk_takes_marker_for_table'],
  'usage of a collapse': ['hgm_collapse_forgets_usage'],
  'MADV_DONTNEED of RFC v2': ['hgm_dontneed_takes_enabling_data'],
  'truncation of v1 and v2': ['hgm_truncate_skips_small_leaves'],
  'mbind() of RFC v1': ['hgm_mbind_refuses_small_entries'],
  'GUP of RFC v1': ['- HGM RFC v1 17/26'],
};

const RELEASES: Rows = {
  'X-1': ['huge_pmd_unshare_without_flush'],
  'X-2': ['- 1013af4f585f'],
  'X-3': ['- David Hildenbrand, v3'],
  'X-4': ['- 081056dc00a2'],
  'X-5': ['split_vma_keeps_shared_pmd'],
  'X-6': ['huge_pmd_unshare_by_refcount'],
  'X-8': ['- 958f32ce832b'],
  'X-9': ['hugetlb_marker_made_present', 'hugetlb_migration_entry_keeps_uffd_wp'],
  'X-10': ['- fac35ba763ed'],
  'X-11': ['smaps_shared_pmd_is_private', 'mbind_moves_shared_pmd'],
  'X-12': ['- Peter Xu, 2022-12'],
  'X-13': ['- 2ea7ff1e39cb'],
  'X-14': ['- 8d9bfb260814'],
  'X-15': ['- 131a79b474e9'],
  'X-16': ['- 612b8a317023'],
  'X-17': ['- c0d0381ade79'],
  'X-18': ['uffd_copy_consumes_reservation_twice', '- 8cc5fcbb5be8'],
  'X-19': ['- 4643d67e8cb0'],
  'X-20': ['- Jann Horn'],
  'X-21': ['hugetlb_unshare_pmds_skips_tables'],
  'X-22': ['rmap_keeps_shared_pmd'],
  'E-4': ['mremap_hugetlb_loses_distance'],
  'E-5': ['mremap_hugetlb_keeps_uffd_wp'],
  'E-6': ['fork_hugetlb_corrupts_swap_entry'],
  'E-7': ['fork_hugetlb_copies_uffd_wp', 'fork_hugetlb_pinned_copy_unprotected'],
  'E-8': ['fork_hugetlb_asks_pud_share_count'],
  'E-9': ['hugetlb_reservation_restored_too_often'],
  'E-12': ['uffd_wp_hugetlb_without_tables', 'uffd_wp_hugetlb_stops_without_memory'],
  'E-17': ['- v6.12 to v7.3 mm/hugetlb.c'],
  'E-19': ['uffd_copy_says_exists'],
  'E-20': ['- 6.12.84'],
  'E-22': ['- 6.12.117, 7.3.2'],
  'E-24': ['hugetlb_wp_ignores_leftover_uffd_wp'],
  'E-26': ['unmap_ref_private_takes_own_page'],
  'E-30': ['- 6.1.162, 6.12.68'],
  'E-31': ['smaps_migration_entry_is_private'],
  'E-33': ['mbind_strict_misses_migration'],
  'E-34': ['- 6.1 mm/hugetlb.c'],
  'usage of migration entries': ['hugetlb_usage_keeps_migration', 'hugetlb_usage_misses_migration_of_child'],
  'locks of mremap()': ['mremap_hugetlb_waits_for_itself'],
  'reservations of mremap()': ['failed_mremap_takes_reservations', 'mremap_of_part_takes_all_reservations'],
};

const isKept = (says: string): boolean => !says.startsWith('- ') && says !== OF_DEVICES;
const all = (rows: Rows): readonly string[] => Object.values(rows).flat();

describe.each([
  ['DAX', DAX, { ...DEVICE_MEMORY_BUGS }, DEVICE_MEMORY_NOT_SEARCHED_FOR],
  ['hugetlb', { ...HGM, ...RELEASES }, { ...HIGH_GRANULARITY_BUGS, ...HUGETLB_BUGS }, HUGETLB_NOT_SEARCHED_FOR],
] as const)('the rows of %s', (_name, rows, bugs, notSearchedFor) => {
  it('are bugs of the catalogue, each in a row', () => {
    const kept = [...new Set(all(rows).filter((one) => isKept(one)))].toSorted();
    expect(kept).toEqual(Object.keys(bugs).toSorted());
    expect(kept.filter((one) => !(one in BUGS))).toEqual([]);
  });

  it('or not searched for, each for a reason', () => {
    const given = all(rows).filter((one) => one.startsWith('- '));
    const commits = notSearchedFor.map(({ commit }) => commit);
    expect(given.filter((one) => !commits.some((commit) => commit.startsWith(one.slice(2))))).toEqual([]);
    expect(commits.filter((commit) => !given.some((one) => commit.startsWith(one.slice(2))))).toEqual([]);
    expect(notSearchedFor.filter(({ title, says }) => title === '' || says === '')).toEqual([]);
    expect(new Set(notSearchedFor.map(({ title }) => title)).size).toBe(notSearchedFor.length);
  });
});
