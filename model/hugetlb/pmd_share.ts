/**
 * PMD tables that several mappings of a file share. Mirrors mm/hugetlb.c want_pmd_share(), page_table_shareable(),
 * huge_pmd_share(), huge_pmd_unshare(), hugetlb_unshare_pmds(); v6.1 and later, on a machine with
 * CONFIG_HUGETLB_PMD_PAGE_TABLE_SHARING. Stubbed: the lists of mmu_gather.
 */
import { pmdPages, pudPages } from '../state/hugetlb/geometry.ts';
import { HugePte, HugePteKind, HugetlbPte, Level, PmdTable, Vma } from '../state/hugetlb/hugetlb_types.ts';
import { huge_pte_clear, huge_ptep_get, hugetlb_pte_init, is_table, set_huge_pte_at } from './hugetlb_pte.ts';
import type { Sys } from './kernel.ts';
import { forget_translations } from './mmu.ts';

/** uffd_disable_huge_pmd_share(): what userfaultfd protects, or fills in, has page tables of its own. */
const uffd_disable_huge_pmd_share = (vma: Vma): boolean => Vma.wp(vma) === 1 || Vma.minor(vma) === 1;

/**
 * pmd_sharing_possible() and want_pmd_share(): all of the PUD's pages are the VMA's, which is shareable. huge_pte_alloc() asks that
 * for hugepages of one PMD alone, not for contiguous entries (arch/arm64/mm/hugetlbpage.c, arch/riscv/mm/hugetlbpage.c).
 */
export const want_pmd_share = (s: Sys, row: number, page: number): boolean => {
  const vma = s.vma.at(row);
  if (s.geometry.hugepage !== pmdPages(s.geometry) || !s.kernel.shares_pmd_tables(s)) return false;
  if (uffd_disable_huge_pmd_share(vma)) return false;
  if (s.kernel.hgm_excludes_pmd_share(s) && s.kernel.hugetlb_hgm_enabled(s, vma)) return false;
  return covers_pud(s, vma, page) && Vma.mayShare(vma) === 1 && Vma.data(vma) === 1;
};
const covers_pud = (s: Sys, vma: Vma, page: number): boolean => {
  const start = Math.trunc(page / pudPages(s.geometry)) * pudPages(s.geometry);
  return Vma.start(vma) <= start && start + pudPages(s.geometry) <= Vma.end(vma);
};

/**
 * Whether the VMA can have a PMD table that others have, too, on both sides of `page`: what adjust_range_if_pmd_sharing_possible()
 * asks. It does not ask for the lock, nor for userfaultfd.
 */
export const vma_may_share = (s: Sys, row: number, page: number): boolean => {
  const vma = s.vma.at(row);
  const span = pudPages(s.geometry);
  const [first, end] = [Math.ceil(Vma.start(vma) / span) * span, Math.trunc(Vma.end(vma) / span) * span];
  return Vma.mayShare(vma) === 1 && first < page && page < end;
};

/** What may differ between VMAs that share: where they are. Rights, userfaultfd and all else are vm_flags. */
const flags_of = (vma: Vma): Vma => Vma.mkAnonVma(Vma.mkPgoff(Vma.mkEnd(Vma.mkStart(vma, 0), 0), 0), 0);

/** page_table_shareable(): the page of `other` that the table would be found by, or -1. */
const page_table_shareable = (s: Sys, other: Vma, vma: Vma, page: number): number => {
  const span = pudPages(s.geometry);
  const at = Math.trunc(page / span) * span;
  const there = Vma.start(other) + (Vma.pgoff(vma) + at - Vma.start(vma)) - Vma.pgoff(other);
  if (there % span !== 0 || flags_of(other) !== flags_of(vma)) return -1;
  return Vma.start(other) <= there && there + span <= Vma.end(other) ? there : -1;
};

/** huge_pmd_share(): the PUD entry names the table of another mapping of the same pages. False: there is none. */
export const huge_pmd_share = (s: Sys, row: number, page: number, pud: HugetlbPte): boolean => {
  const { geometry: g } = s;
  const vma = s.vma.at(row);
  for (let other = 0; other < s.vma.rows; other++) {
    if (other === row || Vma.file(s.vma.at(other)) !== Vma.file(vma)) continue;
    const there = page_table_shareable(s, s.vma.at(other), vma, page);
    if (there < 0) continue;
    const e = huge_ptep_get(s, hugetlb_pte_init(g, Level.pud, Math.trunc(other / g.vmas), there, pudPages(g)));
    if (!is_table(e)) continue;
    const table = HugePte.pfn(e);
    s.pmdTable.put(table, PmdTable.mkShares(s.pmdTable.at(table), PmdTable.shares(s.pmdTable.at(table)) + 1));
    set_huge_pte_at(s, pud, HugePte.mkPfn(HugePte.of({ kind: HugePteKind.table }), table));
    return true;
  }
  return false;
};

/** hugetlb_pmd_shared(): whether the table that has the entry is shared. */
export const hugetlb_pmd_shared = (s: Sys, h: HugetlbPte): boolean =>
  HugetlbPte.level(h) === Level.pmd &&
  PmdTable.shares(s.pmdTable.at(Math.trunc(HugetlbPte.row(h) / s.geometry.ptrsPerPmd))) > 0;

/** huge_pmd_unshare(): the PUD entry of `page` is cleared, if its table is shared; whether it was. */
export const huge_pmd_unshare = (s: Sys, mm: number, page: number, h: HugetlbPte): boolean => {
  if (!hugetlb_pmd_shared(s, h)) return false;
  const table = Math.trunc(HugetlbPte.row(h) / s.geometry.ptrsPerPmd);
  s.pmdTable.put(table, PmdTable.mkShares(s.pmdTable.at(table), PmdTable.shares(s.pmdTable.at(table)) - 1));
  huge_pte_clear(s, hugetlb_pte_init(s.geometry, Level.pud, mm, page, pudPages(s.geometry)));
  return true;
};

/** hugetlb_unshare_pmds(): of the PUDs that lie in pages start..end-1 as a whole; everybody who remembers them is told. */
export const hugetlb_unshare_pmds = (s: Sys, mm: number, start: number, end: number): void => {
  const { geometry: g } = s;
  const span = pudPages(g);
  for (let page = Math.ceil(start / span) * span; page + span <= end; page += span) {
    const pud = huge_ptep_get(s, hugetlb_pte_init(g, Level.pud, mm, page, span));
    if (!is_table(pud)) continue;
    s.kernel.huge_pmd_unshare(s, mm, page, hugetlb_pte_init(g, Level.pmd, HugePte.pfn(pud), page, g.ptrsPerPte));
  }
  forget_translations(s, mm, start, end);
};
