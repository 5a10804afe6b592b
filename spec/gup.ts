/** I-GUP: what GUP may take. */
import type { Move, Step } from '../checker/search/index.ts';
import { pagesOf } from '../model/state/geometry.ts';
import { type MmView, Pin, Prot, Vma, VmaKind } from '../model/state/mm_types.ts';
import { party } from '../model/state/party.ts';
import { frameAt, isPfnmap, NONE, sameEntries, useOf, vmaAt } from './reading.ts';
import { pageName, translationName, vmaName } from './wording.ts';

const isGup = ({ name }: Move): boolean => name === 'pin_user_pages' || name === 'get_user_pages';

const isNew = (before: MmView, after: MmView, row: number): boolean =>
  Pin.taken(before.pin.at(row)) === 0 && Pin.taken(after.pin.at(row)) === 1;

/** Whether the VMA lets the page be taken. `longTerm`: for as long as user space likes. */
const isAllowed = (vma: Vma, write: boolean, longTerm: boolean): boolean => {
  if (Vma.kind(vma) === VmaKind.none || isPfnmap(vma) || Vma.prot(vma) === Prot.NONE) return false;
  if (!write) return true;
  const isTracked = Vma.kind(vma) === VmaKind.file && Vma.shared(vma) === 1;
  return Vma.prot(vma) === Prot.RW && !(longTerm && isTracked);
};

const isRightPin = (before: MmView, move: Move, after: MmView, row: number): boolean => {
  const pin = after.pin.at(row);
  const [mm, page] = [Pin.mm(pin), Pin.page(pin)];
  const longTerm = move.args['how'] === 'long-term pin';
  if (useOf(after, Pin.pfn(pin)) === 'p2pdma' && move.args['how'] !== 'P2PDMA pin') return false;
  return (
    isAllowed(vmaAt(before, mm, page), Pin.write(pin) === 1, longTerm) && frameAt(after, mm, page) === Pin.pfn(pin)
  );
};

/** The first row that should not have been taken, or NONE. */
const wrongPin = (before: MmView, move: Move, after: MmView): number => {
  for (let row = 0; row < after.pin.rows; row++)
    if (isNew(before, after, row) && !isRightPin(before, move, after, row)) return row;
  return NONE;
};

/** The first page, as mm * pages + page, of VM_PFNMAP whose entries have changed; or NONE. */
const touchedPage = (before: MmView, after: MmView): number => {
  const pages = pagesOf(before.geometry);
  for (let mm = 0; mm < before.geometry.mms; mm++)
    for (let page = 0; page < pages; page++)
      if (isPfnmap(vmaAt(before, mm, page)) && !sameEntries(before, after, mm, page)) return mm * pages + page;
  return NONE;
};

const explain = (before: MmView, move: Move, after: MmView): string => {
  const row = wrongPin(before, move, after);
  if (row === NONE) return `${move.name} has changed the entry of ${pageName(after, touchedPage(before, after))}`;
  const pin = after.pin.at(row);
  const [mm, page] = [Pin.mm(pin), Pin.page(pin)];
  return (
    `${party(mm)} has got frame ${Pin.pfn(pin)} for ${Pin.write(pin) === 1 ? 'writing' : 'reading'} at page ${page} of ` +
    `${vmaName(vmaAt(before, mm, page))}, which translates to ${translationName(after, mm, page)}`
  );
};

export const gup: Step<MmView> = {
  kind: 'step',
  name: 'I-GUP',
  says: 'GUP takes what is mapped at a page, only where its VMA allows the access and is not VM_PFNMAP, where it does not even touch an entry; for writing on long term no page of a file that is written back, and a page of a PCI BAR only for who says that it can have one (FOLL_PCI_P2PDMA).',
  cites:
    'v7.1 mm/gup.c check_vma_flags(), gup_fast_pte_range(), gup_fast_pmd_leaf(), gup_fast_pud_leaf(), gup_fast_folio_allowed()',
  subject: (_before, move) => isGup(move),
  holds: (before, move, after) =>
    !isGup(move) || (wrongPin(before, move, after) === NONE && touchedPage(before, after) === NONE),
  explain,
};
