/** I-REF: who uses a folio has a reference, and nobody else. */
import type { Always } from '../checker/search/index.ts';
import { DEVICE_FRAMES } from '../model/state/geometry.ts';
import { Hwpoison, Migration, Page, PageKind } from '../model/state/memmap.ts';
import { Mm, type MmView, Pmd, PmdKind } from '../model/state/mm_types.ts';
import { party } from '../model/state/party.ts';
import { anyCounted, type Census, censusOf, sum } from './census.ts';
import { folioName, folioOf, isFree, isInLarge, pageInFolio, pagesOfFolio, rowOf, useOfRow } from './folios.ts';
import { isHugeZeroFrame, NONE } from './reading.ts';
import { slotOfFrame } from './swap_census.ts';

const mappings = (s: MmView, c: Census, folio: number): number =>
  c.leaves[folio]! + sum(c.ptes, folio, pagesOfFolio(s, folio));

/** Of the page cache: one for each page. */
const ofCache = (s: MmView, folio: number): number =>
  Page.cached(s.page.at(folio)) === 1 ? pagesOfFolio(s, folio) : 0;

/** Of the swap cache: one for each page. */
const ofSwap = (s: MmView, folio: number): number =>
  slotOfFrame(s, folio + DEVICE_FRAMES) === NONE ? 0 : pagesOfFolio(s, folio);

/** Of pins: those of a small folio are told apart by their bias, and stand in its pincount alone. */
const ofPins = (s: MmView, c: Census, folio: number): number =>
  isInLarge(s, folio) ? sum(c.pins, folio, pagesOfFolio(s, folio)) : 0;
const ofGets = (s: MmView, c: Census, folio: number): number => sum(c.gets, folio, pagesOfFolio(s, folio));

/**
 * Of the owner: a dax device (MEMORY_DEVICE_GENERIC) and a driver keep one of their own. Pages of FS-DAX are idle at 0,
 * but with 1 before v6.15.
 */
type OfOwner = (s: MmView, folio: number) => number;
/** That of a folio, and, where a BAR has a pool of pages, of one that is in it: 0, but 1 before v6.15. */
interface Owners {
  readonly of: OfOwner;
  readonly pool: 0 | 1;
}
const ofOwner: OfOwner = (s, folio) => {
  const kind = Page.kind(s.page.at(folio));
  return kind === PageKind.dax || kind === PageKind.driver ? 1 : 0;
};
const ofOwnerBefore: OfOwner = (s, folio) => (Page.kind(s.page.at(folio)) === PageKind.fsdax ? 1 : ofOwner(s, folio));

/** Of a migration in flight. Its entries have none; whoever put them in place has one. */
const ofMigration = (s: MmView, folio: number): number => {
  let refs = 0;
  for (let i = 0; i < s.migration.rows; i++) {
    const one = s.migration.at(i);
    if (Migration.taken(one) === 1 && rowOf(Migration.pfn(one)) === folio) refs++;
  }
  return refs;
};

/** Of memory_failure(), which keeps what it has isolated. */
const ofHandler = (s: MmView, folio: number): number =>
  s.hwpoison.rows > 0 && s.hwpoison.at(folio) === Hwpoison.isolated ? 1 : 0;

/** Mms that have mapped the huge zero folio. */
const zeroUsers = (s: MmView): number => {
  let mms = 0;
  for (let mm = 0; mm < s.geometry.mms; mm++) mms += Mm.hugeZero(s.mm.at(mm));
  return mms;
};
/** To the huge zero folio: the shrinker's, one of each of these mms however often it maps it, and those of pins. */
const ofHugeZero = (s: MmView, c: Census, folio: number): number =>
  1 + zeroUsers(s) + ofPins(s, c, folio) + ofGets(s, c, folio);

/** The references that there are to the folio in `row`; none to what is no folio of its own. */
const references = (s: MmView, c: Census, row: number, owner: Owners): number => {
  if (isFree(s, row)) return useOfRow(s, row) === 'p2pdma' ? owner.pool : 0;
  if (folioOf(s, row) !== row) return 0;
  if (useOfRow(s, row) === 'huge zero') return ofHugeZero(s, c, row);
  return (
    mappings(s, c, row) +
    ofCache(s, row) +
    ofSwap(s, row) +
    ofPins(s, c, row) +
    ofGets(s, c, row) +
    owner.of(s, row) +
    ofMigration(s, row) +
    ofHandler(s, row)
  );
};

/** Whether something refers to a page that is free. */
const isLost = (s: MmView, c: Census, row: number): boolean =>
  isFree(s, row) &&
  c.leaves[row]! + c.ptes[row]! + c.entries[row]! + c.hugeEntries[row]! + c.pins[row]! + c.gets[row]! > 0;
/** Whether a migration entry waits for the end of a migration that there is not. */
const isStale = (s: MmView, c: Census, row: number): boolean =>
  c.entries[row]! + c.hugeEntries[row]! > 0 && ofMigration(s, folioOf(s, row)) === 0;

