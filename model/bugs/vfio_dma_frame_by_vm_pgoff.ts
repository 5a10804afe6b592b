/** vaddr_get_pfn() computes the frame from vm_pgoff, whatever the page tables map, if anything. */
import { linear_pfn, vma_lookup } from '../mm/vma.ts';
import { LOOKUP_MM } from '../mm/ptl.ts';
import type { Sys } from '../mm/kernel.ts';
import { Found, Level, Lookup, LookupUser } from '../state/lookups.ts';
import { Vma } from '../state/mm_types.ts';
import { bug } from './bug.ts';

/** What the VMA names, if it is VM_PFNMAP. */
const by_vm_pgoff = (s: Sys, page: number): Found => {
  const vma = s.vma.at(vma_lookup(s, LOOKUP_MM, page));
  return Found.of({ level: Level.PTE, pfn: linear_pfn(vma, page), write: 1, special: 1, cache: Vma.cache(vma) });
};
const is_pfnmap = (s: Sys, page: number): boolean => {
  const row = vma_lookup(s, LOOKUP_MM, page);
  return row >= 0 && Vma.pfnmap(s.vma.at(row)) === 1;
};

export default bug({
  title: 'vfio/type1: Fix VA->PA translation for PFNMAP VMAs in vaddr_get_pfn()',
  author: 'Sean Christopherson',
  source: 'v5.8',
  says: 'an IOMMU gets frames that the process does not map',
  evidence: 'source',
  base: 'v7.1',
  mm: {
    follow_pfnmap_walk: (base) => (s, page, user) =>
      user === LookupUser.vfio && is_pfnmap(s, page) ? by_vm_pgoff(s, page) : base(s, page, user),
    follow_pfnmap_lock: (base) => (s, page, walked) =>
      Lookup.user(s.lookup.at(0)) === LookupUser.vfio && is_pfnmap(s, page) ? walked : base(s, page, walked),
  },
  bug: {
    fix: 'v5.8',
    releases: 'until v5.7',
    violates: 'I-LOOKUP',
    world: 'vfio-dma',
    steps: 3,
  },
});
