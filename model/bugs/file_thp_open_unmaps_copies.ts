/** Who opens a file for writing that has huge folios unmaps private copies of its pages as well. */
import { file_of } from '../mm/filemap.ts';
import { END_OF_FILE } from '../mm/truncate.ts';
import { bug } from './bug.ts';

export default bug({
  title: 'mm, thp: fix incorrect unmap behavior for private pages',
  author: 'Rongwei Wang',
  source: '8468e937df1f (v5.16)',
  says: 'truncate_pagecache() unmaps copies, too (even_cows): what a process has written is lost',
  evidence: 'memory',
  base: 'v7.1',
  mm: {
    do_dentry_open: () => (s, vma) => {
      s.kernel.unmap_mapping_range_tree(s, file_of(vma), 0, END_OF_FILE, { evenCows: true, reclaimPt: false });
      s.kernel.truncate_inode_pages(s, file_of(vma), 0);
    },
  },
  bug: {
    fix: '8468e937df1f',
    releases: 'until v5.15',
    violates: 'I-KEPT',
    world: 'collapse-readonly',
    steps: 4,
  },
});
