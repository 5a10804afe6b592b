/** Memory that breaks, as a part of a kernel: see kernel.ts. */
import type { Machine } from '../state/machine.ts';
import type * as hwpoison from './hwpoison.ts';
import type { Sys } from './kernel.ts';
import type * as memory_failure from './memory_failure.ts';

export interface HwpoisonKernel {
  // mm/memory-failure.c, mm/rmap.c
  readonly memory_failure_anon: typeof memory_failure.memory_failure_anon;
  readonly set_hwpoison_pte: typeof hwpoison.set_hwpoison_pte;
  /** Whether a migration leaves the page of a large folio behind that is broken, where a PTE maps it. */
  readonly migration_leaves_poison: (s: Sys) => boolean;

  // mm/page_alloc.c
  /** Whether a block may be given out of which a page is broken, that was freed as one with it. */
  readonly allocates_poison: (s: { readonly machine: Machine }) => boolean;
}
