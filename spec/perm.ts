/** I-PERM: entries allow what their VMA allows. */
import { type MmView, Prot, Vma, VmaKind } from '../model/state/mm_types.ts';
import { levelAt, mmuOf, wordAt, wordName } from './exact.ts';
import { EXEC, READ, USER, WRITE } from './laws/mmu.ts';
import { everyMappedPage } from './mapped_pages.ts';
import { isDevice, protnoneAt, writeAt } from './reading.ts';
import { accessName, entryName, vmaName } from './wording.ts';

/** vma_wants_writenotify(): the first write is to fault, for ->pfn_mkwrite or for soft-dirty tracking. */
const wantsToKnow = (vma: Vma): boolean => Vma.pfnMkwrite(vma) === 1 || Vma.softClean(vma) === 1;

const said = {
  name: 'I-PERM',
  says: 'An entry is PROT_NONE if and only if its VMA is. It is writable only if its VMA is; in a shared device VMA without write notification, if and only if its VMA is.',
  cites:
    'v7.1 mm/huge_memory.c change_huge_pmd(), change_huge_pud(), mm/mprotect.c change_pte_range(); ' +
    'mm/vma.c vma_set_page_prot(), vma_wants_writenotify()',
  of: (_s: MmView, _mm: number, _page: number, vma: Vma) => Vma.kind(vma) !== VmaKind.none,
};

/** Whether the right to write is what the VMA calls for. */
const isRightWrite = (vma: Vma, write: number): boolean => {
  const allowed = Vma.prot(vma) === Prot.RW ? 1 : 0;
  // Whoever may copy on write, or follow dirty pages, may keep an entry read-only for the time being.
  return isDevice(vma) && Vma.shared(vma) === 1 && !wantsToKnow(vma) ? write === allowed : write <= allowed;
};

export const perm = everyMappedPage({
  ...said,
  right: (s, mm, page, vma) =>
    protnoneAt(s, mm, page) === (Vma.prot(vma) === Prot.NONE ? 1 : 0) && isRightWrite(vma, writeAt(s, mm, page)),
  tell: (s, mm, page, vma) =>
    `is mapped ${accessName(s, mm, page)} (${entryName(s, mm, page)}), and lies in ${vmaName(vma)}`,
});

/** The same of entries bit for bit, by the rights that the hardware grants: user space reads, and runs nothing. */
export const exactPerm = everyMappedPage({
  ...said,
  right: (s, mm, page, vma) => {
    const [mmu, word] = [mmuOf(s), wordAt(s, mm, page)];
    const rights = mmu.rights(levelAt(s, mm, page), word);
    // Valid or not: on powerpc PROT_NONE is, and allows nothing.
    if (Vma.prot(vma) === Prot.NONE) return (rights & (READ | WRITE | EXEC)) === 0;
    return (rights & (READ | USER | EXEC)) === (READ | USER) && isRightWrite(vma, (rights & WRITE) === 0 ? 0 : 1);
  },
  tell: (s, mm, page, vma) =>
    `is mapped by ${wordName(s, mm, page)} (${entryName(s, mm, page)}), and lies in ${vmaName(vma)}`,
});
