/** A split of a leaf that has no memory is taken back by an unmap. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: a split of a leaf that has no memory is taken back by an unmap',
  author: 'Jiaqi Yan',
  source:
    '"[RFC PATCH v1 0/7] PAGE_SIZE Unmapping in Memory Failure Recovery for HugeTLB Pages", linux-mm, 2023-04-28, 1/7',
  says: 'a function for whole hugepages is called for parts',
  evidence: 'inferred',
  base: 'v7.3+hgm-mapcount@M3-repaired+hgm-hwpoison=base',
  sets: { 'hgm-hwpoison-undo': 'unmaps' },
  bug: {
    fix: 'none',
    posted: 'RFC v1 of "PAGE_SIZE Unmapping in Memory Failure Recovery for HugeTLB Pages"',
    violates: 'H9',
    world: 'hgm-hwpoison',
    size: 'standard',
    steps: 3,
  },
});
