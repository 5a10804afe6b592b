/** What MADV_COLLAPSE works on: spans of a range, each as large as a leaf could be that begins there and ends within it. */
import { Folio, HugePte, type HugetlbView } from '../../model/state/hugetlb/hugetlb_types.ts';
import {
  cachedAt,
  entryAt,
  filePage,
  frameAt,
  isLeaf,
  isSame,
  isWritable,
  NONE,
  spanAt,
  vmaAt,
  wpOf,
} from './entries.ts';
import { type HgmKeptAt, isEnabled } from './gate.ts';

/** The size of the span that begins at `page` of a range that ends at `end`. */
export const spanFrom = ({ geometry: { hugepage, smaller } }: HugetlbView, page: number, end: number): number => {
  if (page % hugepage === 0 && page + hugepage <= end) return hugepage;
  for (let i = 0; i < smaller.length; i++) {
    const size = smaller[i]!;
    if (page % size === 0 && page + size <= end) return size;
  }
  return 1;
};

/** Whether there is a table where the span could have one entry, in a VMA in which high granularity is enabled. */
export const isSplit = (s: HugetlbView, keptAt: HgmKeptAt, mm: number, page: number, size: number): boolean =>
  isEnabled(vmaAt(s, mm, page), keptAt) && spanAt(s, mm, page) < size;

/** Whether all pages of the span have what they had. */
export const isOld = (before: HugetlbView, after: HugetlbView, mm: number, page: number, size: number): boolean => {
  for (let at = page; at < page + size; at++) if (!isSame(before, mm, at, after, mm, at)) return false;
  return true;
};

/** The folio that the span is to be mapped to, or NONE. */
export const folioFor = (s: HugetlbView, mm: number, page: number): number => cachedAt(s, vmaAt(s, mm, page), page);
export const isBroken = (s: HugetlbView, folio: number): boolean =>
  folio !== NONE && Folio.hwpoison(s.folio.at(folio)) === 1;

/** Whether one entry has taken the place of the table: a leaf of what the page cache has, or none if it has nothing. */
export const isNew = (before: HugetlbView, after: HugetlbView, mm: number, page: number, size: number): boolean => {
  if (spanAt(after, mm, page) !== size) return false;
  const folio = folioFor(before, mm, page);
  const e = entryAt(after, mm, page);
  if (folio === NONE) return e === 0;
  const { hugepage } = before.geometry;
  const vma = vmaAt(before, mm, page);
  if (!isLeaf(e) || frameAt(after, mm, page) !== folio * hugepage + (filePage(vma, page) % hugepage)) return false;
  return wpOf(e) === 0 && HugePte.write(e) === (isWritable(vma) ? 1 : 0);
};
