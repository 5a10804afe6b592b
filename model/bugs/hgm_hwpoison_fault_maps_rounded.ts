/** A fault beside a broken page maps the frame where the larger entry began. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: a fault beside a broken page maps the frame where the larger entry began',
  author: 'Jiaqi Yan',
  source:
    '"[RFC PATCH v1 0/7] PAGE_SIZE Unmapping in Memory Failure Recovery for HugeTLB Pages", linux-mm, 2023-04-28, 5/7',
  says: 'a small leaf maps another page of the hugepage',
  evidence: 'inferred',
  base: 'v7.3+hgm-mapcount@M3-repaired+hgm-hwpoison=base',
  sets: { 'hgm-hwpoison-fault': 'rounded' },
  bug: {
    fix: 'none',
    posted: 'RFC v1 of "PAGE_SIZE Unmapping in Memory Failure Recovery for HugeTLB Pages"',
    violates: 'H4',
    world: 'hgm-hwpoison',
    steps: 4,
  },
});
