/** The hardware of each architecture, by its name. */
import type { Mmu } from './mmu.ts';
import { MMUS_ARM64 } from './mmu_arm64.ts';
import { mmuLoongarch } from './mmu_loongarch.ts';
import { MMU_HASH_4K, MMU_HASH_64K, MMU_RADIX_4K, MMU_RADIX_64K } from './mmu_powerpc.ts';
import { MMU_RISCV64, MMU_RISCV64_SVPBMT, MMU_RISCV64_THEAD } from './mmu_riscv.ts';
import { MMU_S390 } from './mmu_s390.ts';
import { MMU_X86, MMU_X86_SME } from './mmu_x86.ts';

export const MMUS: Readonly<Record<string, Mmu>> = {
  x86_64: MMU_X86,
  x86_64_sme: MMU_X86_SME,
  x86_pae: MMU_X86,
  ...MMUS_ARM64,
  ppc64_radix_4k: MMU_RADIX_4K,
  ppc64_radix_64k: MMU_RADIX_64K,
  ppc64_hash_4k: MMU_HASH_4K,
  ppc64_hash_64k: MMU_HASH_64K,
  riscv64: MMU_RISCV64,
  riscv64_svpbmt: MMU_RISCV64_SVPBMT,
  riscv64_thead: MMU_RISCV64_THEAD,
  loongarch64: mmuLoongarch(14),
  loongarch64_4k: mmuLoongarch(12),
  s390: MMU_S390,
};
