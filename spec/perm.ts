/** I-PERM: entries allow what their VMA allows. */
import { Prot, Vma, VmaKind } from '../model/state/mm_types.ts';
import { everyMappedPage } from './mapped_pages.ts';
import { isDevice, protnoneAt, writeAt } from './reading.ts';
import { accessName, entryName, vmaName } from './wording.ts';

/** vma_wants_writenotify(): the first write is to fault, for ->pfn_mkwrite or for soft-dirty tracking. */
const wantsToKnow = (vma: Vma): boolean => Vma.pfnMkwrite(vma) === 1 || Vma.softClean(vma) === 1;

export const perm = everyMappedPage({
  name: 'I-PERM',
  says: 'An entry is PROT_NONE if and only if its VMA is. It is writable only if its VMA is; in a shared device VMA without write notification, if and only if its VMA is.',
  cites:
    'v7.1 mm/huge_memory.c change_huge_pmd(), change_huge_pud(), mm/mprotect.c change_pte_range(); ' +
    'mm/vma.c vma_set_page_prot(), vma_wants_writenotify(); ' +
    'arch/x86/include/asm/pgtable.h pmd_modify(), pte_modify()',
  of: (_s, _mm, _page, vma) => Vma.kind(vma) !== VmaKind.none,
  right: (s, mm, page, vma) => {
    const prot = Vma.prot(vma);
    if (protnoneAt(s, mm, page) !== (prot === Prot.NONE ? 1 : 0)) return false;
    const allowed = prot === Prot.RW ? 1 : 0;
    const write = writeAt(s, mm, page);
    // Whoever may copy on write, or follow dirty pages, may keep an entry read-only for the time being.
    return isDevice(vma) && Vma.shared(vma) === 1 && !wantsToKnow(vma) ? write === allowed : write <= allowed;
  },
  tell: (s, mm, page, vma) =>
    `is mapped ${accessName(s, mm, page)} (${entryName(s, mm, page)}), and lies in ${vmaName(vma)}`,
});
