/** untrack_pfn() takes the frame of the first entry for that of the device, though it may be a copy. */
import { free_pfn_range } from '../arch/memtype.ts';
import { read_entry } from '../mm/follow_pfnmap.ts';
import { drop_vma_track, vma_track } from '../mm/pfnmap_track.ts';
import { Found, Level } from '../state/lookups.ts';
import { VmaTrack } from '../state/memtypes.ts';
import { Vma } from '../state/mm_types.ts';
import { bug } from './bug.ts';

export default bug({
  title: 'x86/mm/pat: fix VM_PAT handling in COW mappings',
  author: 'David Hildenbrand',
  source: '2024-04 (v6.9); CVE-2024-35877',
  says: 'what a private mapping has reserved is never given up',
  evidence: 'source',
  base: 'v6.15',
  mm: {
    pfnmap_tracking: (base) => ({
      ...base,
      unmap: (s, mm, vma) => {
        const first = read_entry(s, mm, Vma.start(vma));
        const tracked = VmaTrack.pat(vma_track(s, mm, Vma.start(vma))) === 1;
        if (!tracked || Found.level(first) === Level.none) return base.unmap(s, mm, vma);
        free_pfn_range(s, Found.pfn(first), Vma.end(vma) - Vma.start(vma));
        drop_vma_track(s, mm, Vma.start(vma));
      },
    }),
  },
  bug: {
    fix: 'v6.9',
    releases: 'until v6.8',
    violates: 'I-MEMTYPE',
    world: 'memtype-cow',
    steps: 3,
  },
});
