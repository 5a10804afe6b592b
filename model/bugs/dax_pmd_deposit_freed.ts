/** vmf_insert_folio_pmd() frees the table that it has deposited. */
import { bug } from './bug.ts';

export default bug({
  title: 'fs/dax: vmf_insert_folio_pmd() frees the table that it has deposited',
  author: 'Alistair Popple',
  source: '"Fix ZONE_DEVICE page reference counts", linux-mm, v2 to v6',
  says: 'the table is in reserve, and free',
  evidence: 'mail',
  base: 'v7.1',
  sets: { 'dax-deposit': 'freed' },
  bug: {
    fix: 'v7, 2025-02-05',
    posted: 'v2 to v6 of dax-refcount',
    violates: 'I-LIVE',
    world: 'fsdax-hash',
    steps: 2,
  },
});
