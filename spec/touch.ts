/** I-TOUCH: what a BAR maps does not depend on the order in which its pages are touched. */
import type { Move, Step } from '../checker/search/index.ts';
import { type MmView, Vma } from '../model/state/mm_types.ts';
import { findWrongPage, placeOf } from './pages.ts';
import { frameAt, frameOfVma, isCow, isPfnmap, NONE, vmaAt, writeAt } from './reading.ts';
import { pageName, translationName, vmaName } from './wording.ts';

const isTouch = ({ name }: Move): boolean => name === 'handle_mm_fault' || name === 'pin_user_pages';

/** A driver brings its pages. */
const isFaulted = (vma: Vma): boolean => isPfnmap(vma) && Vma.fault(vma) === 1;

const isTouched = ({ args }: Move, mm: number, page: number): boolean => args['mm'] === mm && args['page'] === page;

/**
 * Each touch adds what any other would add, and takes nothing away but what a touch brings back as it was: then all orders end alike.
 * A page that is mapped anew is the frame that the VMA names, or the copy that a write to it has made; one that was mapped keeps its
 * frame, and its right to write, as long as it is mapped.
 */
const isRight = (before: MmView, move: Move, after: MmView, mm: number, page: number): boolean => {
  const vma = vmaAt(before, mm, page);
  const [was, is] = [frameAt(before, mm, page), frameAt(after, mm, page)];
  if (is === NONE || !isFaulted(vma)) return true;
  if (isTouched(move, mm, page) && isCow(vma)) return true;
  if (was === NONE) return is === frameOfVma(vma, page);
  return was === is && writeAt(before, mm, page) <= writeAt(after, mm, page);
};

const wrongPage = (before: MmView, move: Move, after: MmView): number => findWrongPage(before, move, after, isRight);

const anyPfnmap = (s: MmView): boolean => {
  for (let row = 0; row < s.vma.rows; row++) if (isFaulted(s.vma.at(row))) return true;
  return false;
};

export const touch: Step<MmView> = {
  kind: 'step',
  name: 'I-TOUCH',
  says: 'An access to a page of a VM_PFNMAP VMA changes neither the frame nor the right to write of a page that stays mapped, and what it maps besides are the frames that the VMA names: in which order pages are touched decides at most how large the leaves are.',
  cites:
    'v7.1 drivers/vfio/pci/vfio_pci_core.c vfio_pci_mmap_huge_fault() (the frame comes from the address alone), mm/huge_memory.c ' +
    'insert_pmd(), insert_pud() (what is there already stays)',
  subject: (before, move) => isTouch(move) && anyPfnmap(before),
  holds: (before, move, after) => !isTouch(move) || wrongPage(before, move, after) === NONE,
  explain: (before, move, after) => {
    const at = wrongPage(before, move, after);
    const [mm, page] = placeOf(before, at);
    const was = `${pageName(before, at)} in ${vmaName(vmaAt(before, mm, page))} was ${translationName(before, mm, page)}`;
    return `${was}; after an access to page ${move.args['page'] as number} it is ${translationName(after, mm, page)}`;
  },
};
