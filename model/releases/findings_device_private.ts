/** What the releases are known to violate where a driver moves memory to its device. */
import type { Finding } from './finding.ts';
import { releases } from './releases.ts';

export const DEVICE_PRIVATE_FINDINGS: readonly Finding[] = [
  {
    name: 'device-move-from-swapcache',
    says: 'a page that is in the swap cache, and that a driver moves to its device, is put once too often; the page of the device that takes its place keeps a reference that nobody has',
    cites:
      'mm/migrate_device.c __migrate_device_pages(): mapping is that of the swap cache after folio_free_swap(), v6.16.3 .. v7.2.6; mm/migrate.c __folio_migrate_mapping() ' +
      '(folio_ref_add(newfolio, nr), folio_ref_unfreeze(folio, expected_count - nr)); "mm/migrate_device: clear stale mapping after freeing swapcache", in v7.3.4 and 6.12.117',
    status: 'known bug',
    kernels: releases('v6.17', 'v7.1'),
    worlds: ['device-private-swap'],
    properties: ['refcount-underflow'],
    repair: [{ toggle: 'device-swapcache', value: 'moves' }],
  },
];
