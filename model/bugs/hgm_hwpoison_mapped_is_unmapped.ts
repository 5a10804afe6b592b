/** A broken private hugepage counts as unmapped when it is mapped. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: a broken private hugepage counts as unmapped when it is mapped',
  author: 'Jiaqi Yan',
  source:
    '"[RFC PATCH v1 0/7] PAGE_SIZE Unmapping in Memory Failure Recovery for HugeTLB Pages", linux-mm, 2023-04-28, 4/7',
  says: 'memory_failure() fails where it succeeded, and succeeds where the page is mapped still',
  evidence: 'inferred',
  base: 'v7.3+hgm-mapcount@M3-repaired+hgm-hwpoison=base',
  sets: { 'hgm-hwpoison-unmapped': 'mapped' },
  bug: {
    fix: 'none',
    posted: 'RFC v1 of "PAGE_SIZE Unmapping in Memory Failure Recovery for HugeTLB Pages"',
    violates: 'H6',
    world: 'hgm-hwpoison',
    steps: 3,
  },
});
