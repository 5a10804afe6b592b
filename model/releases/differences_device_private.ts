/** What the releases differ in where a driver moves memory to its device: see differences.ts. */
import { folio_migrate_mapping, wants_cache_reference } from '../mm/migrate_device.ts';
import { type Difference, history, now } from './releases.ts';

export const DEVICE_PRIVATE_DIFFERENCES: readonly Difference[] = [
  {
    name: 'device-swapcache',
    says: 'what becomes of a page that was in the swap cache until a driver moves it to its device',
    cites:
      'mm/migrate_device.c __migrate_device_pages() (folio_free_swap(), folio_mapping()), mm/migrate.c folio_migrate_mapping(): folio_expected_refs(mapping, folio) ' +
      'in v6.8 .. v6.14, folio_expected_ref_count() in v6.16.3 .. v7.3.4; page_ref_unfreeze() (VM_BUG_ON(count == 0)); "mm/migrate_device: clear stale mapping after ' +
      'freeing swapcache", in 6.12.117 and v7.3.4, not in v7.2.6',
    at: history('stays', { 'v6.17': 'miscounts', 'v7.3': 'moves' }, { 'v6.12.117': 'moves' }),
    values: [
      now('miscounts', 'it moves, with a reference of the cache that it has left: the one of who migrates'),
      {
        value: 'stays',
        says: 'it leaves the swap cache, and stays: it has no reference of the cache; the next try moves it',
        patch: { folio_migrate_mapping: () => wants_cache_reference },
      },
      {
        value: 'moves',
        says: 'it leaves the swap cache, and moves as any other',
        patch: { folio_migrate_mapping: () => folio_migrate_mapping },
      },
    ],
  },
];
