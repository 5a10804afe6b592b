/** move_pages_huge_pmd() makes the leaf of the huge zero folio anew, without the special bit. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/huge_memory: prevent huge zeropage refcount corruption in PMD move',
  author: 'Chris Down',
  source: '2026-03 (v7.0); Fixes d82d09e48219',
  says: 'the huge zero folio is taken for one that is counted once UFFDIO_MOVE has moved it',
  evidence: 'source',
  base: 'v7.1',
  mm: {
    moved_zero_pmd: () => (_s, e) => e,
  },
  bug: {
    fix: '2026-03',
    releases: 'v6.18, v6.19',
    violates: 'I-SPECIAL',
    world: 'huge-zero',
    steps: 4,
  },
});
