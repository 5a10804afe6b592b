/** The leaf of the first page of the hugepage is split for any broken page. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: the leaf of the first page of the hugepage is split for any broken page',
  author: 'Jiaqi Yan',
  source:
    '"[RFC PATCH v1 0/7] PAGE_SIZE Unmapping in Memory Failure Recovery for HugeTLB Pages", linux-mm, 2023-04-28, 1/7, 2/7',
  says: 'a leaf is split that does not map the page: BUG()',
  evidence: 'inferred',
  base: 'v7.3+hgm-mapcount@M3-repaired+hgm-hwpoison=base',
  sets: { 'hgm-hwpoison-split-at': 'head' },
  bug: {
    fix: 'none',
    posted: 'RFC v1 of "PAGE_SIZE Unmapping in Memory Failure Recovery for HugeTLB Pages"',
    violates: 'BUG_ON(split-elsewhere)',
    world: 'hgm-hwpoison',
    steps: 4,
  },
});
