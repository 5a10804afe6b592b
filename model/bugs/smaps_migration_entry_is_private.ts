/** smaps takes a hugepage that migrates for private, by its mapcount. */
import { bug } from './bug.ts';

export default bug({
  title: 'fs/proc/task_mmu: account non-present entries as "maybe shared, but no idea how often"',
  author: 'David Hildenbrand',
  source: 'linux-mm, 2024-06-07 (v6.11)',
  says: 'the mapcount has lost the mapping already',
  evidence: 'source',
  base: 'v7.3',
  sets: { 'hugetlb-smaps-swap': 'mapcount' },
  bug: {
    fix: 'v6.11',
    releases: 'until v6.10',
    violates: 'H-SMAPS',
    world: 'hugetlb-readers',
    steps: 6,
  },
});
