/** I-LIVE and I-ZERO: where PTE pages are, and what is in those that wait. */
import type { Always } from '../checker/search/index.ts';
import { slotsOf } from '../model/state/geometry.ts';
import { type MmView, Pmd, PmdKind, Pte, PtePage } from '../model/state/mm_types.ts';
import { deposited, firstDeposit, isBroken, listName, nextDeposit, slotsPerList, tablesOf } from './deposit_lists.ts';
import { NONE } from './reading.ts';
import { slotName } from './wording.ts';

const rowsOf = (s: MmView): number => s.geometry.mms * slotsOf(s.geometry);

/** Bit n: PTE page n is allocated. An entry names at most 31 pages, so that a set of them is a number. */
const allocatedPages = (s: MmView): number => {
  const { pteTables } = s.geometry;
  let pages = 0;
  for (let page = 0; page < pteTables; page++) pages |= PtePage.allocated(s.ptePage.at(page)) << page;
  return pages;
};

/** Whether the pages in slots and in lists are the allocated ones, each in one place. */
const eachInOnePlace = (s: MmView): boolean => {
  const rows = rowsOf(s);
  const span = slotsPerList(s);
  let seen = 0;
  let twice = 0;
  for (let row = 0; row < rows; row++) {
    const pmd = s.pmd.at(row);
    if (Pmd.kind(pmd) !== PmdKind.table) continue;
    const bit = 1 << Pmd.pfn(pmd);
    twice |= seen & bit;
    seen |= bit;
  }
  for (let row = 0; row < rows; row += span) {
    if (s.deposit.at(row) === 0) continue;
    if (isBroken(s, row)) return false;
    let page = firstDeposit(s, row);
    for (let n = deposited(s, row); n > 0; n--) {
      const bit = 1 << page;
      twice |= seen & bit;
      seen |= bit;
      page = nextDeposit(s, page);
    }
  }
  return twice === 0 && seen === allocatedPages(s);
};

const listRows = (s: MmView): readonly number[] =>
  Array.from({ length: rowsOf(s) / slotsPerList(s) }, (_, i) => i * slotsPerList(s));

/** Every place where a page is, in words. */
const placesOf = (s: MmView, page: number): readonly string[] => {
  const slots = Array.from({ length: rowsOf(s) }, (_, row) => row).filter((row) => {
    const pmd = s.pmd.at(row);
    return Pmd.kind(pmd) === PmdKind.table && Pmd.pfn(pmd) === page;
  });
  const lists = listRows(s).flatMap((row) => tablesOf(s, row).flatMap((one) => (one === page ? [row] : [])));
  return [
    ...slots.map((row) => `in ${slotName(s, row)}`),
    ...lists.map((row) => `deposited under ${listName(s, row)}`),
  ];
};

const explainPage = (s: MmView, page: number): readonly string[] => {
  const places = placesOf(s, page);
  const allocated = page < s.geometry.pteTables && PtePage.allocated(s.ptePage.at(page)) === 1;
  if (places.length === (allocated ? 1 : 0)) return [];
  if (places.length === 0) return [`table ${page} is allocated, but in no slot and in no deposit list`];
  return [`table ${page} is ${places.join(' and ')}${allocated ? '' : ', but not allocated'}`];
};

const explainPlaces = (s: MmView): string => {
  const broken = listRows(s).filter((row) => isBroken(s, row));
  return [
    ...broken.map((row) => `the deposits of ${listName(s, row)} do not come back to table ${firstDeposit(s, row)}`),
    ...Array.from({ length: 32 }, (_, page) => explainPage(s, page)).flat(),
  ].join('; ');
};

const anyAllocated = (s: MmView): boolean => allocatedPages(s) !== 0;

export const live: Always<MmView> = {
  kind: 'always',
  name: 'I-LIVE',
  says: 'Every allocated PTE page is in exactly one place, a slot or a deposit list, and every page in such a place is allocated.',
  cites:
    'v7.1 include/linux/mm.h pagetable_free(), mm/memory.c pmd_install(), mm/pgtable-generic.c; ' +
    'bugs of this kind: commit c6f3c5ee40c1 (v5.1), "mm/migrate_device: fix pgtable leak" (2026-04-25)',
  // A page that is referred to but free counts too.
  subject: (s) => anyAllocated(s) || !eachInOnePlace(s),
  holds: eachInOnePlace,
  explain: explainPlaces,
};

/** The first row of the PTEs that is not none although its table is deposited, or NONE. */
const dirtyDeposit = (s: MmView): number => {
  const rows = rowsOf(s);
  const span = slotsPerList(s);
  const { ptrsPerPte } = s.geometry;
  for (let row = 0; row < rows; row += span) {
    if (s.deposit.at(row) === 0) continue;
    let table = firstDeposit(s, row);
    for (let n = deposited(s, row); n > 0; n--) {
      for (let i = 0; i < ptrsPerPte; i++) if (s.pte.at(table * ptrsPerPte + i) !== 0) return table * ptrsPerPte + i;
      table = nextDeposit(s, table);
    }
  }
  return NONE;
};

const anyDeposit = (s: MmView): boolean => {
  for (let row = 0; row < rowsOf(s); row++) if (s.deposit.at(row) !== 0) return true;
  return false;
};

export const zero: Always<MmView> = {
  kind: 'always',
  name: 'I-ZERO',
  says: 'Every PTE of a deposited table is none.',
  cites:
    'mm/huge_memory.c __split_huge_zero_page_pmd() (VM_BUG_ON(!pte_none(ptep_get(pte)))), __split_huge_pmd_locked()',
  subject: anyDeposit,
  holds: (s) => dirtyDeposit(s) === NONE,
  explain: (s) => {
    const row = dirtyDeposit(s);
    const { ptrsPerPte } = s.geometry;
    const table = Math.floor(row / ptrsPerPte);
    const places = placesOf(s, table).join(' and ');
    return `table ${table} is ${places}, and its pte[${row % ptrsPerPte}] is ${Pte.show(s.pte.at(row))}`;
  },
};
