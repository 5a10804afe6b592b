/**
 * struct hugetlb_pte: an entry of page tables by its place and size. Mirrors, of "hugetlb: introduce HugeTLB high-granularity
 * mapping" RFC v2 10/47, hugetlb_pte_present_leaf() and others; arch/x86/include/asm/hugetlb.h huge_ptep_get(),
 * set_huge_pte_at(), and for contiguous entries arch/arm64/mm/hugetlbpage.c (v6.12). Stubbed: locks of page tables.
 */
import { type HugetlbGeometry, pmdPages, pudPages } from '../state/hugetlb/geometry.ts';
import { type HugetlbDraft, HugePte, HugePteKind, HugetlbPte, Level } from '../state/hugetlb/hugetlb_types.ts';

export const NO_HPTE = -1 as HugetlbPte;
export const NONE_HUGE_PTE = HugePte.of({});

/** Pages that one entry of the level spans. */
export const level_pages = (g: HugetlbGeometry, level: number): number =>
  level === Level.pud ? pudPages(g) : level === Level.pmd ? pmdPages(g) : 1;

/** hpage_size_to_level() */
export const hpage_size_to_level = (g: HugetlbGeometry, size: number): number =>
  size < pmdPages(g) ? Level.pte : size < pudPages(g) ? Level.pmd : Level.pud;

/** hugetlb_pte_init(): the entry for `page` in a table, `size` pages large; of a contiguous one, the first. */
export const hugetlb_pte_init = (
  g: HugetlbGeometry,
  level: number,
  table: number,
  page: number,
  size: number,
): HugetlbPte => {
  const at = Math.trunc(page / size) * size;
  const rows = level === Level.pud ? g.puds : level === Level.pmd ? g.ptrsPerPmd : g.ptrsPerPte;
  const row = table * rows + (Math.trunc(at / level_pages(g, level)) % rows);
  return HugetlbPte.mkSize(HugetlbPte.mkRow(HugetlbPte.mkLevel(0 as HugetlbPte, level), row), size);
};

export const hugetlb_pte_size = (h: HugetlbPte): number => HugetlbPte.size(h);

const tableOf = (s: HugetlbDraft, level: number) => (level === Level.pud ? s.pud : level === Level.pmd ? s.pmd : s.pte);

export const huge_ptep_get = (s: HugetlbDraft, h: HugetlbPte): HugePte =>
  tableOf(s, HugetlbPte.level(h)).at(HugetlbPte.row(h));

const has_pfn = (e: HugePte): boolean =>
  HugePte.kind(e) === HugePteKind.leaf ||
  HugePte.kind(e) === HugePteKind.migration ||
  HugePte.kind(e) === HugePteKind.hwpoison;

/** set_huge_pte_at(): of a contiguous entry, all of it. */
export const set_huge_pte_at = (s: HugetlbDraft, h: HugetlbPte, e: HugePte): void => {
  const level = HugetlbPte.level(h);
  const span = level_pages(s.geometry, level);
  const rows = tableOf(s, level);
  const size = HugetlbPte.size(h);
  if (size <= span) {
    rows.put(HugetlbPte.row(h), e);
    return;
  }
  const isLeaf = HugePte.kind(e) === HugePteKind.leaf;
  for (let i = 0; i * span < size; i++) {
    const one = has_pfn(e) ? HugePte.mkPfn(e, HugePte.pfn(e) + i * span) : e;
    rows.put(HugetlbPte.row(h) + i, isLeaf ? HugePte.mkCont(one, 1) : one);
  }
};
export const huge_pte_clear = (s: HugetlbDraft, h: HugetlbPte): void => set_huge_pte_at(s, h, NONE_HUGE_PTE);

export const huge_pte_none = (e: HugePte): boolean => HugePte.kind(e) === HugePteKind.none;
export const is_pte_marker = (e: HugePte): boolean => HugePte.kind(e) === HugePteKind.marker;
/** huge_pte_none_mostly(): nothing, or a marker. */
export const huge_pte_none_mostly = (e: HugePte): boolean => huge_pte_none(e) || is_pte_marker(e);
export const hugetlb_pte_present_leaf = (e: HugePte): boolean => HugePte.kind(e) === HugePteKind.leaf;
export const is_table = (e: HugePte): boolean => HugePte.kind(e) === HugePteKind.table;
export const pte_present = (e: HugePte): boolean => hugetlb_pte_present_leaf(e) || is_table(e);
export const is_hugetlb_entry_migration = (e: HugePte): boolean => HugePte.kind(e) === HugePteKind.migration;
export const is_hugetlb_entry_hwpoisoned = (e: HugePte): boolean => HugePte.kind(e) === HugePteKind.hwpoison;
export const pte_marker_uffd_wp = (e: HugePte): boolean => is_pte_marker(e) && HugePte.wp(e) === 1;

/** make_pte_marker(PTE_MARKER_UFFD_WP) */
export const UFFD_WP_MARKER = HugePte.of({ kind: HugePteKind.marker, wp: 1 });
