/** I-FORKRO: fork() takes the right to write from private pages, and from no shared device page. */
import type { Move, Step } from '../checker/search/index.ts';
import { pagesOf } from '../model/state/geometry.ts';
import { type MmView, Result, Vma } from '../model/state/mm_types.ts';
import { CHILD, isCow, isMapped, isPfnmap, NONE, PARENT, vmaAt, writeAt } from './reading.ts';
import { translationName, vmaName } from './wording.ts';

const isFork = (move: Move, after: MmView): boolean => move.name === 'fork' && after.result.at(0) === Result.ok;

const isSharedPfnmap = (vma: Vma): boolean => isPfnmap(vma) && Vma.shared(vma) === 1;

/** Whether fork() must keep or take the right to write to this page of the parent. */
const concerns = (before: MmView, page: number): boolean => {
  if (!isMapped(before, PARENT, page)) return false;
  const vma = vmaAt(before, PARENT, page);
  return isSharedPfnmap(vma) || isCow(vma);
};

const isRight = (before: MmView, after: MmView, page: number): boolean => {
  const parent = writeAt(after, PARENT, page);
  const child = writeAt(after, CHILD, page);
  if (isCow(vmaAt(before, PARENT, page))) return parent === 0 && child === 0;
  const was = writeAt(before, PARENT, page);
  return parent === was && (child === was || !isMapped(after, CHILD, page));
};

/** The first page whose write permission fork() got wrong, or NONE. */
const wrongPage = (before: MmView, after: MmView): number => {
  const pages = pagesOf(before.geometry);
  for (let page = 0; page < pages; page++) if (concerns(before, page) && !isRight(before, after, page)) return page;
  return NONE;
};

const anyConcern = (before: MmView): boolean => {
  const pages = pagesOf(before.geometry);
  for (let page = 0; page < pages; page++) if (concerns(before, page)) return true;
  return false;
};

export const forkro: Step<MmView> = {
  kind: 'step',
  name: 'I-FORKRO',
  says: 'fork() keeps a shared VM_PFNMAP page writable in parent and child, and leaves no page of a CoW VMA writable in either.',
  cites:
    'v7.1 mm/huge_memory.c copy_huge_pmd(), mm/memory.c __copy_present_ptes() (is_cow_mapping(): ptep_set_wrprotect())',
  subject: (before, move, after) => isFork(move, after) && anyConcern(before),
  holds: (before, move, after) => !isFork(move, after) || wrongPage(before, after) === NONE,
  explain: (before, _move, after) => {
    const page = wrongPage(before, after);
    return (
      `page ${page} in ${vmaName(vmaAt(before, PARENT, page))} was ${translationName(before, PARENT, page)}; ` +
      `after fork the parent has ${translationName(after, PARENT, page)}, the child ${translationName(after, CHILD, page)}`
    );
  },
};
