/** H8: what is mapped of a file is in its page cache. */
import { Folio, type HugetlbView } from '../../model/state/hugetlb/hugetlb_types.ts';
import { V2 } from './cites.ts';
import { eachPage } from './each_page.ts';
import { cachedAt, folioOf, isVma, mappedAt, NONE, vmaAt } from './entries.ts';
import { folioName, pageInVma } from './wording.ts';

/** Whether the page is mapped, to a folio that is no private copy. */
const isOfFile = (s: HugetlbView, mm: number, page: number): boolean => {
  const frame = mappedAt(s, mm, page);
  const folio = folioOf(s, frame);
  return frame !== NONE && folio < s.geometry.folios && Folio.anon(s.folio.at(folio)) === 0;
};

export const cached = eachPage({
  name: 'H8',
  says: 'A leaf maps a hugepage that the page cache of the file has where the leaf is, or a private copy: after truncation nobody maps what the file has lost.',
  cites: `v7.1 fs/hugetlbfs/inode.c remove_inode_hugepages(), hugetlb_vmdelete_list(); Jiaqi Yan on ${V2}, 2023-03-01 (folio_mapped() is what truncation asks)`,
  asks: (s, mm, page) => isOfFile(s, mm, page) && isVma(vmaAt(s, mm, page)),
  isRight: (s, mm, page) => cachedAt(s, vmaAt(s, mm, page), page) === folioOf(s, mappedAt(s, mm, page)),
  tell: (s, mm, page) => {
    const has = cachedAt(s, vmaAt(s, mm, page), page);
    const inCache = has === NONE ? 'nothing' : folioName(s, has);
    return `${pageInVma(s, mm, page)}: it maps ${folioName(s, folioOf(s, mappedAt(s, mm, page)))}, and the page cache has ${inCache} there`;
  },
});
