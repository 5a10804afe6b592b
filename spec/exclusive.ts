/** I-EXCL: what is marked as one mm's own is nobody else's. */
import type { Always } from '../checker/search/index.ts';
import { Page, PageKind } from '../model/state/memmap.ts';
import type { MmView } from '../model/state/mm_types.ts';
import { type Census, censusOf } from './census.ts';
import { folioOf, isAnonUse, pageInFolio, useOfRow } from './folios.ts';
import { NONE } from './reading.ts';
import { count } from './wording.ts';

const isExclusive = (s: MmView, row: number): boolean => Page.anonExclusive(s.page.at(row)) === 1;

/** Entries that map a page, or stand for it while it migrates. */
const covering = (s: MmView, c: Census, row: number): number => {
  const folio = folioOf(s, row);
  return c.ptes[row]! + c.leaves[folio]! + c.entries[row]! + c.hugeEntries[folio]!;
};

/** Whether a migration entry says that the page is nobody else's. */
const isClaimed = (s: MmView, c: Census, row: number): boolean =>
  c.claims[row]! > 0 || c.hugeClaims[folioOf(s, row)]! > 0;

const ofFile = (s: MmView, _c: Census, row: number): boolean =>
  isExclusive(s, row) && Page.kind(s.page.at(row)) !== PageKind.anon;
/** The mark outlives the last mapping, so that none is right too. */
const isShared = (s: MmView, c: Census, row: number): boolean => isExclusive(s, row) && covering(s, c, row) > 1;
const isWritable = (s: MmView, c: Census, row: number): boolean =>
  isAnonUse(useOfRow(s, row)) && c.writable[row]! > 0 && !isExclusive(s, row);
const isSharedClaim = (s: MmView, c: Census, row: number): boolean =>
  isAnonUse(useOfRow(s, row)) && isClaimed(s, c, row) && covering(s, c, row) > 1;

/** The first page that is wrong, or NONE. */
const wrongPage = (s: MmView): number => {
  const c = censusOf(s);
  for (let row = 0; row < s.memmap.frames; row++)
    if (ofFile(s, c, row) || isShared(s, c, row) || isWritable(s, c, row) || isSharedClaim(s, c, row)) return row;
  return NONE;
};

/** Whether there is a mark, or an entry that needs one. */
const anySubject = (s: MmView): boolean => {
  for (let row = 0; row < s.memmap.frames; row++) if (isExclusive(s, row)) return true;
  return wrongPage(s) !== NONE;
};

const explain = (s: MmView): string => {
  const row = wrongPage(s);
  const c = censusOf(s);
  const name = pageInFolio(s, row);
  if (ofFile(s, c, row)) return `${name} is PageAnonExclusive`;
  const entries = count(covering(s, c, row), 'entry covers', 'entries cover');
  if (isShared(s, c, row)) return `${name} is PageAnonExclusive, and ${entries} it`;
  if (isWritable(s, c, row)) return `${name} is mapped writable, but it is not PageAnonExclusive`;
  return `${name} has a migration entry that says exclusive, and ${entries} it`;
};

export const exclusive: Always<MmView> = {
  kind: 'always',
  name: 'I-EXCL',
  says: 'Only anonymous pages are PageAnonExclusive, and such a page has at most one mapping. An anonymous page that is mapped writable is PageAnonExclusive. A migration entry that marks its page as exclusive is the only entry for it.',
  cites:
    'v7.1 include/linux/page-flags.h PG_anon_exclusive, include/linux/rmap.h folio_try_dup_anon_rmap_ptes(), ' +
    'folio_try_share_anon_rmap_pte(), mm/rmap.c __folio_add_anon_rmap() (VM_WARN_ON_FOLIO); commit 6c287605fd56 (v5.19)',
  subject: anySubject,
  holds: (s) => wrongPage(s) === NONE,
  explain,
};
