/** Who maps a frame, counted page by page of address space: for those who are asked whether others map it, too. */
import { pagesOf } from '../../model/state/hugetlb/geometry.ts';
import type { HugetlbView } from '../../model/state/hugetlb/hugetlb_types.ts';
import { entryAt, folioOf, frameAt, isLeaf, mappedAt, NONE } from './entries.ts';

/** How often the frame is mapped, by all processes. */
const timesMapped = (s: HugetlbView, frame: number): number => {
  let n = 0;
  for (let mm = 0; mm < s.geometry.mms; mm++)
    for (let page = 0; page < pagesOf(s.geometry); page++) if (mappedAt(s, mm, page) === frame) n++;
  return n;
};
const isMappedByOther = (s: HugetlbView, frame: number, mm: number): boolean => {
  for (let other = 0; other < s.geometry.mms; other++) {
    if (other === mm) continue;
    for (let page = 0; page < pagesOf(s.geometry); page++) if (mappedAt(s, other, page) === frame) return true;
  }
  return false;
};

/** Whether an entry of another process names the frame, be it mapped, migrating or broken. */
export const isNamedByOther = (s: HugetlbView, frame: number, mm: number): boolean => {
  for (let other = 0; other < s.geometry.mms; other++) {
    if (other === mm) continue;
    for (let page = 0; page < pagesOf(s.geometry); page++) if (frameAt(s, other, page) === frame) return true;
  }
  return false;
};

/** Whether each page of the leaf that begins at `page` is mapped here, and nowhere else. */
export const isAlone = (s: HugetlbView, mm: number, page: number, size: number): boolean => {
  for (let at = page; at < page + size; at++) if (timesMapped(s, mappedAt(s, mm, at)) !== 1) return false;
  return true;
};
/** Whether another process maps each page of it, too. */
export const isWithOthers = (s: HugetlbView, mm: number, page: number, size: number): boolean => {
  for (let at = page; at < page + size; at++) if (!isMappedByOther(s, mappedAt(s, mm, at), mm)) return false;
  return true;
};

/** Whether the process maps any of the folio, and nobody maps any page of it twice. */
export const isFolioAlone = (s: HugetlbView, folio: number, mm: number): boolean => {
  const { hugepage } = s.geometry;
  let any = false;
  for (let frame = folio * hugepage; frame < (folio + 1) * hugepage; frame++) {
    const times = timesMapped(s, frame);
    if (times > 1 || isMappedByOther(s, frame, mm)) return false;
    any ||= times === 1;
  }
  return any;
};
/** Whether a process besides this one maps all that is mapped of the folio, and something is. */
export const isFolioShared = (s: HugetlbView, folio: number, mm: number): boolean => {
  const { hugepage } = s.geometry;
  let any = false;
  for (let frame = folio * hugepage; frame < (folio + 1) * hugepage; frame++) {
    if (timesMapped(s, frame) === 0) continue;
    if (!isMappedByOther(s, frame, mm)) return false;
    any = true;
  }
  return any;
};

/** Whether a leaf of the range maps the folio. */
export const isMappedIn = (s: HugetlbView, folio: number, mm: number, from: number, to: number): boolean => {
  for (let page = from; page < to; page++) {
    const frame = mappedAt(s, mm, page);
    if (frame !== NONE && isLeaf(entryAt(s, mm, page)) && folioOf(s, frame) === folio) return true;
  }
  return false;
};
