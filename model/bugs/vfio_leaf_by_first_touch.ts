/** vfio_pci_mmap_huge_fault() wants the faulting address itself aligned, and does not round it down. */
import { bug } from './bug.ts';

export default bug({
  title: 'vfio/pci: Align huge faults to order',
  author: 'Alex Williamson',
  source: 'c1d9dac0db16 (v6.15-rc6); Fixes f9e54c3a2f5b',
  says: 'vfio maps by a leaf only if its first page is touched first',
  evidence: 'source',
  base: 'v7.1+vma-split-pud=splits',
  sets: { 'vfio-align': 'address-and-frame' },
  bug: {
    fix: 'c1d9dac0db16',
    releases: 'v6.12 to v6.14',
    violates: 'I-FITS',
    world: 'rfc-touch',
    steps: 2,
  },
});
