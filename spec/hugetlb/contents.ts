/** What whoever reads memory of hugetlb finds there, as spec/observed/contents.ts has it: the page of a file, or who has it as well. */
import { FRAME_MAX, pagesOf } from '../../model/state/hugetlb/geometry.ts';
import { HugePte, HugePteKind, type HugetlbView, Pin } from '../../model/state/hugetlb/hugetlb_types.ts';
import { entryAt, folioOf, frameAt, isHwpoison, NONE } from './entries.ts';
import { party } from './wording.ts';

export const NOTHING = 0;
const BROKEN = 1;
const FREE = 2;
const NO_MEMORY = 3;
const CLASS = ['nothing', 'broken memory', 'memory that is free', 'no memory of the pool'];
/** From here on memory that goes by who has it first, or by its page in a file. */
const OWNED = 4;
const OF_FILE = OWNED + FRAME_MAX + 1;

/** The first page of address space that has it, as mm * pages + page, or a number behind them all. */
const firstOwner = (s: HugetlbView, frame: number): number => {
  const pages = pagesOf(s.geometry);
  const places = s.geometry.mms * pages;
  for (let at = 0; at < places; at++) if (frameAt(s, Math.trunc(at / pages), at % pages) === frame) return at;
  return places;
};

/** The row of the page cache that has the folio, or NONE. */
const cacheRow = (s: HugetlbView, folio: number): number => {
  for (let row = 0; row < s.cache.rows; row++) if (s.cache.at(row) === folio + 1) return row;
  return NONE;
};

/** A code of what is in a frame. */
export const contentOf = (s: HugetlbView, frame: number): number => {
  const folio = folioOf(s, frame);
  if (folio >= s.folio.rows) return NO_MEMORY;
  const row = cacheRow(s, folio);
  if (row !== NONE) return OF_FILE + row * s.geometry.hugepage + (frame % s.geometry.hugepage);
  return s.folio.at(folio) === 0 ? FREE : OWNED + firstOwner(s, frame);
};

/** What an access to a page comes to find, now or when its migration is over. */
export const contentAt = (s: HugetlbView, mm: number, page: number): number => {
  const e = entryAt(s, mm, page);
  if (isHwpoison(e) || (HugePte.kind(e) === HugePteKind.marker && HugePte.poisoned(e) === 1)) return BROKEN;
  const frame = frameAt(s, mm, page);
  return frame === NONE ? NOTHING : contentOf(s, frame);
};

export const pinnedContent = (s: HugetlbView, row: number): number => {
  const pin = s.pin.at(row);
  return Pin.taken(pin) === 1 ? contentOf(s, Pin.pfn(pin)) : NOTHING;
};

/** Codes in words, for states of this shape. */
export const contentName =
  ({ geometry: g }: HugetlbView) =>
  (code: number): string => {
    const filePages = g.fileHugepages * g.hugepage;
    if (code >= OF_FILE)
      return `page ${(code - OF_FILE) % filePages} of file ${Math.trunc((code - OF_FILE) / filePages)}`;
    if (code < OWNED) return CLASS[code]!;
    const at = code - OWNED;
    const mm = Math.trunc(at / pagesOf(g));
    return mm < g.mms ? `memory of ${party(mm)} page ${at % pagesOf(g)}` : 'memory that nobody maps';
  };
