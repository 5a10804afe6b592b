/** What userfaultfd promises about memory of shmem, which a collapse must not break. */
import type { Move, Step } from '../checker/search/index.ts';
import { pagesOf } from '../model/state/geometry.ts';
import { isUffdMarker, isUffdWp, type MmView, Uffd, Vma, VmaAttributes, VmaKind } from '../model/state/mm_types.ts';
import { cachedFrame } from './file_pages.ts';
import { isIn } from './moves.ts';
import { anyPage, findWrongPage, type OfStep, placeOf } from './pages.ts';
import { attributesAt, frameOfVma, NONE, pteAt, vmaAt } from './reading.ts';
import { pageName, translationName } from './wording.ts';

const uffdOf = (s: MmView, mm: number, page: number): number => VmaAttributes.uffd(attributesAt(s, mm, page));

/** Whether the entry says that user space has protected the page; a leaf says nothing. */
const isProtected = (s: MmView, mm: number, page: number): boolean => {
  const pte = pteAt(s, mm, page);
  return uffdOf(s, mm, page) === Uffd.wp && (isUffdWp(pte) || isUffdMarker(pte));
};

/** Whether the move lifts the protection of the page, or takes the page away. */
const isLifted = (move: Move, mm: number, page: number): boolean => {
  const { name, args } = move;
  if (name === 'munmap') return isIn(move, mm, page);
  if (name === 'exit') return args['mm'] === mm;
  return name === 'UFFDIO_WRITEPROTECT' && args['mm'] === mm && args['page'] === page;
};

const staysProtected: OfStep = (before, move, after, mm, page) =>
  !isProtected(before, mm, page) || isLifted(move, mm, page) || isProtected(after, mm, page);

/** The first page that nothing protects any more, or NONE. */
const barePage = (before: MmView, move: Move, after: MmView): number =>
  findWrongPage(before, move, after, staysProtected);

export const uffdwp: Step<MmView> = {
  kind: 'step',
  name: 'I-UFFDWP',
  says: 'A page that UFFDIO_WRITEPROTECT has protected stays so, by a bit or by a marker, until user space lifts it or unmaps the page.',
  cites:
    'v7.1 mm/khugepaged.c file_backed_vma_is_retractable(), try_collapse_pte_mapped_thp() (SCAN_PTE_UFFD_WP), ' +
    'include/linux/mm_inline.h pte_install_uffd_wp_if_needed(); Documentation/admin-guide/mm/userfaultfd.rst',
  subject: (before) => anyPage(before, isProtected),
  holds: (before, move, after) => barePage(before, move, after) === NONE,
  explain: (before, move, after) => {
    const at = barePage(before, move, after);
    const now = translationName(after, ...placeOf(before, at));
    return `${pageName(before, at)} was protected from writes; after ${move.name} it translates to ${now}, and nothing protects it`;
  },
};

/** Whether a VMA that is registered for missing pages maps page `index` of the file. */
const isAwaited = (s: MmView, index: number): boolean => {
  const pages = pagesOf(s.geometry);
  for (let mm = 0; mm < s.geometry.mms; mm++)
    for (let page = 0; page < pages; page++) {
      if (uffdOf(s, mm, page) !== Uffd.missing) continue;
      const vma = vmaAt(s, mm, page);
      if (Vma.kind(vma) === VmaKind.shmem && frameOfVma(vma, page) === index) return true;
    }
  return false;
};

/** The first page of the file that somebody awaits, that was a hole, and is none; or NONE. */
const filledIndex = (before: MmView, { name }: Move, after: MmView): number => {
  if (name !== 'collapse' || before.geometry.pageCache?.use !== 'shmem') return NONE;
  for (let index = 0; index < before.iPages.rows; index++)
    if (cachedFrame(before, index) === NONE && cachedFrame(after, index) !== NONE && isAwaited(before, index))
      return index;
  return NONE;
};

const anyAwaited = (s: MmView): boolean => {
  if (s.geometry.pageCache?.use !== 'shmem') return false;
  for (let index = 0; index < s.iPages.rows; index++)
    if (cachedFrame(s, index) === NONE && isAwaited(s, index)) return true;
  return false;
};

export const uffdmissing: Step<MmView> = {
  kind: 'step',
  name: 'I-UFFDMISSING',
  says: 'A collapse fills no hole of a file for which somebody is registered: who misses the page waits for user space.',
  cites: 'v7.1 mm/khugepaged.c collapse_file() (userfaultfd_missing()); Documentation/admin-guide/mm/userfaultfd.rst',
  subject: (before) => anyAwaited(before),
  holds: (before, move, after) => filledIndex(before, move, after) === NONE,
  explain: (before, move, after) => {
    const index = filledIndex(before, move, after);
    return `page ${index} of the file was a hole, and user space is to fill it; the collapse gave it frame ${cachedFrame(after, index)}`;
  },
};
