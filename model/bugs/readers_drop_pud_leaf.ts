/** walk_pud_range() splits a PUD leaf for readers that have no ->pud_entry. */
import { bug } from './bug.ts';

export default bug({
  title: 'readers of page tables drop PUD leaves',
  source: 'v7.1 fs/proc/task_mmu.c smaps_walk_ops, mm/mempolicy.c queue_pages_walk_ops',
  says: 'a look at smaps unmaps a device',
  evidence: 'source',
  base: 'v7.1+readers-pud=kept',
  sets: { 'readers-pud': 'split' },
  bug: {
    fix: 'none',
    releases: 'v6.12 to v7.3',
    violates: 'I-PURE',
    world: 'readers-pfnmap',
    steps: 3,
  },
});
