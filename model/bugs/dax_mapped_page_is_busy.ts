/** A page of FS-DAX counts as busy while another file maps it. */
import { bug } from './bug.ts';

export default bug({
  title: 'fs/dax: a page of FS-DAX counts as busy while another file maps it',
  author: 'Alistair Popple',
  source: '"[PATCH 00/13] fs/dax: Fix FS DAX page reference counts", linux-mm, 2024-06-27',
  says: 'a truncation waits for a mapping',
  evidence: 'mail',
  base: 'v7.1',
  sets: { 'dax-busy-by': 'any' },
  bug: {
    fix: 'v3, 2024-11-22',
    posted: 'v1 and v2 of dax-refcount',
    violates: 'I-DAXWAIT',
    world: 'dax-reflink',
    steps: 5,
  },
});
