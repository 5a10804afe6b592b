/** vmf_insert_pfn_pud() looks up the cache mode of its frames, and gives the leaf that of the VMA. */
import { bug } from './bug.ts';

export default bug({
  title: "mm/huge_memory: don't ignore queried cachemode in vmf_insert_pfn_pud()",
  author: 'David Hildenbrand',
  source: '09fefdca80ae (v6.17); Fixes 7b806d229ef1',
  says: 'a PUD leaf has another cache mode than its frames are reserved for',
  evidence: 'source',
  base: 'v7.1',
  sets: { 'pud-cache-mode': 'vma' },
  bug: {
    fix: '09fefdca80ae',
    releases: 'v6.12 to v6.16',
    violates: 'I-CACHE',
    world: 'vfio-memtype',
    steps: 2,
  },
});
