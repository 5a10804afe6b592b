/** vfio_pci_mmap_huge_fault() inserts leaves as for a read, so that a write fault under soft-dirty tracking changes nothing. */
import { bug } from './bug.ts';

export default bug({
  title: 'write faults of vfio under soft-dirty tracking',
  source: 'v7.1 drivers/vfio/pci/vfio_pci_core.c vfio_pci_vmf_insert_pfn()',
  says: 'a write to a BAR faults without end',
  evidence: 'source',
  base: 'v7.1+vfio-passes-write=yes',
  sets: { 'vfio-passes-write': 'no' },
  bug: {
    fix: 'none',
    releases: 'v6.12 to v7.3',
    violates: 'fault-loop',
    world: 'vfio-soft-dirty',
    steps: 3,
  },
});
