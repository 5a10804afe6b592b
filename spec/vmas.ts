/** I-VMA: an address belongs to one VMA at most. */
import type { Always } from '../checker/search/index.ts';
import { pagesOf } from '../model/state/geometry.ts';
import { type MmView, Vma, VmaKind } from '../model/state/mm_types.ts';
import { party } from '../model/state/party.ts';
import { NONE } from './reading.ts';
import { pagesName, vmaName } from './wording.ts';

const isUsed = (vma: Vma): boolean => Vma.kind(vma) !== VmaKind.none;

const isRange = (s: MmView, vma: Vma): boolean => Vma.start(vma) < Vma.end(vma) && Vma.end(vma) <= pagesOf(s.geometry);

/** The row of another VMA of the same mm that covers a page of the one in `row`, or NONE. */
const overlapping = (s: MmView, row: number): number => {
  const { vmas } = s.geometry;
  const vma = s.vma.at(row);
  for (let other = row - (row % vmas); other < row; other++) {
    const one = s.vma.at(other);
    if (isUsed(one) && Vma.start(one) < Vma.end(vma) && Vma.start(vma) < Vma.end(one)) return other;
  }
  return NONE;
};

/** The first row with a VMA that is no range of pages, or overlaps an earlier one; or NONE. */
const wrongRow = (s: MmView): number => {
  for (let row = 0; row < s.vma.rows; row++) {
    const vma = s.vma.at(row);
    if (isUsed(vma) && (!isRange(s, vma) || overlapping(s, row) !== NONE)) return row;
  }
  return NONE;
};

const anyVma = (s: MmView): boolean => {
  for (let row = 0; row < s.vma.rows; row++) if (isUsed(s.vma.at(row))) return true;
  return false;
};

export const vmas: Always<MmView> = {
  kind: 'always',
  name: 'I-VMA',
  says: 'A VMA has at least one page, ends within the address space, and shares no page with another of its mm.',
  cites: 'v7.1 mm/vma.c validate_mm() (CONFIG_DEBUG_VM_MAPLE_TREE), __split_vma(), commit_merge()',
  subject: anyVma,
  holds: (s) => wrongRow(s) === NONE,
  explain: (s) => {
    const row = wrongRow(s);
    const vma = s.vma.at(row);
    const who = party(Math.trunc(row / s.geometry.vmas));
    if (!isRange(s, vma)) return `${who} has ${vmaName(vma)}, which is no range of pages`;
    const other = s.vma.at(overlapping(s, row));
    const shared = pagesName(Math.max(Vma.start(vma), Vma.start(other)), Math.min(Vma.end(vma), Vma.end(other)));
    return `${who} ${shared}: of both ${vmaName(other)} and ${vmaName(vma)}`;
  },
};
