/**
 * What the versions of "hugetlb: introduce HugeTLB high-granularity mapping" differ in where entries change, are copied, or
 * move.
 */
import { ModelBug } from '../../../checker/search/index.ts';
import { Result } from '../../state/hugetlb/hugetlb_types.ts';
import { folio_ref_count } from '../folio.ts';
import { enable_hugetlb_hgm } from '../hgm.ts';
import { huge_pte_clear } from '../hugetlb_pte.ts';
import { asItIs, type HugetlbToggle } from './toggle.ts';

export const HGM_PROTECT_TOGGLES: readonly HugetlbToggle[] = [
  {
    name: 'hgm-protect-none',
    says: 'where the uffd-wp marker goes of a part of a hugepage that is not mapped',
    cites: '"[RFC PATCH v2 17/47]", linux-mm, 2022-10-21; RFC v1 16/26; v1 18/46, v2 19/46',
    values: [
      asItIs('entry', 'to the entry that the walk has found'),
      {
        value: 'hstate',
        says: 'to the entry of the hugepage: the table that it names is lost',
        patch: { wp_marker_at: () => (_s, _h, slot) => slot },
      },
    ],
  },
  {
    name: 'hgm-protect-marker',
    says: 'what becomes of a uffd-wp marker when protection changes',
    cites: '"[RFC PATCH v2 17/47]", linux-mm, 2022-10-21; RFC v1 16/26',
    values: [
      asItIs('as-without', 'what a kernel without high granularity makes of it'),
      {
        value: 'rereads',
        says: 'it is cleared when uffd-wp is taken back; otherwise it is made a present entry',
        patch: {
          protect_marker: (base) => (s, h, wp) => {
            if (wp === 'cleared') huge_pte_clear(s, h);
            else base(s, h, wp);
          },
        },
      },
      {
        value: 'retries',
        says: 'as an entry that is present and no leaf: WARN_ONCE(), and the same address again',
        patch: {
          protect_marker: () => (s, h, wp) => {
            if (wp !== 'cleared')
              throw new ModelBug('endless-loop', 'hugetlb_change_protection() finds a marker, and tries again');
            huge_pte_clear(s, h);
            throw new ModelBug('WARN(marker-not-leaf)', 'hugetlb_change_protection() clears a marker, and warns of it');
          },
        },
      },
    ],
  },
  {
    name: 'hgm-fork-child',
    says: 'what copying needs of the child, where high granularity is enabled in the parent',
    cites: 'RFC v1 19/26, 2022-06-24; "[RFC PATCH v2 25/47]", linux-mm, 2022-10-21; v1 26/46',
    values: [
      asItIs('as-copied', 'nothing'),
      {
        value: 'enables',
        says: 'it is enabled in the child first',
        patch: {
          copy_begins: () => (s, src, dst) =>
            s.kernel.hugetlb_hgm_enabled(s, s.vma.at(src)) ? enable_hugetlb_hgm(s, dst) : Result.ok,
        },
      },
      {
        value: 'asserts',
        says: 'BUG_ON() of a child in which it is not enabled',
        patch: {
          copy_begins: () => (s, src, dst) => {
            const [ofParent, ofChild] = [s.vma.at(src), s.vma.at(dst)];
            if (s.kernel.hugetlb_hgm_enabled(s, ofParent) && !s.kernel.hugetlb_hgm_enabled(s, ofChild))
              throw new ModelBug('BUG_ON(!hgm_enabled)', 'copy_hugetlb_page_range(): not enabled in the child');
            return Result.ok;
          },
        },
      },
    ],
  },
  {
    name: 'hgm-fork-mapcount',
    says: 'which leaves of a child count as a mapping of the hugepage, where it is mapped once',
    cites: 'RFC v1 19/26, 2022-06-24',
    values: [
      asItIs('first', 'the first of each hugepage'),
      {
        value: 'first-page',
        says: 'that of its first page',
        patch: { copy_counts_first: () => (s, page) => page % s.geometry.hugepage === 0 },
      },
    ],
  },
  {
    name: 'hgm-fork-ref',
    says: 'whether fork() refuses a reference that would overflow',
    cites:
      '"[PATCH v2 35/46] hugetlb: add check to prevent refcount overflow via HGM", linux-mm, 2023-02-18, and the reply of 2023-02-24',
    values: [
      asItIs('unchecked', 'it does not'),
      {
        value: 'checked',
        says: 'it ends with EFAULT, and has taken none',
        patch: {
          copy_takes_ref: (base) => (s, folio) =>
            folio_ref_count(s, folio) >= s.geometry.countMax ? Result.EFAULT : base(s, folio),
        },
      },
      {
        value: 'inverted',
        says: 'it ends with EFAULT where it has got one, and keeps it; where it gets none, it goes on',
        patch: {
          copy_takes_ref: (base) => (s, folio) => {
            if (folio_ref_count(s, folio) > s.geometry.countMax) return Result.ok;
            const error = base(s, folio);
            return error === Result.ok ? Result.EFAULT : error;
          },
        },
      },
    ],
  },
  {
    name: 'hgm-fork-unlock',
    says: 'what becomes of the locks of page tables where fork() refuses a reference',
    cites: '"[PATCH v2 35/46] hugetlb: add check to prevent refcount overflow via HGM", linux-mm, 2023-02-18',
    values: [
      asItIs('unlocked', 'they are released'),
      {
        value: 'held',
        says: 'both are still held when it returns',
        patch: {
          copy_fails_locked: () => () => {
            throw new ModelBug('lock-held-at-return', 'copy_hugetlb_page_range() returns with both page-table locks');
          },
        },
      },
    ],
  },
  {
    name: 'hgm-move-unit',
    says: 'what mremap() moves of a hugepage of which parts are mapped',
    cites:
      '"[RFC PATCH v2 26/47]", linux-mm, 2022-10-21; v1 27/46, v2 23/46; no patch of RFC v1 changes move_hugetlb_page_tables()',
    values: [
      asItIs('entries', 'every entry, to tables of its own at the destination'),
      {
        value: 'hstate',
        says: "the hugepage's entry, with the table that it names",
        patch: { move_walks_down: () => () => false },
      },
    ],
  },
];
