/** What the releases are known to violate where the memory of a PCI device is mapped (P2PDMA). */
import type { Finding } from './finding.ts';
import { releases } from './releases.ts';

export const P2PDMA_FINDINGS: readonly Finding[] = [
  {
    name: 'p2pdma-pgmap-leaks',
    says: 'mmap() of peer-to-peer memory that cannot insert a page keeps its reference to the pgmap: the end of the device waits for it for good',
    cites:
      '6220694c52a5 "PCI/P2PDMA: Release per-CPU pgmap ref when vm_insert_page() fails" (v7.0, 6.12.117), of 7e9c7ef83d78 ' +
      '"PCI/P2PDMA: Allow userspace VMA allocations through sysfs"',
    status: 'known bug',
    kernels: releases('v6.9', 'v6.18').filter((name) => name !== 'v6.12.117'),
    worlds: ['p2pdma', 'p2pdma-pinned'],
    properties: ['I-POOL'],
    repair: [{ toggle: 'p2pdma-failed-pgmap', value: 'put' }],
  },
  {
    name: 'p2pdma-count-left',
    says: 'a page of a PCI BAR that mmap() could not insert is in the pool again with the reference that it was to be inserted with',
    cites: 'b17137dcae33 "PCI/P2PDMA: Reset page reference count when page mapping fails" (v7.0)',
    status: 'known bug',
    kernels: releases('v6.15', 'v6.18'),
    worlds: ['p2pdma', 'p2pdma-pinned'],
    properties: ['I-REF'],
    repair: [{ toggle: 'p2pdma-failed-count', value: 'reset' }],
  },
  {
    name: 'p2pdma-warns',
    says: 'every mmap() of peer-to-peer memory warns of its first page, since that has no reference, as it should (CONFIG_DEBUG_VM)',
    cites: 'cb500023a752 "PCI/P2PDMA: Fix p2pmem_alloc_mmap() warning condition" (v7.0)',
    status: 'known bug',
    kernels: releases('v6.15', 'v6.18'),
    worlds: ['p2pdma', 'p2pdma-pinned'],
    properties: ['WARN-p2pdma'],
    repair: [{ toggle: 'p2pdma-warns', value: 'used' }],
  },
];
