/** follow_pfnmap_start() reads a PMD or PUD entry, takes its lock, and returns what it has read before. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/memory: fix PMD/PUD checks in follow_pfnmap_start()',
  author: 'David Hildenbrand',
  source: 'ffef67b93aa3 (v7.0-rc6); Fixes 6da8e9634bb7',
  says: 'a look-up returns the frame of a leaf that has gone meanwhile',
  evidence: 'source',
  base: 'v7.1',
  sets: { 'lookup-rereads': 'walked' },
  bug: {
    fix: 'ffef67b93aa3',
    releases: 'v6.12 to v6.19',
    violates: 'I-LOOKUP',
    world: 'second-stage-slot',
    steps: 4,
  },
});
