/** H6: hugepages have the references that there are reasons for. */
import type { Always } from '../../checker/search/index.ts';
import { COUNT_MAX } from '../../model/state/hugetlb/geometry.ts';
import { Count, Folio, type HugetlbView, Migration } from '../../model/state/hugetlb/hugetlb_types.ts';
import { census, leavesOf, takeCensus } from './census.ts';
import { RFC2 } from './cites.ts';
import { eachFolio } from './each_page.ts';
import type { MapcountRule } from './mapcount.ts';
import { count, folioName, mappersName } from './wording.ts';

/** References of who migrates: of the folio that was isolated, and of the one that is to take over. */
const ofMigration = (s: HugetlbView, folio: number): number => {
  let n = 0;
  for (let i = 0; i < s.migration.rows; i++) {
    const one = s.migration.at(i);
    if (Migration.from(one) === folio + 1) n++;
    if (Migration.to(one) === folio + 1) n++;
  }
  return n;
};
/** Pages of the folio that the kernel has listed as broken. */
const pagesListed = (s: HugetlbView, folio: number): number => {
  const { hugepage } = s.geometry;
  let n = 0;
  for (let frame = folio * hugepage; frame < (folio + 1) * hugepage; frame++) n += s.rawHwpoison.at(frame);
  return n;
};
/** memory_failure() keeps its reference of what is in the page cache, if it came so far: one for each page that it lists. */
const ofFailure = (s: HugetlbView, folio: number): number => {
  const e = s.folio.at(folio);
  if (Folio.hwpoison(e) === 0 || Folio.used(e) === 0 || Folio.anon(e) === 1) return 0;
  return Math.max(1, pagesListed(s, folio));
};

/** Who maps it has one for each leaf; by Mfolio, one for all leaves that are in the same hugepage of address space. */
const ofMappings = (rule: MapcountRule, folio: number): number =>
  rule === 'Mfolio' ? census.slots[folio]! : leavesOf(folio);
const expected = (s: HugetlbView, rule: MapcountRule, folio: number): number =>
  census.cached[folio]! + ofMappings(rule, folio) + census.pins[folio]! + ofMigration(s, folio);
const isRightBy = (s: HugetlbView, rule: MapcountRule, folio: number): boolean => {
  const has = Count.valueOf(s.refcount.at(folio));
  const least = Math.min(expected(s, rule, folio), COUNT_MAX);
  if (has < least || has > least + ofFailure(s, folio)) return false;
  return (Folio.used(s.folio.at(folio)) === 1) === has > 0;
};

export const refcount = (rule: MapcountRule): Always<HugetlbView> => {
  const isRight = (s: HugetlbView, folio: number): boolean => isRightBy(s, rule, folio);
  return eachFolio({
    name: 'H6',
    says: 'A hugepage has one reference for the page cache, one for each leaf (by the rule Mfolio, one for all leaves in the same hugepage of address space), one for each pin, and those of who migrates it or has found it broken; without any it is free.',
    cites: `v7.1 mm/hugetlb.c free_huge_folio(), __unmap_hugepage_range(), mm/migrate.c unmap_and_move_huge_page(); ${RFC2}, 16/47, 34/47`,
    prepare: takeCensus,
    asks: (s, folio) => Folio.used(s.folio.at(folio)) === 1 || !isRight(s, folio),
    isRight,
    tell: (s, folio) => {
      const reasons = [
        count(census.cached[folio]!, 'row of the page cache', 'rows of the page cache'),
        count(
          ofMappings(rule, folio),
          rule === 'Mfolio' ? 'mapping' : 'leaf',
          rule === 'Mfolio' ? 'mappings' : 'leaves',
        ),
        count(census.pins[folio]!, 'pin'),
        `${ofMigration(s, folio)} of migration`,
      ];
      const kept = ofFailure(s, folio) === 0 ? '' : `, and perhaps ${ofFailure(s, folio)} that memory_failure() keeps`;
      return `${folioName(s, folio)} has refcount ${Count.valueOf(s.refcount.at(folio))}, and there are ${reasons.join(', ')}${kept}; ${mappersName(s, folio)}`;
    },
  });
};
