/**
 * What the versions of "hugetlb: introduce HugeTLB high-granularity mapping" differ in where pages are looked up. The first value
 * of each is right.
 */
import { follow_entry_of_hstate, follow_leaf_by_hugepage } from '../follow_page.ts';
import { folio_pfn, page_folio } from '../folio.ts';
import { asItIs, type HugetlbToggle } from './toggle.ts';

const RFC2 = '"[RFC PATCH v2 00/47] hugetlb: introduce HugeTLB high-granularity mapping", linux-mm, 2022-10-21';

export const HGM_RMAP_TOGGLES: readonly HugetlbToggle[] = [
  {
    name: 'hgm-follow-page',
    says: 'which page hugetlb_follow_page_mask() returns, as move_pages() asks it',
    cites: `${RFC2}, 19/47; v1 20/46, v2 21/46; that it is wrong is inferred from the patch`,
    values: [
      asItIs('leaf', 'that of the leaf'),
      {
        value: 'hugepage-offset',
        says: 'the first page of the leaf, and as many behind as the address is in the hugepage',
        patch: { hugetlb_follow_page: () => follow_leaf_by_hugepage },
      },
      {
        value: 'hstate-entry',
        says: 'that of the entry of the hstate, though the walk has found another one',
        patch: { hugetlb_follow_page: () => follow_entry_of_hstate },
      },
    ],
  },
  {
    name: 'hgm-gup-skip',
    says: 'by how much follow_hugetlb_page() goes on behind a leaf that nobody lists the pages of',
    cites: `${RFC2}, 18/47; v2 20/46, whose cover letter names the repair`,
    values: [
      asItIs('bytes', 'by the size of the leaf'),
      {
        value: 'pages',
        says: 'by as many bytes as the leaf has pages: it finds the same one again, and counts it again',
        patch: { gup_steps: () => () => 0 },
      },
    ],
  },
  {
    name: 'hgm-gup-page',
    says: 'from which page follow_hugetlb_page() counts to the one in the leaf',
    cites: '"[RFC PATCH 00/26] hugetlb: Introduce HugeTLB high-granularity mapping", linux-mm, 2022-06-24, 17/26',
    values: [
      asItIs('leaf', 'from the first of the leaf'),
      {
        value: 'head',
        says: 'from the first of the hugepage, where high granularity is enabled',
        patch: {
          gup_page: () => (s, row, pfn) =>
            s.kernel.hugetlb_hgm_enabled(s, s.vma.at(row)) ? folio_pfn(s, page_folio(s, pfn)) : pfn,
        },
      },
    ],
  },
  {
    name: 'hgm-mbind-small',
    says: 'what mbind() does at an entry smaller than the hugepage',
    cites: '"[RFC PATCH 00/26] hugetlb: Introduce HugeTLB high-granularity mapping", linux-mm, 2022-06-24, 18/26',
    values: [
      asItIs('queues', 'it takes its folio'),
      {
        value: 'EINVAL',
        says: 'it ends with EINVAL',
        patch: { mbind_refuses: () => (s, size) => size !== s.geometry.hugepage },
      },
    ],
  },
  {
    name: 'hgm-mbind-last',
    says: 'whether mbind() knows a folio again that it has just isolated, by another leaf',
    cites: `${RFC2}, 29/47; v1 30/46; v2 30/46, where the line is lost: inferred from the patch`,
    values: [
      asItIs('remembers', 'it does'),
      {
        value: 'forgets',
        says: 'it does not, and fails to isolate it again',
        patch: { mbind_remembers_last: () => () => false },
      },
    ],
  },
];
