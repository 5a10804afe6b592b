/** The hardware of each architecture, by its name. */
import type { Mmu } from './mmu.ts';
import { MMU_X86, MMU_X86_SME } from './mmu_x86.ts';

export const MMUS: Readonly<Record<string, Mmu>> = {
  x86_64: MMU_X86,
  x86_64_sme: MMU_X86_SME,
  x86_pae: MMU_X86,
};
