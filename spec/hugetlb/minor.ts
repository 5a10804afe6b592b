/** H19: user space says when a page may be seen that the page cache has already. */
import type { Move, Step } from '../../checker/search/index.ts';
import { HugePte, HugePteKind, type HugetlbView, Vma } from '../../model/state/hugetlb/hugetlb_types.ts';
import { RFC2 } from './cites.ts';
import { eachPageOfStep } from './each_page.ts';
import { cachedAt, entryAt, isLeaf, NONE, vmaAt } from './entries.ts';
import { isIn } from './moves.ts';
import { entryName } from './wording.ts';

const FILLS: ReadonlySet<string> = new Set(['userfaultfd_continue', 'userfaultfd_copy', 'userfaultfd_poison']);

const mayFill = (move: Move, collapseKeeps: boolean, mm: number, page: number): boolean =>
  (FILLS.has(move.name) || (!collapseKeeps && move.name === 'hugetlb_collapse')) && isIn(move, mm, page);

const isFaultAt = ({ name, args }: Move, mm: number, page: number): boolean =>
  name === 'hugetlb_fault' && args['mm'] === mm && args['page'] === page;

/** Whether the page is registered for minor faults, before and after, is in the page cache, and is not mapped. */
const isWaiting = (before: HugetlbView, after: HugetlbView, mm: number, page: number): boolean => {
  const vma = vmaAt(before, mm, page);
  if (Vma.minor(vma) === 0 || Vma.minor(vmaAt(after, mm, page)) === 0) return false;
  const kind = HugePte.kind(entryAt(before, mm, page));
  return (kind === HugePteKind.none || kind === HugePteKind.marker) && cachedAt(before, vma, page) !== NONE;
};

/** `collapseKeeps`: it is asked of MADV_COLLAPSE, too, which is documented to fill holes. */
export const minor = (collapseKeeps = false): Step<HugetlbView> =>
  eachPageOfStep({
    name: 'H19',
    says: 'A page that is registered for minor faults and is in the page cache gets mapped only by UFFDIO_CONTINUE or UFFDIO_COPY of it, or, as documented, by MADV_COLLAPSE of what it is in.',
    cites: `Documentation/admin-guide/mm/userfaultfd.rst (minor faults); v7.1 mm/hugetlb.c hugetlb_no_page(); ${RFC2}, 36/47 (holes are filled as by UFFDIO_CONTINUE)`,
    isAbout: () => true,
    asks: (before, move, after, mm, page) =>
      isWaiting(before, after, mm, page) && (isLeaf(entryAt(after, mm, page)) || isFaultAt(move, mm, page)),
    isRight: (_before, move, after, mm, page) =>
      !isLeaf(entryAt(after, mm, page)) || mayFill(move, collapseKeeps, mm, page),
    tell: (before, move, after, mm, page) =>
      `${entryName(before, mm, page)}, and waits for UFFDIO_CONTINUE; after ${move.name} ${entryName(after, mm, page)}`,
  });
