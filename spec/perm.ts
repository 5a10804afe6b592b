/** I-PERM: entries allow what their VMA allows. */
import { Prot, Vma, VmaKind } from '../model/state/mm_types.ts';
import { everyMappedPage } from './mapped_pages.ts';
import { isDevice, protnoneAt, writeAt } from './reading.ts';
import { accessName, entryName, vmaName } from './wording.ts';

export const perm = everyMappedPage({
  name: 'I-PERM',
  says: 'An entry is PROT_NONE if and only if its VMA is, and writable only if its VMA is; of a shared device VMA, if and only if.',
  cites:
    'v7.1 mm/huge_memory.c change_huge_pmd(), mm/mprotect.c change_pte_range(); mm/vma.c vma_set_page_prot(); ' +
    'arch/x86/include/asm/pgtable.h pmd_modify(), pte_modify()',
  of: (_s, _mm, _page, vma) => Vma.kind(vma) !== VmaKind.none,
  right: (s, mm, page, vma) => {
    const prot = Vma.prot(vma);
    if (protnoneAt(s, mm, page) !== (prot === Prot.NONE ? 1 : 0)) return false;
    const allowed = prot === Prot.RW ? 1 : 0;
    const write = writeAt(s, mm, page);
    // Whoever may copy on write, or follow dirty pages, may keep an entry read-only for the time being.
    return isDevice(vma) && Vma.shared(vma) === 1 ? write === allowed : write <= allowed;
  },
  tell: (s, mm, page, vma) =>
    `is mapped ${accessName(s, mm, page)} (${entryName(s, mm, page)}), and lies in ${vmaName(vma)}`,
});
