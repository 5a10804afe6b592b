/** The split of a PMD migration entry of a file takes a mapping and a reference from its folio. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/thp: fix __split_huge_pmd_locked() on shmem migration entry',
  author: 'Hugh Dickins',
  source: '99fa8a48203d (v5.13)',
  says: 'a folio that migrates loses a mapping and a reference when its entry is split',
  evidence: 'source',
  base: 'v7.1',
  sets: { 'split-file-migration': 'leaf' },
  bug: {
    fix: '99fa8a48203d',
    releases: 'until v5.12',
    violates: 'bad-page-map',
    world: 'file-migration',
    steps: 4,
  },
});
