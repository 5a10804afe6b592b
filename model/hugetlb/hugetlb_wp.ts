/**
 * Copy on write. Mirrors mm/hugetlb.c hugetlb_wp(), unmap_ref_private(), set_huge_ptep_writable(); v6.1 and later. Left out:
 * GUP's unsharing, locks, a copy that meets broken memory.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { Folio, HugePte, type HugetlbPte, Prot, Result, Vma } from '../state/hugetlb/hugetlb_types.ts';
import { folio_get, folio_pfn, folio_put, page_folio } from './folio.ts';
import { huge_ptep_get, set_huge_pte_at } from './hugetlb_pte.ts';
import type { Sys } from './kernel.ts';
import { forget_translations } from './mmu.ts';
import { folio_mapcount, hugetlb_add_new_anon_rmap } from './rmap.ts';
import { anon_vma_prepare, linear_page, vma_mm } from './vma.ts';

/** set_huge_ptep_writable() */
const set_huge_ptep_writable = (s: Sys, h: HugetlbPte): void =>
  set_huge_pte_at(s, h, HugePte.mkDirty(HugePte.mkWrite(huge_ptep_get(s, h), 1), 1));

/** unmap_ref_private(): children lose the page, so that the mapping that was promised it can have it for itself. */
const unmap_ref_private = (s: Sys, row: number, page: number, folio: number): void => {
  const { hugepage } = s.geometry;
  const vma = s.vma.at(row);
  const at = Math.trunc(page / hugepage) * hugepage;
  const inFile = linear_page(vma, at);
  for (let other = 0; other < s.vma.rows; other++) {
    const child = s.vma.at(other);
    if (other === row || Vma.file(child) !== Vma.file(vma) || Vma.mayShare(child) === 1) continue;
    if (inFile < Vma.pgoff(child) || inFile >= linear_page(child, Vma.end(child))) continue;
    if (Vma.owner(child) === 1) continue;
    // Where it is not in the child's VMA, it may be in another one of the same process.
    const there = s.kernel.unmap_ref_private_page(s, child, at, inFile);
    s.kernel.unmap_hugepage_range(s, other, there, there + hugepage, { dropMarker: false, folio });
  }
};

const page_is_only_ours = (s: Sys, folio: number): boolean =>
  folio_mapcount(s, folio) === 1 && Folio.anon(s.folio.at(folio)) === 1;

/** hugetlb_wp(): a write at a leaf that is not writable. Returns a code of `Result`. */
export const hugetlb_wp = (s: Sys, row: number, page: number, h: HugetlbPte): number => {
  const vma = s.vma.at(row);
  const e = huge_ptep_get(s, h);
  if (HugePte.wp(e) === 1) {
    if (Vma.wp(vma) === 1 || s.kernel.wp_stops_at_uffd_bit(s)) return Result.ok;
    set_huge_pte_at(s, h, HugePte.mkWp(e, 0));
  }
  if (Vma.prot(vma) !== Prot.RW) return Result.SIGSEGV;
  if (Vma.mayShare(vma) === 1) {
    set_huge_ptep_writable(s, h);
    return Result.ok;
  }
  const old = page_folio(s, HugePte.pfn(e));
  if (page_is_only_ours(s, old)) {
    s.folio.put(old, Folio.mkExclusive(s.folio.at(old), 1));
    set_huge_ptep_writable(s, h);
    return Result.ok;
  }
  if (Folio.anon(s.folio.at(old)) === 1 && Folio.exclusive(s.folio.at(old)) === 1)
    throw new ModelBug('VM_BUG_ON(exclusive)', `hugetlb_wp() copies folio ${old}, which is exclusive`);
  return copy_folio(s, row, page, h, old);
};

const copy_folio = (s: Sys, row: number, page: number, h: HugetlbPte, old: number): number => {
  const vma = s.vma.at(row);
  const fromOwner = Vma.owner(vma) === 1 && Folio.anon(s.folio.at(old)) === 1;
  folio_get(s, old);
  const copy = s.kernel.alloc_hugetlb_folio(s, row, page, fromOwner);
  if (copy < 0) {
    folio_put(s, old);
    if (!fromOwner) return Result.SIGBUS;
    const e = huge_ptep_get(s, h);
    unmap_ref_private(s, row, page, old);
    // "race occurs ... our job is done": the access faults again, and is given another page, with nothing in it.
    if (huge_ptep_get(s, h) !== e)
      throw new ModelBug('own-page-unmapped', `hugetlb_wp() has taken folio ${old} from the mapping that it is for`);
    // "retry_avoidcopy": it is ours alone now, unless somebody who was not asked has it.
    if (!page_is_only_ours(s, old))
      throw new ModelBug(
        'endless-loop',
        `hugetlb_wp() has unmapped folio ${old} from children, and others map it still`,
      );
    s.folio.put(old, Folio.mkExclusive(s.folio.at(old), 1));
    set_huge_ptep_writable(s, h);
    return Result.ok;
  }
  anon_vma_prepare(s, row);
  const at = Math.trunc(page / s.geometry.hugepage) * s.geometry.hugepage;
  forget_translations(s, vma_mm(s, row), at, at + s.geometry.hugepage);
  s.kernel.hugetlb_remove_rmap(s, folio_pfn(s, old), s.geometry.hugepage, h);
  s.folio.put(copy, Folio.mkMigratable(Folio.mkUptodate(s.folio.at(copy), 1), 1));
  hugetlb_add_new_anon_rmap(s, copy);
  set_huge_pte_at(s, h, s.kernel.make_huge_pte(folio_pfn(s, copy), vma, true));
  folio_put(s, old);
  folio_put(s, old);
  return Result.ok;
};
