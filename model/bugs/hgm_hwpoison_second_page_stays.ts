/** A second page of a hugepage that breaks stays mapped. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: a second page of a hugepage that breaks stays mapped',
  author: 'Jiaqi Yan',
  source:
    '"[RFC PATCH v1 0/7] PAGE_SIZE Unmapping in Memory Failure Recovery for HugeTLB Pages", linux-mm, 2023-04-28, 4/7',
  says: 'it is known to be broken, and used',
  evidence: 'inferred',
  base: 'v7.3+hgm-mapcount@M3-repaired+hgm-hwpoison=base',
  sets: { 'hgm-hwpoison-again': 'busy' },
  bug: {
    fix: 'none',
    posted: 'RFC v1 of "PAGE_SIZE Unmapping in Memory Failure Recovery for HugeTLB Pages"',
    violates: 'H20',
    world: 'hgm-hwpoison',
    steps: 4,
  },
});
