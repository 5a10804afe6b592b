/**
 * What entries become when protection changes. Mirrors mm/hugetlb.c hugetlb_change_protection(); v6.1 and later, and "hugetlb:
 * introduce HugeTLB high-granularity mapping" RFC v1 16/26, RFC v2 17/47, v1 18/46, v2 19/46: entry by entry, each of the size
 * that a full walk finds. Stubbed: locks. Left out: UFFDIO_RWPROTECT of v7.3.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { Folio, HugePte, type HugetlbPte, Prot, Vma } from '../state/hugetlb/hugetlb_types.ts';
import { page_folio } from './folio.ts';
import { hugetlb_hgm_walk } from './hgm_walk.ts';
import {
  huge_pte_none,
  huge_ptep_get,
  hugetlb_pte_present_leaf,
  hugetlb_pte_size,
  is_hugetlb_entry_hwpoisoned,
  is_hugetlb_entry_migration,
  is_pte_marker,
  NO_HPTE,
  set_huge_pte_at,
  UFFD_WP_MARKER,
} from './hugetlb_pte.ts';
import type { Sys } from './kernel.ts';
import type { UffdWp } from './kernel_protect.ts';
import { huge_pte_mkuffd_wp } from './make_huge_pte.ts';
import { huge_pte_alloc, huge_pte_offset, page_behind_table } from './pgalloc.ts';
import { forget_range } from './unmap.ts';
import { vma_mm } from './vma.ts';

/** vm_page_prot, as far as it lets write: vma_set_page_prot(). */
export const vm_page_prot_writes = (s: Sys, vma: Vma): boolean =>
  Vma.prot(vma) === Prot.RW && Vma.shared(vma) === 1 && !s.kernel.vma_wants_writenotify(s, vma);

/** What -ENOMEM is among numbers of pages. */
export const NO_MEMORY = -1;

/** hugetlb_change_protection() of pages start..end-1. Returns how many base pages it has changed, or NO_MEMORY. */
export const hugetlb_change_protection = (
  s: Sys,
  row: number,
  start: number,
  end: number,
  writes: boolean,
  wp: UffdWp,
): number => {
  const changed = protect_range(s, row, start, end, writes, wp);
  forget_range(s, row, start, end);
  return changed;
};

const protect_range = (s: Sys, row: number, start: number, end: number, writes: boolean, wp: UffdWp): number => {
  const mm = vma_mm(s, row);
  let changed = 0;
  for (let page = start; page < end;) {
    let slot = huge_pte_offset(s, mm, page);
    if (slot === NO_HPTE) {
      if (wp !== 'set' || !s.kernel.wp_allocates_tables(s)) {
        page = page_behind_table(s, page);
        continue;
      }
      slot = huge_pte_alloc(s, row, page);
      if (slot === NO_HPTE) return s.kernel.wp_tells_no_memory(s) ? NO_MEMORY : changed;
    }
    const h = hugetlb_hgm_walk(s, row, slot, page, 1, false);
    if (s.kernel.huge_pmd_unshare(s, mm, page, h)) {
      if (wp !== 'as it is')
        throw new ModelBug('WARN(uffd-wp-unshares)', `a PMD table at page ${page} was shared in spite of uffd-wp`);
      changed += hugetlb_pte_size(h);
      page = page_behind_table(s, page);
      continue;
    }
    changed += protect_entry(s, row, page, h, slot, writes, wp);
    page += hugetlb_pte_size(h);
  }
  return changed;
};

/** One entry. How many pages have changed. */
const protect_entry = (
  s: Sys,
  row: number,
  page: number,
  h: HugetlbPte,
  slot: HugetlbPte,
  writes: boolean,
  wp: UffdWp,
): number => {
  const e = huge_ptep_get(s, h);
  if (huge_pte_none(e)) {
    if (wp === 'set') set_huge_pte_at(s, s.kernel.wp_marker_at(s, h, slot), UFFD_WP_MARKER);
    return 0;
  }
  if (is_hugetlb_entry_hwpoisoned(e)) return 0;
  if (is_hugetlb_entry_migration(e)) return protect_migration(s, h, e, wp);
  if (is_pte_marker(e)) {
    s.kernel.protect_marker(s, h, wp);
    return 0;
  }
  if (!hugetlb_pte_present_leaf(e))
    throw new ModelBug(
      'endless-loop',
      `hugetlb_change_protection() finds ${HugePte.show(e)} at page ${page}, and tries again`,
    );
  set_huge_pte_at(s, h, protected_leaf(e, s.vma.at(row), writes, wp));
  return hugetlb_pte_size(h);
};

/** huge_pte_modify(): what is dirty, young or uffd-wp stays so. */
const protected_leaf = (e: HugePte, vma: Vma, writes: boolean, wp: UffdWp): HugePte => {
  const leaf = HugePte.mkProtnone(HugePte.mkWrite(e, writes ? 1 : 0), Vma.prot(vma) === Prot.NONE ? 1 : 0);
  if (wp === 'set') return huge_pte_mkuffd_wp(leaf);
  return wp === 'cleared' ? HugePte.mkWp(leaf, 0) : leaf;
};

/** A writable migration entry becomes readable: whoever writes to the page later faults. */
const protect_migration = (s: Sys, h: HugetlbPte, e: HugePte, wp: UffdWp): number => {
  const wasWritable = HugePte.write(e) === 1;
  const anon = Folio.anon(s.folio.at(page_folio(s, HugePte.pfn(e))));
  const readable = wasWritable ? HugePte.mkExclusive(HugePte.mkWrite(e, 0), anon) : e;
  const changesWp = wp !== 'as it is' && s.kernel.wp_of_migration(s, e);
  set_huge_pte_at(s, h, changesWp ? HugePte.mkWp(readable, wp === 'set' ? 1 : 0) : readable);
  return wasWritable ? hugetlb_pte_size(h) : 0;
};
