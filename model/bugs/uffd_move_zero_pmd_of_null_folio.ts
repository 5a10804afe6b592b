/** move_pages_huge_pmd() makes the leaf of the huge zero folio anew from a folio that is NULL. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/huge_memory: fix use of NULL folio in move_pages_huge_pmd()',
  author: 'Chris Down',
  source: '2026-03 (v7.0); CVE-2026-31397',
  says: 'UFFDIO_MOVE of the huge zero folio maps a frame of nothing',
  evidence: 'source',
  base: 'v7.1',
  sets: { 'uffd-move-zero': 'no-folio' },
  bug: {
    fix: '2026-03',
    releases: 'v6.16 to v6.19',
    violates: 'I-TRANS',
    world: 'huge-zero',
    steps: 4,
  },
});
