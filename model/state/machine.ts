/** Facts of the hardware and of the build that no patch of the series decides. */
export interface Machine {
  /**
   * Where a deposit list hangs: one a PMD table (split PMD locks), one an mm (without them), or a cell for each
   * slot (powerpc hash MMU, where a table must lie ready before its leaf can be seen).
   */
  readonly depositsPer: 'PMD table' | 'mm' | 'slot';
  /** Whether the CPU can map at PMD level (x86 without PSE and powerpc hash with 4K pages cannot). */
  readonly pmdLeaves: boolean;
  /** X86_BUG_L1TF: PROT_NONE entries for high frames are refused, and mprotect(PROT_NONE) walks PTEs first. */
  readonly l1tf: boolean;
}

/** x86-64 with split PMD locks, PSE, and no L1TF. */
export const X86_64: Machine = { depositsPer: 'PMD table', pmdLeaves: true, l1tf: false };
/** Frames from here on are beyond the L1TF limit, which may lie inside a leaf. */
export const L1TF_LIMIT = 7;
