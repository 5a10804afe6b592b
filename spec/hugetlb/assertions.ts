/** What the kernel refuses on the spot, of hugetlb. The model throws `ModelBug(name, …)`; each name is declared here. */
import type { Assertion } from '../../checker/search/index.ts';
import { RFC1, RFC2, V1, V2, YAN } from './cites.ts';

const assertion = (name: string, says: string, cites: string): Assertion => ({ kind: 'assertion', name, says, cites });

/** H23, progress, is the first two; the others are of single functions. */
export const hugetlbAssertions: readonly Assertion[] = [
  assertion(
    'endless-loop',
    'H23: nobody walks hugetlb entries again and again without one of them changing.',
    `${RFC2}, 8/47, 16/47, 17/47, 19/47 (a table where the walk ends is taken for a race, and tried again)`,
  ),
  assertion(
    'fault-loop',
    'H23: an access to hugetlb that its VMA allows is served, or refused, after a few faults.',
    'v7.1 mm/hugetlb.c hugetlb_fault(), hugetlb_wp(); its caller, which makes the access again',
  ),
  assertion(
    'BUG_ON(start & ~huge_page_mask)',
    '__unmap_hugepage_range() is asked for whole hugepages.',
    `v7.1 mm/hugetlb.c __unmap_hugepage_range() (BUG_ON(start & ~huge_page_mask(h))); ${RFC2}, 36/47 (collapse asks for less)`,
  ),
  assertion(
    'BUG_ON(!pte_huge)',
    'huge_pte_alloc() finds a table only where high granularity is enabled.',
    `v6.1 mm/hugetlb.c huge_pte_alloc() (BUG_ON(pte && pte_present(*pte) && !pte_huge(*pte))); ${RFC2}, 27/47`,
  ),
  assertion(
    'BUG_ON(wp-small)',
    'A write fault does not come to hugetlb_wp() with a leaf smaller than the hugepage.',
    `${RFC2}, 27/47 (BUG_ON() before hugetlb_wp())`,
  ),
  assertion(
    'WARN(wp-small)',
    'A write fault does not come to hugetlb_wp() with a leaf smaller than the hugepage, of which it warns.',
    `${V1}, 28/46; ${V2}, 24/46 (WARN_ON_ONCE() before hugetlb_wp())`,
  ),
  assertion(
    'VM_BUG_ON(mapcount)',
    'A hugepage that nobody has a reference of is not counted as mapped when it is freed.',
    'v7.1 mm/hugetlb.c free_huge_folio() (VM_BUG_ON_FOLIO(folio_mapcount(folio), folio))',
  ),
  assertion(
    'VM_BUG_ON(exclusive)',
    'hugetlb_wp() copies no private hugepage that is exclusive.',
    'v7.1 mm/hugetlb.c hugetlb_wp() (VM_BUG_ON_PAGE(folio_test_anon(old_folio) && PageAnonExclusive(&old_folio->page)))',
  ),
  assertion(
    'own-page-unmapped',
    'A private page that is taken from children for the mapping that it was promised to stays with that.',
    "v7.1 mm/hugetlb.c unmap_ref_private() (the faulting address is unmapped in each VMA of the file, also of the same process); mended in v7.3: each VMA's own address",
  ),
  assertion(
    'refcount-of-free',
    'Nobody takes a reference of a hugepage that is free.',
    'v7.1 include/linux/mm.h folio_get() (VM_BUG_ON_FOLIO(folio_ref_zero_or_close_to_overflow(folio)))',
  ),
  assertion(
    'refcount-underflow',
    'Nobody drops a reference of a hugepage that has none.',
    'v7.1 include/linux/mm.h put_page_testzero() (VM_BUG_ON_PAGE(page_ref_count(page) == 0))',
  ),
  assertion(
    'VM_BUG_ON(folio_mapped)',
    'A hugepage that leaves the page cache is not counted as mapped.',
    'v7.1 mm/filemap.c filemap_unaccount_folio() (VM_BUG_ON_FOLIO(folio_mapped(folio), folio)); fs/hugetlbfs/inode.c remove_inode_single_folio()',
  ),
  assertion(
    'VM_BUG_ON(!PageAnonExclusive)',
    'A private hugepage that is pinned for writing is exclusive.',
    'v7.1 mm/gup.c gup_must_unshare(), follow_page_pte() (VM_WARN_ON_ONCE_PAGE() of a pin without PageAnonExclusive)',
  ),
  assertion(
    'page-table-followed',
    'Who looks at a page is given a page of memory, never a page table.',
    `${RFC2}, 19/47: hugetlb_follow_page_mask() reads the entry of the hstate, which may be a table`,
  ),
  assertion(
    'two-sizes-in-TLB',
    'A leaf stands in the place of smaller ones only when no CPU remembers those any more.',
    `${RFC2}, 36/47, ${V2}, 34/46 (the leaf is there before the flush); Intel SDM volume 3, section 4.10.2.3; arm64 break-before-make`,
  ),
  assertion(
    'private-vma-lock',
    'What a VMA has in vm_private_data is taken for a hugetlb_vma_lock of shareable VMAs alone.',
    'v6.12 to v7.3 fs/hugetlbfs/inode.c hugetlb_unmap_file_folio(), mm/hugetlb.c __vma_private_lock(); as the source reads, nobody has said so',
  ),
  assertion(
    'hung-task',
    'Nobody waits for a lock that nobody will let go of.',
    `${V2}, 35/46: a folio stays locked where its references would overflow`,
  ),
  assertion(
    'lock-held-at-return',
    'A function lets go of the page table locks that it has taken.',
    `${V2}, 35/46: copy_hugetlb_page_range() leaves its loop with both`,
  ),
  assertion(
    'BUG_ON(!hgm_enabled)',
    'Where fork() copies entries of high granularity, it is enabled in the child.',
    `${RFC1}, 19/26: copy_hugetlb_page_range()`,
  ),
  assertion(
    'swap-entry-as-table',
    'No marker, migration entry or hwpoison entry is taken for a table.',
    `${RFC1}, 11/26, 13/26 (generic allocators take what is not none for a table); ${RFC2}, 11/47`,
  ),
  assertion(
    'marker-made-present',
    'A marker is not changed as if it were a leaf.',
    '0e678153f5be "mm/hugetlb: fix PTE marker handling in hugetlb_change_protection()"',
  ),
  assertion(
    'WARN(marker-not-leaf)',
    'hugetlb_change_protection() does not come to a marker as if it were a leaf, of which it warns.',
    `${RFC2}, 17/47; 0e678153f5be "mm/hugetlb: fix PTE marker handling in hugetlb_change_protection()"`,
  ),
  assertion(
    'WARN(uffd-wp-unshares)',
    'UFFDIO_WRITEPROTECT finds no PMD table that is shared.',
    'v7.1 mm/hugetlb.c hugetlb_change_protection() (WARN_ON_ONCE(uffd_wp || uffd_wp_resolve))',
  ),
  assertion(
    'entry-outside-vma',
    'mremap() moves no entry to where the new VMA is not.',
    'v7.1 mm/hugetlb.c move_hugetlb_page_tables() (the offset is lost when a span is skipped)',
  ),
  assertion(
    'deadlock(i_mmap_rwsem)',
    'Who holds i_mmap_rwsem for writing does not come to where it is taken for reading.',
    'v7.1 mm/hugetlb.c move_hugetlb_page_tables(), huge_pmd_share()',
  ),
  assertion(
    'self-deadlock',
    'Who enables high granularity in a VMA does not hold already what that waits for: the lock of the VMA, and i_mmap_rwsem.',
    `${YAN}, 2/7 (try_to_split_huge_mapping()), 5/7 (hugetlb_no_page_hwpoison()): hugetlb_enable_hgm_vma(), hugetlb_unshare_all_pmds()`,
  ),
  assertion(
    'BUG_ON(split-elsewhere)',
    'A leaf is split for one of the pages that it maps.',
    `${YAN}, 1/7: hugetlb_split_to_shift(); 2/7 (the walk goes to the first page of the hugepage)`,
  ),
  assertion(
    'BUG_ON(split-swap-entry)',
    'What is split is a leaf: no migration entry, and no hwpoison entry.',
    `${YAN}, 1/7: hugetlb_split_to_shift()`,
  ),
  assertion(
    'VM_BUG_ON(PageHWPoison)',
    'A page that is looked up in the list of broken pages has no PG_hwpoison of its own, which the first page of a broken hugepage has.',
    `${YAN}, 4/7: find_in_raw_hwp_list(), folio_set_hugetlb_hwpoison()`,
  ),
];
