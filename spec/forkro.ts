/** I-FORKRO: fork() takes the right to write from private pages, and nothing at all from shared ones. */
import type { Move, Step } from '../checker/search/index.ts';
import { pagesOf } from '../model/state/geometry.ts';
import { type MmView, Result, Vma, VmaKind } from '../model/state/mm_types.ts';
import {
  frameAt,
  isCow,
  isMapped,
  isPeerMemory,
  isPfnmap,
  migratingAt,
  newMm,
  NONE,
  PARENT,
  sameEntries,
  specialAt,
  vmaAt,
  writeAt,
  youngAt,
} from './reading.ts';
import { entryName, translationName, vmaName } from './wording.ts';

const isFork = (move: Move, before: MmView, after: MmView): boolean =>
  move.name === 'fork' && after.result.at(0) === Result.ok && newMm(before, after) !== NONE;

const isShared = (vma: Vma): boolean => Vma.kind(vma) !== VmaKind.none && Vma.shared(vma) === 1;

/** Whether fork() finds something of the parent here that it must keep, or protect. */
const concerns = (before: MmView, page: number): boolean => {
  const vma = vmaAt(before, PARENT, page);
  if (isMapped(before, PARENT, page)) return isCow(vma) || isShared(vma) || isCopied(before, page);
  return isShared(vma) && migratingAt(before, PARENT, page) !== NONE;
};

/**
 * Whether the child has the VMA, and the page is special in VM_PFNMAP or VM_MIXEDMAP, or one of a PCI BAR, which no fault
 * brings back: then it is copied.
 */
const isCopied = (before: MmView, page: number): boolean => {
  const vma = vmaAt(before, PARENT, page);
  const kept = isPfnmap(vma) || Vma.mixedmap(vma) === 1;
  const copied = isPeerMemory(vma) || (kept && specialAt(before, PARENT, page) === 1);
  return copied && Vma.dontcopy(vma) === 0;
};

/** What the child has of it is the same, and it has not been at it. */
const isCopy = (before: MmView, after: MmView, child: number, page: number): boolean =>
  frameAt(after, child, page) === frameAt(before, PARENT, page) &&
  specialAt(after, child, page) === specialAt(before, PARENT, page) &&
  youngAt(after, child, page) === 0;

/**
 * In a shared mapping the child may lack what need not be copied, for a fault brings it back; what it has, it may write as
 * the parent.
 */
const isRight = (before: MmView, after: MmView, child: number, page: number): boolean => {
  const childMaps = isMapped(after, child, page);
  if (isCopied(before, page) && !isCopy(before, after, child, page)) return false;
  if (isShared(vmaAt(before, PARENT, page))) {
    const keptByParent = sameEntries(before, after, PARENT, page);
    return keptByParent && (!childMaps || writeAt(after, child, page) === writeAt(before, PARENT, page));
  }
  // A page that may be pinned is copied for the child; each may write to its own.
  if (!childMaps || frameAt(after, child, page) !== frameAt(after, PARENT, page)) return true;
  return writeAt(after, PARENT, page) === 0 && writeAt(after, child, page) === 0;
};

/** The first page that fork() got wrong, or NONE. */
const wrongPage = (before: MmView, after: MmView): number => {
  const pages = pagesOf(before.geometry);
  const child = newMm(before, after);
  for (let page = 0; page < pages; page++)
    if (concerns(before, page) && !isRight(before, after, child, page)) return page;
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
  says: 'fork() changes no entry of the parent in a shared mapping, and gives the child the same right to write there. What is special in VM_PFNMAP or VM_MIXEDMAP, and peer-to-peer memory, the child maps as well, not accessed yet. A private page that both map after it is writable in neither.',
  cites:
    'v7.1 mm/huge_memory.c copy_huge_pmd(), copy_huge_pud(), mm/memory.c __copy_present_ptes() (is_cow_mapping(): ' +
    'wrprotect), copy_nonpresent_pte(), vma_needs_copy(); until v6.11 copy_huge_pud() took the right to write from shared leaves too',
  subject: (before, move, after) => isFork(move, before, after) && anyConcern(before),
  holds: (before, move, after) => !isFork(move, before, after) || wrongPage(before, after) === NONE,
  explain: (before, _move, after) => {
    const page = wrongPage(before, after);
    const child = newMm(before, after);
    const vma = vmaAt(before, PARENT, page);
    const had = `page ${page} in ${vmaName(vma)} was ${translationName(before, PARENT, page)}`;
    const has = `the parent has ${translationName(after, PARENT, page)}, the child ${translationName(after, child, page)}`;
    const changed = isShared(vma) && !sameEntries(before, after, PARENT, page);
    return `${had}; after fork ${has}${changed ? `; the parent's entry, ${entryName(before, PARENT, page)}, has changed` : ''}`;
  },
};
