/**
 * UFFDIO_COPY, UFFDIO_CONTINUE and UFFDIO_POISON. Mirrors mm/userfaultfd.c mfill_atomic_hugetlb(), mm/hugetlb.c
 * hugetlb_mfill_atomic_pte(); v6.1 and later (__mcopy_atomic_hugetlb(), hugetlb_mcopy_atomic_pte() there), and of "hugetlb: introduce
 * HugeTLB high-granularity mapping" RFC v2 34/47. Stubbed: locks, what is copied. Left out: a copy that has to be made again
 * without locks, layouts that change meanwhile (EAGAIN), signals.
 */
import { Folio, HugePte, HugePteKind, HugetlbPte, Prot, Result, Vma } from '../state/hugetlb/hugetlb_types.ts';
import { filemap_get, folio_pfn, folio_put } from './folio.ts';
import { hugetlb_alloc_largest_pte } from './hgm_walk.ts';
import { huge_pte_none, huge_ptep_get, hugetlb_pte_size, NO_HPTE, set_huge_pte_at } from './hugetlb_pte.ts';
import type { Sys } from './kernel.ts';
import { huge_pte_mkuffd_wp } from './make_huge_pte.ts';
import { WAITS } from './fault.ts';
import { cached_folio_is_locked } from './migration_lock.ts';
import { huge_pte_alloc } from './pgalloc.ts';
import { hugetlb_add_new_anon_rmap } from './rmap.ts';
import { is_armed } from './userfaultfd.ts';
import { anon_vma_prepare, page_in_hugepage, vma_hugecache_offset, vma_lookup, vma_mm } from './vma.ts';

export type Fill = 'continue' | 'copy' | 'copy wp' | 'poison';

const POISON_MARKER = HugePte.of({ kind: HugePteKind.marker, poisoned: 1 });

/** UFFDIO_COPY, UFFDIO_CONTINUE or UFFDIO_POISON of pages start..end-1. Returns a code of `Result`; `done` says how many pages. */
export const mfill_atomic_hugetlb = (s: Sys, mm: number, start: number, end: number, fill: Fill): number => {
  if (fill === 'poison' && !s.kernel.mfill_poisons(s)) return Result.EINVAL;
  const row = vma_lookup(s, mm, start);
  const isPrivate = row >= 0 && Vma.shared(s.vma.at(row)) === 0;
  if (isPrivate && s.kernel.anon_vma_comes_first(s)) anon_vma_prepare(s, row);
  if (row < 0 || Vma.end(s.vma.at(row)) < end || !is_armed(s.vma.at(row))) return Result.ENOENT;
  const vma = s.vma.at(row);
  // mfill_atomic(): a protected copy only where VM_UFFD_WP is; v6.1 and later.
  if (fill === 'copy wp' && Vma.wp(vma) === 0) return Result.EINVAL;
  const inPages = fill === 'continue' && s.kernel.continue_in_pages(s, mm, vma);
  const unit = inPages ? 1 : s.geometry.hugepage;
  if (start % unit !== 0 || end % unit !== 0) return Result.EINVAL;
  if (isPrivate) anon_vma_prepare(s, row);
  for (let page = start; page < end;) {
    const slot = huge_pte_alloc(s, row, page);
    if (slot === NO_HPTE) return Result.ENOMEM;
    const slotWasNone = huge_pte_none(huge_ptep_get(s, slot));
    const h = inPages ? hugetlb_alloc_largest_pte(s, row, slot, page, end) : slot;
    const error =
      HugetlbPte.error(h) === Result.ok ? fill_entry(s, row, page, h, fill, slot, slotWasNone) : HugetlbPte.error(h);
    if (error !== Result.ok) return error;
    page += hugetlb_pte_size(h);
    s.done.put(0, page - start);
  }
  return Result.ok;
};

const fill_entry = (
  s: Sys,
  row: number,
  page: number,
  h: HugetlbPte,
  fill: Fill,
  slot: HugetlbPte,
  slotWasNone: boolean,
): number => {
  const e = huge_ptep_get(s, h);
  if (fill !== 'poison') {
    if (fill !== 'continue' && !s.kernel.mfill_overwrites(s, e)) return Result.EEXIST;
    return hugetlb_mfill_atomic_pte(s, row, page, h, fill, slot, slotWasNone);
  }
  if (!huge_pte_none(e)) return Result.EEXIST;
  set_huge_pte_at(s, h, POISON_MARKER);
  return Result.ok;
};

/** The folio that is to be mapped, with a reference for that, or -1 - a code of `Result`. */
const folio_to_map = (s: Sys, row: number, page: number, isContinue: boolean): number => {
  const vma = s.vma.at(row);
  const [file, index] = [Vma.file(vma) - 1, vma_hugecache_offset(s, vma, page)];
  const cached = filemap_get(s, file, index);
  if (isContinue) {
    return cached >= 0 && s.kernel.hugetlb_try_find_lock_folio(s, cached) ? cached : -1 - Result.EFAULT;
  }
  if (Vma.shared(vma) === 1 && cached >= 0) return -1 - Result.EEXIST;
  const folio = s.kernel.alloc_hugetlb_folio(s, row, page, false);
  if (folio < 0) return -1 - s.kernel.mfill_copy_without_memory(s);
  s.folio.put(folio, Folio.mkUptodate(s.folio.at(folio), 1));
  if (Vma.shared(vma) === 0) return folio;
  if (index >= s.isize.at(file)) {
    folio_put(s, folio);
    return -1 - Result.EFAULT;
  }
  s.kernel.hugetlb_add_to_page_cache(s, file, index, folio);
  return folio;
};

/** hugetlb_mfill_atomic_pte(). Returns a code of `Result`. */
const hugetlb_mfill_atomic_pte = (
  s: Sys,
  row: number,
  page: number,
  h: HugetlbPte,
  fill: Fill,
  slot: HugetlbPte,
  slotWasNone: boolean,
): number => {
  const vma = s.vma.at(row);
  const isContinue = fill === 'continue';
  if (isContinue && cached_folio_is_locked(s, vma, page)) return WAITS;
  const folio = folio_to_map(s, row, page, isContinue);
  if (folio < 0) return -1 - folio;
  const broken = Folio.hwpoison(s.folio.at(folio)) === 1;
  if (broken || !s.kernel.mfill_overwrites(s, huge_ptep_get(s, h))) {
    folio_put(s, folio);
    return broken ? Result.EIO : Result.EEXIST;
  }
  const size = hugetlb_pte_size(h);
  const pfn = folio_pfn(s, folio) + page_in_hugepage(s, vma, page);
  if (isContinue || Vma.shared(vma) === 1) s.kernel.hugetlb_add_file_rmap(s, pfn, size, slot, slotWasNone);
  else hugetlb_add_new_anon_rmap(s, folio);
  const protects = fill === 'copy wp' || (isContinue && Vma.shared(vma) === 0);
  const leaf = HugePte.mkDirty(s.kernel.make_huge_pte(pfn, vma, !protects && Vma.prot(vma) === Prot.RW), 1);
  set_huge_pte_at(s, h, fill === 'copy wp' ? huge_pte_mkuffd_wp(leaf) : leaf);
  s.kernel.hugetlb_count_add(s, vma_mm(s, row), size);
  if (!isContinue) s.folio.put(folio, Folio.mkMigratable(s.folio.at(folio), 1));
  return Result.ok;
};
