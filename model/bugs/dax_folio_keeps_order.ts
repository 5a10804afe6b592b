/** The last file that has a folio of FS-DAX leaves it a large one. */
import { pfn_to_page } from '../mm/page_flags.ts';
import { DaxOwner } from '../state/dax.ts';
import { bug } from './bug.ts';

export default bug({
  title: 'fs/dax: fix folio splitting issue by resetting old folio order + _nr_pages',
  author: 'David Hildenbrand',
  source: '98b1917cdef9 (v6.15); Fixes 4996fc547f5b, 38607c62b34b',
  says: 'its pages are small ones for whoever has their blocks next, and belong to a folio still',
  evidence: 'source',
  base: 'v7.1',
  mm: {
    dax_folio_reset_order: () => (s, folio) => s.daxOwner.put(pfn_to_page(folio), DaxOwner.of({})),
  },
  bug: {
    fix: '98b1917cdef9',
    releases: 'v6.15-rc1',
    violates: 'I-DAXFOLIO',
    world: 'fsdax-pmd',
    steps: 3,
  },
});
