/** kill_accessing_process() walks no VM_PFNMAP, so that broken memory is not found there. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/memory-failure: fix infinite UCE for VM_PFNMAP pfn',
  author: 'Jinjiang Tu',
  source: '2e6053fea379 (v6.17-rc3)',
  says: 'a process reads memory known to be broken again and again',
  evidence: 'source',
  base: 'v7.1+hwpoison-pud=checked',
  sets: { 'hwpoison-walk': 'skips' },
  bug: {
    fix: '2e6053fea379',
    releases: 'v6.15, v6.16; the stable series of v6.12 until 6.12.43',
    violates: 'fault-loop',
    world: 'hwpoison-pfnmap',
    steps: 3,
  },
});
