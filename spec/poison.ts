/** I-POISON: memory that is known to be broken is mapped by nobody, and is never given out again. */
import type { Move, Step } from '../checker/search/index.ts';
import { DEVICE_FRAMES } from '../model/state/geometry.ts';
import { Hwpoison } from '../model/state/memmap.ts';
import { isHwpoisonPte, type MmView, Pte } from '../model/state/mm_types.ts';
import { type Census, censusOf } from './census.ts';
import { folioName, folioOf, isBroken, isFree, pageInFolio, pagesOfFolio, rowOf } from './folios.ts';
import { NONE } from './reading.ts';

/** Whether anything but a hwpoison entry names the page, or the folio that it is a part of. */
const isMapped = (s: MmView, c: Census, row: number): boolean => {
  const folio = folioOf(s, row);
  const leaves = pagesOfFolio(s, folio) > 1 ? c.leaves[folio]! + c.hugeEntries[folio]! : 0;
  return c.ptes[row]! + c.entries[row]! + leaves > 0;
};

/** The first page that has been isolated, and is mapped; or NONE. */
const mappedRow = (s: MmView): number => {
  const c = censusOf(s);
  for (let row = 0; row < s.hwpoison.rows; row++)
    if (s.hwpoison.at(row) === Hwpoison.isolated && isMapped(s, c, row)) return row;
  return NONE;
};

/** The first page that was free, known to be broken, and is in use again; or NONE. */
const reusedRow = (before: MmView, after: MmView): number => {
  for (let row = 0; row < after.hwpoison.rows; row++)
    if (isBroken(before, row) && isFree(before, row) && !isFree(after, row)) return row;
  return NONE;
};

/** The first PTE that says of a page that it is broken, which it is not; or NONE. */
const wrongEntry = (s: MmView): number => {
  for (let row = 0; row < s.pte.rows; row++) {
    const pte = s.pte.at(row);
    const page = isHwpoisonPte(pte) ? rowOf(Pte.pfn(pte)) : NONE;
    if (page === NONE) continue;
    if (!isBroken(s, page)) return row;
  }
  return NONE;
};

const anyBroken = (s: MmView): boolean => {
  for (let row = 0; row < s.hwpoison.rows; row++) if (isBroken(s, row)) return true;
  return wrongEntry(s) !== NONE;
};

const explain = (before: MmView, { name }: Move, after: MmView): string => {
  const reused = reusedRow(before, after);
  if (reused !== NONE) return `${name} gives out ${pageInFolio(after, reused)}, which is known to be broken`;
  const mapped = mappedRow(after);
  if (mapped !== NONE) return `after ${name} ${folioName(after, folioOf(after, mapped))}, which is isolated, is mapped`;
  const pte = after.pte.at(wrongEntry(after));
  return `after ${name} a hwpoison entry names frame ${rowOf(Pte.pfn(pte)) + DEVICE_FRAMES}, which is not broken`;
};

export const poison: Step<MmView> = {
  kind: 'step',
  name: 'I-POISON',
  says: 'A page that memory_failure() has isolated is mapped by nobody, and one that is known to be broken, and free, is not given out again. A hwpoison entry names a page that is broken.',
  cites:
    'v7.1 mm/memory-failure.c hwpoison_user_mappings(), me_pagecache_clean(), mm/page_alloc.c free_pages_prepare(), check_new_pages(), ' +
    'mm/rmap.c try_to_unmap_one() (TTU_HWPOISON), try_to_migrate_one(); Documentation/mm/hwpoison.rst',
  subject: (_before, _move, after) => anyBroken(after),
  holds: (before, _move, after) =>
    reusedRow(before, after) === NONE && mappedRow(after) === NONE && wrongEntry(after) === NONE,
  explain,
};
