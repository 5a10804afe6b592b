/** The hardware of each architecture, by its name. */
import type { Mmu } from './mmu.ts';
import { MMUS_ARM64 } from './mmu_arm64.ts';
import { MMU_HASH_4K, MMU_HASH_64K, MMU_RADIX_4K, MMU_RADIX_64K } from './mmu_powerpc.ts';
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
};
