/** A truncation of a DAX file waits for the mappings of another file. */
import { bug } from './bug.ts';

export default bug({
  title: 'fs/dax: a truncation of a DAX file waits for the mappings of another file',
  source:
    'v7.1 fs/dax.c dax_busy_page() (ref - mapcount), wait_page_idle(), include/linux/dax.h dax_page_is_idle() (ref == 0)',
  says: 'it is woken at the last reference, where it asked for those beyond the mappings',
  evidence: 'source',
  base: 'v7.1+dax-waits-for=busy',
  sets: { 'dax-waits-for': 'references' },
  bug: {
    fix: 'none yet',
    releases: 'since v6.15',
    violates: 'I-DAXWAIT',
    world: 'fsdax-pinned',
    steps: 5,
  },
});
