/** huge_pmd_unshare() asks the references of a table whether it is shared, and somebody else has one for a moment. */
import { huge_pte_clear, hugetlb_pte_init } from '../hugetlb/hugetlb_pte.ts';
import { pudPages } from '../state/hugetlb/geometry.ts';
import { HugetlbPte, Level } from '../state/hugetlb/hugetlb_types.ts';
import { bug } from './bug.ts';

export default bug({
  title: 'mm: hugetlb: independent PMD page table shared count',
  author: 'Liu Shixin',
  source: '59d9094df3d7 (v6.13)',
  says: 'a table of one process is given up instead of unmapped, and nobody finds it again',
  evidence: 'source',
  base: 'v7.3',
  hugetlb: {
    huge_pmd_unshare: (base) => (s, mm, page, h) => {
      if (base(s, mm, page, h)) return true;
      if (HugetlbPte.level(h) !== Level.pmd || s.choose('others with a reference', ['nobody', 'somebody']) === 0)
        return false;
      huge_pte_clear(s, hugetlb_pte_init(s.geometry, Level.pud, mm, page, pudPages(s.geometry)));
      return true;
    },
  },
  bug: {
    fix: '59d9094df3d7',
    releases: 'until v6.12',
    there: 'who takes another reference of a table is not modelled: the patch lets somebody have one',
    violates: 'H10',
    world: 'hugetlb-pmd-share',
    steps: 3,
  },
});
