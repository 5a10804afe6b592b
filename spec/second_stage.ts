/** I-SECOND and I-SLOT: what a guest may access, its process may, and it is in the guest's memory slot. */
import type { Always } from '../checker/search/index.ts';
import { pudPages } from '../model/state/geometry.ts';
import { Level, Spte } from '../model/state/lookups.ts';
import type { MmView } from '../model/state/mm_types.ts';
import { frameAt, NONE, PARENT, protnoneAt, writeAt } from './reading.ts';
import { translationName } from './wording.ts';

/** Pages that a second-stage entry of a level maps. */
export const levelPages = (s: MmView, level: number): number => {
  if (level === Level.PUD) return pudPages(s.geometry);
  return level === Level.PMD ? s.geometry.ptrsPerPte : 1;
};

const isCovered = (s: MmView, page: number, pfn: number, write: number): boolean =>
  frameAt(s, PARENT, page) === pfn &&
  protnoneAt(s, PARENT, page) === 0 &&
  (write === 0 || writeAt(s, PARENT, page) === 1);

/** The first guest page that is mapped otherwise than the process maps it, or NONE. */
const uncovered = (s: MmView): number => {
  for (let row = 0; row < s.spte.rows; row++) {
    const e = s.spte.at(row);
    if (Spte.level(e) === Level.none) continue;
    const pages = levelPages(s, Spte.level(e));
    for (let i = 0; i < pages; i++) if (!isCovered(s, row + i, Spte.pfn(e) + i, Spte.write(e))) return row + i;
  }
  return NONE;
};

const anySpte = (s: MmView): boolean => {
  for (let row = 0; row < s.spte.rows; row++) if (Spte.level(s.spte.at(row)) !== Level.none) return true;
  return false;
};

export const secondStage: Always<MmView> = {
  kind: 'always',
  name: 'I-SECOND',
  says: 'A page that a guest can access translates to the same frame in its process, with at least the same rights.',
  cites:
    'v7.1 virt/kvm/kvm_main.c kvm_mmu_notifier_invalidate_range_start(), include/linux/kvm_host.h mmu_invalidate_retry_gfn()',
  subject: anySpte,
  holds: (s) => uncovered(s) === NONE,
  explain: (s) => {
    const page = uncovered(s);
    let row = page;
    while (row > 0 && Spte.level(s.spte.at(row)) === Level.none) row--;
    return `guest page ${page} is mapped (${Spte.show(s.spte.at(row))}, from guest page ${row} on); in the parent it translates to ${translationName(s, PARENT, page)}`;
  },
};

/** An entry that maps a page behind the slot, or NONE. */
const outside = (s: MmView): number => {
  for (let row = 0; row < s.spte.rows; row++) {
    const level = Spte.level(s.spte.at(row));
    if (level !== Level.none && row + levelPages(s, level) > s.geometry.guestPages) return row;
  }
  return NONE;
};

export const memorySlot: Always<MmView> = {
  kind: 'always',
  name: 'I-SLOT',
  says: 'A second-stage entry maps pages of the memory slot of its guest, and none behind it.',
  cites: 'v7.1 and 6.12.117 include/linux/kvm_host.h (struct kvm_memory_slot)',
  subject: anySpte,
  holds: (s) => outside(s) === NONE,
  explain: (s) => {
    const row = outside(s);
    return `guest page ${row} is mapped ${Spte.show(s.spte.at(row))}; the slot has ${s.geometry.guestPages} pages`;
  },
};
