/** The layout of a DAX file is broken in a part of a PMD entry. */
import { bug } from './bug.ts';

export default bug({
  title: 'fs/dax: the layout of a DAX file is broken in a part of a PMD entry',
  source: 'v7.1 fs/dax.c dax_delete_mapping_range(), dax_break_layout(); fuse asks for ranges of PMD size',
  says: 'a page beside the part stays mapped when its entry goes',
  evidence: 'inferred',
  base: 'v7.1',
  sets: { 'dax-break-range': 'part' },
  bug: {
    fix: 'none: no file system asks for it',
    whatIf: 'a file system that cuts a part of an entry; none does',
    violates: 'WARN-dax',
    world: 'fsdax-pmd',
    steps: 5,
  },
});
