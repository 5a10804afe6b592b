/**
 * A folio loses its leaves: to migration entries, or to hwpoison entries. Mirrors mm/rmap.c try_to_migrate_one(),
 * try_to_unmap_one() (v6.1 and later; try_to_unmap_poisoned_hugetlb_one() of v7.3), and of "hugetlb: introduce HugeTLB
 * high-granularity mapping" RFC v2 22/47, 24/47, 28/47, v2 27/46: leaf by leaf, each of its own size. Stubbed: locks.
 */
import { pudPages } from '../state/hugetlb/geometry.ts';
import { Folio, HugePte, HugePteKind, type HugetlbPte } from '../state/hugetlb/hugetlb_types.ts';
import { folio_put, page_folio } from './folio.ts';
import { huge_ptep_get, hugetlb_pte_size, set_huge_pte_at } from './hugetlb_pte.ts';
import type { Sys } from './kernel.ts';
import { forget_translations } from './mmu.ts';
import { rmap_walk } from './page_vma_mapped.ts';
import { folio_maybe_dma_pinned } from './pin.ts';
import { vma_mm } from './vma.ts';

/** Everybody who remembers translations of the span of pages around `page` is told. */
const forget_span = (s: Sys, row: number, page: number, span: number): void => {
  const first = Math.trunc(page / span) * span;
  forget_translations(s, vma_mm(s, row), first, first + span);
};

/** huge_ptep_clear_flush(): the leaf is what `entry` is now; it does not count any more. */
const replace_leaf = (s: Sys, row: number, page: number, h: HugetlbPte, leaf: HugePte, entry: HugePte): void => {
  const folio = page_folio(s, HugePte.pfn(leaf));
  if (HugePte.dirty(leaf) === 1) s.folio.put(folio, Folio.mkDirty(s.folio.at(folio), 1));
  set_huge_pte_at(s, h, entry);
  forget_span(s, row, page, s.geometry.hugepage);
  s.kernel.hugetlb_remove_rmap(s, HugePte.pfn(leaf), hugetlb_pte_size(h));
  folio_put(s, folio);
};

/** huge_pmd_unshare() of a file's page: the process loses the whole table, and the leaf with it. */
const unshares = (s: Sys, row: number, page: number, h: HugetlbPte, folio: number): boolean => {
  if (Folio.anon(s.folio.at(folio)) === 1 || !s.kernel.rmap_unshares(s)) return false;
  if (!s.kernel.huge_pmd_unshare(s, vma_mm(s, row), page, h)) return false;
  forget_span(s, row, page, pudPages(s.geometry));
  return true;
};

const HWPOISON_ENTRY = HugePte.of({ kind: HugePteKind.hwpoison });
/** The leaf is a hwpoison entry of its page now, which the process does not have any more. */
export const poison_leaf = (s: Sys, row: number, page: number, h: HugetlbPte, leaf: HugePte): void => {
  s.kernel.hugetlb_count_add(s, vma_mm(s, row), -hugetlb_pte_size(h));
  replace_leaf(s, row, page, h, leaf, HugePte.mkPfn(HWPOISON_ENTRY, HugePte.pfn(leaf)));
};

/** A migration entry of what the leaf was; `exclusive`: PageAnonExclusive(). hugetlb_usage stays as it is. */
const migration_entry_of = (leaf: HugePte, exclusive: boolean): HugePte =>
  HugePte.of({
    kind: HugePteKind.migration,
    pfn: HugePte.pfn(leaf),
    write: HugePte.write(leaf),
    exclusive: exclusive && HugePte.write(leaf) === 0 ? 1 : 0,
    young: HugePte.young(leaf),
    dirty: HugePte.dirty(leaf),
    wp: HugePte.wp(leaf),
  });

const try_to_migrate_one = (s: Sys, row: number, page: number, h: HugetlbPte, folio: number): boolean => {
  if (unshares(s, row, page, h, folio)) return true;
  const leaf = huge_ptep_get(s, h);
  if (Folio.hwpoison(s.folio.at(folio)) === 1) {
    poison_leaf(s, row, page, h, leaf);
    return true;
  }
  const exclusive = Folio.anon(s.folio.at(folio)) === 1 && Folio.exclusive(s.folio.at(folio)) === 1;
  if (exclusive) {
    // hugetlb_try_share_anon_rmap()
    if (folio_maybe_dma_pinned(s, folio)) return false;
    s.folio.put(folio, Folio.mkExclusive(s.folio.at(folio), 0));
  }
  replace_leaf(s, row, page, h, leaf, migration_entry_of(leaf, exclusive));
  return true;
};

const try_to_unmap_one = (s: Sys, row: number, page: number, h: HugetlbPte, folio: number): boolean => {
  if (!unshares(s, row, page, h, folio)) poison_leaf(s, row, page, h, huge_ptep_get(s, h));
  return true;
};

/** try_to_migrate(): whoever called has a reference of its own, and asks whether the folio is mapped still. */
export const try_to_migrate = (s: Sys, folio: number): boolean =>
  rmap_walk(s, folio, { kind: HugePteKind.leaf, folio }, try_to_migrate_one, folio);

/** try_to_unmap() with TTU_HWPOISON, of a folio that is broken: hugetlb comes here for nothing else. */
export const try_to_unmap_poisoned = (s: Sys, folio: number): boolean =>
  rmap_walk(s, folio, { kind: HugePteKind.leaf, folio }, try_to_unmap_one, folio);
