/** H-SMAPS, H-MBIND, H-MBIND-EIO, H-MINCORE, H-NODE and H-GUP: what those are told who ask about mappings. */
import type { Move, Step } from '../../checker/search/index.ts';
import { pagesOf } from '../../model/state/hugetlb/geometry.ts';
import { Folio, HugePte, HugePteKind, type HugetlbView, Result } from '../../model/state/hugetlb/hugetlb_types.ts';
import { RFC2, V1, V2 } from './cites.ts';
import { entryAt, isHwpoison, isLeaf, isMigration, mappedAt, NONE, sizeAt } from './entries.ts';
import { isAlone, isFolioAlone, isFolioShared, isMappedIn, isWithOthers } from './mappers.ts';
import { isIn, isOk, rangeOf, resultName } from './moves.ts';
import { count, entryName, folioName, mappersName, pagesName, party, placeName } from './wording.ts';

const ofMm = (move: Move): number => move.args['mm'] as number;

type Counts = (s: HugetlbView, mm: number, page: number, size: number) => boolean;
const anyLeaf: Counts = () => true;

/** Pages of a process that leaves map of which this is true. */
const pagesOfLeaves = (s: HugetlbView, mm: number, counts: Counts): number => {
  let n = 0;
  for (let page = 0; page < pagesOf(s.geometry); page++) {
    const size = sizeAt(s, mm, page);
    if (isLeaf(entryAt(s, mm, page)) && page % size === 0 && counts(s, mm, page, size)) n += size;
  }
  return n;
};
/** Pages of a process that migrate or are broken: smaps counts them, and may call them private or shared. */
const pagesStoodFor = (s: HugetlbView, mm: number): number => {
  let n = 0;
  for (let page = 0; page < pagesOf(s.geometry); page++) {
    const e = entryAt(s, mm, page);
    if (isMigration(e) || isHwpoison(e)) n++;
  }
  return n;
};

const asksSmaps = ({ name }: Move): boolean => name === 'hugetlb_smaps';

const isSmapsRight = (s: HugetlbView, mm: number): boolean => {
  const [told, shared] = [s.smapsPrivate.at(0) + s.smapsShared.at(0), s.smapsShared.at(0)];
  const all = pagesOfLeaves(s, mm, anyLeaf);
  if (told < all || told > all + pagesStoodFor(s, mm)) return false;
  return s.smapsPrivate.at(0) >= pagesOfLeaves(s, mm, isAlone) && shared >= pagesOfLeaves(s, mm, isWithOthers);
};

export const smaps: Step<HugetlbView> = {
  kind: 'step',
  name: 'H-SMAPS',
  says: 'smaps counts each leaf of a process by its size: as Private_Hugetlb if its pages are mapped there and nowhere else, as Shared_Hugetlb if another process maps them, too.',
  cites: `Documentation/filesystems/proc.rst (Shared_Hugetlb and Private_Hugetlb); v7.1 fs/proc/task_mmu.c smaps_hugetlb_range(); Peter Xu on ${V1}, 2023-01-12`,
  subject: (_before, move, after) => asksSmaps(move) && pagesOfLeaves(after, ofMm(move), anyLeaf) > 0,
  holds: (_before, move, after) => !asksSmaps(move) || isSmapsRight(after, ofMm(move)),
  explain: (_before, move, after) => {
    const mm = ofMm(move);
    const told = `Private_Hugetlb ${count(after.smapsPrivate.at(0), 'page')}, Shared_Hugetlb ${count(after.smapsShared.at(0), 'page')}`;
    const found = `of ${count(pagesOfLeaves(after, mm, anyLeaf), 'page')} that leaves map, ${pagesOfLeaves(after, mm, isAlone)} are mapped nowhere else, and ${pagesOfLeaves(after, mm, isWithOthers)} by other processes, too`;
    return `smaps of ${party(mm)} says ${told}; ${found}`;
  },
};

