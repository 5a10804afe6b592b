/** A VMA that a split has made does not know that high granularity is enabled. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: A VMA that a split has made does not know that high granularity is enabled',
  author: 'James Houghton',
  source:
    '"[RFC PATCH v2 00/47] hugetlb: introduce HugeTLB high-granularity mapping", linux-mm, 2022-10-21, 6/47, 8/47',
  says: 'whoever walks its tables walks without end',
  evidence: 'mail',
  base: 'v7.3+hgm-mapcount@M3-repaired',
  sets: { 'hgm-kept-at': 'data' },
  bug: {
    fix: 'v1 8/46 (VM_HUGETLB_HGM)',
    posted: 'RFC v2 of hgm',
    violates: 'H2',
    world: 'hgm-fork',
    steps: 6,
  },
});
