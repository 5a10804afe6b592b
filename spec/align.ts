/** I-ALIGN: a leaf has the place and the frames that its size asks for. */
import { type MmView, Pmd, PmdKind, Vma, VmaKind } from '../model/state/mm_types.ts';
import { everyHugeEntry, firstPageOfSlot } from './mapped_pages.ts';
import { pagesName, vmaName } from './wording.ts';

/** Of a migration entry the frame is not looked at: nothing translates through it. */
const frameIsAligned = (s: MmView, pmd: Pmd): boolean =>
  Pmd.kind(pmd) !== PmdKind.leaf || Pmd.pfn(pmd) % s.geometry.ptrsPerPte === 0;

/** The slot's pages are page..end-1, and `vma` covers the first of them, or is NO_VMA. */
const endsInside = (s: MmView, row: number, vma: Vma): boolean =>
  Vma.kind(vma) !== VmaKind.none && firstPageOfSlot(s, row).page + s.geometry.ptrsPerPte <= Vma.end(vma);

export const align = everyHugeEntry({
  name: 'I-ALIGN',
  says: 'The first frame of a PMD leaf is PMD-aligned, and all its pages lie in one VMA.',
  cites:
    'v7.1 mm/huge_memory.c vma_adjust_trans_huge(), split_huge_pmd_address(), insert_pfn_pmd(); ' +
    'Intel SDM vol. 3A 4.5.4 (bits 20:13 of a 2-MByte entry are reserved)',
  of: () => true,
  right: (s, row, pmd, vma) => frameIsAligned(s, pmd) && endsInside(s, row, vma),
  tell: (s, row, vma) => {
    const pmd = s.pmd.at(row);
    const { page } = firstPageOfSlot(s, row);
    const { ptrsPerPte } = s.geometry;
    if (!frameIsAligned(s, pmd)) return `maps frame ${Pmd.pfn(pmd)}, which is no multiple of ${ptrsPerPte}`;
    const kind = Pmd.kind(pmd) === PmdKind.leaf ? 'a leaf' : 'a migration entry';
    return `is ${kind} for ${pagesName(page, page + ptrsPerPte)}, but page ${page} lies in ${vmaName(vma)}`;
  },
});
