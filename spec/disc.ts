/** I-DISC: the VMA tells who installed a leaf. */
import { Pmd, PmdKind } from '../model/state/mm_types.ts';
import { everyHugeEntry } from './mapped_pages.ts';
import { isNonRefaultable, isPfnmap } from './reading.ts';
import { vmaName } from './wording.ts';

export const disc = everyHugeEntry({
  name: 'I-DISC',
  says: 'In a VM_PFNMAP VMA, remap_pfn_range() installed a leaf if and only if the VMA has neither ->fault nor ->huge_fault.',
  cites:
    'v4 7/7 of "mm: add huge pfnmap support for remap_pfn_range()", 2026-05-26: vma_pfnmap_has_deposited_pgtable() ' +
    '(mm/internal.h); v7.1 mm/internal.h vma_close(), mmap_file() replace vm_ops',
  of: (_s, _row, pmd, vma) => Pmd.kind(pmd) === PmdKind.leaf && isPfnmap(vma),
  right: (_s, _row, pmd, vma) => (Pmd.byRemap(pmd) === 1) === isNonRefaultable(vma),
  tell: (s, row, vma) => {
    const by = Pmd.byRemap(s.pmd.at(row)) === 1 ? 'remap_pfn_range()' : 'a fault';
    return `was installed by ${by}, but is now in ${vmaName(vma)}`;
  },
});
