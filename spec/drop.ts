/** I-DROP and I-RESERVE: an operation on a part of a leaf leaves the rest of it mapped. */
import type { Move, Step } from '../checker/search/index.ts';
import { pagesOf } from '../model/state/geometry.ts';
import { type MmView, Result, Vma, VmaKind } from '../model/state/mm_types.ts';
import { isIn } from './moves.ts';
import { frameAt, isPfnmap, NONE, vmaAt } from './reading.ts';
import { entryName, pageName, translationName, vmaName } from './wording.ts';

/** What names pages of address space, and is to change those alone. */
const isPartial = ({ name }: Move): boolean =>
  name === 'munmap' || name === 'mprotect' || name === 'madvise' || name === 'handle_mm_fault' || name === 'fork';

/** Whether the operation is about this very page. */
const isNamed = (move: Move, mm: number, page: number): boolean => {
  switch (move.name) {
    case 'fork':
      return false;
    case 'handle_mm_fault':
      return move.args['mm'] === mm && move.args['page'] === page;
    default:
      return isIn(move, mm, page);
  }
};

/** The first page, as mm * pages + page, that the operation was not about and that it has unmapped; or NONE. */
const droppedPage = (before: MmView, move: Move, after: MmView): number => {
  const pages = pagesOf(before.geometry);
  for (let mm = 0; mm < before.geometry.mms; mm++)
    for (let page = 0; page < pages; page++) {
      const was = frameAt(before, mm, page);
      if (was === NONE || frameAt(after, mm, page) === was || isNamed(move, mm, page)) continue;
      if (isPfnmap(vmaAt(before, mm, page)) && Vma.kind(vmaAt(after, mm, page)) !== VmaKind.none)
        return mm * pages + page;
    }
  return NONE;
};

const anyMapped = (before: MmView): boolean => {
  for (let row = 0; row < before.vma.rows; row++) if (isPfnmap(before.vma.at(row))) return true;
  return false;
};

const isAsked = (move: Move, after: MmView): boolean => isPartial(move) && after.result.at(0) === Result.ok;

const keepsRest = (name: string, says: string, short: boolean): Step<MmView> => {
  const asked = (move: Move, after: MmView): boolean => isAsked(move, after) && after.failures.at(0) > 0 === short;
  return {
    kind: 'step',
    name,
    says,
    cites:
      'v7.1 mm/huge_memory.c __split_huge_pmd_locked(), __split_huge_pud_locked() (the leaf is cleared: a fault brings the rest back)',
    subject: (before, move, after) => asked(move, after) && anyMapped(before),
    holds: (before, move, after) => !asked(move, after) || droppedPage(before, move, after) === NONE,
    explain: (before, move, after) => {
      const at = droppedPage(before, move, after);
      const pages = pagesOf(before.geometry);
      const [mm, page] = [Math.trunc(at / pages), at % pages];
      const was = `${pageName(before, at)} in ${vmaName(vmaAt(before, mm, page))} was ${translationName(before, mm, page)}`;
      return `${was} (${entryName(before, mm, page)}); after ${move.name} it is ${translationName(after, mm, page)}`;
    },
  };
};

export const drop = keepsRest(
  'I-DROP',
  'munmap(), mprotect(), madvise(), fork() and accesses leave those pages of a VM_PFNMAP VMA mapped that they are not about. Asked only of a kernel that splits leaves into smaller ones.',
  false,
);

export const reserve = keepsRest(
  'I-RESERVE',
  'They do so even where an allocation fails: a split finds its table in reserve. Asked where I-DROP is.',
  true,
);
