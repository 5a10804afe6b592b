/** A fault on FS-DAX inserts a page of which nobody has a reference. */
import { bug } from './bug.ts';

export default bug({
  title: 'fs/dax: a fault on FS-DAX inserts a page of which nobody has a reference',
  author: 'Alistair Popple',
  source:
    'mm/memory.c validate_page_before_insert() (folio_ref_count() is not 0), fs/dax.c dax_fault_iter() (folio_ref_inc())',
  says: 'an idle page is refused, and the fault ends with SIGBUS',
  evidence: 'inferred',
  base: 'v7.1',
  sets: { 'dax-temp-ref': 'none' },
  bug: {
    fix: '"Fix ZONE_DEVICE page reference counts", linux-mm (v6.15)',
    whatIf: 'dax-refcount without the reference that a fault takes for a moment',
    violates: 'refcount-of-free',
    world: 'fsdax-pmd',
    steps: 2,
  },
});
