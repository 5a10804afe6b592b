/** H11: what userfaultfd protects stays protected until somebody takes that back. */
import type { Move, Step } from '../../checker/search/index.ts';
import { type HugetlbView, Vma } from '../../model/state/hugetlb/hugetlb_types.ts';
import { RFC2, V2 } from './cites.ts';
import { eachPageOfStep } from './each_page.ts';
import { entryAt, isHwpoison, vmaAt, wpOf } from './entries.ts';
import { cutsFile, isIn } from './moves.ts';
import { entryName, placeName } from './wording.ts';

/** Operations that may set or clear uffd-wp on the pages that they name. */
const CHANGES: ReadonlySet<string> = new Set([
  'userfaultfd_writeprotect',
  'userfaultfd_continue',
  'userfaultfd_copy',
  'userfaultfd_poison',
]);

const mayChange = (move: Move, collapseKeeps: boolean, mm: number, page: number): boolean => {
  if (cutsFile(move)) return true;
  if (CHANGES.has(move.name)) return isIn(move, mm, page);
  return !collapseKeeps && move.name === 'hugetlb_collapse' && isIn(move, mm, page);
};

/** Whether the page is registered, and stays so, and neither is nor becomes broken. */
const staysRegistered = (before: HugetlbView, after: HugetlbView, mm: number, page: number): boolean =>
  Vma.wp(vmaAt(before, mm, page)) === 1 &&
  Vma.wp(vmaAt(after, mm, page)) === 1 &&
  !isHwpoison(entryAt(before, mm, page)) &&
  !isHwpoison(entryAt(after, mm, page));

/** `collapseKeeps`: it is asked of MADV_COLLAPSE, too, which is documented to lose uffd-wp. */
export const uffdWp = (collapseKeeps = false): Step<HugetlbView> =>
  eachPageOfStep({
    name: 'H11',
    says: 'A page that is registered for uffd-wp is protected, or not, as it was: only UFFDIO_WRITEPROTECT and what fills the page (UFFDIO_CONTINUE, UFFDIO_COPY) change that, or what empties the file there, or, as documented, MADV_COLLAPSE.',
    cites: `Documentation/admin-guide/mm/userfaultfd.rst; v7.1 mm/hugetlb.c hugetlb_no_page(), __unmap_hugepage_range(); ${RFC2}, 36/47; ${V2}, 14/46, 46/46 (CONTINUE clears it)`,
    isAbout: () => true,
    asks: (before, move, after, mm, page) =>
      staysRegistered(before, after, mm, page) &&
      !mayChange(move, collapseKeeps, mm, page) &&
      (wpOf(entryAt(before, mm, page)) === 1 || wpOf(entryAt(after, mm, page)) === 1),
    isRight: (before, _move, after, mm, page) => wpOf(entryAt(before, mm, page)) === wpOf(entryAt(after, mm, page)),
    tell: (before, move, after, mm, page) => {
      const was = wpOf(entryAt(before, mm, page)) === 1 ? 'was protected' : 'was not protected';
      return `${placeName(mm, page)} ${was} by userfaultfd: ${entryName(before, mm, page)}; ${move.name} has changed that: ${entryName(after, mm, page)}`;
    },
  });
