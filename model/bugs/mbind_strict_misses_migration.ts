/** mbind() with MPOL_MF_STRICT does not count a hugepage that is being migrated. */
import { bug } from './bug.ts';

export default bug({
  title: 'mempolicy: fix migrate_pages(2) syscall return nr_failed',
  author: 'Hugh Dickins',
  source: '1cb5d11a370f (v6.7)',
  says: 'it says that all could be moved',
  evidence: 'source',
  base: 'v7.3',
  sets: { 'hugetlb-mbind-migration': 'ignored' },
  bug: {
    fix: '1cb5d11a370f',
    releases: 'until v6.6',
    violates: 'H-MBIND-EIO',
    world: 'hugetlb-readers',
    steps: 4,
  },
});
