/** Leaves as they begin. Mirrors mm/hugetlb.c make_huge_pte(), include/asm-generic/hugetlb.h huge_pte_mkuffd_wp(); v6.1 and later. */
import { HugePte, HugePteKind, Prot, Vma } from '../state/hugetlb/hugetlb_types.ts';

/** make_huge_pte(): of frame `pfn`, with the rights of the VMA. */
export const make_huge_pte = (pfn: number, vma: Vma, writable: boolean): HugePte => {
  const e = HugePte.of({ kind: HugePteKind.leaf, pfn, young: 1, protnone: Vma.prot(vma) === Prot.NONE ? 1 : 0 });
  return writable ? HugePte.mkDirty(HugePte.mkWrite(e, 1), 1) : e;
};
/** VM_WRITE and VM_SHARED */
export const writable_at_once = (vma: Vma): boolean => Vma.prot(vma) === Prot.RW && Vma.shared(vma) === 1;

/** huge_pte_mkuffd_wp() */
export const huge_pte_mkuffd_wp = (e: HugePte): HugePte => HugePte.mkWp(HugePte.mkWrite(e, 0), 1);
