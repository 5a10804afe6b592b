/** Memory that only a device reaches in Linux v7.1: see v7_1.ts. */
import {
  change_device_private_pte,
  copy_device_private_pte,
  device_private_folio_free,
  make_device_private_pte,
  zap_device_private_pte,
  zone_device_page_init,
} from '../mm/device_private.ts';
import {
  device_entry_is_dirty,
  type DevicePrivateKernel,
  do_device_private_page,
  migrate_vma_check_page,
  migrate_vma_collect_pte,
  migrate_vma_finalize,
  migrate_vma_insert_page,
  moves_cache_reference,
} from '../mm/migrate_device.ts';

export const DEVICE_PRIVATE_7_1: DevicePrivateKernel = {
  make_device_private_pte,
  zone_device_page_init,
  device_private_folio_free,
  copy_device_private_pte,
  zap_device_private_pte,
  change_device_private_pte,
  migrate_vma_collect_pte,
  migrate_vma_check_page,
  migrate_vma_insert_page,
  folio_migrate_mapping: moves_cache_reference,
  migrate_vma_finalize,
  do_device_private_page,
  // Neither mm nor lib/test_hmm.c marks anything.
  device_writes: () => undefined,
  device_entry_is_dirty,
};
