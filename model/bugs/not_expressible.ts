/** Bugs that no patch brings back here, each with what would have to be modelled: what `mmcheck bugs` says beside what it finds. */

/** What keeps a bug out of a model in which operations are atomic, and one machine stands for all. */
export type Why =
  /** It comes about between two steps of one operation, or between two operations that overlap. */
  | 'interleaving'
  /** A lock is held wrongly, or in a wrong order, and nobody comes in between. */
  | 'locking'
  /** Nothing is wrong but that it takes long, or that nobody goes on. */
  | 'liveness'
  /** A machine, or a hypervisor, that is not modelled. */
  | 'hardware'
  /** It does not compile, or is another kernel by its configuration. */
  | 'build'
  /** It is seen in a counter, a list, an allocator or a subsystem that is in no state. */
  | 'not modelled'
  /** It can be brought back, and no operation, world or property shows it. */
  | 'not seen'
  /** It is no bug: documented, or found not to be one. */
  | 'no bug';

export interface NotExpressible {
  readonly title: string;
  /** A commit, a mail, or the version of a series. */
  readonly commit: string;
  readonly why: Why;
  /** The reason, in a clause. */
  readonly says: string;
}

export const DEVICE_MEMORY_NOT_EXPRESSIBLE: readonly NotExpressible[] = [
  {
    title: 'race between __split_huge_pmd_locked() and GUP-fast',
    commit: '3a5a8d343e1c',
    why: 'interleaving',
    says: 'the entry looks present only while the split is at work',
  },
  {
    title: 'dereferencing invalid pmd migration entry',
    commit: 'be6e843fc51a',
    why: 'not modelled',
    says: 'the walk of a folio split meets only entries of its own folio: anon_vma, which leads it to those of others, is not there',
  },
  {
    title: 'THP mapcount atomic against __split_huge_pmd_locked()',
    commit: 'c444eb564fb1',
    why: 'interleaving',
    says: 'mapcounts are wrong only while the split is at work',
  },
  {
    title: 'GUP-fast against collapse',
    commit: '70cbc3cc78a9, 2ba99c5e0881',
    why: 'interleaving',
    says: 'GUP-fast and a collapse overlap',
  },
  {
    title: 'touch_pmd() and touch_pud() set dirty unconditionally',
    commit: 'a8f97366452e',
    why: 'not modelled',
    says: 'FOLL_FORCE takes a dirty entry for a copy of its own; nobody writes by it here',
  },
  {
    title: 'fix NR_FILE_MAPPED accounting in page_*_file_rmap()',
    commit: '5d543f13e2f5',
    why: 'interleaving',
    says: 'the count is dropped only where another unmaps the same folio meanwhile',
  },
  {
    title: 'rmap: fix compound check logic in page_remove_file_rmap',
    commit: 'dd78fedde4b9, follow-up',
    why: 'build',
    says: 'hugetlb without transparent huge pages: its statistics are not modelled',
  },
  {
    title: 'subpages_mapcount races',
    commit: '6287b7dae809',
    why: 'interleaving',
    says: 'two mappings of a folio are counted at once',
  },
  {
    title: 'deferred split queue and unqueue',
    commit: 'e66f3185fa04, f8f931bba0f9',
    why: 'not modelled',
    says: 'memory cgroups, and a list that others look at meanwhile; here it is a flag',
  },
  {
    title: 'fix folio split check for anon folios in swapcache',
    commit: 'f1d47cafe513',
    why: 'not modelled',
    says: 'folios are split to single pages only',
  },
  {
    title: 'folio_expected_ref_count ignored non-anon swapcache',
    commit: 'Bijan Tabatabai, v6.19; Fixes 86ebd50224c0',
    why: 'not modelled',
    says: 'no shmem in swap',
  },
  {
    title: 'sanity checks in do_wp_page() before mapcount and refcount are stable',
    commit: '8bdea2fce980',
    why: 'interleaving',
    says: 'a warning about counts that are being changed',
  },
  {
    title: 'fix folio_pte_batch() on XEN PV',
    commit: 'Petr Vanek, v6.15; Fixes f8d937761d65',
    why: 'hardware',
    says: 'PTEs of Xen PV guests decode to other frames; zap takes PTEs one by one here',
  },
  {
    title: 'CONFIG_NO_PAGE_MAPCOUNT is not exact',
    commit: 'v6.15, by design',
    why: 'no bug',
    says: 'statistics of a folio that is mapped in part count all of it; the spec asks no more',
  },
  {
    title: 'PageAnonExclusive clearing against GUP-fast',
    commit: '088b8aa537c2',
    why: 'interleaving',
    says: 'memory barriers',
  },
  {
    title: 'mapcount and refcount sanity check for mTHP reuse',
    commit: '4b7c0857f87a',
    why: 'not modelled',
    says: 'the warning asks the wrong way round, and nothing else changes; it is no assertion here',
  },
  {
    title: 'userfaultfd checks for huge PMDs',
    commit: '71c186efc1b2',
    why: 'interleaving',
    says: 'a fault puts the leaf there between the test and the move',
  },
  {
    title: 'huge zero page freed before the TLB flush',
    commit: 'aa88b68c3b1d',
    why: 'not modelled',
    says: 'neither the TLB of mm nor the shrinker of the huge zero folio',
  },
  {
    title: 'a small folio with 1024 references counts as pinned',
    commit: 'by design',
    why: 'no bug',
    says: 'fork copies what it need not; the spec allows it',
  },
  {
    title: 'truncate_cleanup_page() of a THP',
    commit: '22061a1ffabd',
    why: 'interleaving',
    says: 'a fault maps the page while the range is unmapped',
  },
  {
    title: 'try_to_unmap() skips what is being zapped',
    commit: '732ed55823fc',
    why: 'interleaving',
    says: 'a zap has cleared the entry, and not yet counted',
  },
  {
    title: 'collapse_shmem without freezing references',
    commit: '87c460a0bded',
    why: 'interleaving',
    says: 'others look the new folio up while it is collapsed',
  },
  {
    title: 'khugepaged race with folio split and free',
    commit: 'Shivank Garg, v6.16; Fixes 05c5323b2a34',
    why: 'interleaving',
    says: 'the folio is freed between two looks of the scan',
  },
  {
    title: 'folio_split() race with folio_try_get()',
    commit: 'Zi Yan, v7.0; Fixes 00527733d0dc8',
    why: 'interleaving',
    says: 'a look-up meets a folio that is half split',
  },
  {
    title: 'shmem xarray update during migration',
    commit: 'Zi Yan, v6.14; fc346d0a70a1',
    why: 'not modelled',
    says: 'the entries of a page cache: a migration never replaces the folio of a file',
  },
  {
    title: 'misaccounted holes of a collapse of shmem',
    commit: 'aaa52e340073',
    why: 'not modelled',
    says: 'nrpages of a file that is not on DAX',
  },
  {
    title: 'empty and zero entries are looked at before pfn_to_page()',
    commit: 'Souvik Banerjee and Seunguk Shin, 2026-05; Fixes 98c183a4fccf, 38607c62b34b',
    why: 'not modelled',
    says: 'a struct page is read that the memory map may lack, and nothing is made of it',
  },
  {
    title: "fix 'don't skip locked entries when scanning entries'",
    commit: 'Alistair Popple, 2025-05-23; Fixes 6be3e21d25ca',
    why: 'interleaving',
    says: 'no entry of a DAX file is locked between two operations',
  },
  {
    title: "don't skip locked entries when scanning entries",
    commit: '6be3e21d25ca',
    why: 'interleaving',
    says: 'no entry of a DAX file is locked between two operations',
  },
  {
    title: 'guards for HPAGE_PUD_NR',
    commit: 'v1 of the DAX series',
    why: 'build',
    says: 'it does not compile where there are no PUD leaves',
  },
  {
    title: 'mlock_pte_range() mlocked a DAX PMD',
    commit: 'Dan Williams, 2025-01-13; v9 11/20',
    why: 'not seen',
    says: 'mlock_fixup() passes VMAs of DAX over in every release, so that its walk never meets such a leaf',
  },
  {
    title: 'migrate_vma_collect_pmd() reads the pgmap after the put',
    commit: 'v9 of the DAX series',
    why: 'interleaving',
    says: 'somebody else takes the page between two lines',
  },
];
