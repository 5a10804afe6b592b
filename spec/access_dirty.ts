/** I-AD: what has been written through an entry is not forgotten when the mapping changes. */
import type { Move, Step } from '../checker/search/index.ts';
import type { LeafLevel } from '../model/formats/pgtable.ts';
import { pudPages } from '../model/state/geometry.ts';
import { Page } from '../model/state/memmap.ts';
import type { MmView } from '../model/state/mm_types.ts';
import { levelAt, wordName } from './exact.ts';
import { folioName, folioOf, rowOf } from './folios.ts';
import { movedTo } from './moves.ts';
import { anyPage, findWrongPage, placeOf } from './pages.ts';
import { dirtyAt, frameAt, isDeviceFrame, NONE, useOf } from './reading.ts';
import { pageName, translationName } from './wording.ts';

/** Operations that change entries and are not to clean them. */
const CHANGES = new Set(['mprotect', 'munmap', 'mremap', 'fork']);

const isDirty = (s: MmView, mm: number, page: number): boolean => dirtyAt(s, mm, page) === 1;

const pagesOfLevel = ({ geometry }: MmView, level: LeafLevel): number => {
  if (level === 'pud') return pudPages(geometry);
  return level === 'pmd' ? geometry.ptrsPerPte : 1;
};

/** Whether the folio of a frame of memory is known to be written to. */
const isFolioDirty = (s: MmView, frame: number): boolean =>
  useOf(s, frame) !== undefined && Page.dirty(s.page.at(folioOf(s, rowOf(frame)))) === 1;

/** Whether the page, or one of those that its leaf has mapped with it, is dirty. */
const isDirtyOfLeaf = (before: MmView, move: Move, after: MmView, mm: number, page: number): boolean => {
  const pages = pagesOfLevel(before, levelAt(before, mm, page));
  const first = page - (page % pages);
  for (let each = first; each < first + pages; each++) if (isDirty(after, mm, movedTo(move, mm, each))) return true;
  return false;
};

const isKept = (before: MmView, move: Move, after: MmView, mm: number, page: number): boolean => {
  if (!isDirty(before, mm, page)) return true;
  const frame = frameAt(before, mm, page);
  const to = movedTo(move, mm, page);
  if (frameAt(after, mm, to) !== frame || isDirty(after, mm, to)) return true;
  // Frames of a device have no folio to remember it, and a driver may ask each of them.
  return !isDeviceFrame(frame) && (isFolioDirty(after, frame) || isDirtyOfLeaf(before, move, after, mm, page));
};

const forgotten = (before: MmView, move: Move, after: MmView): number => findWrongPage(before, move, after, isKept);

export const accessDirty: Step<MmView> = {
  kind: 'step',
  name: 'I-AD',
  says: 'A page whose entry was dirty is so after mprotect(), munmap(), mremap() and fork(), as long as the same frame is mapped: of a device each page, of memory one page of the former leaf, or else its folio.',
  cites: 'v7.1 mm/huge_memory.c change_huge_pmd(), __split_huge_pmd_locked()',
  subject: (before, move) => before.exact !== undefined && CHANGES.has(move.name) && anyPage(before, isDirty),
  holds: (before, move, after) =>
    before.exact === undefined || !CHANGES.has(move.name) || forgotten(before, move, after) === NONE,
  explain: (before, move, after) => {
    const at = forgotten(before, move, after);
    const [mm, page] = placeOf(before, at);
    const frame = frameAt(before, mm, page);
    const what = isDeviceFrame(frame) ? `frame ${frame}` : folioName(after, folioOf(after, rowOf(frame)));
    const is = `${translationName(after, mm, movedTo(move, mm, page))}, not dirty`;
    const words = `${wordName(before, mm, page)} before, and ${wordName(after, mm, movedTo(move, mm, page))} now`;
    return `${pageName(before, at)} maps ${what}, and was dirty; after ${move.name} it is ${is}: ${words}`;
  },
};
