/** The hardware of each architecture, by its name. */
import type { Mmu } from './mmu.ts';
import { mmuLoongarch } from './mmu_loongarch.ts';
import { MMU_RISCV64, MMU_RISCV64_SVPBMT, MMU_RISCV64_THEAD } from './mmu_riscv.ts';
import { MMU_S390 } from './mmu_s390.ts';
import { MMU_X86 } from './mmu_x86.ts';

export const MMUS: Readonly<Record<string, Mmu>> = {
  x86_64: MMU_X86,
  x86_pae: MMU_X86,
  loongarch64: mmuLoongarch(14),
  loongarch64_4k: mmuLoongarch(12),
  riscv64: MMU_RISCV64,
  riscv64_svpbmt: MMU_RISCV64_SVPBMT,
  riscv64_thead: MMU_RISCV64_THEAD,
  s390: MMU_S390,
};
