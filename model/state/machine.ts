/** Facts of the hardware and of the build that no patch decides. */
export interface Machine {
  /**
   * Where a deposit list hangs: one a PMD table (split PMD locks), one an mm (without them), or a cell for each
   * slot (powerpc hash MMU, where a table must lie ready before its leaf can be seen).
   */
  readonly depositsPer: 'PMD table' | 'mm' | 'slot';
  /** CONFIG_TRANSPARENT_HUGEPAGE, on a CPU that can map at PMD level (x86 without PSE cannot). */
  readonly pmdLeaves: boolean;
  /** CONFIG_HAVE_ARCH_TRANSPARENT_HUGEPAGE_PUD, which x86-64 selects whatever else is configured. */
  readonly pudLeaves: boolean;
  /** CONFIG_ARCH_SUPPORTS_HUGE_PFNMAP: entries have a special bit at PMD and PUD level. */
  readonly hugeSpecial: boolean;
  /** !CONFIG_NO_PAGE_MAPCOUNT (v6.15): large folios count the mappings of each page. */
  readonly pageMapcount: boolean;
  /** CONFIG_MM_ID (v6.15): large folios remember their first two owners. */
  readonly mmId: boolean;
  /** fault_around_bytes beyond a page: a read fault on a file maps what else is in the page cache. */
  readonly faultAround: boolean;
  /** CONFIG_DEBUG_VM: VM_BUG_ON_VMA() stops the machine; without it the kernel goes on. */
  readonly debugVm: boolean;
  /** X86_BUG_L1TF: PROT_NONE entries for high frames are refused, and mprotect(PROT_NONE) walks PTEs first. */
  readonly l1tf: boolean;
  /** SWP_SYNCHRONOUS_IO: what is swapped out is written at once, as by zram; otherwise by the time of the next operation. */
  readonly syncSwap: boolean;
}

/** x86-64 with split PMD locks, PSE, THP, no fault-around (fault_around_bytes is 4096), CONFIG_DEBUG_VM, and no L1TF. */
export const X86_64: Machine = {
  depositsPer: 'PMD table',
  pmdLeaves: true,
  pudLeaves: true,
  hugeSpecial: true,
  pageMapcount: true,
  mmId: true,
  faultAround: false,
  debugVm: true,
  l1tf: false,
  syncSwap: false,
};
/** Whether a PUD entry may be a leaf: with both. PUD code may only be reached then. */
export const hasPudLeaves = ({ pmdLeaves, pudLeaves }: Machine): boolean => pmdLeaves && pudLeaves;
/** Frames from here on are beyond the L1TF limit, which may lie inside a leaf. */
export const L1TF_LIMIT = 7;
