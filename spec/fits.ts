/** I-FITS: a BAR is mapped by a leaf wherever one fits. */
import type { Move, Step } from '../checker/search/index.ts';
import { pudPages } from '../model/state/geometry.ts';
import { type MmView, PmdKind, Pmd, PudKind, Pud, Result, Vma } from '../model/state/mm_types.ts';
import { byPudLeaf, frameOfVma, isPfnmap, pmdAt, pudAt, vmaAt } from './reading.ts';
import { entryName, vmaName } from './wording.ts';

/** Whether the `pages` pages around the page lie in the VMA, from a frame on that a leaf can begin with. */
const fits = (vma: Vma, page: number, pages: number): boolean => {
  const first = page - (page % pages);
  return Vma.start(vma) <= first && first + pages <= Vma.end(vma) && frameOfVma(vma, first) % pages === 0;
};

/** A BAR as vfio maps it; a driver that tracks dirty pages has leaves for reading only. */
const isBar = (vma: Vma): boolean =>
  isPfnmap(vma) && Vma.hugeFault(vma) === 1 && Vma.pfnMkwrite(vma) === 0 && Vma.shared(vma) === 1;

const NO_LEAF = 0;

/** Pages of the leaf that the access is to bring: the largest that fits a slot in which there is nothing. */
const leafAsked = (before: MmView, move: Move, after: MmView): number => {
  if (move.name !== 'handle_mm_fault' || after.result.at(0) !== Result.ok || after.failures.at(0) > 0) return NO_LEAF;
  const [mm, page] = [move.args['mm'] as number, move.args['page'] as number];
  const vma = vmaAt(before, mm, page);
  const { machine, geometry } = before;
  if (!isBar(vma) || !machine.pmdSpecial || !machine.pmdLeaves) return NO_LEAF;
  const pud = Pud.kind(pudAt(before, mm, page));
  if (pud === PudKind.none && machine.pudLeaves && machine.pudSpecial && fits(vma, page, pudPages(geometry)))
    return pudPages(geometry);
  const isFree = pud !== PudKind.leaf && Pmd.kind(pmdAt(before, mm, page)) === PmdKind.none;
  return isFree && fits(vma, page, geometry.ptrsPerPte) ? geometry.ptrsPerPte : NO_LEAF;
};

const isLeaf = (after: MmView, move: Move, pages: number): boolean => {
  const [mm, page] = [move.args['mm'] as number, move.args['page'] as number];
  if (byPudLeaf(after, mm, page)) return true;
  return pages === after.geometry.ptrsPerPte && Pmd.kind(pmdAt(after, mm, page)) === PmdKind.leaf;
};

export const leafFits: Step<MmView> = {
  kind: 'step',
  name: 'I-FITS',
  says: 'The first access to an empty slot of a shared BAR brings the largest leaf that lies in the VMA and has an aligned frame, whichever page of it is touched, and whatever THP policy says.',
  cites:
    'c1d9dac0db16 "vfio/pci: Align huge faults to order" (v6.15); v7.1 drivers/vfio/pci/vfio_pci_core.c is_aligned_for_order(); ' +
    '"mm/huge_memory: bypass THP tuneables for huge pfnmap mappings" (v7.3)',
  subject: (before, move, after) => leafAsked(before, move, after) !== NO_LEAF,
  holds: (before, move, after) => {
    const pages = leafAsked(before, move, after);
    return pages === NO_LEAF || isLeaf(after, move, pages);
  },
  explain: (before, move, after) => {
    const [mm, page] = [move.args['mm'] as number, move.args['page'] as number];
    const pages = leafAsked(before, move, after);
    const found = `page ${page} of ${vmaName(vmaAt(before, mm, page))} is mapped by ${entryName(after, mm, page)}`;
    return `${found}, where a leaf of ${pages} pages fits`;
  },
};
