/** The look-up of a broken page asserts that it has no flag of its own, which the first page has. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: the look-up of a broken page asserts that it has no flag of its own, which the first page has',
  author: 'Jiaqi Yan',
  source:
    '"[RFC PATCH v1 0/7] PAGE_SIZE Unmapping in Memory Failure Recovery for HugeTLB Pages", linux-mm, 2023-04-28, 4/7',
  says: 'VM_BUG_ON() for the first page',
  evidence: 'inferred',
  base: 'v7.3+hgm-mapcount@M3-repaired+hgm-hwpoison=base',
  sets: { 'hgm-hwpoison-list': 'not-head' },
  bug: {
    fix: 'none',
    posted: 'RFC v1 of "PAGE_SIZE Unmapping in Memory Failure Recovery for HugeTLB Pages"',
    violates: 'VM_BUG_ON(PageHWPoison)',
    world: 'hgm-hwpoison',
    steps: 3,
  },
});
