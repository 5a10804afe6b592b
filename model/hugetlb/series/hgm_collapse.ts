/** What the versions of HugeTLB high-granularity mapping differ in where madvise() is concerned: MADV_COLLAPSE, MADV_SPLIT. */
import { Result, Vma } from '../../state/hugetlb/hugetlb_types.ts';
import {
  GOES_ON,
  hugetlb_collapse_of_vmas,
  hugetlb_collapse_steps_over,
  migratable_then_poison,
} from '../hugetlb_collapse.ts';
import { asItIs, type HugetlbToggle } from './toggle.ts';

const RFC1 = 'RFC of 2022-06-24, 21/26';
const RFC2 = 'RFC v2 of 2022-10-21, 36/47';
const V1 = 'v1 of 2023-01-05, 35/46';
const V2 = 'v2 of 2023-02-18, 34/46';

export const HGM_COLLAPSE_TOGGLES: readonly HugetlbToggle[] = [
  {
    name: 'hgm-collapse',
    says: 'what MADV_COLLAPSE does to hugetlb',
    cites: `"hugetlb: introduce HugeTLB high-granularity mapping", ${RFC1}; ${RFC2}; ${V1}; ${V2}: hugetlb_collapse()`,
    avoids: true,
    values: [
      asItIs('refused', 'it is refused: EINVAL'),
      {
        value: 'collapses',
        says: 'tables are replaced by the largest leaves that fit the range',
        patch: { madvise_collapse: () => (s, row, from, to) => s.kernel.hugetlb_collapse(s, row, from, to) },
      },
      {
        value: 'steps-over',
        says: 'it walks over the range, makes tables on its way, and replaces nothing; as the patch reads, nobody has said so',
        patch: { madvise_collapse: () => hugetlb_collapse_steps_over },
      },
    ],
  },
  {
    name: 'hgm-collapse-asks',
    says: 'of which VMAs MADV_COLLAPSE works, and how it ends in others',
    cites: `RFC of 2022-06-24, 22/26: madvise_collapse(); ${RFC2}; ${V1}; ${V2}`,
    values: [
      asItIs(
        'may-share',
        'VM_MAYSHARE, or EINVAL; without high granularity it has nothing to do (RFC v2 asks for VM_SHARED then, which is always there: UFFDIO_REGISTER, which enables it, wants VM_MAYWRITE)',
      ),
      {
        value: 'shared-and-hgm',
        says: 'VM_SHARED with high granularity, or EINVAL',
        patch: {
          collapse_asks: () => (s, vma) =>
            Vma.shared(vma) === 1 && s.kernel.hugetlb_hgm_enabled(s, vma) ? GOES_ON : Result.EINVAL,
        },
      },
      {
        value: 'shared-and-lock',
        says: 'VM_SHARED, or EINVAL; without high granularity it has nothing to do; without a VMA lock ENOMEM',
        patch: {
          collapse_asks: () => (s, vma) => {
            if (Vma.shared(vma) === 0) return Result.EINVAL;
            if (!s.kernel.hugetlb_hgm_enabled(s, vma)) return Result.ok;
            return Vma.data(vma) === 1 ? GOES_ON : Result.ENOMEM;
          },
        },
      },
    ],
  },
  {
    name: 'hgm-collapse-poison',
    says: 'how MADV_COLLAPSE ends where a hugepage has broken memory',
    cites: `${RFC2}; ${V1}; ${V2}`,
    values: [
      asItIs('skips', 'it skips the hugepage, and says nothing of it'),
      {
        value: 'after-migratable',
        says: 'with EBUSY, if the hugepage is not migratable for that; else EHWPOISON, unless another span comes behind it',
        patch: {
          collapse_folio_error: () => migratable_then_poison,
          collapse_of_poison: () => () => Result.EHWPOISON,
          collapse_forgets_poison: () => () => true,
        },
      },
      {
        value: 'told',
        says: 'it skips the hugepage, and ends with EHWPOISON; inferred: what the comment in v1 means to do',
        patch: { collapse_of_poison: () => () => Result.EHWPOISON },
      },
    ],
  },
  {
    name: 'hgm-collapse-errno',
    says: 'what becomes of an error of MADV_COLLAPSE',
    cites: `${V2}: while (start < end || ret); as the patch reads, nobody has said so`,
    values: [
      asItIs('kept', 'the call ends with it'),
      {
        value: 'lost',
        says: 'the VMA behind is asked, and has nothing to say; without one it becomes EINVAL',
        patch: { hugetlb_collapse: () => hugetlb_collapse_of_vmas },
      },
    ],
  },
  {
    name: 'hgm-collapse-usage',
    says: 'whether MADV_COLLAPSE adds the leaf that it maps to hugetlb_usage',
    cites: `${RFC2}; ${V1}; ${V2}: no hugetlb_count_add(), while __unmap_hugepage_range() has hugetlb_count_sub(); as the patches read, nobody has said so`,
    values: [
      asItIs('counted', 'it does'),
      { value: 'lost', says: 'it does not', patch: { collapse_counts_usage: () => () => false } },
    ],
  },
  {
    name: 'hgm-collapse-flush',
    says: 'when CPUs forget what MADV_COLLAPSE has cleared',
    cites: `${RFC2}; ${V1}; ${V2}: tlb_finish_mmu() behind the loop; v6.12 arch/x86/Kconfig MMU_GATHER_MERGE_VMAS`,
    values: [
      asItIs('first', 'before the large leaf takes the place of the tables'),
      {
        value: 'last',
        says: 'when all is done: for a time a page has translations of two sizes',
        patch: { collapse_flushes_first: () => () => false },
      },
    ],
  },
  {
    name: 'hgm-unmap-range',
    says: 'what __unmap_hugepage_range() does with a range that does not begin or end at a hugepage',
    cites: `RFC of 2022-06-24, 15/26; RFC v2 16/47; v1 17/46; v2 18/46: the BUG_ON() of v7.1 is in all of them`,
    values: [
      asItIs('bug', 'BUG_ON()'),
      {
        value: 'allowed',
        says: 'it unmaps the range; no version has that: what a collapse of less than a hugepage needs',
        patch: { unmap_asserts_hugepages: () => () => false },
      },
    ],
  },
  {
    name: 'hgm-split-lock',
    says: 'whether MADV_SPLIT tries to allocate a VMA lock that is missing',
    cites: 'v1 9/46 and v2 9/46: madvise_split()',
    values: [
      asItIs('left', 'it does not'),
      { value: 'allocated', says: 'it does', patch: { split_allocates_lock: () => () => true } },
    ],
  },
  {
    name: 'hgm-dontneed-vma',
    says: 'what MADV_DONTNEED takes from the VMA, as munmap() does to keep it from sharing PMD tables',
    cites:
      '"[PATCH v4] hugetlb: don\'t delete vma_lock in hugetlb MADV_DONTNEED processing", 2022-10-25: after the base of RFC v2; in v6.1',
    values: [
      asItIs('nothing', 'nothing'),
      {
        value: 'lock',
        says: 'the VMA lock, and so what RFC v2 keeps beside it: high granularity',
        patch: { dontneed_leaves: () => (_s, vma) => Vma.mkData(vma, 0) },
      },
      {
        value: 'may-share',
        says: 'VM_MAYSHARE: as it was before there was a VMA lock',
        patch: { dontneed_leaves: () => (_s, vma) => Vma.mkMayShare(vma, 0) },
      },
    ],
  },
];
