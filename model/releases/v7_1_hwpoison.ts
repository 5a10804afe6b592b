/** Memory that breaks in Linux v7.1: see v7_1.ts. */
import { set_hwpoison_pte } from '../mm/hwpoison.ts';
import { type HwpoisonKernel, memory_failure_anon } from '../mm/memory_failure.ts';

export const HWPOISON_7_1: HwpoisonKernel = {
  memory_failure_anon,
  set_hwpoison_pte,
  migration_leaves_poison: () => true,
  // Since v6.17 (2e6053fea379).
  hwpoison_walks_pfnmap: () => true,
  hwpoison_pud_entry: () => 0,
  hwpoison_not_found_kills: () => false,
  // check_new_pages() looks only where check_pages_enabled is on, as with CONFIG_DEBUG_VM.
  allocates_poison: ({ machine }) => !machine.debugVm,
};
