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
      'freeing swapcache", in 6.12.117, v7.2.6 and v7.3.4, not in v7.1.3',
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
  {
    name: 'device-entry-dirty',
    says: 'which device-private entries are taken for dirty on x86 where their page is migrated: pte_dirty() finds a bit of the inverted offset',
    cites:
      'mm/migrate_device.c migrate_vma_collect_pmd() (pte_dirty() of what is not present in v6.8 .. v7.1.3; "mm: migrate_device: fix pte_pfn/pte_dirty called on ' +
      'non-present PTE", in 6.12.117, v7.2.6 and v7.3.4), mm/rmap.c try_to_migrate_one() (v6.8 .. v6.14 and 6.12.117; pte_present() first since v6.16.3); ' +
      'arch/x86/include/asm/pgtable_64.h __swp_entry() (~offset), pgtable_types.h _PAGE_SAVED_DIRTY (bit 58)',
    at: history('all', { 'v6.15': 'own', 'v7.3': 'none' }, { 'v6.12.117': 'others' }),
    values: [
      now('own', 'that of the process whose page is migrated'),
      {
        value: 'all',
        says: 'all',
        patch: { device_entry_is_dirty: () => (s) => s.machine.arch === 'x86' },
      },
      {
        value: 'others',
        says: 'those of other processes',
        patch: { device_entry_is_dirty: () => (s, byRmap) => byRmap && s.machine.arch === 'x86' },
      },
      { value: 'none', says: 'none', patch: { device_entry_is_dirty: () => () => false } },
    ],
  },
];
