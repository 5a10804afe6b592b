/** A DAX file that nobody maps is taken to be idle. */
import { bug } from './bug.ts';

export default bug({
  title: 'fs/dax: return unmapped busy pages from dax_layout_busy_page_range()',
  author: 'Alistair Popple',
  source: '"Fix ZONE_DEVICE page reference counts", linux-mm, v9 02/20 (v6.15)',
  says: 'truncation frees the blocks of pages that are pinned',
  evidence: 'source',
  base: 'v7.1',
  sets: { 'dax-scans-unmapped': 'no' },
  bug: {
    fix: '"Fix ZONE_DEVICE page reference counts", linux-mm, v9 02/20 (v6.15)',
    releases: 'until v6.14',
    violates: 'I-DAXFREE',
    world: 'fsdax-pinned',
    steps: 4,
  },
});