/** The first row whose reference count is wrong, or NONE. Nobody counts the zero page. */
const wrongRow = (s: MmView, owner: Owners): number => {
  const c = censusOf(s);
  for (let row = 0; row < s.memmap.frames; row++) {
    if (useOfRow(s, row) === 'zero page') continue;
    if (s.refcount.at(row) !== references(s, c, row, owner) || isLost(s, c, row) || isStale(s, c, row)) return row;
  }
  return NONE;
};

/** The first row mm * slots + slot whose leaf maps the huge zero folio without a reference of the mm, or NONE. */
const zeroWithoutFlag = (s: MmView): number => {
  const slots = s.pmd.rows / s.geometry.mms;
  for (let row = 0; row < s.pmd.rows; row++) {
    const pmd = s.pmd.at(row);
    if (Pmd.kind(pmd) !== PmdKind.leaf || !isHugeZeroFrame(s, Pmd.pfn(pmd))) continue;
    if (Mm.hugeZero(s.mm.at(Math.trunc(row / slots))) === 0) return row;
  }
  return NONE;
};

const isRight = (s: MmView, owner: Owners): boolean => wrongRow(s, owner) === NONE && zeroWithoutFlag(s) === NONE;

/** What the users of a folio hold, in words. */
const users = (s: MmView, c: Census, folio: number, owner: Owners): string => {
  const isHugeZero = useOfRow(s, folio) === 'huge zero';
  const parts: readonly (readonly [number, string])[] = [
    [isHugeZero ? 1 : 0, 'by the shrinker'],
    [isHugeZero ? zeroUsers(s) : 0, 'by mms'],
    [mappings(s, c, folio), 'by mappings'],
    [ofCache(s, folio), 'by the page cache'],
    [ofSwap(s, folio), 'by the swap cache'],
    [ofPins(s, c, folio), 'by pins'],
    [ofGets(s, c, folio), 'by GUP'],
    [owner.of(s, folio), 'by its owner'],
    [ofMigration(s, folio), 'by a migration'],
    [ofHandler(s, folio), 'by memory_failure()'],
  ];
  const held = parts.flatMap(([n, who]) => (n === 0 ? [] : [`${n} ${who}`]));
  return held.length === 0 ? 'nobody uses it' : `its users hold ${references(s, c, folio, owner)}: ${held.join(', ')}`;
};

const explain = (s: MmView, owner: Owners): string => {
  const row = wrongRow(s, owner);
  const c = censusOf(s);
  if (row === NONE) {
    const slots = s.pmd.rows / s.geometry.mms;
    const at = zeroWithoutFlag(s);
    return `${party(Math.trunc(at / slots))} pmd[${at % slots}] maps the huge zero folio, and the mm has no reference to it`;
  }
  const has = `has reference count ${s.refcount.at(row)}`;
  if (isLost(s, c, row)) return `${folioName(s, row)} ${has}, and is still mapped, migrated or pinned`;
  if (isFree(s, row)) return `${folioName(s, row)} ${has}`;
  if (isStale(s, c, row)) return `${pageInFolio(s, row)} is not migrated, but a migration entry stands for it`;
  if (folioOf(s, row) !== row) return `${pageInFolio(s, row)} ${has}`;
  return `${folioName(s, row)} ${has}, but ${users(s, c, row, owner)}`;
};

/** Whether anybody but its owner has a reference to a folio. */
const anyReference = (s: MmView, owner: Owners): boolean => {
  for (let row = 0; row < s.memmap.frames; row++)
    if (!isFree(s, row) && s.refcount.at(row) > owner.of(s, row) && useOfRow(s, row) !== 'zero page') return true;
  return false;
};

const refcountWith = (owner: Owners): Always<MmView> => ({
  kind: 'always',
  name: 'I-REF',
  says: 'A folio has one reference for each mapping, each of its pages in the page cache or the swap cache, each pin, each reference of GUP, and its owner; one that memory_failure() has isolated has one more. The huge zero folio has one, and one for each mm that has used it, whatever maps it. A free page has none, and nothing refers to it; one in the pool of a PCI BAR had one before v6.15. Migration entries name only folios under migration.',
  cites:
    'v7.1 include/linux/mm.h folio_expected_ref_count(), mm/gup.c try_grab_folio(), mm/huge_memory.c ' +
    'get_huge_zero_folio(), mm_get_huge_zero_folio(), mm/memremap.c free_zone_device_folio()',
  subject: (s) => anyReference(s, owner) || anyCounted(s) || !isRight(s, owner),
  holds: (s) => isRight(s, owner),
  explain: (s) => explain(s, owner),
});

export const refcount = refcountWith({ of: ofOwner, pool: 0 });
/** The same before v6.15, of device memory that is not counted. */
export const refcountBefore = refcountWith({ of: ofOwnerBefore, pool: 0 });
/** Both, where a page in the pool of a BAR has a reference. */
export const refcountPool = refcountWith({ of: ofOwner, pool: 1 });
export const refcountBeforePool = refcountWith({ of: ofOwnerBefore, pool: 1 });
