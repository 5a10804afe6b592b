/** I-BOUND: mmap() of a device maps all of it or nothing. */
import type { Move, Step } from '../checker/search/index.ts';
import { pagesOf } from '../model/state/geometry.ts';
import { type MmView, Result, Vma, VmaKind } from '../model/state/mm_types.ts';
import { findMappedPage, frameAt, isMapped, isNonRefaultable, isPeerMemory, NONE, vmaAt } from './reading.ts';
import { entryName, outcomeName, pageName, translationName, vmaName } from './wording.ts';

const isMmap = (move: Move): boolean => move.name === 'mmap';

const isFree = (s: MmView, mm: number, page: number): boolean => Vma.kind(vmaAt(s, mm, page)) === VmaKind.none;

/** What has no fault handler that could map it later. */
const isWhole = (vma: Vma): boolean => isNonRefaultable(vma) || isPeerMemory(vma);

/** Whether the frame of the page, which was in the pool, is that of no other page, in no mm. */
const isAlone = (s: MmView, mm: number, page: number): boolean => {
  const frame = frameAt(s, mm, page);
  const isOther = (_: MmView, inMm: number, at: number): boolean =>
    (inMm !== mm || at !== page) && frameAt(s, inMm, at) === frame;
  return findMappedPage(s, isOther) === NONE;
};

/**
 * Whether a page that was free is as mmap() must leave it. Only a VMA without fault handler has to be mapped at
 * once: a driver with a handler may map a part, or nothing, and leave the rest to faults.
 */
const isRight = (after: MmView, mm: number, page: number): boolean => {
  const mapped = isMapped(after, mm, page);
  if (after.result.at(0) !== Result.ok) return !mapped && isFree(after, mm, page);
  const vma = vmaAt(after, mm, page);
  return mapped ? !isPeerMemory(vma) || isAlone(after, mm, page) : !isWhole(vma);
};

/** The first page that mmap() found free and left wrong, as mm * pages + page, or NONE. */
const wrongPage = (before: MmView, after: MmView): number => {
  const pages = pagesOf(before.geometry);
  for (let mm = 0; mm < before.geometry.mms; mm++)
    for (let page = 0; page < pages; page++)
      // What translates where no VMA is has been wrong before.
      if (isFree(before, mm, page) && !isMapped(before, mm, page) && !isRight(after, mm, page))
        return mm * pages + page;
  return NONE;
};

/** An mmap() that failed, or that made a VMA without fault handler. */
const isSubject = (before: MmView, after: MmView): boolean => {
  if (after.result.at(0) !== Result.ok) return true;
  const pages = pagesOf(before.geometry);
  for (let mm = 0; mm < before.geometry.mms; mm++)
    for (let page = 0; page < pages; page++)
      if (isFree(before, mm, page) && isWhole(vmaAt(after, mm, page))) return true;
  return false;
};

export const bound: Step<MmView> = {
  kind: 'step',
  name: 'I-BOUND',
  says: 'mmap() of a VM_PFNMAP VMA without fault handler, or of peer-to-peer memory, maps every page of it, or fails and leaves neither VMA nor mapping. Of peer-to-peer memory each page is another one, which nobody else maps.',
  cites:
    'v7.1 mm/memory.c remap_pfn_range_notrack() (zaps the whole range on error), drivers/pci/p2pdma.c p2pmem_alloc_mmap(); ' +
    'commit 79a61cc3fc04 "mm: avoid leaving partial pfn mappings around in error case" (v6.11)',
  subject: (before, move, after) => isMmap(move) && isSubject(before, after),
  holds: (before, move, after) => !isMmap(move) || wrongPage(before, after) === NONE,
  explain: (before, move, after) => {
    const at = wrongPage(before, after);
    const pages = pagesOf(before.geometry);
    const mm = Math.floor(at / pages);
    const page = at % pages;
    const found = isMapped(after, mm, page)
      ? translationName(after, mm, page)
      : `nothing (${entryName(after, mm, page)})`;
    return (
      `${outcomeName(move.name, after)}: ${pageName(after, at)} is in ${vmaName(vmaAt(after, mm, page))} ` +
      `and translates to ${found}`
    );
  },
};
