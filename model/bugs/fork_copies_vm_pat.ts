/** vm_area_dup() gives the VMA of a child VM_PAT, before it has reserved anything. */
import { bug } from './bug.ts';

export default bug({
  title: 'x86/mm/pat: Fix VM_PAT handling when fork() fails in copy_page_range()',
  author: 'David Hildenbrand',
  source: 'dc84bc2aba85 (v6.15, 6.12.23)',
  says: 'a fork() that fails frees what the parent has reserved, or leaves a reservation behind',
  evidence: 'source',
  base: 'v6.15',
  sets: { 'pat-fork': 'all' },
  bug: {
    fix: 'dc84bc2aba85',
    releases: 'until v6.14',
    violates: 'I-CACHE',
    world: 'memtype-cow',
    steps: 2,
  },
});
