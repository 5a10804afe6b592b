/** H11-SET: UFFDIO_WRITEPROTECT does what it says that it has done. */
import type { Move } from '../../checker/search/index.ts';
import { HugePte, type HugetlbView, Vma } from '../../model/state/hugetlb/hugetlb_types.ts';
import { eachPageOfStep } from './each_page.ts';
import { entryAt, isHwpoison, isTable, vmaAt, wpOf } from './entries.ts';
import { isIn, isOk } from './moves.ts';
import { entryName, placeName } from './wording.ts';

const isWriteProtect = ({ name }: Move, after: HugetlbView): boolean =>
  name === 'userfaultfd_writeprotect' && isOk(after);

/** What is broken, or is a marker of UFFDIO_POISON, cannot be written to. */
const canBeProtected = (e: HugePte): boolean => !isHwpoison(e) && !isTable(e) && HugePte.poisoned(e) === 0;

export const writeProtect = eachPageOfStep({
  name: 'H11-SET',
  says: 'After an UFFDIO_WRITEPROTECT that has succeeded every page of its range is protected that can be, also where nothing is mapped; or, where it takes protection back, none is.',
  cites:
    'ioctl_userfaultfd(2): UFFDIO_WRITEPROTECT; fed15f1345dc "mm/hugetlb: pre-allocate pgtable pages for uffd wr-protects"; v7.1 mm/hugetlb.c hugetlb_change_protection()',
  isAbout: isWriteProtect,
  asks: (_before, move, after, mm, page) =>
    isIn(move, mm, page) && Vma.wp(vmaAt(after, mm, page)) === 1 && canBeProtected(entryAt(after, mm, page)),
  isRight: (_before, move, after, mm, page) => (wpOf(entryAt(after, mm, page)) === 1) === (move.args['wp'] === 'on'),
  tell: (_before, move, after, mm, page) => {
    const did = move.args['wp'] === 'on' ? 'protected' : 'taken protection back from';
    return `UFFDIO_WRITEPROTECT says that it has ${did} ${placeName(mm, page)}: ${entryName(after, mm, page)}`;
  },
});
