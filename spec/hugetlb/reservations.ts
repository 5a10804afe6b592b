/** H-RESV: the pool has what it has promised. */
import type { Always } from '../../checker/search/index.ts';
import { pagesOf } from '../../model/state/hugetlb/geometry.ts';
import { type HugetlbView, Reserved, Vma } from '../../model/state/hugetlb/hugetlb_types.ts';
import { isVma } from './entries.ts';
import { count } from './wording.ts';

/** Hugepages that files are promised, and do not have. */
const ofFiles = (s: HugetlbView): number => {
  let n = 0;
  for (let row = 0; row < s.reserved.rows; row++) if (s.reserved.at(row) === 1 && s.cache.at(row) === 0) n++;
  return n;
};

/** Hugepages that private mappings are promised, and have not used. */
const ofMappings = (s: HugetlbView): number => {
  const { hugepage, vmas } = s.geometry;
  const hugepages = Math.ceil(pagesOf(s.geometry) / hugepage);
  let n = 0;
  for (let row = 0; row < s.vma.rows; row++) {
    const vma = s.vma.at(row);
    if (!isVma(vma) || Vma.owner(vma) === 0 || Vma.mayShare(vma) === 1) continue;
    const first = Math.trunc(row / vmas) * hugepages;
    for (let page = Vma.start(vma); page < Vma.end(vma); page += hugepage)
      if (s.consumed.at(first + Math.trunc(page / hugepage)) === 0) n++;
  }
  return n;
};

const freeHugepages = (s: HugetlbView): number => {
  let n = 0;
  for (let folio = 0; folio < s.folio.rows; folio++) if (s.folio.at(folio) === 0) n++;
  return n;
};

const isRight = (s: HugetlbView): boolean => {
  const promised = Reserved.valueOf(s.resv.at(0));
  return promised === ofFiles(s) + ofMappings(s) && promised <= freeHugepages(s);
};

export const reservations: Always<HugetlbView> = {
  kind: 'always',
  name: 'H-RESV',
  says: 'resv_huge_pages is the number of hugepages that files and private mappings are promised and have not used, and the pool has as many free.',
  cites:
    'v7.1 mm/hugetlb.c hugetlb_reserve_pages(), alloc_hugetlb_folio(), free_huge_folio(); d84cf06e3dd8 "mm, hugetlb: fix simple resv_huge_pages underflow on UFFDIO_COPY"',
  subject: (s) => s.resv.at(0) !== 0 || ofFiles(s) + ofMappings(s) > 0 || !isRight(s),
  holds: isRight,
  explain: (s) =>
    `resv_huge_pages is ${Reserved.valueOf(s.resv.at(0))}; files are promised ${count(ofFiles(s), 'hugepage')} that they do not have, private mappings ${ofMappings(s)} that they have not used, and the pool has ${freeHugepages(s)} free`,
};
