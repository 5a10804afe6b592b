/** A page of FS-DAX forgets its file with its last reference. */
import { bug } from './bug.ts';

export default bug({
  title: 'fs/dax: a page of FS-DAX forgets its file with its last reference',
  author: 'Alistair Popple',
  source: '"[PATCH 00/13] fs/dax: Fix FS DAX page reference counts", linux-mm, 2024-06-27',
  says: 'a fault that comes later finds an entry, and a page without a file',
  evidence: 'mail',
  base: 'v7.1',
  sets: { 'dax-mapping-until': 'reference' },
  bug: {
    fix: 'v3, 2024-11-22',
    posted: 'v1 and v2 of dax-refcount',
    violates: 'I-DAXSHARE',
    world: 'fsdax',
    steps: 2,
  },
});
