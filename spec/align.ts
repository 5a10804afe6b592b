/** I-ALIGN: a leaf has the place and the frames that its size asks for. */
import { type MmView, Vma, VmaKind } from '../model/state/mm_types.ts';
import { everyHugeEntry, firstFrameAt, firstPageOfRow, isLeafAt, type Level, pagesOfLeaf } from './huge_entries.ts';
import { pagesName, vmaName } from './wording.ts';

/** Of a migration entry the frame is not looked at: nothing translates through it. */
const frameIsAligned = (s: MmView, level: Level, row: number): boolean =>
  !isLeafAt(s, level, row) || firstFrameAt(s, level, row) % pagesOfLeaf(s, level) === 0;

/** `vma` covers the first of the entry's pages, or is NO_VMA. */
const endsInside = (s: MmView, level: Level, row: number, vma: Vma): boolean =>
  Vma.kind(vma) !== VmaKind.none && firstPageOfRow(s, level, row) + pagesOfLeaf(s, level) <= Vma.end(vma);

export const align = everyHugeEntry({
  name: 'I-ALIGN',
  says: 'The first frame of a PMD or PUD leaf is aligned to its size, and all its pages lie in one VMA.',
  cites:
    'v7.1 mm/huge_memory.c vma_adjust_trans_huge(), split_huge_pmd_address(), insert_pmd(), insert_pud(), ' +
    '__split_huge_pud() (VM_BUG_ON_VMA on the range)',
  of: () => true,
  right: (s, level, row, vma) => frameIsAligned(s, level, row) && endsInside(s, level, row, vma),
  tell: (s, level, row, vma) => {
    const page = firstPageOfRow(s, level, row);
    const pages = pagesOfLeaf(s, level);
    if (!frameIsAligned(s, level, row))
      return `maps frame ${firstFrameAt(s, level, row)}, which is no multiple of ${pages}`;
    const kind = isLeafAt(s, level, row) ? 'a leaf' : 'a migration entry';
    return `is ${kind} for ${pagesName(page, page + pages)}, but page ${page} lies in ${vmaName(vma)}`;
  },
});
