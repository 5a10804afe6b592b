/** I-DAXFOLIO, I-DAXSHARE, I-DAXZERO and I-DAXPAGES: entries of DAX files, and what their pages know of it. */
import type { Always } from '../checker/search/index.ts';
import { DaxEntry, DaxKind, DaxOwner, Extent } from '../model/state/dax.ts';
import { DEVICE_FRAMES } from '../model/state/geometry.ts';
import type { MmView } from '../model/state/mm_types.ts';
import { anyEntry, entriesOf, entryOf, ownerOf, pageOfFile, pagesOfEntries } from './dax_reading.ts';
import { folioName, folioOf, isInLarge, rowOf, useOfRow } from './folios.ts';
import { NONE } from './reading.ts';

const isBlock = (s: MmView, row: number): boolean => useOfRow(s, row) === 'fsdax';
const firstRow = (s: MmView, is: (s: MmView, row: number) => boolean): number => {
  for (let row = 0; row < s.memmap.frames; row++) if (is(s, row)) return row;
  return NONE;
};

/** A large folio of which nobody has a PMD entry, or small pages that have one. Before v6.15 no folio is large. */
const wrongSize = (s: MmView, row: number): boolean => {
  if (!isBlock(s, row)) return false;
  const at = entryOf(s, row + DEVICE_FRAMES);
  if (at < 0) return isInLarge(s, row);
  return isInLarge(s, row) !== (DaxEntry.pmd(s.daxEntry.at(at)) === 1);
};

/** `compound`: whether pages of a PMD entry are one folio, as since v6.15. */
export const daxfolio = (compound: boolean): Always<MmView> => ({
  kind: 'always',
  name: 'I-DAXFOLIO',
  says: 'Pages of FS-DAX are one large folio from the first PMD entry that has them to the last, and small pages at any other time (always, before v6.15).',
  cites: 'v7.1 fs/dax.c dax_folio_init(), dax_folio_put() (98b1917cdef9), dax_associate_entry()',
  subject: (s) => anyEntry(s) || firstRow(s, isInLarge) !== NONE,
  holds: (s) => firstRow(s, compound ? wrongSize : (view, row) => isBlock(view, row) && isInLarge(view, row)) === NONE,
  explain: (s) => {
    const row = firstRow(s, compound ? wrongSize : isInLarge);
    const at = entryOf(s, row + DEVICE_FRAMES);
    const has = at < 0 ? 'no entry has it' : `${pageOfFile(s, at)} has a ${DaxEntry.show(s.daxEntry.at(at))}`;
    return `${folioName(s, folioOf(s, row))}: ${has}`;
  },
});

/** The page of the file that entry `at` has this row for. One that is smaller than its place in the tree does not tell: its block does. */
const indexOf = (s: MmView, at: number, row: number): number => {
  const { daxFilePages, ptrsPerPte } = s.geometry;
  const e = s.daxEntry.at(at);
  // Each page has its own index before v6.15, where no folio is large.
  if (DaxEntry.multi(e) === DaxEntry.pmd(e)) return (at % daxFilePages) + row - rowOf(DaxEntry.pfn(e));
  for (let i = 0; i < ptrsPerPte; i++)
    if (Extent.pfn(s.extent.at(at + i)) === DaxEntry.pfn(e)) return (at % daxFilePages) + i;
  return NONE;
};

/** What a page, or a folio, must know: the file that has it, or how many entries there are. `shared`: as before v6.15. */
const wrongOwner = (s: MmView, row: number): boolean => {
  if (!isBlock(s, row) || folioOf(s, row) !== row) return false;
  const owner = ownerOf(s, row + DEVICE_FRAMES);
  const entries = entriesOf(s, row + DEVICE_FRAMES);
  // Nobody asks for the share count of a page that no entry has.
  if (DaxOwner.mapping(owner) === 0) return entries > 0 && DaxOwner.indexOrShare(owner) !== entries;
  if (entries !== 1 || DaxOwner.shared(owner) === 1) return true;
  const at = entryOf(s, row + DEVICE_FRAMES);
  const file = Math.trunc(at / s.geometry.daxFilePages);
  return DaxOwner.mapping(owner) !== file + 1 || DaxOwner.indexOrShare(owner) !== indexOf(s, at, row);
};

