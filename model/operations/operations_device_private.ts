/** Operations on memory that only a device reaches, as the list names them. */
import type { Operation } from './operation.ts';

export const DEVICE_PRIVATE_OPERATIONS = {
  migrate_vma: {
    name: 'migrate_vma',
    file: 'mm/migrate_device.c',
    says: 'a driver moves a page of anonymous memory to memory that only its device reaches, or back',
    mirrors: 'mm/migrate_device.c migrate_vma_setup()',
    below:
      'migrate_vma_collect_pmd(), migrate_device_unmap(), migrate_vma_pages(), migrate_vma_insert_page(), migrate_vma_finalize(), mm/memremap.c zone_device_page_init(), free_zone_device_folio(); v7.1',
    stubs: 'the driver, which does as lib/test_hmm.c',
    leavesOut: 'several pages at once, large folios, memory of files, MEMORY_DEVICE_COHERENT, migrate_device_range()',
  },
  migrate_vma_setup: {
    name: 'migrate_vma_setup',
    file: 'mm/migrate_device.c',
    says: 'the first half of it, of a page that there is: it is unmapped, and whoever accesses it waits',
    mirrors: 'mm/migrate_device.c migrate_vma_setup()',
    below: 'migrate_vma_collect_pmd(), migrate_device_unmap(), mm/rmap.c try_to_migrate(); v7.1',
    stubs: 'the driver, which does as lib/test_hmm.c',
    leavesOut: 'as migrate_vma',
  },
  migrate_vma_finalize: {
    name: 'migrate_vma_finalize',
    file: 'mm/migrate_device.c',
    says: 'the other half: a new page takes over, of the device or from there, or the old one is mapped again',
    mirrors: 'mm/migrate_device.c migrate_vma_pages()',
    below: 'mm/migrate.c folio_migrate_mapping(), remove_migration_ptes(), migrate_vma_finalize(); v7.1',
    stubs: 'the driver, which takes the new page before',
    leavesOut: 'what comes between _pages() and _finalize(), where drivers copy',
  },
  device_write: {
    name: 'device_write',
    file: 'lib/test_hmm.c',
    says: 'the device writes to a page of its own, which its entry allows',
    mirrors: 'lib/test_hmm.c dmirror_do_write()',
    below: 'mm/hmm.c hmm_vma_handle_pte() (HMM_PFN_WRITE); v7.1',
    stubs: 'the tables of the device: what the entry says',
    leavesOut: 'faults by the device, memory of the system that a device writes to',
  },
} as const satisfies Readonly<Record<string, Operation>>;
