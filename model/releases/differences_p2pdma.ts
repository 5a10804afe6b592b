/** What the releases differ in where the memory of a PCI device is mapped (P2PDMA): see differences.ts. */
import { type Difference, history, now } from './releases.ts';

export const P2PDMA_DIFFERENCES: readonly Difference[] = [
  {
    name: 'p2pdma-idle-refs',
    says: 'the references of a page of a PCI BAR that is in the pool of its driver',
    cites:
      'drivers/pci/p2pdma.c p2pmem_alloc_mmap(), mm/memremap.c free_zone_device_folio(), mm/mm_init.c __init_zone_device_page(); ' +
      '"pci/p2pdma: Don\'t initialise page refcount to one" (v6.15); v6.8 .. v6.14 alike',
    at: history('1', { 'v6.15': '0' }),
    values: [
      now('0', 'none; it gets one when it is taken'),
      {
        value: '1',
        says: 'one, which its first user takes over, and the last gives back',
        patch: { p2pdma_idle_refs: () => () => 1 },
      },
    ],
  },
  {
    name: 'p2pdma-warns',
    says: 'of which page from the pool p2pmem_alloc_mmap() warns',
    cites:
      'cb500023a752 "PCI/P2PDMA: Fix p2pmem_alloc_mmap() warning condition" (v7.0); v6.16.3 .. v6.18.5 warn of what is idle, ' +
      'v6.14 does not look',
    at: history('none', { 'v6.15': 'idle', 'v7.1': 'used' }),
    values: [
      now('used', 'of one that has references'),
      {
        value: 'idle',
        says: 'of one that has none, as it should',
        patch: { p2pdma_warns: () => (refs) => refs === 0 },
      },
      { value: 'none', says: 'of none', patch: { p2pdma_warns: () => () => false } },
    ],
  },
  {
    name: 'p2pdma-failed-count',
    says: 'the count of a page that p2pmem_alloc_mmap() could not insert, and that is in the pool again',
    cites: 'b17137dcae33 "PCI/P2PDMA: Reset page reference count when page mapping fails" (v7.0; not in 6.18.5)',
    at: history('left', { 'v7.1': 'reset' }),
    values: [
      now('reset', 'as of any page in the pool'),
      { value: 'left', says: '1, as it was to be inserted', patch: { p2pdma_failed_resets: () => () => false } },
    ],
  },
  {
    name: 'p2pdma-failed-pgmap',
    says: 'whether p2pmem_alloc_mmap() puts its own reference to the pgmap, too, where a page cannot be inserted',
    cites:
      '6220694c52a5 "PCI/P2PDMA: Release per-CPU pgmap ref when vm_insert_page() fails" (v7.0, 6.12.117; not in v6.8 .. 6.18.5)',
    at: history('kept', { 'v7.1': 'put' }, { 'v6.12.117': 'put' }),
    values: [
      now('put', 'it does'),
      { value: 'kept', says: 'it leaks', patch: { p2pdma_failed_puts: () => () => false } },
    ],
  },
];
