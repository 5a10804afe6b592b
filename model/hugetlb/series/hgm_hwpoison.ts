/**
 * What a hugepage loses that breaks: all of it, or a base page, and where "PAGE_SIZE unmapping in memory-failure recovery for
 * hugepages" goes wrong. All but the first are inferred from the patches; the first value of each is right.
 */
import { ModelBug } from '../../../checker/search/index.ts';
import { pudPages } from '../../state/hugetlb/geometry.ts';
import { Vma } from '../../state/hugetlb/hugetlb_types.ts';
import { split_undo_by_unmap } from '../hugetlb_split.ts';
import { hugetlb_enable_hgm_vma, hugetlb_no_page_beside_poison, memory_failure_in_pages } from '../hwpoison_pages.ts';
import type { Sys } from '../kernel.ts';
import { asItIs, type HugetlbToggle } from './toggle.ts';

const YAN =
  '"[RFC PATCH v1 0/7] PAGE_SIZE Unmapping in Memory Failure Recovery for HugeTLB Pages", Jiaqi Yan, linux-mm, 2023-04-28';

const has_whole_pud = (s: Sys, vma: Vma): boolean => {
  const span = pudPages(s.geometry);
  return Math.ceil(Vma.start(vma) / span) * span + span <= Vma.end(vma);
};

export const HGM_HWPOISON_TOGGLES: readonly HugetlbToggle[] = [
  {
    name: 'hgm-hwpoison',
    says: 'what is unmapped of a hugepage of a shared file that breaks',
    cites: YAN,
    avoids: true,
    values: [
      asItIs('hugepage', 'all of it'),
      {
        value: 'base',
        says: 'the base page that is broken: its leaf is split',
        patch: {
          memory_failure_hugetlb: () => memory_failure_in_pages,
          hugetlb_no_page_hwpoison: () => hugetlb_no_page_beside_poison,
        },
      },
    ],
  },
  {
    name: 'hgm-hwpoison-enable',
    says: 'what memory_failure() and a fault do where high granularity is not enabled in the VMA',
    cites: `${YAN}, 2/7, 5/7: hugetlb_unshare_all_pmds() takes locks that are held; inferred`,
    values: [
      asItIs('enables', 'they enable it'),
      {
        value: 'deadlocks',
        says: 'they wait for a lock of their own, where the VMA has all pages of a PUD',
        patch: {
          hwpoison_enables_hgm: () => (s, row) => {
            const vma = s.vma.at(row);
            if (Vma.hgm(vma) === 0 && has_whole_pud(s, vma))
              throw new ModelBug('self-deadlock', `hugetlb_enable_hgm_vma() of ${Vma.show(vma)}`);
            hugetlb_enable_hgm_vma(s, row);
          },
        },
      },
    ],
  },
  {
    name: 'hgm-hwpoison-split-at',
    says: 'which leaf is split for a page that is broken',
    cites: `${YAN}, 2/7, and BUG_ON() in 1/7; inferred`,
    values: [
      asItIs('page', 'its own'),
      {
        value: 'head',
        says: 'that of the first page of the hugepage, whatever its size',
        patch: { hwpoison_walks_to: () => (head) => head },
      },
    ],
  },
  {
    name: 'hgm-hwpoison-list',
    says: 'what the look-up of a page in the list of broken ones asserts',
    cites: `${YAN}, 4/7 find_in_raw_hwp_list(); inferred`,
    values: [
      asItIs('nothing', 'nothing'),
      {
        value: 'not-head',
        says: 'that the page itself has no PG_hwpoison, which stands in the first page',
        patch: {
          is_raw_hwp: (base) => (s, pfn) => {
            if (pfn % s.geometry.hugepage === 0)
              throw new ModelBug('VM_BUG_ON(PageHWPoison)', `find_in_raw_hwp_list() of frame ${pfn}`);
            return base(s, pfn);
          },
        },
      },
    ],
  },
  {
    name: 'hgm-hwpoison-flush',
    says: 'whether CPUs forget the leaf that was split',
    cites: `${YAN}, 1/7 hugetlb_split_to_shift(); inferred`,
    values: [
      asItIs('flushes', 'they do'),
      { value: 'never', says: 'they are not told', patch: { hwpoison_flushes: () => () => false } },
    ],
  },
  {
    name: 'hgm-hwpoison-undo',
    says: 'how a split is taken back that has no memory for a table',
    cites: `${YAN}, 1/7 hugetlb_split_to_shift(); inferred`,
    values: [
      asItIs('restores', 'leaf by leaf'),
      {
        value: 'unmaps',
        says: 'by __unmap_hugepage_range(), which wants whole hugepages, and takes from hugetlb_usage what it has not got',
        patch: { hwpoison_split_undo: () => split_undo_by_unmap },
      },
    ],
  },
  {
    name: 'hgm-hwpoison-unmapped',
    says: 'when a broken private hugepage counts as unmapped',
    cites: `${YAN}, 4/7 is_unmapping_successful(); inferred`,
    values: [
      asItIs('unmapped', 'where it is not mapped'),
      {
        value: 'mapped',
        says: 'where it is mapped',
        patch: { hwpoison_unmapped: () => (s, folio) => s.kernel.folio_mapped(s, folio) },
      },
    ],
  },
  {
    name: 'hgm-hwpoison-again',
    says: 'what becomes of a second page of a hugepage that breaks',
    cites: `${YAN}, 4/7, on v6.2 __get_huge_page_for_hwpoison(), which wants it migratable; inferred`,
    values: [
      asItIs('unmapped', 'it is unmapped as well'),
      {
        value: 'busy',
        says: 'EBUSY: it is known to be broken, and stays mapped',
        patch: { hwpoison_unmaps_again: () => () => false },
      },
    ],
  },
  {
    name: 'hgm-hwpoison-fault',
    says: 'which frame a fault maps beside a broken page',
    cites: `${YAN}, 5/7: the entry is made smaller behind where the address was rounded; inferred`,
    values: [
      asItIs('own', 'that of the page'),
      {
        value: 'rounded',
        says: 'that of the page where the larger entry began',
        patch: { hwpoison_fault_unit: () => (from) => from },
      },
    ],
  },
];