export const daxshare: Always<MmView> = {
  kind: 'always',
  name: 'I-DAXSHARE',
  says: 'A page of FS-DAX knows the file and the index of the one entry that has it; or, once a second one had, how many there are (share); or that there is none.',
  cites:
    'v7.1 fs/dax.c dax_associate_entry(), dax_folio_make_shared(), dax_folio_put(); include/linux/mm_types.h struct folio ' +
    '(the union of index and share)',
  subject: (s) => anyEntry(s) || firstRow(s, wrongOwner) !== NONE,
  holds: (s) => firstRow(s, wrongOwner) === NONE,
  explain: (s) => {
    const row = firstRow(s, wrongOwner);
    const n = entriesOf(s, row + DEVICE_FRAMES);
    return `${folioName(s, row)} knows "${DaxOwner.show(ownerOf(s, row + DEVICE_FRAMES))}"; ${n === 1 ? '1 entry has' : `${n} entries have`} it`;
  },
};

/** The zero page, or a page of the huge zero folio, that a file is taken to have. */
const ownedZero = (s: MmView, row: number): boolean =>
  s.daxOwner.rows > 0 && !isBlock(s, row) && s.daxOwner.at(row) !== 0;
const hasFrame = (s: MmView, kind: number): boolean => {
  for (let row = 0; row < s.daxEntry.rows; row++) if (DaxEntry.kind(s.daxEntry.at(row)) === kind) return true;
  return false;
};

export const daxzero: Always<MmView> = {
  kind: 'always',
  name: 'I-DAXZERO',
  says: 'An entry for zeroes, and one that is empty, change nothing of any folio.',
  cites: 'v7.1 fs/dax.c dax_associate_entry(), dax_disassociate_entry() (98c183a4fccf), dax_busy_page()',
  subject: (s) => hasFrame(s, DaxKind.zero) || firstRow(s, ownedZero) !== NONE,
  holds: (s) => firstRow(s, ownedZero) === NONE,
  explain: (s) => {
    const row = firstRow(s, ownedZero);
    return `${folioName(s, row)} knows "${DaxOwner.show(ownerOf(s, row + DEVICE_FRAMES))}"`;
  },
};

const wrongFile = (s: MmView): number => {
  for (let file = 0; file < s.nrpages.rows; file++) if (s.nrpages.at(file) !== pagesOfEntries(s, file)) return file;
  return NONE;
};

export const daxpages: Always<MmView> = {
  kind: 'always',
  name: 'I-DAXPAGES',
  says: 'nrpages of a DAX file is the sum of the sizes of its entries.',
  cites: 'v7.1 fs/dax.c grab_mapping_entry(), dax_delete_mapping_range(); mm/truncate.c truncate_inode_pages_final()',
  subject: (s) => anyEntry(s) || wrongFile(s) !== NONE,
  holds: (s) => wrongFile(s) === NONE,
  explain: (s) => {
    const file = wrongFile(s);
    return `file ${file} has nrpages ${s.nrpages.at(file)}; its entries have ${pagesOfEntries(s, file)}`;
  },
};

/** A page of a large folio of device-dax with a mapcount of its own. */
const countedTail = (s: MmView, row: number): boolean =>
  useOfRow(s, row) === 'dax' && isInLarge(s, row) && s.mapcount.at(row) > 0;
const anyMappedDevice = (s: MmView, row: number): boolean =>
  useOfRow(s, row) === 'dax' && isInLarge(s, row) && s.refcount.at(row) > 1;

export const daxtails: Always<MmView> = {
  kind: 'always',
  name: 'I-DAXTAILS',
  says: 'Pages of a large folio of device-dax have no mapcounts of their own: their struct pages may be shared (the vmemmap optimisation).',
  cites:
    'v7.1 drivers/dax/device.c __dev_dax_pte_fault() (alignment), mm/sparse-vmemmap.c vmemmap_populate_compound_pages()',
  subject: (s) => firstRow(s, anyMappedDevice) !== NONE || firstRow(s, countedTail) !== NONE,
  holds: (s) => firstRow(s, countedTail) === NONE,
  explain: (s) => {
    const row = firstRow(s, countedTail);
    return `page ${row + DEVICE_FRAMES} has mapcount ${s.mapcount.at(row)}`;
  },
};
