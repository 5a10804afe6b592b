/** What a driver does on its own, as an operation of the search. */
import { action } from '../../checker/search/index.ts';
import { first_noted, vmw_bo_dirty_scan } from '../drivers/vmwgfx_page_dirty.ts';
import { vfio_pci_memory_disable, vfio_pci_memory_enable } from '../drivers/vfio_pci_core.ts';
import type { Sys } from '../mm/kernel.ts';
import { unmap_mapping_range } from '../mm/mmap.ts';
import { Vma, VmaKind } from '../state/mm_types.ts';
import type { Op } from './op.ts';
import { OPERATIONS } from './operations.ts';

export const revoke: Op = action<Sys, Sys>({
  ...OPERATIONS.unmap_mapping_range,
  args: {},
  guard: (s) => {
    for (let row = 0; row < s.vma.rows; row++) {
      const vma = s.vma.at(row);
      // A driver without a fault handler that revokes would leave its users with SIGBUS, by design.
      if (Vma.kind(vma) === VmaKind.device && Vma.fault(vma) === 1) return true;
    }
    return false;
  },
  effect: (s) => unmap_mapping_range(s),
});

export const memory_disable: Op = action<Sys, Sys>({
  ...OPERATIONS.vfio_pci_memory_disable,
  args: {},
  guard: (s) => s.memoryDisabled.at(0) === 0,
  effect: (s) => vfio_pci_memory_disable(s),
});

export const memory_enable: Op = action<Sys, Sys>({
  ...OPERATIONS.vfio_pci_memory_enable,
  args: {},
  guard: (s) => s.memoryDisabled.at(0) === 1,
  effect: (s) => vfio_pci_memory_enable(s),
});

/** With nothing noted there is nothing to be done. */
export const dirty_scan: Op = action<Sys, Sys>({
  ...OPERATIONS.vmw_bo_dirty_scan,
  args: {},
  guard: (s) => first_noted(s) >= 0,
  effect: (s) => vmw_bo_dirty_scan(s),
});
