/** What the kernel refuses on the spot, of hugetlb. The model throws `ModelBug(name, …)`; each name is declared here. */
import type { Assertion } from '../../checker/search/index.ts';
import { RFC1, RFC2, V1, V2 } from './cites.ts';

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
    'A hugepage leaves the page cache only when nobody is counted as mapping it.',
    'v7.1 mm/filemap.c filemap_unaccount_folio() (VM_BUG_ON_FOLIO(folio_mapped(folio), folio))',
  ),
  assertion(
    'VM_BUG_ON(!PageAnonExclusive)',
    'Who pins a page of a private mapping for writing has it alone.',
    'v7.1 mm/gup.c sanity_check_pinned_pages(), gup_must_unshare()',
  ),
  assertion(
    'two-sizes-in-TLB',
    'A larger leaf takes the place of smaller ones only when no CPU remembers them: hardware may do anything with two sizes of one page.',
    `Documentation/arch/arm64 (break before make), Intel SDM 4.10.2.4; ${RFC2}, 36/47 (the leaf is put in before tlb_finish_mmu())`,
  ),
  assertion(
    'page-table-followed',
    'Nobody takes a page table for memory of a process.',
    `${RFC2}, 19/47 (hugetlb_follow_page_mask() reads the entry of the hstate, which is a table)`,
  ),
  assertion(
    'swap-entry-as-table',
    'No walk takes an entry that is not present for a table.',
    `${RFC1}, 11/26 (hugetlb_walk_to() by p4d_alloc(), pud_alloc(), pmd_alloc())`,
  ),
  assertion(
    'hung-task',
    'Nobody waits for the lock of a hugepage that nobody holds any more.',
    `${V2}, 35/46 (hugetlb_find_folio() returns an error, and leaves the folio locked)`,
  ),
];