const asksMbind = ({ name }: Move): boolean => name === 'hugetlb_mbind';
const isTaken = (after: HugetlbView, folio: number): boolean => (after.queued.at(0) & (1 << folio)) !== 0;

const canBeTaken = (s: HugetlbView, folio: number): boolean => {
  const e = s.folio.at(folio);
  return Folio.migratable(e) === 1 && Folio.hwpoison(e) === 0;
};
/** Whether the folio has to be taken. Whoever is refused something may have stopped before it came to it. */
const mustTake = (s: HugetlbView, move: Move, folio: number): boolean => {
  const { from, to } = rangeOf(move);
  const mm = ofMm(move);
  return canBeTaken(s, folio) && isMappedIn(s, folio, mm, from, to) && isFolioAlone(s, folio, mm);
};

/** The first folio of which the wrong thing was done, or NONE. */
const wronglyTaken = (s: HugetlbView, move: Move): number => {
  for (let folio = 0; folio < s.folio.rows; folio++) {
    if (isTaken(s, folio) && isFolioShared(s, folio, ofMm(move))) return folio;
    if (!isTaken(s, folio) && mustTake(s, move, folio)) return folio;
  }
  return NONE;
};
const anyMovable = (s: HugetlbView, move: Move): boolean => {
  for (let folio = 0; folio < s.folio.rows; folio++) if (isTaken(s, folio) || mustTake(s, move, folio)) return true;
  return false;
};
const anyImmovable = (s: HugetlbView): boolean => {
  for (let folio = 0; folio < s.folio.rows; folio++) {
    const e = s.folio.at(folio);
    if (Folio.used(e) === 1 && !canBeTaken(s, folio)) return true;
  }
  return false;
};
/** EIO is for what cannot be moved. */
const isEioRight = (s: HugetlbView): boolean => s.result.at(0) !== Result.EIO || anyImmovable(s);

const mbindName = (move: Move, after: HugetlbView): string => {
  const { from, to } = rangeOf(move);
  return `mbind() of ${party(ofMm(move))} ${pagesName(from, to)} returned ${resultName(after)}`;
};

export const mbind: Step<HugetlbView> = {
  kind: 'step',
  name: 'H-MBIND',
  says: 'mbind() with MPOL_MF_MOVE takes each hugepage of its range that this process maps, and no other; it takes none of which others map all that is mapped.',
  cites: `mbind(2): MPOL_MF_MOVE; v7.1 mm/mempolicy.c queue_folios_hugetlb(); James Houghton and David Hildenbrand on ${V1}, January 2023`,
  subject: (_before, move, after) => asksMbind(move) && anyMovable(after, move),
  holds: (_before, move, after) => !asksMbind(move) || wronglyTaken(after, move) === NONE,
  explain: (_before, move, after) => {
    const folio = wronglyTaken(after, move);
    const did = isTaken(after, folio) ? 'takes' : 'does not take';
    return `${mbindName(move, after)} and ${did} ${folioName(after, folio)}: ${mappersName(after, folio)}`;
  },
};

const isStrict = (move: Move): boolean => asksMbind(move) && move.args['strict'] === true;

export const mbindError: Step<HugetlbView> = {
  kind: 'step',
  name: 'H-MBIND-EIO',
  says: 'mbind() with MPOL_MF_MOVE and MPOL_MF_STRICT ends with EIO only where something cannot be moved; a hugepage that it has taken already, by another of its leaves, can be.',
  cites: `mbind(2): EIO; v7.1 mm/mempolicy.c queue_folios_hugetlb(); ${V2}, 30/46`,
  subject: (_before, move, after) => isStrict(move) && anyMovable(after, move),
  holds: (_before, move, after) => !isStrict(move) || isEioRight(after),
  explain: (_before, move, after) => `${mbindName(move, after)}, and no hugepage is unmovable`,
};

const asksCore = ({ name }: Move): boolean => name === 'hugetlb_mincore';
const isCalledInCore = (after: HugetlbView, page: number): boolean => (after.inCore.at(0) & (1 << page)) !== 0;

