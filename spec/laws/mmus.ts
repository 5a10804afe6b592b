/** The hardware of each architecture, by its name. */
import type { Mmu } from './mmu.ts';
import { MMUS_ARM64 } from './mmu_arm64.ts';
import { MMU_X86 } from './mmu_x86.ts';

export const MMUS: Readonly<Record<string, Mmu>> = {
  x86_64: MMU_X86,
  x86_pae: MMU_X86,
  ...MMUS_ARM64,
};
