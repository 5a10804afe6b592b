/** memory_failure() enables high granularity under the lock that this takes. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: memory_failure() enables high granularity under the lock that this takes',
  author: 'Jiaqi Yan',
  source:
    '"[RFC PATCH v1 0/7] PAGE_SIZE Unmapping in Memory Failure Recovery for HugeTLB Pages", linux-mm, 2023-04-28, 2/7, 5/7',
  says: 'it waits for itself where the VMA has all of a PUD',
  evidence: 'inferred',
  base: 'v7.3+hgm-mapcount@M3-repaired+hgm-hwpoison=base',
  sets: { 'hgm-hwpoison-enable': 'deadlocks' },
  bug: {
    fix: 'none',
    posted: 'RFC v1 of "PAGE_SIZE Unmapping in Memory Failure Recovery for HugeTLB Pages"',
    violates: 'self-deadlock',
    world: 'hgm-hwpoison',
    steps: 3,
  },
});
