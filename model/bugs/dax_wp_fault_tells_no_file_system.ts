/** A write to a read-only PTE of FS-DAX is handled as that of any page. */
import { bug } from './bug.ts';

export default bug({
  title: 'fs/dax: a write to a read-only PTE of FS-DAX is handled as that of any page',
  author: 'Alistair Popple',
  source: '"[PATCH 00/13] fs/dax: Fix FS DAX page reference counts", linux-mm, 2024-06-27',
  says: 'the file system does not learn of the write',
  evidence: 'mail',
  base: 'v7.1',
  sets: { 'dax-wp': 'page' },
  bug: {
    fix: 'v2, 2024-09-10',
    posted: 'v1 of dax-refcount',
    violates: 'I-DAXTAG',
    world: 'dax-reflink',
    steps: 3,
  },
});
