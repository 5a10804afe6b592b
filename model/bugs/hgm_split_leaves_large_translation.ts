/** A leaf that is split for a broken page leaves its translation in TLBs. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: a leaf that is split for a broken page leaves its translation in TLBs',
  author: 'Jiaqi Yan',
  source:
    '"[RFC PATCH v1 0/7] PAGE_SIZE Unmapping in Memory Failure Recovery for HugeTLB Pages", linux-mm, 2023-04-28, 1/7',
  says: 'CPUs go on using the large translation beside small ones',
  evidence: 'inferred',
  base: 'v7.3+hgm-mapcount@M3-repaired+hgm-hwpoison=base',
  sets: { 'hgm-hwpoison-flush': 'never' },
  bug: {
    fix: 'none',
    posted: 'RFC v1 of "PAGE_SIZE Unmapping in Memory Failure Recovery for HugeTLB Pages"',
    violates: 'two-sizes-in-TLB',
    world: 'hgm-hwpoison',
    steps: 4,
  },
});
