/** Facts of the hardware and of the build that no patch decides. */
export interface Machine {
  /** The directory of arch/ whose Kconfig the kernel reads: a release may not select there what another does. */
  readonly arch: 'x86' | 'arm64' | 'riscv' | 'powerpc' | 's390' | 'loongarch';
  /**
   * Where a deposit list hangs: one a PMD table (split PMD locks), one an mm (without them), or a cell for each
   * slot (powerpc hash MMU, where a table must lie ready before its leaf can be seen).
   */
  readonly depositsPer: 'PMD table' | 'mm' | 'slot';
  /** CONFIG_TRANSPARENT_HUGEPAGE, on a CPU that can map at PMD level (x86 without PSE cannot). */
  readonly pmdLeaves: boolean;
  /** CONFIG_HAVE_ARCH_TRANSPARENT_HUGEPAGE_PUD, which x86-64 selects whatever else is configured. */
  readonly pudLeaves: boolean;
  /** CONFIG_ARCH_SUPPORTS_PMD_PFNMAP and CONFIG_ARCH_SUPPORTS_PUD_PFNMAP: entries of the level have a special bit. */
  readonly pmdSpecial: boolean;
  readonly pudSpecial: boolean;
  /** !CONFIG_NO_PAGE_MAPCOUNT (v6.15): large folios count the mappings of each page. */
  readonly pageMapcount: boolean;
  /** CONFIG_MM_ID (v6.15): large folios remember their first two owners. */
  readonly mmId: boolean;
  /** fault_around_bytes beyond a page: a read fault on a file maps what else is in the page cache. */
  readonly faultAround: boolean;
  /** CONFIG_DEBUG_VM: VM_BUG_ON_VMA() stops the machine; without it the kernel goes on. */
  readonly debugVm: boolean;
  /** PAT<<2 | PCD<<1 | PWT for which the frames of the device are reserved (ioremap_wc()), where they are. */
  readonly deviceMemtype?: number;
  /** Whether the MTRRs have the frames of the device as WB, as memory that no kernel uses: who asks for WB gets it then. */
  readonly mtrrWb?: boolean;
  /** /sys/kernel/mm/transparent_hugepage/enabled; of a process with PR_SET_THP_DISABLE, or MADV_NOHUGEPAGE, nothing here. */
  readonly thp: 'always' | 'never';
  /** X86_BUG_L1TF: PROT_NONE entries for high frames are refused, and mprotect(PROT_NONE) walks PTEs first. */
  readonly l1tf: boolean;
  /** SWP_SYNCHRONOUS_IO: what is swapped out is written at once, as by zram; otherwise by the time of the next operation. */
  readonly syncSwap: boolean;
}

/** x86-64 with split PMD locks, PSE, THP always, no fault-around (fault_around_bytes is 4096), CONFIG_DEBUG_VM, and no L1TF. */
export const X86_64: Machine = {
  arch: 'x86',
  depositsPer: 'PMD table',
  pmdLeaves: true,
  pudLeaves: true,
  pmdSpecial: true,
  pudSpecial: true,
  pageMapcount: true,
  mmId: true,
  faultAround: false,
  debugVm: true,
  thp: 'always',
  l1tf: false,
  syncSwap: false,
};
/** x86 with PAE: there are no PUD entries of its own, and so no leaves. */
export const X86_32: Machine = { ...X86_64, pudLeaves: false, pudSpecial: false };
/** HAVE_ARCH_TRANSPARENT_HUGEPAGE alone. The macros for PUDs that v6.12 brought were dead, and wrong, until v6.15. */
export const ARM64: Machine = { ...X86_32, arch: 'arm64' };
/** As x86-64: it selects HAVE_ARCH_TRANSPARENT_HUGEPAGE_PUD and ARCH_SUPPORTS_HUGE_PFNMAP together (v6.16). */
export const RISCV64: Machine = { ...X86_64, arch: 'riscv' };
/** book3s64, where CONFIG_PPC_THP selects both levels, whichever MMU it finds when it boots. */
export const POWERPC_RADIX: Machine = { ...X86_64, arch: 'powerpc' };
export const POWERPC_HASH: Machine = { ...POWERPC_RADIX, depositsPer: 'slot' };
/** THP at PMD level, and no release selects ARCH_SUPPORTS_HUGE_PFNMAP. */
export const S390: Machine = { ...X86_32, arch: 's390' };
export const LOONGARCH: Machine = { ...X86_32, arch: 'loongarch' };
/** Whether a PUD entry may be a leaf: with both. PUD code may only be reached then. */
export const hasPudLeaves = ({ pmdLeaves, pudLeaves }: Machine): boolean => pmdLeaves && pudLeaves;
/** The hash MMU of powerpc. It has no PUD leaves; that PUD code is built all the same, radix needs it. */
export const isHash = ({ depositsPer }: Machine): boolean => depositsPer === 'slot';
/** Frames from here on are beyond the L1TF limit, which may lie inside a leaf. */
export const L1TF_LIMIT = 7;
