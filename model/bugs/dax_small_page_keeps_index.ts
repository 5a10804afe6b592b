/** A small page of FS-DAX keeps its index where a share count is looked for. */
import { bug } from './bug.ts';

export default bug({
  title: 'fs/dax: a small page of FS-DAX keeps its index where a share count is looked for',
  source: 'fs/dax.c dax_folio_put(): 6.16.3 to v7.0 return before share is cleared',
  says: 'a block that two files share counts one too many, and is never let go',
  evidence: 'source',
  base: 'v7.1',
  sets: { 'dax-put': 'mapping' },
  bug: {
    fix: 'dax_folio_reset_order() (v7.1)',
    releases: 'v6.15 to v7.0',
    violates: 'I-DAXSHARE',
    world: 'dax-reflink',
    steps: 4,
  },
});
