/** What a driver does on its own, as an operation of the search. */
import { action } from '../../checker/search/index.ts';
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
