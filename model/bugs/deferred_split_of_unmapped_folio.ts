/** A large folio is queued for a deferred split when all of it is unmapped. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/rmap: do not add fully unmapped large folio to deferred split list',
  author: 'Zi Yan',
  source: '7491f3f34891 (v6.10)',
  says: 'a folio that is about to be free is queued to be split',
  evidence: 'source',
  base: 'v7.1',
  sets: { 'deferred-split-queue': 'any' },
  bug: {
    fix: '7491f3f34891',
    releases: 'until v6.9',
    there: 'the model of v6.9 leaves it out',
    violates: 'I-DEFER',
    world: 'anon-pinned',
    steps: 4,
  },
});
