/** A page that several DAX files share knows the last of them alone. */
import { bug } from './bug.ts';

export default bug({
  title: 'fs/dax: a page that several DAX files share knows the last of them alone',
  author: 'Alistair Popple',
  source: '"[PATCH 00/13] fs/dax: Fix FS DAX page reference counts", linux-mm, 2024-06-27',
  says: 'the first file that ends takes the page from all',
  evidence: 'mail',
  base: 'v7.1',
  sets: { 'dax-sharing': 'last' },
  bug: {
    fix: 'v3, 2024-11-22',
    posted: 'v1 and v2 of dax-refcount',
    violates: 'I-DAXSHARE',
    world: 'dax-reflink',
    steps: 4,
  },
});
