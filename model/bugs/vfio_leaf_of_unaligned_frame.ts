/** vfio_pci_mmap_huge_fault() asks whether the address is aligned to a leaf, and not whether the frame is. */
import { bug } from './bug.ts';

export default bug({
  title: 'vfio/pci: Fallback huge faults for unaligned pfn',
  author: 'Alex Williamson',
  source: '2025-01-02 (v6.13, 6.12.10); Fixes f9e54c3a2f5b; bugzilla 219619',
  says: 'vfio maps a BAR by a leaf of another frame',
  evidence: 'source',
  base: 'v7.1',
  sets: { 'vfio-align': 'address' },
  bug: {
    fix: 'v6.13, 6.12.10',
    releases: 'v6.12 (until 6.12.9)',
    violates: 'I-ALIGN',
    world: 'vfio-align',
    steps: 2,
  },
});
