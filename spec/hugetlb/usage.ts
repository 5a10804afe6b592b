/** H9: a process knows how much of hugetlb it uses. */
import type { Always } from '../../checker/search/index.ts';
import { pagesOf } from '../../model/state/hugetlb/geometry.ts';
import { type HugetlbView, Usage } from '../../model/state/hugetlb/hugetlb_types.ts';
import { RFC2 } from './cites.ts';
import { entryAt, isFirstName, isLeaf, isMigration, NONE, pmdTableAt, pudRowOf } from './entries.ts';
import { count, party } from './wording.ts';

/** Whether the entry of the page is in a table that was met before, of which others have the pages. */
const isMetBefore = (s: HugetlbView, mm: number, page: number): boolean =>
  pmdTableAt(s, mm, page) !== NONE && !isFirstName(s, pudRowOf(s, mm, page));

/** Pages that the process maps, or that migrate; each once where tables are shared. */
const pagesMapped = (s: HugetlbView, mm: number): number => {
  let n = 0;
  for (let page = 0; page < pagesOf(s.geometry); page++) {
    const e = entryAt(s, mm, page);
    if ((isLeaf(e) || isMigration(e)) && !isMetBefore(s, mm, page)) n++;
  }
  return n;
};

/** The first process whose usage is wrong, or NONE. */
const wrongMm = (s: HugetlbView): number => {
  for (let mm = 0; mm < s.geometry.mms; mm++) if (pagesMapped(s, mm) !== Usage.valueOf(s.usage.at(mm))) return mm;
  return NONE;
};
const anyMapped = (s: HugetlbView): boolean => {
  for (let mm = 0; mm < s.geometry.mms; mm++) if (pagesMapped(s, mm) > 0 || s.usage.at(mm) !== 0) return true;
  return false;
};

/** Where processes can share PMD tables, nobody can ask: who counts a leaf need not be who uncounts it. */
export const usage: Always<HugetlbView> = {
  kind: 'always',
  name: 'H9',
  says: 'hugetlb_usage of a process is what its leaves map and its migration entries stand for, in base pages; markers and hwpoison entries count nothing.',
  cites: `v7.1 include/linux/hugetlb.h hugetlb_count_add(), mm/rmap.c try_to_unmap_one(), mm/hugetlb.c huge_pmd_unshare(); ${RFC2}, 16/47, 22/47`,
  subject: anyMapped,
  holds: (s) => wrongMm(s) === NONE,
  explain: (s) => {
    const mm = wrongMm(s);
    return `${party(mm)} has hugetlb_usage ${Usage.valueOf(s.usage.at(mm))} and maps ${count(pagesMapped(s, mm), 'page')}`;
  },
};
