/** I-DISC: the VMA tells who installed a leaf. */
import { Pmd } from '../model/state/mm_types.ts';
import { everyHugeEntry, isLeafAt } from './huge_entries.ts';
import { isNonRefaultable, isPfnmap } from './reading.ts';
import { vmaName } from './wording.ts';

export const disc = everyHugeEntry({
  name: 'I-DISC',
  says: 'In a VM_PFNMAP VMA, remap_pfn_range() installed a PMD leaf if and only if the VMA has neither ->fault nor ->huge_fault.',
  cites:
    'v4 7/7 of "mm: add huge pfnmap support for remap_pfn_range()", 2026-05-26: vma_pfnmap_has_deposited_pgtable() ' +
    '(mm/internal.h); v7.1 mm/internal.h vma_close(), mmap_file() replace vm_ops',
  // remap_pfn_range() installs none at PUD level, and none there has a deposit.
  of: (s, level, row, vma) => level === 'PMD' && isLeafAt(s, level, row) && isPfnmap(vma),
  right: (s, _level, row, vma) => (Pmd.byRemap(s.pmd.at(row)) === 1) === isNonRefaultable(vma),
  tell: (s, _level, row, vma) => {
    const by = Pmd.byRemap(s.pmd.at(row)) === 1 ? 'remap_pfn_range()' : 'a fault';
    return `was installed by ${by}, but is now in ${vmaName(vma)}`;
  },
});
