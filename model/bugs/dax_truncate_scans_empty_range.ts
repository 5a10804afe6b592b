/** A truncation that cuts a DAX file to its end looks for busy pages in a range of no page. */
import { bug } from './bug.ts';

export default bug({
  title: 'fuse: Fix dax truncate/punch_hole fault path',
  author: 'Alistair Popple',
  source: '"Fix ZONE_DEVICE page reference counts", linux-mm, v9 01/20 (v6.15)',
  says: 'dmap_end is 0 for the end of the file, and is taken for it: blocks are free while their pages are pinned',
  evidence: 'mail',
  base: 'v7.1',
  mm: {
    dax_layout_busy_page_range: (base) => (s, file, from, to, unmapped) =>
      base(s, file, from, to === s.geometry.daxFilePages ? from : to, unmapped),
  },
  bug: {
    fix: '"Fix ZONE_DEVICE page reference counts", v9 01/20 (v6.15)',
    releases: 'until v6.14, of fuse',
    there: 'the model has one file system, which is not fuse',
    violates: 'I-DAXFREE',
    world: 'fsdax-pinned',
    steps: 4,
  },
});
