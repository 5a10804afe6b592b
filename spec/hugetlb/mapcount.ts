/** H5: hugepages know how often they are mapped, by the rule of the kernel. */
import type { Always } from '../../checker/search/index.ts';
import { COUNT_MAX } from '../../model/state/hugetlb/geometry.ts';
import { COMPOUND_MAPPED, Count, type HugetlbView } from '../../model/state/hugetlb/hugetlb_types.ts';
import { census, leavesOf, takeCensus } from './census.ts';
import { MERGED, RFC1, RFC2, V1, V2 } from './cites.ts';
import { eachFolio } from './each_page.ts';
import { NONE } from './entries.ts';
import { tablesWithoutLeafOf } from './slots.ts';
import { count, folioName, mappersName } from './wording.ts';

/**
 * What one mapping is. M0: a leaf, which are all of the size of the hugepage. M1: an entry of the hstate that is present, as a leaf or
 * as a table. Mfolio: a hugepage of address space in which any leaf maps it. M2: a leaf of any size. M3: a leaf of the hugepage's
 * size for all of it, a smaller one for each of its pages; repaired, with _nr_pages_mapped.
 */
export type MapcountRule = 'M0' | 'M1' | 'Mfolio' | 'M2' | 'M3' | 'M3-repaired';

const ofPages = (rule: MapcountRule): boolean => rule === 'M3' || rule === 'M3-repaired';
/** A counter says no more than this. */
const atMost = (n: number): number => Math.min(n, COUNT_MAX);

const entire = (rule: MapcountRule, folio: number): number => {
  if (rule === 'M1' || rule === 'Mfolio') return census.slots[folio]!;
  return ofPages(rule) ? census.whole[folio]! : leavesOf(folio);
};
const ofPage = (rule: MapcountRule, frame: number): number => (ofPages(rule) ? census.pages[frame]! : 0);

const nrPagesMapped = (s: HugetlbView, rule: MapcountRule, folio: number): number => {
  if (rule !== 'M3-repaired') return 0;
  const { hugepage } = s.geometry;
  let n = census.whole[folio]! > 0 ? COMPOUND_MAPPED : 0;
  for (let frame = folio * hugepage; frame < (folio + 1) * hugepage; frame++) if (census.pages[frame]! > 0) n++;
  return n;
};

/** The first page of the folio whose own mapcount is wrong, or NONE. */
const wrongPage = (s: HugetlbView, rule: MapcountRule, folio: number): number => {
  const { hugepage } = s.geometry;
  for (let frame = folio * hugepage; frame < (folio + 1) * hugepage; frame++)
    if (Count.valueOf(s.mapcount.at(frame)) !== atMost(ofPage(rule, frame))) return frame;
  return NONE;
};

/**
 * What entire_mapcount can be besides: by M1 a table counts in which nothing of the hugepage is mapped, if its place is that of the
 * hugepage in its file. Whether anything ever was does not show, so that it may count or not.
 */
const emptyTables = (s: HugetlbView, rule: MapcountRule, folio: number): number =>
  rule === 'M1' ? tablesWithoutLeafOf(s, folio) : 0;

const isEntireRight = (s: HugetlbView, rule: MapcountRule, folio: number): boolean => {
  const has = Count.valueOf(s.entireMapcount.at(folio));
  if (has === atMost(entire(rule, folio))) return true;
  return has > entire(rule, folio) && has <= atMost(entire(rule, folio) + emptyTables(s, rule, folio));
};

export const mapcount = (rule: MapcountRule): Always<HugetlbView> => {
  const isRight = (s: HugetlbView, folio: number): boolean => {
    if (!isEntireRight(s, rule, folio)) return false;
    if (wrongPage(s, rule, folio) !== NONE) return false;
    return s.nrPagesMapped.at(folio) === nrPagesMapped(s, rule, folio);
  };
  return eachFolio({
    name: 'H5',
    says: 'Mapcounts are right by the rule of the kernel: by M0 and M2 a hugepage has one for each leaf that maps it or a part of it, by M1 one for each hugepage of address space whose entry of the hstate is a leaf of it, or a table below which it is mapped or was, and which is at its place in the file; by Mfolio one for each in which any leaf maps it; by M3 one for each leaf of its size, and its pages one for each smaller leaf that maps them; repaired, _nr_pages_mapped says which are mapped. A PMD table that is shared counts once.',
    cites: `v7.1 include/linux/rmap.h hugetlb_add_file_rmap(), hugetlb_remove_rmap(); M1: ${RFC1}, 14/26, and James Houghton on ${V1}, 21/46, 2023-01-12; Mfolio: David Hildenbrand on the same, 2023-01-18; M2: ${RFC2}, 16/47; M3: ${V2}, 5/46; repaired: ${MERGED}`,
    prepare: takeCensus,
    asks: (s, folio) => leavesOf(folio) > 0 || !isRight(s, folio),
    isRight,
    tell: (s, folio) => {
      const found = `${count(leavesOf(folio), 'leaf maps', 'leaves map')} it; ${mappersName(s, folio)}`;
      const frame = wrongPage(s, rule, folio);
      const has = Count.valueOf(s.entireMapcount.at(folio));
      if (!isEntireRight(s, rule, folio)) {
        const empty = emptyTables(s, rule, folio);
        const must =
          empty === 0 ? `${entire(rule, folio)}` : `${entire(rule, folio)} to ${entire(rule, folio) + empty}`;
        return `${folioName(s, folio)} has entire_mapcount ${has}, and by ${rule} it must be ${must}: ${found}`;
      }
      if (frame !== NONE)
        return `frame ${frame} of ${folioName(s, folio)} has mapcount ${Count.valueOf(s.mapcount.at(frame))}, and by ${rule} it must be ${ofPage(rule, frame)}: ${found}`;
      return `${folioName(s, folio)} has nr_pages_mapped ${s.nrPagesMapped.at(folio)}, and by ${rule} it must be ${nrPagesMapped(s, rule, folio)}: ${found}`;
    },
  });
};

/** folio_mapped(), by the fields that it reads. */
const isCountedMapped = (s: HugetlbView, rule: MapcountRule, folio: number): boolean => {
  if (ofPages(rule) && s.nrPagesMapped.at(folio) > 0) return true;
  return rule !== 'M3-repaired' && Count.valueOf(s.entireMapcount.at(folio)) > 0;
};

export const mapped = (rule: MapcountRule): Always<HugetlbView> => {
  const isRight = (s: HugetlbView, folio: number): boolean => isCountedMapped(s, rule, folio) === leavesOf(folio) > 0;
  return eachFolio({
    name: 'H5-MAPPED',
    says: 'folio_mapped() says that a hugepage is mapped if and only if a leaf, of whatever size, maps it or a part of it.',
    cites: `v7.1 include/linux/mm.h folio_mapped(), folio_large_is_mapped(); Jiaqi Yan on ${V2}, 2023-03-01; ${MERGED}`,
    prepare: takeCensus,
    asks: (s, folio) => leavesOf(folio) > 0 || !isRight(s, folio),
    isRight,
    tell: (s, folio) =>
      `folio_mapped() of ${folioName(s, folio)} says ${isCountedMapped(s, rule, folio)}: entire_mapcount ${Count.valueOf(s.entireMapcount.at(folio))}, nr_pages_mapped ${s.nrPagesMapped.at(folio)}; ${mappersName(s, folio)}`,
  });
};
