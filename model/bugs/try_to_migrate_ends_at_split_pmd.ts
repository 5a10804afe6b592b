/** try_to_migrate() ends its walk once it has split the leaf of one process. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/huge_memory: fix early failure try_to_migrate() when split huge pmd for shared THP',
  author: 'Wei Yang',
  source: '939080834fef (v7.0); Fixes 60fbb14396d5',
  says: 'a THP that several processes map cannot be split',
  evidence: 'source',
  base: 'v7.1',
  sets: { 'migrate-split-walk': 'ends' },
  bug: {
    fix: '939080834fef',
    releases: 'v6.16 to v6.19',
    violates: 'I-SPLIT',
    world: 'folio-split',
    steps: 4,
  },
});