/** Whether the answer is right; of what migrates or is broken, either is. */
const isCoreRight = (s: HugetlbView, mm: number, page: number): boolean => {
  const e = entryAt(s, mm, page);
  if (isMigration(e) || isHwpoison(e)) return true;
  return isCalledInCore(s, page) === isLeaf(e);
};
/** The first page that mincore() is wrong about, or NONE. */
const wrongInCore = (s: HugetlbView, move: Move): number => {
  const { from, to } = rangeOf(move);
  for (let page = from; page < to; page++) if (!isCoreRight(s, ofMm(move), page)) return page;
  return NONE;
};

export const mincore: Step<HugetlbView> = {
  kind: 'step',
  name: 'H-MINCORE',
  says: 'mincore() calls a page of hugetlb resident if and only if a leaf maps it; of what migrates or is broken it may say either.',
  cites: `v7.1 mm/mincore.c mincore_hugetlb(); ${RFC2}, 20/47`,
  subject: (_before, move) => asksCore(move),
  holds: (_before, move, after) => !asksCore(move) || wrongInCore(after, move) === NONE,
  explain: (_before, move, after) => {
    const page = wrongInCore(after, move);
    const said = isCalledInCore(after, page) ? 'resident' : 'not resident';
    return `mincore() calls ${placeName(ofMm(move), page)} ${said}: ${entryName(after, ofMm(move), page)}`;
  },
};

const asksNode = ({ name }: Move): boolean => name === 'hugetlb_move_pages_stat';
const pageAsked = ({ args }: Move): number => args['page'] as number;

export const node: Step<HugetlbView> = {
  kind: 'step',
  name: 'H-NODE',
  says: 'move_pages() without nodes looks at the very page that a leaf maps at the address, of whatever size the leaf is, and at none where there is no leaf.',
  cites: `v7.1 mm/migrate.c do_pages_stat_array(); ${RFC2}, 19/47; ${V1}, 20/46, ${V2}, 21/46: hugetlb_follow_page_mask()`,
  subject: (_before, move) => asksNode(move),
  holds: (_before, move, after) =>
    !asksNode(move) || after.reached.at(0) - 1 === mappedAt(after, ofMm(move), pageAsked(move)),
  explain: (_before, move, after) => {
    const reached = after.reached.at(0) === 0 ? 'no frame' : `frame ${after.reached.at(0) - 1}`;
    return `move_pages() of ${placeName(ofMm(move), pageAsked(move))} comes to ${reached}: ${entryName(after, ofMm(move), pageAsked(move))}`;
  },
};

const populates = (move: Move, after: HugetlbView): boolean => move.name === 'hugetlb_gup' && isOk(after);
const isMapped = (s: HugetlbView, mm: number, page: number): boolean =>
  HugePte.kind(entryAt(s, mm, page)) === HugePteKind.leaf;
/** The first page that is said to be there, and is not; or NONE. */
const missingPage = (s: HugetlbView, move: Move): number => {
  for (let page = 0; page < pagesOf(s.geometry); page++)
    if (isIn(move, ofMm(move), page) && !isMapped(s, ofMm(move), page)) return page;
  return NONE;
};

export const gup: Step<HugetlbView> = {
  kind: 'step',
  name: 'H-GUP',
  says: 'Where mlock() has populated a range, each page of it is mapped.',
  cites: `v7.1 mm/gup.c populate_vma_page_range(); ${RFC2}, 18/47; ${V2}, 20/46 ("fixed vaddr math")`,
  subject: (_before, move, after) => populates(move, after),
  holds: (_before, move, after) => !populates(move, after) || missingPage(after, move) === NONE,
  explain: (_before, move, after) => {
    const { from, to } = rangeOf(move);
    return `populate_vma_page_range() of ${pagesName(from, to)} has succeeded: ${entryName(after, ofMm(move), missingPage(after, move))}`;
  },
};
