/** mremap() of hugetlb takes i_mmap_rwsem for reading where it holds it for writing. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/hugetlb: mremap() of hugetlb takes i_mmap_rwsem for reading where it holds it for writing',
  source: 'v6.1.192 to v7.3.4 mm/hugetlb.c move_hugetlb_page_tables(), huge_pmd_share()',
  says: 'mremap() of an aligned PUD never returns',
  evidence: 'source',
  base: 'v7.3+hugetlb-move-share=shares',
  sets: { 'hugetlb-move-share': 'deadlock' },
  bug: {
    fix: 'none yet',
    releases: 'v6.1 to v7.3',
    violates: 'deadlock(i_mmap_rwsem)',
    world: 'hugetlb-pmd-move',
    steps: 3,
  },
});
