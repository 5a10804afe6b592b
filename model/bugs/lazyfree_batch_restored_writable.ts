/** Reclaim that fails restores lazyfree PTEs all with the write bit of the first. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/rmap: fix incorrect pte restoration for lazyfree folios',
  author: 'Dev Jain',
  source: '29f40594a281 (v7.0); Fixes 354dffd29575',
  says: 'a page that a child shares becomes writable in its parent',
  evidence: 'source',
  base: 'v7.1',
  sets: { 'lazyfree-restore': 'batch' },
  bug: {
    fix: '29f40594a281',
    releases: 'v6.15 to v6.19',
    violates: 'I-EXCL',
    world: 'mthp-lazyfree',
    steps: 7,
  },
});
