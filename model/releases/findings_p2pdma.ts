/** What the releases are known to violate where the memory of a PCI device is mapped (P2PDMA). */
import { ALL, type Finding } from './finding.ts';
import { releases } from './releases.ts';

export const P2PDMA_FINDINGS: readonly Finding[] = [
  {
    name: 'p2pdma-mkwrite-loop',
    says: 'a write to a page of peer-to-peer memory that was made read-only before the CPU had written to it, and then writable again, faults without end: kernfs has a ->page_mkwrite, and the folio has no mapping, as if it had been truncated',
    cites:
      'v6.12 fs/kernfs/file.c kernfs_vma_page_mkwrite(), mm/mprotect.c can_change_pte_writable() (a clean entry), mm/memory.c ' +
      'do_page_mkwrite() (!folio->mapping: retry), wp_page_shared(), mm/memremap.c free_zone_device_folio() (mapping = NULL); ' +
      '"x86 page_fault not succeeding when mapping write-only", linux-mm, 2020-11-16 (seen on 4.19, of another driver by ' +
      'sysfs); "kernfs: remove page_mkwrite() from vm_operations_struct" (mails of 2024)',
    status: 'known bug',
    kernels: ALL,
    assumed: ALL.filter((name) => !name.startsWith('v6.12')),
    worlds: ['p2pdma'],
    properties: ['fault-loop'],
    repair: [{ toggle: 'kernfs-mkwrite', value: 'none' }],
  },
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
    says: 'a page of a PCI BAR that mmap() could not insert is in the pool again with the reference that it was to be inserted with, of which the next mmap() warns where it warns of the right pages',
    cites: 'b17137dcae33 "PCI/P2PDMA: Reset page reference count when page mapping fails" (v7.0)',
    status: 'known bug',
    kernels: releases('v6.15', 'v6.18'),
    worlds: ['p2pdma', 'p2pdma-pinned'],
    properties: ['I-REF', 'WARN-p2pdma'],
    repair: [{ toggle: 'p2pdma-failed-count', value: 'reset' }],
  },
  {
    name: 'p2pdma-warns',
    says: 'mmap() of peer-to-peer memory warns of a page that has no reference, as it should have none in the pool (CONFIG_DEBUG_VM)',
    cites: 'cb500023a752 "PCI/P2PDMA: Fix p2pmem_alloc_mmap() warning condition" (v7.0)',
    status: 'known bug',
    kernels: releases('v6.15', 'v6.18'),
    worlds: ['p2pdma', 'p2pdma-pinned'],
    properties: ['WARN-p2pdma'],
    repair: [{ toggle: 'p2pdma-warns', value: 'used' }],
  },
];
