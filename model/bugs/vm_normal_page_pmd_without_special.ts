/** __vm_normal_page() relies on the special bit of a PMD, where only PTEs have one. */
import { NO_PAGE } from '../mm/memory.ts';
import { Pmd } from '../state/mm_types.ts';
import { bug } from './bug.ts';

export default bug({
  title: 'mm: fix __vm_normal_page() to handle missing support for pmd_special()/pud_special()',
  author: 'David Hildenbrand',
  source: '2026 (v7.1)',
  says: 'a leaf of a device, or the huge zero folio, is taken for one that is counted',
  evidence: 'source',
  base: 'v7.1+huge-pfnmap-archs=none',
  mm: {
    vm_normal_page_pmd: () => (_s, _vma, _page, e) => (Pmd.special(e) === 1 ? NO_PAGE : Pmd.pfn(e)),
  },
  bug: {
    fix: 'v7.1',
    releases: 'v6.18 to v7.0',
    there: 'the model of v6.18 leaves it out',
    violates: 'rmap-sanity',
    world: 'fsdax-hole',
    steps: 3,
  },
});
