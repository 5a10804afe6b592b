/** What the releases are known to violate where a driver moves memory to its device. */
import type { Finding } from './finding.ts';
import { releases } from './releases.ts';

export const DEVICE_PRIVATE_FINDINGS: readonly Finding[] = [
  {
    name: 'device-move-from-swapcache',
    says: 'a page that is in the swap cache, and that a driver moves to its device, is put once too often; the page of the device that takes its place keeps a reference that nobody has',
    cites:
      'mm/migrate_device.c __migrate_device_pages(): mapping is that of the swap cache after folio_free_swap(), v6.16.3 .. v7.1.3; mm/migrate.c __folio_migrate_mapping() ' +
      '(folio_ref_add(newfolio, nr), folio_ref_unfreeze(folio, expected_count - nr)); "mm/migrate_device: clear stale mapping after freeing swapcache", in 6.12.117, v7.2.6 and v7.3.4',
    status: 'known bug',
    kernels: releases('v6.17', 'v7.1'),
    worlds: ['device-private-swap'],
    properties: ['refcount-underflow'],
    repair: [{ toggle: 'device-swapcache', value: 'moves' }],
  },
  {
    name: 'device-write-given-up',
    says: 'a page that MADV_FREE gave up, and that a driver then moves to its device, may be written there, and nothing says so: once it is back, neither its entry nor its folio is dirty, and reclaim may drop what the device has written. A page that the device has made comes back clean, too: once fork shares it, MADV_FREE by one process is enough',
    cites:
      'v7.3.4 and 6.12.117 mm/migrate_device.c migrate_vma_collect_pmd() (pte_present() before pte_dirty(); before, x86 took every such entry for dirty: see ' +
      'device-entry-dirty), mm/migrate.c __folio_migrate_mapping() (swapbacked as it was), remove_migration_pte() (dirty only by the entry), mm/migrate_device.c migrate_vma_collect_pmd() ' +
      '(a device-private entry has no dirty bit), lib/test_hmm.c dmirror_do_write(), which marks nothing; mm/rmap.c try_to_unmap_one(); madvise(2): MADV_FREE, "if the caller writes"',
    status: 'candidate',
    kernels: ['v6.12.117', 'v7.3'],
    worlds: ['device-private-given-up'],
    properties: ['I-LAZYFREE'],
    repair: [{ toggle: 'device-write', value: 'dirty' }],
  },
  {
    name: 'device-write-given-up-elsewhere',
    says: 'the same on other machines than x86, where a device-private entry was not taken for dirty before either, as long as its offset does not happen to have the bit',
    cites:
      'v6.12 .. v7.1 mm/migrate_device.c migrate_vma_collect_pmd() (pte_dirty() of any entry), lib/test_hmm.c dmirror_do_write()',
    status: 'candidate',
    arch: ['arm64_*', 'ppc64_*', 'riscv64*'],
    // 6.12.117 has the fix, and with it the finding above.
    kernels: releases('v6.12', 'v7.1').filter((name) => name !== 'v6.12.117'),
    worlds: ['device-private-given-up'],
    properties: ['I-LAZYFREE'],
    repair: [{ toggle: 'device-write', value: 'dirty' }],
  },
];
